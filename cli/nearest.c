/* nearest.c - see nearest.h: the distance of optimal string alignment. */
#include "nearest.h"

#include <string.h>

enum { LONGEST = 40 };

static size_t smallest(size_t a, size_t b, size_t c)
{
    size_t least = a < b ? a : b;

    return least < c ? least : c;
}

/* Insertions, deletions, substitutions and swaps of neighbours. */
static size_t distance(const char *a, size_t n, const char *b, size_t m)
{
    size_t rows[3][LONGEST + 1]; /* the row before last, the last, this one */

    for (size_t j = 0; j <= m; j++)
        rows[1][j] = j;
    for (size_t i = 1; i <= n; i++) {
        rows[2][0] = i;
        for (size_t j = 1; j <= m; j++) {
            rows[2][j] = smallest(
                rows[1][j] + 1, rows[2][j - 1] + 1,
                rows[1][j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
                a[i - 2] == b[j - 1] && rows[0][j - 2] + 1 < rows[2][j])
                rows[2][j] = rows[0][j - 2] + 1;
        }
        memcpy(rows[0], rows[1], sizeof(rows[0]));
        memcpy(rows[1], rows[2], sizeof(rows[1]));
    }
    return rows[1][m];
}

void snt_nearest_offer(
    snt_nearest *nearest, const char *typed, const char *name, size_t len)
{
    size_t n = strlen(typed), far;

    if (!n || n > LONGEST || len > LONGEST)
        return;
    far = distance(typed, n, name, len);
    if (far > (len < 3 ? 1 : len / 3) ||
        (nearest->best && far >= nearest->distance))
        return;
    *nearest = (snt_nearest){name, len, far};
}
