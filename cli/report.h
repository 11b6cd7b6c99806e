/* report.h - one line on standard error. */
#ifndef SNT_REPORT_H
#define SNT_REPORT_H

/** From now on FN(arg, line) gets what snt_report would print; NULL: nothing
 * does, any more. Before there are threads, and after. */
void snt_report_to(void (*fn)(void *arg, const char *line), void *arg);

/** Prints "sentiment-cli: …". Over a progress bar, which leaves the cursor at
 * the begin of its line, it takes the bar's place. */
void snt_report(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
