/* enrich_recipe.c - see enrich_recipe.h. */
#include "enrich_recipe.h"

#include <string.h>

#include "error.h"
#include "record_json.h"

enum { FORMAT_JSONL = 2, MAX_TEXT_BYTES = 1 << 20 };

static const snt_option table[] = {
    {"input-format", 0, SNT_ARG_CHOICE, "text|jsonl", NULL,
     offsetof(snt_recipe_options, format),
     "a record's value is the text itself (default), or a JSON object that "
     "holds it"},
    {"field", 0, SNT_ARG_STRING, "NAME", NULL,
     offsetof(snt_recipe_options, field),
     "with jsonl, the member that holds the text (default: text)"},
    {"envelope", 0, SNT_ARG_CHOICE, "demo|object|headers", NULL,
     offsetof(snt_recipe_options, envelope),
     "what is written: an object of label, score and text (default for "
     "text); the object that was read with these added (default for jsonl); "
     "or the value as it was, label and score being headers"},
    {"scores", 's', SNT_ARG_FLAG, NULL, NULL,
     offsetof(snt_recipe_options, scores), "add the score of every label"},
    {"max-text-bytes", 0, SNT_ARG_COUNT, "N", NULL,
     offsetof(snt_recipe_options, max_text_bytes),
     "a longer text is a dead letter (default: 1 MiB)"},
};

const snt_option_group snt_recipe_group = {
    "Records", table, sizeof(table) / sizeof(*table)};

sentiment_status snt_recipe_open(
    snt_recipe *recipe, const snt_recipe_options *opts,
    const sentiment_classifier *clf, sentiment_error *err)
{
    const snt_writer_options writing = {
        .format = SNT_FORMAT_NDJSON, .scores = opts->scores};
    bool json = opts->format == FORMAT_JSONL;
    int envelope = json ? SNT_ENVELOPE_OBJECT : SNT_ENVELOPE_DEMO;

    if (!json && opts->field)
        return snt_fail(
            err, SENTIMENT_EINVAL, "--field needs --input-format jsonl");
    if (!json && opts->envelope == SNT_ENVELOPE_OBJECT)
        return snt_fail(
            err, SENTIMENT_EINVAL,
            "--envelope object needs --input-format jsonl");
    *recipe = (snt_recipe){
        .json = json,
        .field = opts->field ? opts->field : "text",
        .envelope = (snt_envelope)(opts->envelope ? opts->envelope : envelope),
        .max_text_bytes =
            opts->max_text_bytes ? opts->max_text_bytes : MAX_TEXT_BYTES,
        .clf = clf,
        .out.fd = -1};
    snt_writer_open(&recipe->writer, &writing, &recipe->out, clf, false);
    recipe->writer.keep_error = true; /* what fails is a dead letter */
    if (recipe->envelope == SNT_ENVELOPE_OBJECT)
        recipe->writer.text_name = recipe->field;
    return SENTIMENT_OK;
}

void snt_recipe_close(snt_recipe *recipe)
{
    snt_writer_close(&recipe->writer);
    snt_buffer_free(&recipe->out.buf);
}

snt_record *snt_recipe_read(
    const snt_recipe *recipe, const void *value, size_t len)
{
    snt_record *rec = snt_record_new("", 0);

    if (!rec)
        return NULL;
    if (!value)
        return snt_record_fail(rec, "tombstone");
    if (!recipe->json && len <= recipe->max_text_bytes)
        snt_record_set_text(rec, value, len);
    else if (recipe->json)
        snt_record_read_object(rec, value, len, recipe->field);
    if (rec->bytes.failed) {
        snt_record_free(rec);
        return NULL;
    }
    if (rec->error[0])
        return rec;
    if ((recipe->json ? rec->text_len : len) > recipe->max_text_bytes)
        return snt_record_fail(
            rec, "text of %zu bytes, over the limit of %zu",
            recipe->json ? rec->text_len : len, recipe->max_text_bytes);
    if (!rec->text_len)
        return snt_record_fail(rec, "empty");
    if (snt_record_is_blank(rec))
        return snt_record_fail(rec, "blank");
    return rec;
}

/* The value in recipe->out.buf. */
static void write_object(snt_recipe *recipe, const snt_outcome *outcome)
{
    snt_record slim = *outcome->record;
    snt_outcome shown = *outcome;

    if (recipe->envelope == SNT_ENVELOPE_DEMO) {
        slim.n_fields = 0;
        shown.record = &slim;
    }
    snt_buffer_clear(&recipe->out.buf);
    snt_writer_object(&recipe->writer, &shown);
    recipe->out.buf.failed |= recipe->writer.scratch.failed;
}

snt_krecord snt_recipe_result(
    snt_recipe *recipe, const snt_krecord *from, const snt_outcome *outcome,
    const char *topic)
{
    snt_krecord rec = snt_krecord_derive(from, topic);
    snt_buffer number = {0};

    if (!rec.headers)
        return rec;
    snt_krecord_set_header(&rec, SNT_HEADER_SCHEMA, "enrich/1", 8);
    if (recipe->envelope != SNT_ENVELOPE_HEADERS) {
        write_object(recipe, outcome);
        rec.value = recipe->out.buf.bytes;
        rec.value_len = recipe->out.buf.len;
        return rec;
    }
    snt_json_score(&number, outcome->result.score);
    snt_krecord_set_header(
        &rec, SNT_HEADER_LABEL, outcome->label, strlen(outcome->label));
    snt_krecord_set_header(&rec, SNT_HEADER_SCORE, number.bytes, number.len);
    recipe->out.buf.failed |= number.failed;
    snt_buffer_free(&number);
    return rec;
}
