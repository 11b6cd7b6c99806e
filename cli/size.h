/* size.h - bytes for people: "329 MB", in powers of ten as the hub shows. */
#ifndef SNT_SIZE_H
#define SNT_SIZE_H

#include <stdint.h>

/** Room for a size with its NUL. */
enum { SNT_SIZE = 24 };

void snt_size_format(char out[SNT_SIZE], uint64_t bytes);

#endif
