/* task.c - see task.h. */
#include "task.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "error.h"
#include "model/model.h"
#include "tokenizer/tokenizer.h"

enum { MAX_WINDOWS = 64 };

void snt_task_fail(snt_task *task, sentiment_status status, const char *message)
{
    task->result = (sentiment_result){.status = status, .label = -1};
    snprintf(task->message, sizeof(task->message), "%.119s", message);
    memset(task->scores, 0, task->n_labels * sizeof(*task->scores));
}

void snt_task_release(snt_task *task)
{
    free(task->pieces);
    task->pieces = NULL;
}

/* One block: pieces, then their scores, ids and positions. */
static bool allocate(snt_task *task, size_t n_pieces, size_t piece_tokens)
{
    size_t labels = task->n_labels;
    char *block = calloc(
        n_pieces, sizeof(snt_piece) + labels * sizeof(float) +
                      2 * piece_tokens * sizeof(int32_t));
    float *scores;
    int32_t *ids;

    if (!block)
        return false;
    task->pieces = (snt_piece *)(void *)block;
    scores = (float *)(void *)(block + n_pieces * sizeof(snt_piece));
    ids = (int32_t *)(void *)(scores + n_pieces * labels);
    for (size_t i = 0; i < n_pieces; i++) {
        task->pieces[i].task = task;
        task->pieces[i].scores = scores + i * labels;
        task->pieces[i].ids = ids + 2 * i * piece_tokens;
        task->pieces[i].positions = ids + (2 * i + 1) * piece_tokens;
    }
    task->n_pieces = (uint32_t)n_pieces;
    atomic_store(&task->left, (unsigned)n_pieces);
    return true;
}

static void fill(
    snt_piece *piece, const snt_task_policy *policy, const int32_t *content,
    size_t n, size_t special)
{
    piece->tokens = (uint32_t)(n + special);
    if (special)
        snt_tokenizer_wrap(
            sentiment_model_tokenizer(policy->model), content, n, piece->ids);
    else
        memcpy(piece->ids, content, n * sizeof(*content));
    snt_model_positions(
        policy->model, piece->ids, piece->tokens, piece->positions);
}

static sentiment_status fail(
    snt_task *task, sentiment_status status, const char *message)
{
    snt_task_fail(task, status, message);
    return status;
}

static sentiment_status encode(
    snt_task *task, const snt_task_policy *policy, sentiment_text text,
    uint32_t flags, sentiment_tokens *out)
{
    sentiment_error err;
    sentiment_status status = sentiment_tokenizer_encode(
        sentiment_model_tokenizer(policy->model), text, flags, out, &err);

    return status == SENTIMENT_OK ? status : fail(task, status, err.message);
}

/* A tokenizer that puts no special tokens around a text leaves nothing of one
 * that is empty or blank; the engine wants a token in each. */
static sentiment_status fail_empty(snt_task *task)
{
    return fail(task, SENTIMENT_ETEXT, "no token in the text");
}

static sentiment_status one_piece(
    snt_task *task, const snt_task_policy *policy, const int32_t *ids, size_t n)
{
    if (!n)
        return fail_empty(task);
    if (!allocate(task, 1, n))
        return fail(task, SENTIMENT_ENOMEM, "out of memory");
    fill(&task->pieces[0], policy, ids, n, 0);
    task->pieces[0].weight = 1;
    task->result.tokens = (uint32_t)n;
    task->result.windows = 1;
    return SENTIMENT_OK;
}

/* Windows of the whole limit, each beginning half a limit after the one
 * before; the last one ends with the text. ids [n] has no special tokens. */
static sentiment_status windows(
    snt_task *task, const snt_task_policy *policy, const int32_t *ids, size_t n,
    size_t special)
{
    size_t room = policy->max_tokens - special;
    size_t stride = room / 2 ? room / 2 : 1, end = 0;
    size_t count = n <= room ? 1 : 1 + (n - room + stride - 1) / stride;

    if (!n && !special)
        return fail_empty(task);
    if (!allocate(task, count, policy->max_tokens))
        return fail(task, SENTIMENT_ENOMEM, "out of memory");
    for (size_t i = 0; i < count; i++) {
        size_t start = i * stride;
        size_t len = n - start < room ? n - start : room;

        fill(&task->pieces[i], policy, ids + start, len, special);
        task->pieces[i].weight = (uint32_t)(start + len - end);
        end = start + len;
    }
    task->result.tokens = (uint32_t)(n + special);
    task->result.windows = (uint32_t)count;
    return SENTIMENT_OK;
}

static sentiment_status prepare_windows(
    snt_task *task, const snt_task_policy *policy, sentiment_text text)
{
    const sentiment_tokenizer *tok = sentiment_model_tokenizer(policy->model);
    size_t special = snt_tokenizer_n_special(tok);
    size_t room = policy->max_tokens - special;
    size_t most = room + (MAX_WINDOWS - 1) * (room / 2 ? room / 2 : 1);
    size_t bound = sentiment_tokenizer_bound(tok, text.len);
    sentiment_tokens out = {.cap = bound < most ? bound : most};
    sentiment_status status;

    out.ids = malloc((out.cap ? out.cap : 1) * sizeof(*out.ids));
    if (!out.ids)
        return fail(task, SENTIMENT_ENOMEM, "out of memory");
    status = encode(task, policy, text, SENTIMENT_ENCODE_NO_SPECIAL, &out);
    if (status == SENTIMENT_OK)
        status = windows(task, policy, out.ids, out.n, special);
    if (status == SENTIMENT_OK && out.truncated)
        task->result.flags |= SENTIMENT_TRUNCATED;
    free(out.ids);
    return status;
}

