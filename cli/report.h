/* report.h - one line on standard error. */
#ifndef SNT_REPORT_H
#define SNT_REPORT_H

/** Prints "sentiment-cli: …". Over a progress bar, which leaves the cursor at
 * the begin of its line, it takes the bar's place. */
void snt_report(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
