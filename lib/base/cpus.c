/* cpus.c - see cpus.h. A control group says what it grants in one small file:
 * version 2 "QUOTA PERIOD" or "max PERIOD"; version 1 in two files, -1 for no
 * quota. The groups that it lies in grant no more than they have themselves. */
#include "cpus.h"

#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdbool.h>
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

/* What the group in dir grants, in both versions; 0: no quota. */
static unsigned granted_2(const char *dir)
{
    char path[PATH_MAX + 32], line[128], *rest;
    long long microseconds;

    snprintf(path, sizeof(path), "%s/cpu.max", dir);
    if (!read_line(path, line, sizeof(line)))
        return 0;
    microseconds = strtoll(line, &rest, 10);
    return rest == line ? 0 : rounded_up(microseconds, strtoll(rest, NULL, 10));
}

static unsigned granted_1(const char *dir)
{
    char path[PATH_MAX + 32], quota[128], period[128];

    snprintf(path, sizeof(path), "%s/cpu.cfs_quota_us", dir);
    if (!read_line(path, quota, sizeof(quota)))
        return 0;
    snprintf(path, sizeof(path), "%s/cpu.cfs_period_us", dir);
    if (!read_line(path, period, sizeof(period)))
        return 0;
    return rounded_up(strtoll(quota, NULL, 10), strtoll(period, NULL, 10));
}

static unsigned least(unsigned a, unsigned b)
{
    return a && (!b || a < b) ? a : b;
}

/* The least that group, a path such as "/a/b", and those above it grant. What
 * is not there is passed over: inside a container the path may be the host's,
 * and the mount the container's own group. */
static unsigned granted_upwards(
    const char *mount, const char *group, unsigned (*granted)(const char *))
{
    char dir[PATH_MAX];
    size_t root = strlen(mount);
    int len = snprintf(dir, sizeof(dir), "%s%s", mount, group);
    unsigned cpus = 0;

    if (*group != '/' || strstr(group, "/..") || len < 0 ||
        (size_t)len >= sizeof(dir))
        return granted(mount);
    while (strlen(dir) > root) {
        cpus = least(granted(dir), cpus);
        *strrchr(dir, '/') = '\0';
    }
    return least(granted(mount), cpus);
}

/* Whether "cpu" is one of the names, which commas part. */
static bool has_cpu(const char *names)
{
    while (strcspn(names, ",") != 3 || strncmp(names, "cpu", 3)) {
        names = strchr(names, ',');
        if (!names++)
            return false;
    }
    return true;
}

/* A line is "NUMBER:CONTROLLERS:GROUP"; in version 2 it names none. */
static unsigned granted_by_line(const char *mount, char *line)
{
    char cpu[PATH_MAX], *names = strchr(line, ':');
    char *group = names ? strchr(names + 1, ':') : NULL;

    if (!group)
        return 0;
    *names++ = *group++ = '\0';
    group[strcspn(group, "\n")] = '\0';
    if (!*names)
        return granted_upwards(mount, group, granted_2);
    snprintf(cpu, sizeof(cpu), "%s/cpu", mount);
    return has_cpu(names) ? granted_upwards(cpu, group, granted_1) : 0;
}

unsigned snt_cpus_granted(const char *groups, const char *mount)
{
    char unknown[2][8] = {"0::/", "1:cpu:/"}, *line = NULL;
    FILE *file = fopen(groups, "re");
    size_t cap = 0;
    unsigned cpus = 0;

    if (!file)
        return least(
            granted_by_line(mount, unknown[0]),
            granted_by_line(mount, unknown[1]));
    while (getline(&line, &cap, file) > 0)
        cpus = least(granted_by_line(mount, line), cpus);
    free(line);
    fclose(file);
    return cpus;
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
    unsigned granted = snt_cpus_granted("/proc/self/cgroup", "/sys/fs/cgroup");
    unsigned cpus = least(affinity(), granted);

    return cpus ? cpus : 1;
}
