/*
 * enrich_crash.h - places where the tests let the process die.
 *
 * In a build with -DSNT_CRASH_POINTS the environment variable
 * SENTIMENT_CRASH=NAME:N kills the process, as kill -9 does, when it comes to
 * the place NAME for the Nth time. In any other build there is nothing.
 */
#ifndef SNT_ENRICH_CRASH_H
#define SNT_ENRICH_CRASH_H

#ifdef SNT_CRASH_POINTS
void snt_enrich_crash(const char *place);
#define SNT_CRASH_POINT(place) snt_enrich_crash(place)
#else
#define SNT_CRASH_POINT(place) ((void)0)
#endif

#endif