sentiment_status snt_task_prepare(
    snt_task *task, const snt_task_policy *policy, sentiment_text text)
{
    int32_t few[512];
    sentiment_tokens out = {.ids = few, .cap = policy->max_tokens};
    sentiment_status status;

    task->n_labels = sentiment_model_n_labels(policy->model);
    task->multi_label = snt_model_multi_label(policy->model);
    task->result = (sentiment_result){.label = -1};
    task->message[0] = '\0';
    task->pieces = NULL;
    if (policy->long_texts == SENTIMENT_LONG_WINDOWS)
        return prepare_windows(task, policy, text);
    if (out.cap > sizeof(few) / sizeof(*few)) {
        out.ids = malloc(out.cap * sizeof(*out.ids));
        if (!out.ids)
            return fail(task, SENTIMENT_ENOMEM, "out of memory");
    }
    status = encode(task, policy, text, 0, &out);
    if (status == SENTIMENT_OK && out.truncated) {
        task->result.flags = SENTIMENT_TRUNCATED;
        if (policy->long_texts == SENTIMENT_LONG_ERROR) {
            char message[64];

            snprintf(
                message, sizeof(message), "over the model's %zu tokens",
                policy->max_tokens);
            status = fail(task, SENTIMENT_ETOOLONG, message);
        }
    }
    if (status == SENTIMENT_OK)
        status = one_piece(task, policy, out.ids, out.n);
    if (out.ids != few)
        free(out.ids);
    return status;
}

/* In float, as transformers does it. */
static void softmax(const float *logits, size_t n, float *scores)
{
    float top = logits[0], sum = 0;

    for (size_t i = 1; i < n; i++)
        top = logits[i] > top ? logits[i] : top;
    for (size_t i = 0; i < n; i++) {
        scores[i] = expf(logits[i] - top);
        sum += scores[i];
    }
    for (size_t i = 0; i < n; i++)
        scores[i] /= sum;
}

static void sigmoid(const float *logits, size_t n, float *scores)
{
    for (size_t i = 0; i < n; i++)
        scores[i] = 1 / (1 + expf(-logits[i]));
}

/* The mean of the pieces, weighted by the tokens each one adds. */
static void join(snt_task *task)
{
    size_t n = task->n_labels;
    double total = 0;

    for (uint32_t p = 0; p < task->n_pieces; p++)
        total += task->pieces[p].weight;
    for (size_t i = 0; i < n; i++) {
        double sum = 0;

        for (uint32_t p = 0; p < task->n_pieces; p++)
            sum += (double)task->pieces[p].scores[i] * task->pieces[p].weight;
        task->scores[i] = (float)(sum / total);
    }
}

static void conclude(snt_task *task)
{
    if (task->n_pieces == 1)
        memcpy(
            task->scores, task->pieces[0].scores,
            task->n_labels * sizeof(*task->scores));
    else
        join(task);
    task->result.label = 0;
    for (size_t i = 1; i < task->n_labels; i++)
        if (task->scores[i] > task->scores[task->result.label])
            task->result.label = (int32_t)i;
    task->result.score = task->scores[task->result.label];
}

static bool all_finite(const float *values, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(values[i]))
            return false;
    return true;
}

/* The first failure of a text's pieces is the text's. */
static void note_failure(
    snt_task *task, sentiment_status status, const char *message)
{
    int none = SENTIMENT_OK;

    if (atomic_compare_exchange_strong(&task->failed, &none, (int)status))
        snprintf(task->message, sizeof(task->message), "%.119s", message);
}

void snt_task_finish(
    snt_piece *piece, const float *logits, const sentiment_error *err)
{
    snt_task *task = piece->task;
    size_t n = task->n_labels;
    int failed;

    if (!logits)
        note_failure(task, err->status, err->message);
    else if (!all_finite(logits, n))
        note_failure(
            task, SENTIMENT_EENGINE, "the model answers what is no number");
    else if (task->raw)
        memcpy(piece->scores, logits, n * sizeof(*logits));
    else if (task->multi_label)
        sigmoid(logits, n, piece->scores);
    else
        softmax(logits, n, piece->scores);
    if (atomic_fetch_sub(&task->left, 1) != 1)
        return;
    task->queue_us = (uint32_t)(piece->taken_us - task->queued_us);
    task->compute_us = (uint32_t)(snt_clock_now_us() - piece->taken_us);
    failed = atomic_load(&task->failed);
    if (failed) {
        char message[sizeof(task->message)];

        memcpy(message, task->message, sizeof(message));
        snt_task_fail(task, (sentiment_status)failed, message);
    } else {
        conclude(task);
    }
    task->done(task);
}
