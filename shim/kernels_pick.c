/* kernels_pick.c - which build of kernels.c this CPU runs. */
#include "kernels.h"

enum { WIDEST = 32 }; /* floats that kernels.c pads to, at most */

extern const snt_kernels snt_kernels_baseline;
#if defined(__x86_64__)
extern const snt_kernels snt_kernels_avx2;
extern const snt_kernels snt_kernels_avx512;
extern const snt_kernels snt_kernels_avx512_bf16;

static int has_avx2(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

static int has_avx512(void)
{
    return has_avx2() && __builtin_cpu_supports("avx512f") &&
           __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl");
}

static int has_avx512_bf16(void)
{
    return has_avx512() && __builtin_cpu_supports("avx512vnni") &&
           __builtin_cpu_supports("avx512bf16");
}

const snt_kernels *const *snt_kernels_all(void)
{
    static const snt_kernels *const four[] = {
        &snt_kernels_baseline, &snt_kernels_avx2, &snt_kernels_avx512,
        &snt_kernels_avx512_bf16, NULL};
    static const snt_kernels *const three[] = {
        &snt_kernels_baseline, &snt_kernels_avx2, &snt_kernels_avx512, NULL};
    static const snt_kernels *const two[] = {
        &snt_kernels_baseline, &snt_kernels_avx2, NULL};
    static const snt_kernels *const one[] = {&snt_kernels_baseline, NULL};

    return has_avx512_bf16() ? four
           : has_avx512()    ? three
           : has_avx2()      ? two
                             : one;
}
#else
const snt_kernels *const *snt_kernels_all(void)
{
    static const snt_kernels *const one[] = {&snt_kernels_baseline, NULL};

    return one;
}
#endif

const snt_kernels *snt_kernels_best(void)
{
    const snt_kernels *const *all = snt_kernels_all();

    while (all[1])
        all++;
    return *all;
}

static size_t whole(size_t n)
{
    return (n + WIDEST - 1) / WIDEST * WIDEST;
}

size_t snt_attention_scratch(size_t dim, size_t n_keys)
{
    size_t columns = whole(n_keys), width = whole(dim);

    return columns * (dim + 4) + width * (n_keys + 1 + 8);
}
