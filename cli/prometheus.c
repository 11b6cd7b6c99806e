/* prometheus.c - see prometheus.h. */
#include "prometheus.h"

#include <string.h>

#include "json.h"

static const double seconds[SNT_TIME_BUCKETS - 1] = {
    25e-6, 1e-4, 25e-5, 5e-4, 1e-3, 25e-4, 5e-3, 0.01, 0.025,
    0.05,  0.1,  0.25,  0.5,  1,    2.5,   5,    10,   30};

void snt_histogram_observe(snt_histogram *histogram, uint64_t us)
{
    size_t i = 0;

    while (i < SNT_TIME_BUCKETS - 1 && (double)us > seconds[i] * 1e6)
        i++;
    atomic_fetch_add_explicit(&histogram->counts[i], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&histogram->sum_us, us, memory_order_relaxed);
}

void snt_prometheus_family(
    snt_buffer *buf, const char *name, const char *type, const char *help)
{
    snt_buffer_add_string(buf, "# HELP ");
    snt_buffer_add_string(buf, name);
    snt_buffer_add_char(buf, ' ');
    snt_buffer_add_string(buf, help);
    snt_buffer_add_string(buf, "\n# TYPE ");
    snt_buffer_add_string(buf, name);
    snt_buffer_add_char(buf, ' ');
    snt_buffer_add_string(buf, type);
    snt_buffer_add_char(buf, '\n');
}

static void add_label(
    snt_buffer *buf, const char *name, const char *value, bool first)
{
    if (!first)
        snt_buffer_add_char(buf, ',');
    snt_buffer_add_string(buf, name);
    snt_buffer_add_string(buf, "=\"");
    for (; *value; value++) {
        if (*value == '\n') {
            snt_buffer_add_string(buf, "\\n");
            continue;
        }
        if (*value == '"' || *value == '\\')
            snt_buffer_add_char(buf, '\\');
        snt_buffer_add_char(buf, *value);
    }
    snt_buffer_add_char(buf, '"');
}

/* "name{a="b",le="0.1"} "; le NULL: without. */
static void add_name(
    snt_buffer *buf, const char *name, const char *suffix,
    const snt_prometheus_label *labels, const char *le)
{
    bool first = true;

    snt_buffer_add_string(buf, name);
    snt_buffer_add_string(buf, suffix);
    if (le || (labels && labels->name)) {
        snt_buffer_add_char(buf, '{');
        for (; labels && labels->name; labels++, first = false)
            add_label(buf, labels->name, labels->value, first);
        if (le)
            add_label(buf, "le", le, first);
        snt_buffer_add_char(buf, '}');
    }
    snt_buffer_add_char(buf, ' ');
}

void snt_prometheus_uint(
    snt_buffer *buf, const char *name, const snt_prometheus_label *labels,
    uint64_t value)
{
    add_name(buf, name, "", labels, NULL);
    snt_json_uint(buf, value);
    snt_buffer_add_char(buf, '\n');
}

void snt_prometheus_double(
    snt_buffer *buf, const char *name, const snt_prometheus_label *labels,
    double value)
{
    add_name(buf, name, "", labels, NULL);
    snt_json_double(buf, value);
    snt_buffer_add_char(buf, '\n');
}

void snt_prometheus_counter(
    snt_buffer *buf, const char *name, const char *help, uint64_t value)
{
    snt_prometheus_family(buf, name, "counter", help);
    snt_prometheus_uint(buf, name, NULL, value);
}

void snt_prometheus_gauge(
    snt_buffer *buf, const char *name, const char *help, uint64_t value)
{
    snt_prometheus_family(buf, name, "gauge", help);
    snt_prometheus_uint(buf, name, NULL, value);
}

void snt_prometheus_buckets(
    snt_buffer *buf, const char *name, const snt_prometheus_label *labels,
    const uint64_t *counts, const double *bounds, size_t n, double sum)
{
    char bound[SNT_JSON_NUMBER];
    uint64_t below = 0;

    for (size_t i = 0; i < n; i++) {
        below += counts[i];
        if (i + 1 < n)
            bound[snt_json_format(bound, bounds[i])] = '\0';
        else
            memcpy(bound, "+Inf", sizeof("+Inf"));
        add_name(buf, name, "_bucket", labels, bound);
        snt_json_uint(buf, below);
        snt_buffer_add_char(buf, '\n');
    }
    add_name(buf, name, "_sum", labels, NULL);
    snt_json_double(buf, sum);
    snt_buffer_add_char(buf, '\n');
    add_name(buf, name, "_count", labels, NULL);
    snt_json_uint(buf, below);
    snt_buffer_add_char(buf, '\n');
}

void snt_prometheus_histogram(
    snt_buffer *buf, const char *name, const snt_prometheus_label *labels,
    const snt_histogram *histogram)
{
    uint64_t counts[SNT_TIME_BUCKETS];

    for (size_t i = 0; i < SNT_TIME_BUCKETS; i++)
        counts[i] = atomic_load(&histogram->counts[i]);
    snt_prometheus_buckets(
        buf, name, labels, counts, seconds, SNT_TIME_BUCKETS,
        (double)atomic_load(&histogram->sum_us) / 1e6);
}
