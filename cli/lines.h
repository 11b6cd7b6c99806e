/* lines.h - lines of a text that is in memory as a whole. */
#ifndef SNT_LINES_H
#define SNT_LINES_H

#include "sentiment/base.h"

/** Cuts the first line off rest; without white space at its end. */
sentiment_text snt_line_cut(sentiment_text *rest);

#endif
