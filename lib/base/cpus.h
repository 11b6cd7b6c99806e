/* cpus.h - how many CPUs this process may use. */
#ifndef SNT_CPUS_H
#define SNT_CPUS_H

/** At least 1: the CPUs of the affinity mask, or fewer when the control group
 * has a quota (rounded up). */
unsigned snt_cpus(void);

#endif
