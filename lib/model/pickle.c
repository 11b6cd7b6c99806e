/*
 * pickle.c - see pickle.h. Opcodes as in CPython's pickletools, protocols 2 to
 * 4 as far as torch.save uses them. The whole machine is in this file, long as
 * it is: its stack and memo are seen by nobody else.
 */
#include "pickle.h"

#include <stdlib.h>
#include <string.h>

#include "error.h"

enum { MAX_STACK = 1 << 16, MAX_MEMO = 1 << 20, MAX_STEPS = 1 << 20 };

typedef struct machine {
    snt_pickle *pickle;
    const unsigned char *p, *end;
    const char *path;
    sentiment_error *err;
    snt_value **stack; /* [cap] */
    size_t depth, cap;
    snt_value **memo; /* [memo_cap]; NULL: not set */
    size_t memo_cap, n_memo;
} machine;

/* The only things that a pickle may name. */
enum { ORDERED_DICT, REBUILD_TENSOR, REBUILD_PARAMETER, FIRST_STORAGE };

static const struct {
    const char *module, *name;
    const char *type; /* of a storage's values, as safetensors calls it */
} globals[] = {
    {"collections", "OrderedDict", NULL},
    {"torch._utils", "_rebuild_tensor_v2", NULL},
    {"torch._utils", "_rebuild_parameter", NULL},
    {"torch", "FloatStorage", "F32"},
    {"torch", "HalfStorage", "F16"},
    {"torch", "BFloat16Storage", "BF16"},
    {"torch", "DoubleStorage", "F64"},
    {"torch", "LongStorage", "I64"},
    {"torch", "IntStorage", "I32"},
    {"torch", "ShortStorage", "I16"},
    {"torch", "CharStorage", "I8"},
    {"torch", "ByteStorage", "U8"},
    {"torch", "BoolStorage", "BOOL"},
};

static sentiment_status bad(const machine *m, const char *what)
{
    return snt_fail(m->err, SENTIMENT_EFORMAT, "%s: pickle: %s", m->path, what);
}

static sentiment_status cut(const machine *m)
{
    return bad(m, "it ends too early");
}

/* ---- values, stack, memo ---- */

static snt_value *new_value(machine *m, snt_kind kind)
{
    snt_value *v = calloc(1, sizeof(*v));

    if (!v)
        return NULL;
    v->kind = kind;
    v->next = m->pickle->all;
    m->pickle->all = v;
    return v;
}

static sentiment_status push(machine *m, snt_value *v)
{
    if (!v)
        return snt_fail_memory(m->err);
    if (m->depth == m->cap) {
        size_t cap = m->cap ? 2 * m->cap : 256;
        snt_value **stack;

        if (cap > MAX_STACK)
            return bad(m, "its stack is too deep");
        stack = realloc(m->stack, cap * sizeof(snt_value *));
        if (!stack)
            return snt_fail_memory(m->err);
        m->stack = stack;
        m->cap = cap;
    }
    m->stack[m->depth++] = v;
    return SENTIMENT_OK;
}

static sentiment_status push_int(machine *m, snt_kind kind, int64_t integer)
{
    snt_value *v = new_value(m, kind);

    if (v)
        v->integer = integer;
    return push(m, v);
}

/* The topmost value; NULL: the stack is empty, or a mark is on top. */
static snt_value *pop(machine *m)
{
    if (!m->depth || m->stack[m->depth - 1]->kind == SNT_PICKLE_MARK)
        return NULL;
    return m->stack[--m->depth];
}

static sentiment_status append(machine *m, snt_value *list, snt_value *item)
{
    if (list->len == list->cap) {
        size_t cap = list->cap ? 2 * list->cap : 8;
        snt_value **items = realloc(list->items, cap * sizeof(snt_value *));

        if (!items)
            return snt_fail_memory(m->err);
        list->items = items;
        list->cap = cap;
    }
    list->items[list->len++] = item;
    return SENTIMENT_OK;
}

