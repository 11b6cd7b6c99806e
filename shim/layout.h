/*
 * layout.h - where the tokens of a batch lie on a device.
 *
 * Texts of like length form a group and are padded to its width, so that
 * attention takes a group whole and everything else all rows of all groups:
 * group after group, in them text after text. Widths come from a fixed ladder,
 * since a device prepares something for every new shape.
 */
#ifndef SNT_LAYOUT_H
#define SNT_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    SNT_GROUPS = 64, /* at most: widths up to a million */
    /* What a group more costs, its launches, in rows of padding that are worth
     * as much. Not measured. */
    SNT_GROUP_ROWS = 256
};

typedef struct snt_group {
    size_t width; /* rows a text */
    size_t texts; /* with those that were added */
    int full;     /* no row of it is padding */
} snt_group;

typedef struct snt_layout {
    size_t rows;  /* of all groups */
    size_t texts; /* of all groups */
    size_t n_groups;
    snt_group groups[SNT_GROUPS]; /* [n_groups], widths ascend */
} snt_layout;

/** A text's rows where it is alone in its group. */
size_t snt_layout_width(size_t length);

/**
 * Lays out n texts, of which text i is starts[i + 1] - starts[i] tokens long,
 * in groups that together cost the least. Fills row[n], the row of each text's
 * first token, and place[n], which of the layout's texts it is. With repeat the
 * number of a group's texts is from a ladder too, for devices on which a new
 * shape costs much: texts are added.
 */
void snt_layout_make(
    snt_layout *layout, size_t n, const int32_t *starts, int repeat,
    size_t *row, size_t *place);

#ifdef __cplusplus
}
#endif

#endif
