/* features.h - which precisions a CPU computes faster than fp32. */
#ifndef SNT_FEATURES_H
#define SNT_FEATURES_H

#include "engine.h"

#ifdef __cplusplus
extern "C" {
#endif

/** What of a CPU decides. */
typedef struct snt_cpu {
    int is_amd;
    int avx512_bf16;
    int avx512_vnni; /* or AVX-VNNI */
    int amx_bf16;
    int amx_int8;
} snt_cpu;

/** This one; all zero where it is no x86. */
snt_cpu snt_cpu_here(void);

/** Bits of snt_precision: a table of what was measured, never a timing, so
 * that all machines of one kind agree. */
uint32_t snt_cpu_fast(const snt_cpu *cpu);

#ifdef __cplusplus
}
#endif

#endif