/* Appends the values above at to list, and takes them off the stack. */
static sentiment_status append_above(machine *m, snt_value *list, size_t at)
{
    for (size_t i = at; i < m->depth; i++) {
        sentiment_status status = append(m, list, m->stack[i]);

        if (status != SENTIMENT_OK)
            return status;
    }
    m->depth = at;
    return SENTIMENT_OK;
}

/* Where the values above the topmost mark begin; 0: there is no mark. */
static size_t above_mark(const machine *m)
{
    for (size_t i = m->depth; i--;)
        if (m->stack[i]->kind == SNT_PICKLE_MARK)
            return i + 1;
    return 0;
}

static sentiment_status remember(machine *m, uint64_t at)
{
    if (!m->depth)
        return bad(m, "nothing to remember");
    if (at >= MAX_MEMO)
        return bad(m, "it remembers too much");
    if (at >= m->memo_cap) {
        size_t cap = m->memo_cap ? m->memo_cap : 256;
        snt_value **memo;

        while (cap <= at)
            cap *= 2;
        memo = realloc(m->memo, cap * sizeof(snt_value *));
        if (!memo)
            return snt_fail_memory(m->err);
        memset(memo + m->memo_cap, 0, (cap - m->memo_cap) * sizeof(*memo));
        m->memo = memo;
        m->memo_cap = cap;
    }
    m->n_memo += !m->memo[at];
    m->memo[at] = m->stack[m->depth - 1];
    return SENTIMENT_OK;
}

static sentiment_status recall(machine *m, uint64_t at)
{
    if (at >= m->memo_cap || !m->memo[at])
        return bad(m, "it asks for what it did not remember");
    return push(m, m->memo[at]);
}

/* ---- reading operands ---- */

static bool take(machine *m, int bytes, uint64_t *value)
{
    if (m->end - m->p < bytes)
        return false;
    *value = 0;
    for (int i = bytes; i--;)
        *value = *value << 8 | m->p[i];
    m->p += bytes;
    return true;
}

static sentiment_status push_string(machine *m, int length_bytes)
{
    uint64_t len;
    snt_value *v;

    if (!take(m, length_bytes, &len) || len > (uint64_t)(m->end - m->p))
        return cut(m);
    v = new_value(m, SNT_PICKLE_STRING);
    if (v) {
        v->bytes = (const char *)m->p;
        v->len = (size_t)len;
    }
    m->p += len;
    return push(m, v);
}

/* A little-endian two's complement number of so many bytes. */
static sentiment_status push_long(machine *m)
{
    uint64_t len, value;

    if (!take(m, 1, &len))
        return cut(m);
    if (len > 8)
        return bad(m, "a number of over 64 bits");
    if (!take(m, (int)len, &value))
        return cut(m);
    if (len && len < 8 && value >> (8 * len - 1))
        value |= UINT64_MAX << 8 * len;
    return push_int(m, SNT_PICKLE_INT, (int64_t)value);
}

static sentiment_status push_named(
    machine *m, const char *module, size_t module_len, const char *name,
    size_t name_len)
{
    for (size_t i = 0; i < sizeof(globals) / sizeof(*globals); i++)
        if (strlen(globals[i].module) == module_len &&
            strlen(globals[i].name) == name_len &&
            !memcmp(globals[i].module, module, module_len) &&
            !memcmp(globals[i].name, name, name_len))
            return push_int(m, SNT_PICKLE_GLOBAL, (int64_t)i);
    return snt_fail(
        m->err, SENTIMENT_EFORMAT,
        "%s: pickle: it asks for %.*s.%.*s, which a dict of tensors does not "
        "need",
        m->path, module_len > 60 ? 60 : (int)module_len, module,
        name_len > 60 ? 60 : (int)name_len, name);
}

