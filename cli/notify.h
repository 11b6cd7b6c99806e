/* notify.h - a word to the service manager that started us, if one did:
 * sd_notify(3) and sd_listen_fds(3), without libsystemd. */
#ifndef SNT_NOTIFY_H
#define SNT_NOTIFY_H

/** "READY=1", "STOPPING=1", "STATUS=…", "WATCHDOG=1". */
void snt_notify(const char *state);

/** How many listening sockets were handed over, from descriptor 3 on. */
int snt_notify_sockets(void);

/** How often the manager wants to hear WATCHDOG=1, in ms; 0: never. */
int snt_notify_watchdog_ms(void);

#endif
