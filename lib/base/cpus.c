/* cpus.c - see cpus.h. A control group says what it grants in one small file:
 * version 2 "QUOTA PERIOD" or "max PERIOD"; version 1 in two files, -1 for no
 * quota. Only this process's own group is asked, as it sees it. */
#include "cpus.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int read_line(const char *path, char *line, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n;

    if (fd < 0)
        return 0;
    n = read(fd, line, size - 1);
    close(fd);
    if (n <= 0)
        return 0;
    line[n] = '\0';
    return 1;
}

static unsigned rounded_up(long long quota, long long period)
{
    if (quota <= 0 || period <= 0)
        return 0;
    return (unsigned)((quota + period - 1) / period);
}

/* 0: no quota. */
static unsigned quota(void)
{
    char line[128], *rest;
    long long microseconds;

    if (read_line("/sys/fs/cgroup/cpu.max", line, sizeof(line))) {
        microseconds = strtoll(line, &rest, 10);
        return rest == line ? 0
                            : rounded_up(microseconds, strtoll(rest, NULL, 10));
    }
    if (!read_line("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", line, sizeof(line)))
        return 0;
    microseconds = strtoll(line, NULL, 10);
    if (!read_line("/sys/fs/cgroup/cpu/cpu.cfs_period_us", line, sizeof(line)))
        return 0;
    return rounded_up(microseconds, strtoll(line, NULL, 10));
}

static unsigned affinity(void)
{
    cpu_set_t set;
    long n;

    if (!sched_getaffinity(0, sizeof(set), &set))
        return (unsigned)CPU_COUNT(&set);
    n = sysconf(_SC_NPROCESSORS_ONLN);
    return n > 0 ? (unsigned)n : 1;
}

unsigned snt_cpus(void)
{
    unsigned cpus = affinity(), granted = quota();

    if (granted && granted < cpus)
        cpus = granted;
    return cpus ? cpus : 1;
}
