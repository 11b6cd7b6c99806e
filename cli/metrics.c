/* metrics.c - see metrics.h. */
#include "metrics.h"

#include <math.h>
#include <stdlib.h>

#include "error.h"

sentiment_status snt_metrics_open(
    snt_metrics *m, size_t n_labels, sentiment_error *err)
{
    *m = (snt_metrics){.n_labels = n_labels};
    m->confusion = calloc(n_labels * n_labels, sizeof(*m->confusion));
    return m->confusion ? SENTIMENT_OK : snt_fail_memory(err);
}

void snt_metrics_close(snt_metrics *m)
{
    free(m->confusion);
    m->confusion = NULL;
}

void snt_metrics_add(
    snt_metrics *m, size_t truth, size_t predicted, double score)
{
    size_t bin = (size_t)(score * SNT_METRICS_BINS);

    bin = bin < SNT_METRICS_BINS ? bin : SNT_METRICS_BINS - 1;
    m->n++;
    m->confusion[truth * m->n_labels + predicted]++;
    m->right[bin] += truth == predicted;
    m->top[bin] += score;
}

static double ratio(uint64_t part, uint64_t whole)
{
    return whole ? (double)part / (double)whole : 0;
}

double snt_metrics_accuracy(const snt_metrics *m)
{
    uint64_t right = 0;

    for (size_t i = 0; i < m->n_labels; i++)
        right += m->confusion[i * m->n_labels + i];
    return ratio(right, m->n);
}

snt_metrics_class snt_metrics_of(const snt_metrics *m, size_t label)
{
    uint64_t truth = 0, predicted = 0;
    uint64_t hit = m->confusion[label * m->n_labels + label];

    for (size_t i = 0; i < m->n_labels; i++) {
        truth += m->confusion[label * m->n_labels + i];
        predicted += m->confusion[i * m->n_labels + label];
    }
    return (snt_metrics_class){
        ratio(hit, predicted), ratio(hit, truth),
        ratio(2 * hit, truth + predicted), truth};
}

double snt_metrics_macro_f1(const snt_metrics *m)
{
    double sum = 0;

    for (size_t i = 0; i < m->n_labels; i++)
        sum += snt_metrics_of(m, i).f1;
    return sum / (double)m->n_labels;
}

double snt_metrics_ece(const snt_metrics *m)
{
    double gap = 0;

    for (size_t i = 0; i < SNT_METRICS_BINS; i++)
        gap += fabs(m->right[i] - m->top[i]);
    return m->n ? gap / (double)m->n : 0;
}
