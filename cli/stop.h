/*
 * stop.h - the stop flag: Ctrl-C and SIGTERM ask for an end, once.
 *
 * A second one kills at once. The flag is the only global of the command.
 */
#ifndef SNT_STOP_H
#define SNT_STOP_H

/** Catches SIGINT, SIGTERM and SIGHUP, and ignores SIGPIPE: a pipe that is
 * closed is then a failed write. */
void snt_stop_install(void);

/** The signal that asked for an end, or 0. */
int snt_stop_signal(void);

/** From now on SIGHUP does not ask for an end but to load anew what can be:
 * snt_stop_take_hangup says once whether it did. */
void snt_stop_keep_hangup(void);
int snt_stop_take_hangup(void);

/** A descriptor that is readable once an end was asked for, or SIGHUP
 * was kept; -1 before snt_stop_install. Lets a poll wake up however the signal
 * falls. */
int snt_stop_fd(void);

#endif