/* Two lines: module and name. */
static sentiment_status push_global(machine *m)
{
    const char *line[2];
    size_t len[2];

    for (int i = 0; i < 2; i++) {
        const unsigned char *end = memchr(m->p, '\n', (size_t)(m->end - m->p));

        if (!end)
            return cut(m);
        line[i] = (const char *)m->p;
        len[i] = (size_t)(end - m->p);
        m->p = end + 1;
    }
    return push_named(m, line[0], len[0], line[1], len[1]);
}

static sentiment_status push_stack_global(machine *m)
{
    const snt_value *name = pop(m), *module = pop(m);

    if (!name || !module || name->kind != SNT_PICKLE_STRING ||
        module->kind != SNT_PICKLE_STRING)
        return bad(m, "a global without a name");
    return push_named(m, module->bytes, module->len, name->bytes, name->len);
}

/* ---- what it may make ---- */

static bool is_item(const snt_value *list, size_t i, snt_kind kind)
{
    return list && list->kind == SNT_PICKLE_LIST && i < list->len &&
           list->items[i]->kind == kind;
}

static bool is_string(const snt_value *v, const char *string)
{
    return v->kind == SNT_PICKLE_STRING && v->len == strlen(string) &&
           !memcmp(v->bytes, string, v->len);
}

/* ('storage', type, key, location, count) */
static sentiment_status push_storage(machine *m)
{
    const snt_value *id = pop(m);
    snt_value *v;

    if (!is_item(id, 1, SNT_PICKLE_GLOBAL) ||
        !is_item(id, 2, SNT_PICKLE_STRING) || !is_item(id, 4, SNT_PICKLE_INT) ||
        !is_string(id->items[0], "storage") ||
        id->items[1]->integer < FIRST_STORAGE || id->items[4]->integer < 0)
        return bad(m, "a persistent id that is no storage");
    v = new_value(m, SNT_PICKLE_STORAGE);
    if (v) {
        v->type = snt_type_find(globals[id->items[1]->integer].type);
        v->bytes = id->items[2]->bytes;
        v->len = id->items[2]->len;
        v->integer = id->items[4]->integer;
    }
    return push(m, v);
}

/* Names the tensor when its key lies on top, as it does in a dict. */
static sentiment_status bad_tensor(const machine *m, const char *what)
{
    const snt_value *key = m->depth ? m->stack[m->depth - 1] : NULL;

    if (!key || key->kind != SNT_PICKLE_STRING)
        return bad(m, what);
    return snt_fail(
        m->err, SENTIMENT_EFORMAT, "%s: %.*s: %s", m->path,
        key->len > 80 ? 80 : (int)key->len, key->bytes, what);
}

/* Row-major without gaps? Then the number of values, else -1. */
static int64_t contiguous(const snt_value *shape, const snt_value *stride)
{
    int64_t count = 1;

    for (size_t i = shape->len; i--;) {
        int64_t n = shape->items[i]->integer;

        if (shape->items[i]->kind != SNT_PICKLE_INT ||
            stride->items[i]->kind != SNT_PICKLE_INT || n < 0 ||
            n > INT32_MAX || count > INT64_MAX / 8 / (n ? n : 1))
            return -1;
        if (n != 1 && stride->items[i]->integer != count)
            return -1;
        count *= n;
    }
    return count;
}

/* (storage, offset, shape, stride, …) */
static sentiment_status push_tensor(machine *m, const snt_value *args)
{
    const snt_value *shape, *stride;
    int64_t count, offset;
    snt_value *v;

    if (!is_item(args, 0, SNT_PICKLE_STORAGE) ||
        !is_item(args, 1, SNT_PICKLE_INT) ||
        !is_item(args, 2, SNT_PICKLE_LIST) ||
        !is_item(args, 3, SNT_PICKLE_LIST))
        return bad_tensor(
            m, "a tensor without storage, offset, shape and stride");
    shape = args->items[2];
    stride = args->items[3];
    if (shape->len != stride->len || shape->len > SNT_MAX_DIMS)
        return bad_tensor(m, "a tensor of more than 4 dimensions");
    count = contiguous(shape, stride);
    if (count < 0)
        return bad_tensor(m, "a tensor that is not contiguous");
    offset = args->items[1]->integer;
    if (offset < 0 || offset > args->items[0]->integer ||
        count > args->items[0]->integer - offset)
        return bad_tensor(m, "a tensor outside its storage");
    v = new_value(m, SNT_PICKLE_TENSOR);
    if (v) {
        v->type = args->items[0]->type;
        v->storage = args->items[0];
        v->offset = offset;
        v->integer = count;
        v->n_dims = (int)shape->len;
        for (size_t i = 0; i < shape->len; i++)
            v->shape[i] = shape->items[i]->integer;
    }
    return push(m, v);
}

