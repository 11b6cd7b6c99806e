/* resident.h - what the measuring programs say of memory. */
#ifndef SNT_RESIDENT_H
#define SNT_RESIDENT_H

#include <stdio.h>
#include <unistd.h>

/** Megabytes of memory in use. */
static inline double snt_resident(void)
{
    FILE *file = fopen("/proc/self/statm", "r");
    long all = 0, pages = 0;

    if (file) {
        if (fscanf(file, "%ld %ld", &all, &pages) != 2)
            pages = 0;
        fclose(file);
    }
    return (double)pages * (double)sysconf(_SC_PAGESIZE) / 1e6;
}

#endif
