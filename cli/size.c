/* size.c - see size.h. */
#include "size.h"

#include <stdio.h>

void snt_size_format(char out[SNT_SIZE], uint64_t bytes)
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
    double size = (double)bytes;
    int unit = 0;

    while (size >= 999.5 && unit < 4) {
        size /= 1000;
        unit++;
    }
    snprintf(
        out, SNT_SIZE, size < 9.95 && unit ? "%.1f %s" : "%.0f %s", size,
        units[unit]);
}