/* callable, arguments: what the call would give. Nothing is called. */
static sentiment_status reduce(machine *m)
{
    snt_value *args = pop(m), *callable = pop(m);

    if (!args || !callable || args->kind != SNT_PICKLE_LIST ||
        callable->kind != SNT_PICKLE_GLOBAL)
        return bad(m, "a call of what is no function");
    switch (callable->integer) {
    case ORDERED_DICT:
        if (args->len)
            return bad(m, "an OrderedDict with arguments");
        return push(m, new_value(m, SNT_PICKLE_DICT));
    case REBUILD_TENSOR:
        return push_tensor(m, args);
    case REBUILD_PARAMETER:
        if (!is_item(args, 0, SNT_PICKLE_TENSOR))
            return bad(m, "a parameter that is no tensor");
        return push(m, args->items[0]);
    default:
        return bad(m, "a call of a storage type");
    }
}

/* Adds what is above at to the list or dict below it; below is what lies
 * between: 1 for a mark, 0 for none. */
static sentiment_status extend(
    machine *m, size_t at, size_t below, snt_kind kind)
{
    size_t n = m->depth - at;
    snt_value *target;
    sentiment_status status;

    if (at < below + 1 || at > m->depth)
        return bad(m, "items for nothing");
    target = m->stack[at - below - 1];
    if (target->kind != kind || (kind == SNT_PICKLE_DICT && n % 2))
        return bad(m, "items for what holds none");
    status = append_above(m, target, at);
    m->depth -= below;
    return status;
}

static sentiment_status make_tuple(machine *m, size_t at, size_t below)
{
    snt_value *v = new_value(m, SNT_PICKLE_LIST);
    sentiment_status status;

    if (!v)
        return snt_fail_memory(m->err);
    if (at < below || at > m->depth)
        return bad(m, "a tuple of nothing");
    status = append_above(m, v, at);
    m->depth -= below;
    return status == SENTIMENT_OK ? push(m, v) : status;
}

static sentiment_status make_small_tuple(machine *m, size_t n)
{
    if (m->depth < n)
        return bad(m, "a tuple of nothing");
    return make_tuple(m, m->depth - n, 0);
}

static sentiment_status with_operand(
    machine *m, int bytes, sentiment_status (*use)(machine *, uint64_t))
{
    uint64_t value;

    return take(m, bytes, &value) ? use(m, value) : cut(m);
}

static sentiment_status use_int(machine *m, uint64_t value)
{
    return push_int(m, SNT_PICKLE_INT, (int64_t)value);
}

static sentiment_status use_int32(machine *m, uint64_t value)
{
    return push_int(m, SNT_PICKLE_INT, (int32_t)(uint32_t)value);
}

static sentiment_status use_float(machine *m, uint64_t value)
{
    (void)value;
    return push(m, new_value(m, SNT_PICKLE_FLOAT));
}

static sentiment_status ignore(machine *m, uint64_t value)
{
    (void)m;
    (void)value;
    return SENTIMENT_OK;
}

/* BUILD gives an object attributes (a state dict's _metadata): not needed. */
static sentiment_status build(machine *m)
{
    return pop(m) && m->depth ? SENTIMENT_OK : bad(m, "attributes for nothing");
}

/* Under the next number, which is how many there are. */
static sentiment_status memoize(machine *m)
{
    return remember(m, m->n_memo);
}

