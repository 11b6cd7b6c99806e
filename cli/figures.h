/* figures.h - what `eval` found, as JSON or as a table. */
#ifndef SNT_FIGURES_H
#define SNT_FIGURES_H

#include "buffer.h"
#include "metrics.h"
#include "sentiment/classifier.h"

typedef struct snt_figures {
    const snt_metrics *metrics;
    const sentiment_classifier *clf; /* names the labels */
    uint64_t failed;                 /* rows without a prediction */
} snt_figures;

/** One object, keys sorted, with a newline. */
void snt_figures_json(const snt_figures *f, snt_buffer *buf);

void snt_figures_table(const snt_figures *f, snt_buffer *buf);

#endif
