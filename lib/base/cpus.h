/* cpus.h - how many CPUs this process may use. */
#ifndef SNT_CPUS_H
#define SNT_CPUS_H

/** At least 1: the CPUs of the affinity mask, or fewer when the process's
 * control group, or one that it lies in, has a quota (rounded up). */
unsigned snt_cpus(void);

/** The quota alone, 0 when there is none: groups is /proc/self/cgroup, mount
 * where control groups are mounted. */
unsigned snt_cpus_granted(const char *groups, const char *mount);

#endif
