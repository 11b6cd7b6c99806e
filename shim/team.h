/*
 * team.h - work in parts, computed by its owner and whoever helps.
 *
 * The owner hands out parts and takes them itself; a helper takes those that
 * are left. So nobody waits for a helper that has not come yet, only for one
 * that is in the middle of a part. There is no lock: both sides spin, for as
 * long as a pass lasts.
 */
#ifndef SNT_TEAM_H
#define SNT_TEAM_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct snt_team snt_team;

/** NULL: out of memory. */
snt_team *snt_team_open(void);

/** With no helper in it any more; NULL is fine. */
void snt_team_close(snt_team *team);

/** Helpers stay between these two. Of the owner's thread, like run. */
void snt_team_begin(snt_team *team);
void snt_team_end(snt_team *team);

/** Calls work(arg, i) for every i below parts, in any order and on any of the
 * threads, and returns when all have returned. */
void snt_team_run(
    snt_team *team, size_t parts, void (*work)(void *arg, size_t i), void *arg);

/** Takes a part, or waits some microseconds for one, and answers 1; 0: nothing
 * has begun, or it has ended. Any thread but the owner's. */
int snt_team_help(snt_team *team);

#ifdef __cplusplus
}
#endif

#endif
