/* bench_report.c - see bench_report.h. */
#include "bench_report.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "json.h"

__attribute__((format(printf, 2, 3))) static void add(
    snt_buffer *buf, const char *format, ...)
{
    char line[512];
    va_list args;

    va_start(args, format);
    vsnprintf(line, sizeof(line), format, args);
    va_end(args);
    snt_buffer_add_string(buf, line);
}

void snt_bench_head(const snt_bench_report *r, snt_buffer *buf)
{
    add(buf, "%.300s, %s on %s (%s), %u CPU%s; %zu texts\n\n", r->model,
        r->engine, r->device, r->cpu, r->cpus, r->cpus == 1 ? "" : "s",
        r->texts);
    add(buf, "PRECISION  WORKERS  BATCH   TEXTS/S  TOKENS/S  GFLOP/S  OF GEMM  "
             "  P50 MS"
             "    P90 MS    P99 MS\n");
}

void snt_bench_row(const snt_bench_cell *cell, snt_buffer *buf)
{
    char share[16] = "-";

    if (cell->of_gemm > 0)
        snprintf(share, sizeof(share), "%.0f %%", 100 * cell->of_gemm);
    add(buf, "%-9s  %7u  %5u  %8.1f  %8.0f  %7.1f  %7s  %8.2f  %8.2f  %8.2f\n",
        cell->precision, cell->workers, cell->batch, cell->texts_per_s,
        cell->tokens_per_s, cell->gflop_per_s, share, cell->p50_ms,
        cell->p90_ms, cell->p99_ms);
}

static void advise(
    const char *what, const snt_bench_cell *cell, snt_buffer *buf)
{
    if (!cell)
        return;
    add(buf, "%-22s --precision %s --workers %u", what, cell->precision,
        cell->workers);
    if (cell->threads > 1)
        add(buf, " --threads %u", cell->threads);
    add(buf, ", %u text%s a call: ", cell->batch, cell->batch == 1 ? "" : "s");
    if (cell->batch == 1)
        add(buf, "99 of 100 within %.2f ms, ", cell->p99_ms);
    add(buf, "%.0f texts/s\n", cell->texts_per_s);
}

void snt_bench_advice(const snt_bench_report *r, snt_buffer *buf)
{
    const snt_bench_cell *fastest = snt_bench_fastest(r->cells, r->n, NULL);
    const snt_bench_cell *exact = snt_bench_fastest(r->cells, r->n, "fp32");

    add(buf, "\n");
    advise("Most texts a second:", fastest, buf);
    if (exact != fastest)
        advise("The same in fp32:", exact, buf);
    advise("Soonest, text by text:", snt_bench_soonest(r->cells, r->n), buf);
    if (exact != fastest)
        add(buf,
            "\nOnly fp32 gives exactly the model's scores; sentiment-cli eval "
            "--precision says\nwhat another one costs in accuracy.\n");
}

static void add_settings(snt_json_object *object, const snt_bench_cell *cell)
{
    snt_json_add_string(
        object, "precision", cell->precision, strlen(cell->precision));
    snt_json_add_uint(object, "workers", cell->workers);
    snt_json_add_uint(object, "threads", cell->threads);
    snt_json_add_uint(object, "batch", cell->batch);
}

static void add_cell(snt_buffer *buf, const snt_bench_cell *cell)
{
    snt_json_object object = {0};

    add_settings(&object, cell);
    snt_json_add_uint(&object, "calls", cell->calls);
    snt_json_add_uint(&object, "texts", cell->texts);
    snt_json_add_uint(&object, "tokens", cell->tokens);
    snt_json_add_double(&object, "texts_per_s", cell->texts_per_s);
    snt_json_add_double(&object, "tokens_per_s", cell->tokens_per_s);
    snt_json_add_double(&object, "gflop_per_s", cell->gflop_per_s);
    if (cell->of_gemm > 0)
        snt_json_add_double(&object, "of_gemm", cell->of_gemm);
    snt_json_add_double(&object, "p50_ms", cell->p50_ms);
    snt_json_add_double(&object, "p90_ms", cell->p90_ms);
    snt_json_add_double(&object, "p99_ms", cell->p99_ms);
    snt_json_end(&object, buf);
    snt_json_free(&object);
}

/* The settings of a cell, or nothing when there is none. */
static void add_advice(
    snt_json_object *advice, const char *key, const snt_bench_cell *cell)
{
    snt_json_object object = {0};
    snt_buffer json = {0};

    if (!cell)
        return;
    add_settings(&object, cell);
    snt_json_end(&object, &json);
    snt_json_add_raw(advice, key, strlen(key), json.bytes, json.len);
    snt_buffer_free(&json);
    snt_json_free(&object);
}

void snt_bench_json(const snt_bench_report *r, snt_buffer *buf)
{
    snt_json_object object = {0}, advice = {0};
    snt_buffer json = {0};
    const char *version = sentiment_version();

    snt_json_add_string(&object, "model", r->model, strlen(r->model));
    snt_json_add_string(&object, "engine", r->engine, strlen(r->engine));
    snt_json_add_string(&object, "cpu", r->cpu, strlen(r->cpu));
    snt_json_add_string(&object, "device", r->device, strlen(r->device));
    snt_json_add_string(&object, "version", version, strlen(version));
    snt_json_add_uint(&object, "cpus", r->cpus);
    snt_json_add_uint(&object, "texts", r->texts);
    for (size_t i = 0; i < r->n; i++) {
        snt_buffer_add_char(&json, i ? ',' : '[');
        add_cell(&json, &r->cells[i]);
    }
    snt_buffer_add_string(&json, r->n ? "]" : "[]");
    snt_json_add_raw(&object, "results", 7, json.bytes, json.len);
    snt_buffer_clear(&json);
    add_advice(&advice, "fastest", snt_bench_fastest(r->cells, r->n, NULL));
    add_advice(
        &advice, "fastest_fp32", snt_bench_fastest(r->cells, r->n, "fp32"));
    add_advice(&advice, "soonest", snt_bench_soonest(r->cells, r->n));
    snt_json_end(&advice, &json);
    snt_json_add_raw(&object, "recommended", 11, json.bytes, json.len);
    snt_json_end(&object, buf);
    snt_buffer_add_char(buf, '\n');
    snt_buffer_free(&json);
    snt_json_free(&advice);
    snt_json_free(&object);
}
