/*
 * check.c - runs every suite, or those named on the command line.
 *
 * Check runs each test in a forked child; CK_FORK=no runs all in this process,
 * which is what a debugger wants. No libtorch here: tests/torch has its own
 * binary, because a fork copies one thread only.
 */
#include <stdlib.h>
#include <string.h>

#include "suites.h"

static int wanted(int argc, char **argv, const char *name)
{
    for (int i = 1; i < argc; i++)
        if (!strcmp(argv[i], name))
            return 1;
    return argc < 2;
}

int main(int argc, char **argv)
{
    SRunner *runner = srunner_create(NULL);
    int failed;

#define ADD(name)                                                              \
    if (wanted(argc, argv, #name))                                             \
        srunner_add_suite(runner, name##_suite());
    SUITES(ADD)
#undef ADD
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
