# Makefile - the whole build, non-recursive; everything built lands in build/.
#
#   make run      sets up, builds, classifies examples/headlines.txt
#   make test     what every change must pass
#   make help     every target
#
# CC, CXX, CFLAGS, CXXFLAGS, LDFLAGS are the user's and are added to ours.
# B=build/asan SANITIZE=address,undefined builds a variant beside the first.

B ?= build
SANITIZE ?=
LIBTORCH ?= build/libtorch
PREFIX ?= /usr/local
LIBDIR ?= $(PREFIX)/lib

version = $(shell awk '/define SENTIMENT_VERSION_$(1)/ {print $$3}' \
    include/sentiment/base.h)
MAJOR := $(call version,MAJOR)
VERSION := $(MAJOR).$(call version,MINOR).$(call version,PATCH)

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wcast-qual
CWARN := $(WARN) -Wstrict-prototypes -Wmissing-prototypes
SAN := $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-omit-frame-pointer \
    -fno-sanitize-recover=undefined)
OURS := -O2 -g -fPIC -pthread -MMD -MP $(SAN)
C := $(CC) -std=c11 -D_GNU_SOURCE $(CWARN) $(OURS) $(CFLAGS)
CPP := $(CXX) -std=c++20 $(WARN) $(OURS) $(CXXFLAGS)
LD := $(SAN) -pthread $(LDFLAGS)