static sentiment_status step(machine *m, unsigned char op)
{
    switch (op) {
    case 0x80: /* PROTO */
        return with_operand(m, 1, ignore);
    case 0x95: /* FRAME */
        return with_operand(m, 8, ignore);
    case 'N':
        return push(m, new_value(m, SNT_PICKLE_NONE));
    case 0x88: /* NEWTRUE */
    case 0x89: /* NEWFALSE */
        return push_int(m, SNT_PICKLE_BOOL, op == 0x88);
    case 'K': /* BININT1 */
        return with_operand(m, 1, use_int);
    case 'M': /* BININT2 */
        return with_operand(m, 2, use_int);
    case 'J': /* BININT */
        return with_operand(m, 4, use_int32);
    case 0x8a: /* LONG1 */
        return push_long(m);
    case 'G': /* BINFLOAT */
        return with_operand(m, 8, use_float);
    case 'X': /* BINUNICODE */
        return push_string(m, 4);
    case 0x8c: /* SHORT_BINUNICODE */
        return push_string(m, 1);
    case 'c':
        return push_global(m);
    case 0x93: /* STACK_GLOBAL */
        return push_stack_global(m);
    case '(':
        return push(m, new_value(m, SNT_PICKLE_MARK));
    case '}':
        return push(m, new_value(m, SNT_PICKLE_DICT));
    case ']':
    case ')':
        return push(m, new_value(m, SNT_PICKLE_LIST));
    case 't':
        return make_tuple(m, above_mark(m), 1);
    case 0x85: /* TUPLE1 */
    case 0x86:
    case 0x87:
        return make_small_tuple(m, op - 0x84u);
    case 'a': /* APPEND */
        return extend(m, m->depth - 1, 0, SNT_PICKLE_LIST);
    case 'e': /* APPENDS */
        return extend(m, above_mark(m), 1, SNT_PICKLE_LIST);
    case 's': /* SETITEM */
        return extend(m, m->depth - 2, 0, SNT_PICKLE_DICT);
    case 'u': /* SETITEMS */
        return extend(m, above_mark(m), 1, SNT_PICKLE_DICT);
    case 'q': /* BINPUT */
        return with_operand(m, 1, remember);
    case 'r': /* LONG_BINPUT */
        return with_operand(m, 4, remember);
    case 0x94: /* MEMOIZE */
        return memoize(m);
    case 'h': /* BINGET */
        return with_operand(m, 1, recall);
    case 'j': /* LONG_BINGET */
        return with_operand(m, 4, recall);
    case 'Q': /* BINPERSID */
        return push_storage(m);
    case 'R':
        return reduce(m);
    case 'b':
        return build(m);
    default:
        return snt_fail(
            m->err, SENTIMENT_EFORMAT,
            "%s: pickle: opcode 0x%02x, which a dict of tensors does not need",
            m->path, op);
    }
}

sentiment_status snt_pickle_read(
    snt_pickle *pickle, const unsigned char *bytes, size_t len,
    const char *path, sentiment_error *err)
{
    machine m = {
        .pickle = pickle,
        .p = bytes,
        .end = bytes + len,
        .path = path,
        .err = err};
    sentiment_status status = SENTIMENT_OK;

    for (int n = 0; status == SENTIMENT_OK && m.p < m.end && *m.p != '.'; n++)
        status = n < MAX_STEPS ? step(&m, *m.p++) : bad(&m, "it is too long");
    if (status == SENTIMENT_OK && m.p == m.end)
        status = cut(&m);
    if (status == SENTIMENT_OK) {
        pickle->result = pop(&m);
        if (!pickle->result)
            status = bad(&m, "it makes nothing");
    }
    free(m.stack);
    free(m.memo);
    return status;
}

void snt_pickle_free(snt_pickle *pickle)
{
    while (pickle->all) {
        snt_value *v = pickle->all;

        pickle->all = v->next;
        free(v->items);
        free(v);
    }
    pickle->result = NULL;
}
