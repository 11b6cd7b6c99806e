/*
 * fuzz.h - what the fuzz targets share. Each is one function,
 * LLVMFuzzerTestOneInput: linked with clang's libFuzzer it hunts (make fuzz),
 * linked with replay.c it runs its corpus (make test).
 */
#ifndef SNT_FUZZ_H
#define SNT_FUZZ_H

#include <stddef.h>
#include <stdint.h>

#include "model/formats.h"
#include "model/weights.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/** The path of a file that holds these bytes, until the next call. */
const char *fuzz_file(const uint8_t *bytes, size_t len);

/** Ends the program unless every tensor lies in the files they came from. */
void fuzz_check_places(const snt_weights *weights);

#endif
