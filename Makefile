# Makefile - the whole build, non-recursive; everything built lands in build/.
#
#   make run      sets up, builds, classifies examples/headlines.txt
#   make test     what every change must pass
#   make help     every target
#
# CC, CXX, CFLAGS, CXXFLAGS, LDFLAGS are the user's and are added to ours.
# LIBTORCH=DIR takes that libtorch instead of fetching one. V=1 shows commands.
# B=build/asan SANITIZE=address,undefined builds a variant beside the first.

B ?= build
SANITIZE ?=
LIBTORCH ?=
PREFIX ?= /usr/local
LIBDIR ?= $(PREFIX)/lib
DESTDIR ?=

version = $(shell awk '/define SENTIMENT_VERSION_$(1)/ {print $$3}' \
    include/sentiment/base.h)
MAJOR := $(call version,MAJOR)
VERSION := $(MAJOR).$(call version,MINOR).$(call version,PATCH)

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wcast-qual
CWARN := $(WARN) -Wstrict-prototypes -Wmissing-prototypes
SAN := $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-omit-frame-pointer \
    -fno-sanitize-recover=undefined)
# What is built says nothing of the folder that it was built in.
OURS := -O2 -g -fPIC -pthread -MMD -MP -ffile-prefix-map=$(CURDIR)=. $(SAN)
C := $(CC) -std=c11 -D_GNU_SOURCE $(CWARN) $(OURS) $(CFLAGS)
CPP := $(CXX) -std=c++20 $(WARN) $(OURS) $(CXXFLAGS)
LD := $(SAN) -pthread $(LDFLAGS)
LIBS := -ljansson -lcrypto -ldl -lm
# What the command links and the library does not. A librdkafka that was built
# by make deps RDKAFKA=source is taken, unless RDKAFKA=system.
RDKAFKA_DIR := build/librdkafka
RDKAFKA ?= $(if $(wildcard $(RDKAFKA_DIR)/package),source,system)
RDKAFKA_INCLUDE := $(if $(filter source,$(RDKAFKA)),-isystem $(RDKAFKA_DIR)/include)
CLI_LIBS = -lcurl -lmicrohttpd -lgnutls $(if $(RDKAFKA_INCLUDE),\
    $(RDKAFKA_DIR)/librdkafka.a $$(cat $(RDKAFKA_DIR)/libs),-lrdkafka)
Q := $(if $(V),,@)
comma := ,
# The targets that build and then do something take all CPUs, unless told -j.
SUBMAKE = $(MAKE) --no-print-directory \
    $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(shell getconf _NPROCESSORS_ONLN))
SAY = @$(if $(V),true,printf '  %-4s %s\n')

