/*
 * block.h - what the next 64 bytes of a text are, a bit for each.
 *
 * Words come out of such bits by shifts, without a branch a character. Vectors
 * are the compiler's own, so that any CPU runs this; gathering one bit of each
 * byte has an instruction on x86.
 */
#ifndef SNT_BLOCK_H
#define SNT_BLOCK_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A block says what SNT_BLOCK_WORDS bytes are, so that the end of the last can
 * be a bit as well. Words are looked up 16 bytes at a time, so SNT_BLOCK_ROOM
 * bytes can be read at its start. */
enum { SNT_BLOCK = 64, SNT_BLOCK_WORDS = 63, SNT_BLOCK_ROOM = 80 };

typedef uint8_t snt_lanes __attribute__((vector_size(16)));

typedef struct snt_block {
    snt_lanes lanes[4];
} snt_block;

static inline snt_block snt_block_read(const char *bytes)
{
    snt_block block;

    memcpy(&block, bytes, sizeof(block));
    return block;
}

/* The lowest bit of each of 16 bytes that are 0 or all ones, on any CPU. */
static inline uint64_t snt_block_gather_plainly(snt_lanes lanes)
{
    const uint64_t each = UINT64_MAX / 255, spread = 0x0102040810204080;
    uint64_t halves[2];

    memcpy(halves, &lanes, sizeof(halves));
    return (halves[0] & each) * spread >> 56 |
           (halves[1] & each) * spread >> 56 << 8;
}

#ifdef __SSE2__
static inline uint64_t snt_block_gather(snt_lanes lanes)
{
    typedef char signed_lanes __attribute__((vector_size(16)));

    return (uint16_t)__builtin_ia32_pmovmskb128((signed_lanes)lanes);
}
#else
static inline uint64_t snt_block_gather(snt_lanes lanes)
{
    return snt_block_gather_plainly(lanes);
}
#endif

/** The bytes from low to high. */
static inline uint64_t snt_block_between(
    const snt_block *block, uint8_t low, uint8_t high)
{
    const uint8_t width = (uint8_t)(high - low);
    const snt_lanes *lanes = block->lanes;

    return snt_block_gather((snt_lanes)(lanes[0] - low <= width)) |
           snt_block_gather((snt_lanes)(lanes[1] - low <= width)) << 16 |
           snt_block_gather((snt_lanes)(lanes[2] - low <= width)) << 32 |
           snt_block_gather((snt_lanes)(lanes[3] - low <= width)) << 48;
}

/** ASCII letters. */
static inline uint64_t snt_block_letters(const snt_block *block)
{
    snt_block lower;

    for (int i = 0; i < 4; i++)
        lower.lanes[i] = block->lanes[i] | 0x20;
    return snt_block_between(&lower, 'a', 'z');
}

/** The bits under bit n <= 63. */
static inline uint64_t snt_block_first(size_t n)
{
    return (UINT64_C(1) << n) - 1;
}

/**
 * Where the block that begins at `at` can be read: in the text, or in tail
 * [SNT_BLOCK_ROOM], to which the last bytes of text[len] are copied, with zeros
 * behind.
 */
static inline const char *snt_block_at(
    const char *text, size_t at, size_t len, char *tail)
{
    if (len - at >= SNT_BLOCK_ROOM)
        return text + at;
    memset(tail, 0, SNT_BLOCK_ROOM);
    return memcpy(tail, text + at, len - at);
}

#endif
