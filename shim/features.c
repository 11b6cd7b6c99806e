/* features.c - see features.h. */
#include "features.h"

#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>

static int bit(unsigned value, unsigned n)
{
    return (int)(value >> n & 1);
}

static int is_amd(void)
{
    unsigned a, b, c, d;
    char vendor[12];

    if (!__get_cpuid(0, &a, &b, &c, &d))
        return 0;
    memcpy(vendor, &b, 4);
    memcpy(vendor + 4, &d, 4);
    memcpy(vendor + 8, &c, 4);
    return !memcmp(vendor, "AuthenticAMD", 12);
}

/* Intel's manual, volume 2, CPUID, leaf 7. That the system saves the wide
 * registers is what __builtin_cpu_supports adds. */
snt_cpu snt_cpu_here(void)
{
    snt_cpu cpu = {.is_amd = is_amd()};
    unsigned a, b, c, d;
    int wide = __builtin_cpu_supports("avx512f");

    if (__get_cpuid_count(7, 0, &a, &b, &c, &d)) {
        cpu.avx512_vnni = wide && bit(c, 11);
        cpu.amx_bf16 = wide && bit(d, 22);
        cpu.amx_int8 = wide && bit(d, 25);
    }
    if (__get_cpuid_count(7, 1, &a, &b, &c, &d)) {
        cpu.avx512_bf16 = wide && bit(a, 5);
        cpu.avx512_vnni |= __builtin_cpu_supports("avx2") && bit(a, 4);
    }
    return cpu;
}
#else
snt_cpu snt_cpu_here(void)
{
    return (snt_cpu){0};
}
#endif

/* AVX-512 BF16 without AMX: 1.9 times fp32 on AMD's Zen 4 and 5, slower than
 * fp32 on Intel's, whose unit for it is half as wide. Without VNNI int8 goes
 * through sums of 16 bits, which overflow. See docs/performance.md. */
uint32_t snt_cpu_fast(const snt_cpu *cpu)
{
    uint32_t fast = 0;

    if (cpu->amx_bf16 || (cpu->avx512_bf16 && cpu->is_amd))
        fast |= SNT_BF16_COMPUTE;
    if (cpu->amx_int8 || cpu->avx512_vnni)
        fast |= SNT_INT8;
    return fast;
}
