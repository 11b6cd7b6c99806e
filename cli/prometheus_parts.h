/*
 * prometheus_parts.h - the metrics that all have who classify for long: of the
 * engine, the pipeline and the process.
 */
#ifndef SNT_PROMETHEUS_PARTS_H
#define SNT_PROMETHEUS_PARTS_H

#include <stdint.h>

#include "buffer.h"
#include "sentiment/pipeline.h"

/** What computes, and how large its batches are. */
void snt_prometheus_engine(snt_buffer *buf, const sentiment_classifier *clf);

/** What became of texts. */
void snt_prometheus_pipeline(snt_buffer *buf, sentiment_pipeline *pipe);

/** The program, its memory and its start. */
void snt_prometheus_process(snt_buffer *buf, uint64_t started_s);

#endif