BASE_SRC := $(wildcard lib/base/*.c)
LIB_SRC := $(BASE_SRC) $(wildcard lib/tokenizer/*.c lib/model/*.c lib/*.c)
CLI_SRC := $(wildcard cli/*.c)
TEST_SRC := $(wildcard tests/*.c)
EXAMPLES := $(patsubst examples/%.c,$(B)/examples/%,$(wildcard examples/*.c))

obj = $(patsubst %,$(B)/obj/%.o,$(1))
SO := $(B)/lib/libsentiment.so
SHIM := $(B)/lib/sentiment/libsentiment_torch.so
CLI := $(B)/bin/sentiment-cli
FAKE := $(B)/lib/libfake_engine.so
CHECK := $(B)/tests/check

.DEFAULT_GOAL := all
.PHONY: all lib shim cli examples test test-all fuzz fuzzers help clean

all: lib shim cli examples ## Builds the library, the engine, the command
lib: $(SO) $(B)/lib/libsentiment.a
shim: $(SHIM)
cli: $(CLI)
examples: $(EXAMPLES)

$(B)/obj/%.c.o: %.c Makefile
	@mkdir -p $(@D)
	$(C) -Iinclude -I. $(if $(filter lib/% shim/% tests/%,$<),-Ilib -Ilib/base) \
	    $(if $(filter cli/%,$<),-Ilib/base) \
	    $(if $(filter tests/%,$<),-Icli) -c $< -o $@

$(B)/obj/%.cc.o: %.cc Makefile
	@mkdir -p $(@D)
	$(CPP) -Iinclude -I. -isystem $(LIBTORCH)/include \
	    -isystem $(LIBTORCH)/include/torch/csrc/api/include -c $< -o $@

# kernels.c once for each instruction set: see shim/kernels.h.
KERNEL := -O3 -ffp-contract=fast -fno-math-errno -fno-trapping-math \
    -fopenmp-simd
kernels = $(KERNEL) -DSNT_KERNELS=snt_kernels_$(1) \
    -DSNT_KERNELS_NAME='"$(2)"' -DSNT_LANES=$(3)
KERNELS := $(B)/obj/shim/kernels_baseline.o
ifeq ($(shell uname -m),x86_64)
KERNELS += $(B)/obj/shim/kernels_avx2.o $(B)/obj/shim/kernels_avx512.o
endif
$(B)/obj/shim/kernels_baseline.o: OPTS := $(call kernels,baseline,baseline,4)
$(B)/obj/shim/kernels_avx2.o: OPTS := $(call kernels,avx2,AVX2,8) \
    -mavx2 -mfma
$(B)/obj/shim/kernels_avx512.o: OPTS := $(call kernels,avx512,AVX512,16) \
    -mavx2 -mfma -mavx512f -mavx512bw -mavx512dq -mavx512vl \
    -mprefer-vector-width=512
$(KERNELS): shim/kernels.c Makefile
	@mkdir -p $(@D)
	$(C) -Iinclude -I. $(OPTS) -c $< -o $@
KERNELS += $(B)/obj/shim/kernels_pick.c.o

$(B)/lib/libsntbase.a: $(call obj,$(BASE_SRC))
	@mkdir -p $(@D)
	rm -f $@ && ar rcs $@ $^

$(B)/lib/libsentiment.a: $(call obj,$(LIB_SRC))
	@mkdir -p $(@D)
	rm -f $@ && ar rcs $@ $^

$(SO): $(call obj,$(LIB_SRC)) lib/libsentiment.map
	@mkdir -p $(@D)
	$(CC) -shared $(LD) -Wl,-soname,libsentiment.so.$(MAJOR) \
	    -Wl,--version-script=lib/libsentiment.map -Wl,--no-undefined \
	    $(filter %.o,$^) -o $@.$(VERSION) -ljansson -ldl -lm
	ln -sf libsentiment.so.$(VERSION) $(B)/lib/libsentiment.so.$(MAJOR)
	ln -sf libsentiment.so.$(MAJOR) $@

$(SHIM): $(call obj,$(wildcard shim/*.cc)) $(KERNELS) shim/engine.map
	@mkdir -p $(@D)
	ln -sf $(abspath $(LIBTORCH))/lib/*.so* $(@D)/
	$(CXX) -shared $(LD) -Wl,-rpath,'$$ORIGIN' \
	    -Wl,--version-script=shim/engine.map -Wl,--no-undefined \
	    $(filter %.o,$^) -o $@ -L$(LIBTORCH)/lib -ltorch_cpu -lc10

$(CLI): $(call obj,$(CLI_SRC)) $(B)/lib/libsntbase.a $(SO)
	@mkdir -p $(@D)
	$(CC) $(LD) -Wl,-rpath,'$$ORIGIN/../lib' $(filter %.o,$^) -o $@ \
	    -L$(B)/lib -lsentiment -lsntbase -ljansson -lm

$(B)/examples/%: examples/%.c $(SO)
	@mkdir -p $(@D)
	$(C) -Iinclude $< -o $@ $(LD) -Wl,-rpath,'$$ORIGIN/../lib' \
	    -L$(B)/lib -lsentiment

$(FAKE): $(B)/obj/tests/fake_engine.c.o
	@mkdir -p $(@D)
	$(CC) -shared $(LD) $^ -o $@ -lm

$(CHECK): $(call obj,$(filter-out tests/fake_engine.c,$(TEST_SRC)) \
    $(filter-out cli/main.c,$(CLI_SRC))) $(B)/lib/libsentiment.a
	@mkdir -p $(@D)
	$(CC) $(LD) $(filter %.o,$^) -L$(B)/lib -l:libsentiment.a -o $@ \
	    $$(pkg-config --libs check) -ljansson -ldl -lm

CHECK_TORCH := $(B)/tests/check_torch
$(CHECK_TORCH): $(B)/obj/tests/torch/check_torch.c.o $(B)/lib/libsentiment.a
	@mkdir -p $(@D)
	$(CC) $(LD) $(filter %.o,$^) -L$(B)/lib -l:libsentiment.a -o $@ \
	    $$(pkg-config --libs check) -ljansson -ldl -lm

# The fuzz targets run their corpora in every test, and hunt under clang.
FUZZ := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZERS := $(FUZZ:%=$(B)/tests/%)
FUZZ_MAIN := $(B)/obj/tests/fuzz/replay.c.o
FUZZ_SECONDS ?= 60
corpora = $$(ls -d tests/fuzz/corpus/$$name tests/vectors/$$name 2>/dev/null)
$(FUZZERS): $(B)/tests/%: $(B)/obj/tests/fuzz/%.c.o \
    $(B)/obj/tests/fuzz/fuzz.c.o $(FUZZ_MAIN) $(B)/lib/libsentiment.a
	@mkdir -p $(@D)
	$(CC) $(LD) $(filter %.o,$^) -L$(B)/lib -l:libsentiment.a -o $@ \
	    -ljansson -ldl -lm

fuzzers: $(FUZZERS)
fuzz: ## Hunts for files that break a reader, FUZZ_SECONDS each (clang)
	$(MAKE) B=build/fuzz CC=clang SANITIZE=address,undefined,fuzzer-no-link \
	    FUZZ_MAIN= LDFLAGS='$(LDFLAGS) -fsanitize=fuzzer' fuzzers
	for name in $(FUZZ:fuzz_%=%); do mkdir -p build/fuzz/corpus/$$name; \
	    build/fuzz/tests/fuzz_$$name -max_total_time=$(FUZZ_SECONDS) \
	    -artifact_prefix=build/fuzz/ build/fuzz/corpus/$$name $(corpora) \
	    || exit 1; done

test: $(CHECK) $(FAKE) $(FUZZERS) $(CLI) ## Runs what every change must pass
	$(CHECK)
	for name in $(FUZZ:fuzz_%=%); do \
	    $(B)/tests/fuzz_$$name $(corpora) || exit 1; done
	tests/cli/run.sh $(B)

test-all: test ## Adds what is heavy
	tests/cli/heavy.sh $(B)

help: ## Lists the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "%-12s %s\n", $$1, $$2}' \
	    $(MAKEFILE_LIST)

clean: ## Removes what was built (libtorch is kept in the user's cache)
	rm -rf $(B)/obj $(B)/lib $(B)/bin $(B)/tests $(B)/examples

-include $(shell find $(B)/obj -name '*.d' 2>/dev/null)
