/* figures.c - see figures.h. */
#include "figures.h"

#include <stdio.h>
#include <string.h>

#include "json.h"
#include "width.h"

static void add_confusion(const snt_figures *f, snt_json_object *object)
{
    const snt_metrics *m = f->metrics;
    snt_buffer rows = {0};

    for (size_t i = 0; i < m->n_labels; i++) {
        snt_buffer_add_string(&rows, i ? ",[" : "[[");
        for (size_t k = 0; k < m->n_labels; k++) {
            snt_buffer_add_string(&rows, k ? "," : "");
            snt_json_uint(&rows, m->confusion[i * m->n_labels + k]);
        }
        snt_buffer_add_char(&rows, ']');
    }
    snt_buffer_add_char(&rows, ']');
    snt_json_add_raw(object, "confusion", 9, rows.bytes, rows.len);
    snt_buffer_free(&rows);
}

static void add_classes(const snt_figures *f, snt_json_object *object)
{
    snt_json_object classes = {0}, one = {0};
    snt_buffer json = {0};

    for (size_t i = 0; i < f->metrics->n_labels; i++) {
        const char *label = sentiment_classifier_label(f->clf, i);
        snt_metrics_class c = snt_metrics_of(f->metrics, i);

        snt_json_add_double(&one, "precision", c.precision);
        snt_json_add_double(&one, "recall", c.recall);
        snt_json_add_double(&one, "f1", c.f1);
        snt_json_add_uint(&one, "support", c.support);
        snt_buffer_clear(&json);
        snt_json_end(&one, &json);
        snt_json_add_raw(&classes, label, strlen(label), json.bytes, json.len);
    }
    snt_buffer_clear(&json);
    snt_json_end(&classes, &json);
    snt_json_add_raw(object, "per_class", 9, json.bytes, json.len);
    snt_json_free(&classes);
    snt_json_free(&one);
    snt_buffer_free(&json);
}

static void add_label_names(const snt_figures *f, snt_json_object *object)
{
    snt_buffer names = {0};

    for (size_t i = 0; i < f->metrics->n_labels; i++) {
        const char *label = sentiment_classifier_label(f->clf, i);

        snt_buffer_add_char(&names, i ? ',' : '[');
        snt_json_string(&names, label, strlen(label));
    }
    snt_buffer_add_char(&names, ']');
    snt_json_add_raw(object, "labels", 6, names.bytes, names.len);
    snt_buffer_free(&names);
}

void snt_figures_json(const snt_figures *f, snt_buffer *buf)
{
    snt_json_object object = {0};

    snt_json_add_uint(&object, "n", f->metrics->n);
    snt_json_add_uint(&object, "failed", f->failed);
    snt_json_add_double(&object, "accuracy", snt_metrics_accuracy(f->metrics));
    snt_json_add_double(&object, "macro_f1", snt_metrics_macro_f1(f->metrics));
    snt_json_add_double(&object, "ece", snt_metrics_ece(f->metrics));
    add_label_names(f, &object);
    add_confusion(f, &object);
    add_classes(f, &object);
    snt_json_end(&object, buf);
    snt_buffer_add_char(buf, '\n');
    snt_json_free(&object);
}

static void add_padded(snt_buffer *buf, const char *text, size_t width)
{
    size_t n = snt_width(text, strlen(text));

    snt_buffer_add_string(buf, text);
    for (; n < width; n++)
        snt_buffer_add_char(buf, ' ');
}

void snt_figures_table(const snt_figures *f, snt_buffer *buf)
{
    const snt_metrics *m = f->metrics;
    char line[160];

    snprintf(
        line, sizeof(line),
        "rows %llu  accuracy %.4f  macro-F1 %.4f  calibration error %.4f\n\n",
        (unsigned long long)m->n, snt_metrics_accuracy(m),
        snt_metrics_macro_f1(m), snt_metrics_ece(m));
    snt_buffer_add_string(buf, line);
    add_padded(buf, "LABEL", 16);
    snt_buffer_add_string(
        buf, "PRECISION  RECALL      F1    ROWS   LABELLED AS");
    for (size_t i = 0; i < m->n_labels; i++) {
        snprintf(
            line, sizeof(line), " %10.10s",
            sentiment_classifier_label(f->clf, i));
        snt_buffer_add_string(buf, line);
    }
    snt_buffer_add_char(buf, '\n');
    for (size_t i = 0; i < m->n_labels; i++) {
        snt_metrics_class c = snt_metrics_of(m, i);

        add_padded(buf, sentiment_classifier_label(f->clf, i), 16);
        snprintf(
            line, sizeof(line), "%9.4f  %6.4f  %6.4f %7llu              ",
            c.precision, c.recall, c.f1, (unsigned long long)c.support);
        snt_buffer_add_string(buf, line);
        for (size_t k = 0; k < m->n_labels; k++) {
            snprintf(
                line, sizeof(line), " %10llu",
                (unsigned long long)m->confusion[i * m->n_labels + k]);
            snt_buffer_add_string(buf, line);
        }
        snt_buffer_add_char(buf, '\n');
    }
}