BASE_SRC := $(wildcard lib/base/*.c)
LIB_SRC := $(BASE_SRC) $(wildcard lib/tokenizer/*.c lib/model/*.c lib/*.c)
CLI_SRC := $(wildcard cli/*.c)
TEST_SRC := $(filter-out tests/fake_engine.c,$(wildcard tests/*.c))
EXAMPLES := $(patsubst examples/%.c,$(B)/examples/%,$(wildcard examples/*.c))

obj = $(patsubst %,$(B)/obj/%.o,$(1))
SO := $(B)/lib/libsentiment.so
ARCHIVE := $(B)/lib/libsentiment.a
SHIM := $(B)/lib/sentiment/libsentiment_torch.so
CLI := $(B)/bin/sentiment-cli
FAKE := $(B)/lib/libfake_engine.so
CHECK := $(B)/tests/check
CHECK_TORCH := $(B)/tests/check_torch
CHECK_DEVICE := $(B)/tests/check_device
CHECK_KEPT := $(B)/tests/check_kept
CHECK_KERNELS := $(B)/tests/check_kernels

.DEFAULT_GOAL := all
.PHONY: all lib shim cli examples run deps test test-all test-c test-device test-kafka kafka-mutants bench-enrich chaos print-cli-libraries test-scripts \
    bench bench-device soak bench-serve bench-tokenizer lint format sanitize install uninstall dist deb man fuzz fuzzers \
    compile-commands help clean FORCE

run: ## Sets up, builds, classifies examples/headlines.txt
	@sh .ci/deps.sh build
	@$(SUBMAKE) all
	$(CLI) classify --format table examples/headlines.txt

deps: ## Installs packages, fetches libtorch; RDKAFKA=source builds a newer librdkafka
	@sh .ci/deps.sh build test $(if $(RDKAFKA_INCLUDE),rdkafka)
	@$(if $(RDKAFKA_INCLUDE),sh cli/librdkafka.sh $(RDKAFKA_DIR),true)
	@LIBTORCH='$(LIBTORCH)' sh shim/libtorch.sh $(B)/libtorch

all: lib shim cli examples ## Builds the library, the engine, the command
lib: $(SO) $(ARCHIVE)
shim: $(SHIM)
cli: $(CLI)
examples: $(EXAMPLES)

# ---- objects ----

# Headers are seen by layer: cli/ has the public ones and lib/base/ only.
includes = -Iinclude -Ilib/base \
    $(if $(filter cli/%,$<),-I$(B)/embed,-I. -Ilib) \
    $(if $(filter tests/%,$<),-Icli) $(RDKAFKA_INCLUDE)

$(B)/obj/%.c.o: %.c Makefile
	$(SAY) CC $<
	@mkdir -p $(@D)
	$(Q)$(C) $(includes) -c $< -o $@

# What the command carries inside it, as numbers that an array's braces include.
define AS_NUMBERS
@mkdir -p $(@D)
$(Q)od -An -v -tu1 $< | sed 's/  */,/g; s/^,//; s/$$/,/' >$@
endef
EMBEDDED := $(patsubst cli/page/%,$(B)/embed/%.inc,$(wildcard cli/page/*))
$(B)/embed/%.inc: cli/page/%
	$(AS_NUMBERS)
$(B)/embed/%.inc: models/tune/%
	$(AS_NUMBERS)
$(B)/obj/cli/assets.c.o: $(EMBEDDED)
$(B)/obj/cli/tune_texts.c.o: $(B)/embed/texts.txt.inc

# The system's folder must not be named a second time: its order matters.
TORCH_INCLUDE := $(if $(filter /usr,$(LIBTORCH)),,-isystem $(B)/libtorch/include) \
    -isystem $(B)/libtorch/include/torch/csrc/api/include

# Changes when another libtorch is taken.
$(B)/libtorch.path: FORCE
	@mkdir -p $(@D)
	@LIBTORCH='$(LIBTORCH)' sh shim/libtorch.sh $(B)/libtorch
	@readlink $(B)/libtorch | cmp -s - $@ || readlink $(B)/libtorch >$@

$(B)/obj/%.cc.o: %.cc Makefile $(B)/libtorch.path
	$(SAY) CXX $<
	@mkdir -p $(@D)
	$(Q)$(CPP) -Iinclude -I. $(TORCH_INCLUDE) -c $< -o $@

# Once for each instruction set: see shim/vectors.h.
KERNEL := -O3 -ffp-contract=fast -fno-math-errno -fno-trapping-math \
    -fopenmp-simd
isa = -DSNT_ISA=$(1) -DSNT_ISA_NAME='"$(2)"' -DSNT_LANES=$(3)
OPTS_baseline := $(call isa,baseline,baseline,4)
OPTS_avx2 := $(call isa,avx2,AVX2,8) -mavx2 -mfma
OPTS_avx512 := $(call isa,avx512,AVX512,16) -mavx2 -mfma -mavx512f -mavx512bw \
    -mavx512dq -mavx512vl -mprefer-vector-width=512
OPTS_avx512_bf16 := $(call isa,avx512_bf16,AVX512 BF16,16) -DSNT_LOW \
    $(filter -m%,$(OPTS_avx512)) -mavx512vnni -mavx512bf16
ISAS := baseline $(if $(filter x86_64,$(shell uname -m)),avx2 avx512 avx512_bf16)
KERNELS := $(foreach isa,$(ISAS),$(B)/obj/shim/kernels_$(isa).o \
    $(B)/obj/shim/product_$(isa).o $(B)/obj/shim/attend_$(isa).o) \
    $(if $(filter avx512_bf16,$(ISAS)),$(B)/obj/shim/product_low_avx512_bf16.o $(B)/obj/shim/attend_low_avx512_bf16.o)
define KERNEL_RULE
$(B)/obj/shim/%_$(1).o: shim/%.c Makefile
	$(SAY) CC '$$< ($$(@F))'
	@mkdir -p $$(@D)
	$(Q)$(C) $(KERNEL) -Iinclude -I. $(OPTS_$(1)) -c $$< -o $$@
endef
$(foreach isa,$(ISAS),$(eval $(call KERNEL_RULE,$(isa))))
KERNELS += $(B)/obj/shim/kernels_pick.c.o $(B)/obj/shim/product_pack.c.o $(B)/obj/shim/team.c.o
FEATURES := $(B)/obj/shim/features.c.o $(B)/obj/shim/layout.c.o

# ---- libraries and programs ----

$(B)/lib/libsntbase.a: $(call obj,$(BASE_SRC))
$(ARCHIVE): $(call obj,$(LIB_SRC))
$(B)/lib/libsntbase.a $(ARCHIVE):
	$(SAY) AR $@
	@mkdir -p $(@D)
	$(Q)rm -f $@ && ar rcs $@ $^

# nodelete: a thread that ends calls what frees its own, also after a dlclose.
$(SO): $(call obj,$(LIB_SRC)) lib/libsentiment.map
	$(SAY) LD $@
	@mkdir -p $(@D)
	$(Q)$(CC) -shared $(LD) -Wl,-soname,libsentiment.so.$(MAJOR) \
	    -Wl,--version-script=lib/libsentiment.map -Wl,--no-undefined -Wl,-z,nodelete \
	    $(filter %.o,$^) -o $@.$(VERSION) $(LIBS)
	$(Q)ln -sf libsentiment.so.$(VERSION) $(B)/lib/libsentiment.so.$(MAJOR)
	$(Q)ln -sf libsentiment.so.$(MAJOR) $@

# The libraries kept from the wheel lie beside the shim, which finds them by its
# run path and takes them along when it is installed. Those of LIBTORCH=DIR stay
# where they are, since they look from there for what they need.
$(SHIM): $(call obj,$(wildcard shim/*.cc)) $(KERNELS) $(FEATURES) $(B)/lib/libsntbase.a shim/engine.map
	$(SAY) LD $@
	@mkdir -p $(@D)
	$(Q)find $(@D) -type l -delete
	$(Q)$(if $(LIBTORCH),,ln -sf $(abspath $(B)/libtorch)/lib/*.so* $(@D)/)
	$(Q)$(CXX) -shared $(LD) -Wl,-rpath,'$$ORIGIN' \
	    $(if $(LIBTORCH),-Wl$(comma)-rpath$(comma)$(abspath $(LIBTORCH))/lib) \
	    -Wl,--version-script=shim/engine.map -Wl,--no-undefined \
	    $(filter %.o %.a,$^) -o $@ -L$(B)/libtorch/lib -ltorch_cpu -lc10

# Changes when another librdkafka is taken.
$(B)/rdkafka.kind: FORCE
	@mkdir -p $(@D)
	@echo $(RDKAFKA) | cmp -s - $@ || echo $(RDKAFKA) >$@

# Linked once more to be installed: from PREFIX/bin to LIBDIR is another way.
# RPATH=no leaves the way out, for a LIBDIR where the loader looks anyway.
RPATH ?= yes
INSTALLED_CLI := $(B)/install/sentiment-cli
RUN_PATH = -Wl,-rpath,'$$ORIGIN/$(TO_LIB)'
ifeq ($(RPATH),no)
$(INSTALLED_CLI): RUN_PATH =
endif
$(CLI): TO_LIB = ../lib
$(INSTALLED_CLI): TO_LIB = $(call relative,$(LIBDIR),$(PREFIX)/bin)
$(INSTALLED_CLI): FORCE
$(CLI) $(INSTALLED_CLI): $(call obj,$(CLI_SRC)) $(B)/lib/libsntbase.a $(SO) \
    $(B)/rdkafka.kind
	$(SAY) LD $@
	@mkdir -p $(@D)
	$(Q)$(CC) $(LD) $(RUN_PATH) $(filter %.o,$^) -o $@ \
	    -L$(B)/lib -lsentiment -lsntbase -ljansson -lcrypto -lm $(CLI_LIBS)

$(B)/examples/%: examples/%.c $(SO)
	$(SAY) CC $<
	@mkdir -p $(@D)
	$(Q)$(C) -Iinclude $< -o $@ $(LD) -Wl,-rpath,'$$ORIGIN/../lib' \
	    -L$(B)/lib -lsentiment

# ---- tests ----

$(FAKE): $(B)/obj/tests/fake_engine.c.o
	@mkdir -p $(@D)
	$(Q)$(CC) -shared $(LD) $^ -o $@ -lm

# A test program of our objects and the static library: $(1) libraries. All of
# the library, so that a name that lib/ and cli/ share fails the link.
program = @mkdir -p $(@D); $(if $(V),set -x;) \
    $(CC) $(LD) $(filter %.o,$^) -Wl,--whole-archive $(filter %.a,$^) \
    -Wl,--no-whole-archive -o $@ $(1) $(LIBS)

$(CHECK): $(call obj,$(TEST_SRC) $(filter-out cli/main.c,$(CLI_SRC))) \
    $(B)/obj/shim/layout.c.o $(ARCHIVE) $(B)/rdkafka.kind
$(CHECK_TORCH) $(CHECK_KEPT) $(CHECK_DEVICE): $(B)/tests/%: $(B)/obj/tests/torch/%.c.o \
    $(B)/obj/tests/torch/golden.c.o $(ARCHIVE)
$(CHECK_KERNELS): $(B)/obj/tests/torch/check_kernels.c.o $(KERNELS) $(FEATURES)
$(CHECK) $(CHECK_TORCH) $(CHECK_KEPT) $(CHECK_DEVICE) $(CHECK_KERNELS):
	$(SAY) LD $@
	$(call program,$$(pkg-config --libs check) $(CLI_LIBS))

$(B)/tests/encode_stream: $(B)/obj/tests/oracle/encode_stream.c.o $(ARCHIVE)
	$(SAY) LD $@
	$(call program)

# The fuzz targets run their corpora in every test, and hunt under clang.
FUZZ := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZERS := $(FUZZ:%=$(B)/tests/%)
FUZZ_MAIN := $(B)/obj/tests/fuzz/replay.c.o
FUZZ_SECONDS ?= 60
corpora = $$(ls -d tests/fuzz/corpus/$$name tests/vectors/$$name 2>/dev/null)
$(FUZZERS): $(B)/tests/%: $(B)/obj/tests/fuzz/%.c.o \
    $(B)/obj/tests/fuzz/fuzz.c.o $(FUZZ_MAIN) $(ARCHIVE)
	$(SAY) LD $@
	$(call program)

fuzzers: $(FUZZERS)
fuzz: ## Hunts for files that break a reader, FUZZ_SECONDS each (clang)
	$(MAKE) B=build/fuzz CC=clang SANITIZE=address,undefined,fuzzer-no-link \
	    FUZZ_MAIN= LDFLAGS='$(LDFLAGS) -fsanitize=fuzzer' fuzzers
	for name in $(FUZZ:fuzz_%=%); do mkdir -p build/fuzz/corpus/$$name; \
	    build/fuzz/tests/fuzz_$$name -max_total_time=$(FUZZ_SECONDS) \
	    -artifact_prefix=build/fuzz/ build/fuzz/corpus/$$name $(corpora) \
	    || exit 1; done

# Everything in C: with the sanitizers too. A test has a minute: check's 4 s are too few on a busy machine.
export CK_DEFAULT_TIMEOUT ?= 60
test-c: $(CHECK) $(FAKE) $(FUZZERS) $(CHECK_KERNELS)
	B=$(B) $(CHECK)
	$(CHECK_KERNELS)
	for name in $(FUZZ:fuzz_%=%); do \
	    $(B)/tests/fuzz_$$name $(corpora) || exit 1; done

test-scripts: all $(FAKE)
	@for script in $(wildcard tests/*.sh); do \
	    case $$script in */fresh-machine.sh) continue;; esac; \
	    echo "$$script"; sh $$script $(B) || exit 1; done

test: ## Runs what every change must pass
	@sh .ci/deps.sh build test
	@$(SUBMAKE) all
	@$(SUBMAKE) test-c $(CHECK_TORCH) $(CHECK_KEPT) $(CHECK_DEVICE)
	ENGINE=$(SHIM) $(CHECK_TORCH)
	ENGINE=$(SHIM) $(CHECK_KEPT)
	ENGINE=$(SHIM) $(CHECK_DEVICE) cpu:stock
	ENGINE=$(SHIM) $(CHECK_DEVICE)
	tests/cli/run.sh $(B)
	@$(SUBMAKE) test-scripts

test-all: ## The same, and what is heavy: sanitizers, clang, the oracle
	@sh .ci/deps.sh build test test-all
	@$(SUBMAKE) test
	@$(SUBMAKE) $(B)/tests/encode_stream
	sh tests/oracle/mutants.sh $(B)
	sh tests/oracle/run.sh $(B)
	sh tests/hub/oracle.sh $(B)
	tests/cli/heavy.sh $(B)
	sh tests/browser/run.sh $(B)
	sh tests/package/dist.sh
	COMPRESSION=gzip sh tests/package/deb.sh $(B)
	sh tests/kafka/run.sh $(B)
	@$(SUBMAKE) sanitize
	@$(SUBMAKE) B=build/clang CC=clang CXX=clang++ \
	    CFLAGS=-Werror CXXFLAGS=-Werror all test-c

test-device: ## What a GPU has to pass, on each there is; DEVICES="cuda:1 mps" names some
	@sh .ci/deps.sh build test
	@$(SUBMAKE) shim $(CHECK_DEVICE)
	ENGINE=$(SHIM) $(CHECK_DEVICE) $(DEVICES)

test-kafka: ## What speaks to Kafka, against a real broker (Java and Maven)
	@sh .ci/deps.sh build test-all
	@$(SUBMAKE) all $(FAKE)
	sh tests/kafka/run.sh $(B)

# What the command is linked with, for tests that link it once more.
print-cli-libraries:
	@echo $(B)/lib/libsntbase.a -lsentiment -ljansson -lcrypto -lm $(CLI_LIBS)

kafka-mutants: ## Mistakes in enrich, each of which test-kafka must catch
	@sh .ci/deps.sh build test-all
	@$(SUBMAKE) all $(FAKE)
	sh tests/kafka/mutants.sh $(B)

bench-enrich: ## enrich against the engine's own speed, ENRICH_TEXTS of them
	@sh .ci/deps.sh build test-all
	@$(SUBMAKE) all
	KAFKA_JVM= sh tests/kafka/run.sh $(B) --with tests/kafka/bench_enrich.py

CHAOS_SECONDS ?= 60
chaos: ## enrich with kill -9, stopped processes, lost replies; SEED=N repeats one
	@sh .ci/deps.sh build test-all
	@$(SUBMAKE) all $(FAKE)
	sh tests/kafka/run.sh $(B) --with tests/kafka/chaos.py \
	    --seconds $(CHAOS_SECONDS) $(if $(SEED),--seed $(SEED))

sanitize: export TSAN_OPTIONS = suppressions=$(CURDIR)/tests/tsan.supp print_suppressions=0
sanitize: ## The tests in C under ASan and UBSan, and those of threads under TSan
	@$(SUBMAKE) B=build/asan SANITIZE=address,undefined test-c cli
	python3 tests/http/contract.py build/asan
	python3 tests/http/wire.py build/asan
	sh tests/hub.sh build/asan
	@$(SUBMAKE) B=build/tsan SANITIZE=thread \
	    build/tsan/tests/check build/tsan/tests/check_kernels \
	    build/tsan/lib/libfake_engine.so cli
	B=build/tsan CK_FORK=no build/tsan/tests/check cache classifier copies digest pipeline scrape
	CK_FORK=no CK_RUN_CASE=threads build/tsan/tests/check words
	CK_FORK=no CK_RUN_CASE=team build/tsan/tests/check_kernels
	python3 tests/http/contract.py build/tsan
	python3 tests/http/wire.py build/tsan

$(B)/tests/bench_%: $(B)/obj/tests/bench/bench_%.c.o $(ARCHIVE)
	$(SAY) LD $@
	$(call program)

bench-tokenizer: $(B)/tests/bench_tokenizer ## The tokenizer against others
	sh tests/bench/bench_tokenizer.sh $(B)

bench-device: ## Measures every GPU there is, see tests/bench/bench_device.py
	@sh .ci/deps.sh build
	@$(SUBMAKE) all
	DEVICES='$(DEVICES)' python3 tests/bench/bench_device.py $(B) build/bench-device.json

SOAK_TEXTS ?= 1000000
SOAK_MODEL ?= tests/vectors/tiny/bert
soak: ## Whether memory stays the same over SOAK_TEXTS texts (a tiny checkpoint)
	@$(SUBMAKE) all $(B)/tests/bench_soak
	ENGINE=$(SHIM) $(B)/tests/bench_soak $(SOAK_MODEL) $(SOAK_TEXTS) $(SOAK_PRECISION)

bench: ## Measures, and prints ratios against baselines of the same run
	@sh .ci/deps.sh build test-all
	@$(SUBMAKE) all $(B)/tests/bench_engine $(B)/tests/bench_cache
	$(B)/tests/bench_cache
	@$(SUBMAKE) bench-tokenizer
	sh tests/bench/bench.sh $(B)

$(B)/tests/echo: $(B)/obj/tests/bench/echo.c.o
	$(SAY) LD $@
	$(call program,-lmicrohttpd)

bench-serve: ## The HTTP service under load, by wrk
	@sh .ci/deps.sh build test-all
	@$(SUBMAKE) all $(B)/tests/bench_engine $(B)/tests/echo
	python3 tests/bench/bench_serve.py $(B) build/bench-serve.json

# ---- style ----

C_FILES := $(wildcard include/*.h include/*/*.h lib/*.[ch] lib/*/*.[ch] \
    cli/*.[ch] shim/*.[ch] shim/*.cc shim/*.hh examples/*.c tests/*.[ch] \
    tests/*/*.[ch])
FORMATTED := $(filter-out %/unicode_tables.c,$(C_FILES))

format: ## Formats the sources
	@sh .ci/deps.sh test-all
	clang-format -i $(FORMATTED)

lint: ## Checks format and looks for mistakes
	@sh .ci/deps.sh test-all
	@clang-format --dry-run -Werror $(FORMATTED)
	@cppcheck --quiet --std=c11 --error-exitcode=1 --inline-suppr \
	    --suppress=missingIncludeSystem --suppress=ctuuninitvar --enable=warning,portability \
	    -Iinclude -Ilib -Ilib/base -I. lib cli

compile-commands: ## Writes build/compile_commands.json, where clangd looks
	@mkdir -p build
	@$(MAKE) --no-print-directory -Bn V=1 all $(CHECK) | \
	    python3 .ci/compile-commands.py >build/compile_commands.json

# ---- installing ----

to = $(DESTDIR)$(1)
# Programs that link the library find it through the loader's cache, which only
# root can renew, and a staged installation leaves alone.
renew = $(if $(DESTDIR),,ldconfig 2>/dev/null || true)
MODEL := finsent-minilm
SHARE := $(PREFIX)/share/sentiment/models/$(MODEL)
HEADERS := $(wildcard include/sentiment/*.h)
MAN := $(PREFIX)/share/man
COMPLETIONS := bash-completion/completions/sentiment-cli \
    zsh/site-functions/_sentiment-cli \
    fish/vendor_completions.d/sentiment-cli.fish
shell_of = $(firstword $(subst -, ,$(subst /, ,$(1))))

# Pages and completions out of the option tables and the public headers.
man: $(B)/man/made ## Writes the manual pages to build/man
$(B)/man/made: $(CLI) include/sentiment.h $(HEADERS) docs/man/headers.py
	$(SAY) MAN $(@D)
	$(Q)rm -rf $(@D)
	$(Q)python3 docs/man/headers.py $(@D)
	$(Q)$(CLI) help --man >$(@D)/sentiment-cli.1
	$(Q)$(CLI) help --commands | sed 'p; s/ .*//' | sort -u | \
	    while read -r name; do $(CLI) help --man $$name \
	    >"$(@D)/sentiment-cli-$$(echo $$name | tr ' ' -).1" || exit 1; done
	$(Q)touch $@

# Files that tell others where things are installed.
PACKAGING := .ci/packaging
CMAKE := $(LIBDIR)/cmake/Sentiment
UNITS := $(PREFIX)/lib/systemd/system
UNIT_FILES := $(patsubst $(PACKAGING)/%.in,%,$(wildcard $(PACKAGING)/sentiment-*.in))
CMAKE_FILES := SentimentConfig.cmake SentimentConfigVersion.cmake
FILLED := $(addprefix $(B)/filled/,sentiment.pc $(CMAKE_FILES) $(UNIT_FILES))
relative = $(shell python3 -c 'import os, sys; \
    print(os.path.relpath(*sys.argv[1:]))' $(1) $(2))
$(B)/filled/%: $(PACKAGING)/%.in FORCE
	@mkdir -p $(@D)
	@sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@BINDIR@|$(PREFIX)/bin|' \
	    -e 's|@PC_LIBDIR@|$(LIBDIR:$(PREFIX)/%=$${prefix}/%)|' \
	    -e 's|@INCLUDE_FROM_LIBDIR@|$(call relative,$(PREFIX)/include,$(LIBDIR))|' \
	    -e 's|@VERSION@|$(VERSION)|' -e 's|@MAJOR@|$(MAJOR)|' \
	    -e 's|@MINOR@|$(call version,MINOR)|' -e '/@HARDENED@/{r $(PACKAGING)/hardened.conf' \
	    -e 'd}' $< >$@

install: all $(INSTALLED_CLI) $(FILLED) $(B)/man/made ## Installs under PREFIX, staged under DESTDIR
	install -d $(call to,$(PREFIX)/bin) $(call to,$(LIBDIR)/sentiment) \
	    $(call to,$(LIBDIR)/pkgconfig) $(call to,$(PREFIX)/include/sentiment) \
	    $(call to,$(SHARE)) $(call to,$(CMAKE)) $(call to,$(UNITS))
	install -m 755 $(INSTALLED_CLI) $(call to,$(PREFIX)/bin)
	install -m 644 include/sentiment.h $(call to,$(PREFIX)/include)
	install -m 644 $(HEADERS) $(call to,$(PREFIX)/include/sentiment)
	install -m 644 $(ARCHIVE) $(call to,$(LIBDIR))
	install -m 755 $(SO).$(VERSION) $(call to,$(LIBDIR))
	ln -sf libsentiment.so.$(VERSION) \
	    $(call to,$(LIBDIR)/libsentiment.so.$(MAJOR))
	ln -sf libsentiment.so.$(MAJOR) $(call to,$(LIBDIR)/libsentiment.so)
	install -m 644 $(B)/filled/sentiment.pc $(call to,$(LIBDIR)/pkgconfig)
	install -m 644 $(CMAKE_FILES:%=$(B)/filled/%) $(call to,$(CMAKE))
	install -m 644 $(UNIT_FILES:%=$(B)/filled/%) $(call to,$(UNITS))
	install -m 755 $(B)/lib/sentiment/*.so* $(call to,$(LIBDIR)/sentiment)
	install -m 644 models/$(MODEL)/* $(call to,$(SHARE))
	for section in 1 3; do \
	    install -d $(call to,$(MAN))/man$$section && \
	    cp -P $(B)/man/*.$$section $(call to,$(MAN))/man$$section || exit 1; done
	$(foreach c,$(COMPLETIONS),install -d $(call to,$(PREFIX)/share/$(dir $(c))) && \
	    $(CLI) help --completion $(call shell_of,$(c)) \
	        >$(call to,$(PREFIX)/share/$(c)) &&) true
	$(renew)

dist: ## Writes the source of the last commit to build/libsentiment-VERSION.tar.gz
	@mkdir -p $(B)
	@git archive --format=tar --prefix=libsentiment-$(VERSION)/ HEAD | \
	    gzip -9n >$(B)/libsentiment-$(VERSION).tar.gz
	@echo $(B)/libsentiment-$(VERSION).tar.gz

deb: all ## Builds Debian packages in build/deb
	@sh .ci/deps.sh deb
	sh $(PACKAGING)/deb.sh $(B) $(VERSION)

uninstall: ## Removes what install put there
	rm -f $(call to,$(PREFIX)/bin/sentiment-cli) \
	    $(call to,$(PREFIX)/include/sentiment.h) \
	    $(foreach h,$(HEADERS),$(call to,$(PREFIX)/$(h))) \
	    $(call to,$(LIBDIR))/libsentiment.a \
	    $(call to,$(LIBDIR))/libsentiment.so* \
	    $(call to,$(LIBDIR)/pkgconfig/sentiment.pc) \
	    $(call to,$(MAN)/man1)/sentiment-cli.1 $(call to,$(MAN)/man1)/sentiment-cli-*.1 \
	    $(call to,$(MAN)/man3)/sentiment.3 $(call to,$(MAN)/man3)/sentiment_*.3 \
	    $(foreach c,$(COMPLETIONS),$(call to,$(PREFIX)/share/$(c)))
	rm -rf $(call to,$(LIBDIR)/sentiment) $(call to,$(SHARE)) $(call to,$(CMAKE)) \
	    $(UNIT_FILES:%=$(call to,$(UNITS)/%))
	rmdir $(call to,$(PREFIX)/include/sentiment) \
	    $(call to,$(PREFIX)/share/sentiment/models) \
	    $(call to,$(PREFIX)/share/sentiment) $(call to,$(LIBDIR)/cmake) \
	    $(call to,$(UNITS)) $(call to,$(dir $(UNITS))) 2>/dev/null || true
	$(renew)

help: ## Lists the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "%-12s %s\n", $$1, $$2}' \
	    $(MAKEFILE_LIST)

clean: ## Removes what was built (libtorch is kept in the user's cache)
	rm -rf build/asan build/tsan build/clang build/fuzz $(B)/obj $(B)/lib \
	    $(B)/embed $(B)/install $(B)/man $(B)/bin $(B)/tests $(B)/examples \
	    $(B)/filled $(B)/libtorch.path

-include $(shell find $(B)/obj -name '*.d' 2>/dev/null)
