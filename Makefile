# make help      what can be made
# make V=asan    the same, built with the address and undefined-behaviour sanitizers, in build/asan
# The release build is what `make` makes, into build/bin; variants live in build/V.

V       ?= release
B       := build/$V
BIN     := $(if $(filter build/release,$B),build/bin,$B/bin)
CC      := gcc
CXX     := g++
CLANG   := $(or $(shell command -v clang-14),clang)
CLANGXX := $(or $(shell command -v clang++-14),clang++)
TIDY    := $(or $(shell command -v clang-tidy-14),clang-tidy)
FORMAT  := $(or $(shell command -v clang-format-14),clang-format)
GCOVR   ?= gcovr
PREFIX  ?= /usr
PKGS    := libpq libxml-2.0 libpcre2-8 libmicrohttpd icu-uc icu-i18n libsodium libxxhash libidn2 libpsl zlib libcurl \
           gmime-3.0 libcrypto

OPT.debug   := -O0 -DARENA_ONE_BLOCK_EACH
OPT.release := -O2 -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE
OPT.asan    := -O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
OPT.tsan    := -O1 -fsanitize=thread
OPT.cov     := -O0 --coverage
OPT.fuzz    := -O1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize=vptr

WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wundef \
        -Wpointer-arith -Wcast-qual -Wwrite-strings -Wvla -Wconversion -Wswitch-enum -Werror

CPPFLAGS := -D_GNU_SOURCE -I. -I$B/gen \
            $(shell pkg-config --cflags $(PKGS) 2>/dev/null | sed 's/-I/-isystem /g')
CFLAGS   := -std=gnu17 -g -MMD -MP $(OPT.$V) $(WARN)
CXXFLAGS := -std=gnu++17 -g -MMD -MP $(OPT.$V) -Wall -Wextra -Werror
LDLIBS   := $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lm -lpthread

# libphonenumber is optional: without it, numbers are read by rules of our own.
ifneq ($(wildcard /usr/include/phonenumbers/phonenumberutil.h),)
PHONE   := $(wildcard hub/standard/phonenumber.cc)
CPPFLAGS += -DHAVE_PHONENUMBER
LDLIBS  += -lphonenumber -lstdc++
endif

SQL   := $(wildcard hub/sql/*.sql)
SRC   := $(filter-out hub/programs/%,$(wildcard hub/*/*.c)) $(filter-out %/main.c,$(wildcard connectors/*.c connectors/*/*.c))
LIB   := $B/libaxle.a
OBJ   := $(SRC:%.c=$B/%.o) $(PHONE:%.cc=$B/%.o) $(if $(SQL),$B/gen/sql.gen.o)

# A program is a folder with a main.c; the other files of the folder belong to it alone.
HUB_PROGRAMS := $(patsubst hub/programs/%/main.c,%,$(wildcard hub/programs/*/main.c))
CONNECTORS   := $(patsubst connectors/%/main.c,%,$(wildcard connectors/*/main.c))
PROGRAMS     := $(HUB_PROGRAMS:%=$(BIN)/%) $(CONNECTORS:%=$(BIN)/axle-%)
PROGRAM_SRC  := $(wildcard hub/programs/*/*.c connectors/*/main.c)
objects       = $(patsubst %.c,$B/%.o,$(wildcard $1))

# Below tests/ a file with a main() is a program; the others of its folder are linked to each.
with_main     = $(if $1,$(shell grep -lw '^int main' $1))
UNIT_SRC  := $(call with_main,$(wildcard tests/unit/*.c tests/property/*.c))
TOOL_SRC  := $(call with_main,$(wildcard tests/data/*.c tests/bench/*.c tests/accuracy/*.c))
TESTS     := $(foreach s,$(UNIT_SRC),$B/tests/$(notdir $(s:.c=)))
TOOLS     := $(TOOL_SRC:%.c=$B/%)
FUZZERS   := $(patsubst tests/fuzz/%.c,$B/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
REPLAYS   := $(patsubst tests/fuzz/%.c,$B/replay/%,$(wildcard tests/fuzz/fuzz_*.c))
helpers    = $(patsubst %.c,$B/%.o,$(filter-out $(UNIT_SRC) $(TOOL_SRC),$(wildcard $(dir $1)*.c)))
MADE_UP    = $(call helpers,tests/data/generate.c)

CODE    := $(wildcard hub/*/*.[ch] hub/programs/*/*.[ch] connectors/*.[ch] connectors/*/*.[ch] tests/*/*.[ch])
SCRIPTS := $(wildcard .ci/run deploy/install-deps tests/with-postgres tests/run tests/fuzz/run tests/bench/run tests/accuracy/run)
SYSTEM  := $(wildcard tests/system/*.test.mjs)

# A variant of the unit tests beside the programs' own: the debug build poisons what was released.
UNIT_V   = $(if $(filter release,$V),debug,$V)
AGAIN    = $(MAKE) --no-print-directory $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(shell nproc))

all: $(PROGRAMS) $(TOOLS) ## the programs, into build/bin
	@:

run: dependencies ## install what lacks, build, start an instance in front (Ctrl-C ends it)
	@$(AGAIN) all
	@$(BIN)/axle run
up: dependencies ## the same in the background
	@$(AGAIN) all
	@$(BIN)/axle up
down: ## end the instance in the background
	@$(BIN)/axle down

test: dependencies ## every test
	@deploy/install-deps --test
	@$(AGAIN) all
	@$(AGAIN) V=$(UNIT_V) tests
	@$(MAKE) --no-print-directory V=$(UNIT_V) PROGRAMS_IN=$(BIN) test-now
test-long: export AXLE_TEST_LONG = 1
test-long: test ## every test, with the big counts
unit: tests ## the unit tests of this variant
	@tests/with-postgres tests/run $(TESTS) $(REPLAYS)
tests: $(TESTS) $(REPLAYS)
	@:
test-now:
	@echo "testing: $(words $(TESTS) $(REPLAYS)) unit programs, $(words $(SYSTEM)) system files"
	@AXLE_BIN=$(abspath $(or $(PROGRAMS_IN),$(BIN))) tests/with-postgres tests/run $(TESTS) $(REPLAYS) $(SYSTEM)
dependencies:
	@deploy/install-deps
.PHONY: all run up down test test-long unit tests test-now dependencies

bench: all ## speed and accuracy, about a quarter of an hour
	@AXLE_BIN=$(abspath $(BIN)) tests/bench/run
bench-large: all ## the same with large counts
	@AXLE_BIN=$(abspath $(BIN)) AXLE_BENCH_LARGE=1 tests/bench/run
coverage: ## which lines the tests reach (what was killed -9 does not count)
	@$(AGAIN) V=cov all tests
	@find build/cov -name '*.gcda' -delete
	@$(MAKE) --no-print-directory V=cov test-now || true
	@$(GCOVR) -r . --object-directory build/cov -e tests -e build --print-summary | tail -n +6
SECONDS_EACH ?= 20
FUZZ ?= $(notdir $(FUZZERS))
fuzz: ## fuzz each parser for SECONDS_EACH=20 seconds, or FUZZ="fuzz_csv ..." alone
	@$(AGAIN) V=fuzz CC=$(CLANG) CXX=$(CLANGXX) fuzz-now
fuzz-now: $(FUZZERS)
	@tests/fuzz/run $(SECONDS_EACH) $(FUZZ:%=$B/fuzz/%)
.PHONY: bench bench-large coverage fuzz fuzz-now

lint: format-check tidy analyzer house ## every static check; cppcheck and shellcheck only advise
	@if command -v shellcheck >/dev/null; then shellcheck $(SCRIPTS) || true; fi
	@if command -v cppcheck >/dev/null; then \
	  cppcheck -q --std=c11 --enable=warning,performance,portability --inline-suppr -I. hub connectors || true; fi
format: ## lay out the code
	@$(FORMAT) -i $(CODE)
format-check:
	@$(FORMAT) --dry-run -Werror $(CODE)
TIDIED    := $(patsubst %,$B/tidy/%,$(filter %.c,$(CODE)))
ANALYZED  := $(patsubst %,$B/analyzer/%,$(SRC) $(PROGRAM_SRC))
tidy: $(TIDIED)
analyzer: $(ANALYZED)
$(TIDIED): $B/tidy/%: % .clang-tidy | $(if $(SQL),$B/gen/sql.gen.h)
	@mkdir -p $(@D)
	@$(TIDY) --quiet $< -- -std=gnu17 $(CPPFLAGS) >$@.log 2>&1 || { grep -vE 'warnings? generated' $@.log; exit 1; }
	@touch $@
$(ANALYZED): $B/analyzer/%: % | $(if $(SQL),$B/gen/sql.gen.h)
	@mkdir -p $(@D)
	@gcc $(CPPFLAGS) -std=gnu17 -O0 -fanalyzer -Werror -c -o /dev/null $<
	@touch $@
house: $(OBJ)
	@tests/lint/layers $(CODE)
	@tests/lint/idioms $(CODE)
	@tests/lint/readmes
	@tests/lint/symbols $(OBJ)
.PHONY: lint format format-check tidy analyzer house

install: all ## into DESTDIR and PREFIX=/usr: programs, schemas, example mappings, the service
	@install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/axle $(DESTDIR)$(PREFIX)/lib/systemd/system \
	  $(DESTDIR)$(PREFIX)/share/bash-completion/completions
	@install -m 755 $(PROGRAMS) $(DESTDIR)$(PREFIX)/bin
	@cp -R schemas mappings $(DESTDIR)$(PREFIX)/share/axle
	@install -m 644 deploy/completion/axle.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/axle
	@sed 's|@PREFIX@|$(PREFIX)|g' deploy/systemd/axle.service > $(DESTDIR)$(PREFIX)/lib/systemd/system/axle.service
clean: ## remove everything that was built
	@rm -rf build
help: ## this list
	@sed -nE 's/^([a-z-]+):[^#=]*## *(.*)/  \1\t\2/p' Makefile | expand -t 16
	@echo "Variants: make V=release|debug|asan|tsan|cov ..., or make CC=clang B=build/clang"
.PHONY: install clean help

$B/gen/sql.gen.h $B/gen/sql.gen.c: $B/gen/sql.gen.%: $(SQL) hub/sql/sql2c.awk
	@mkdir -p $(@D)
	@awk -v part=$* -f hub/sql/sql2c.awk $(SQL) > $@
$B/gen/%.o: $B/gen/%.c
	@$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<
$B/%.o: %.c | $(if $(SQL),$B/gen/sql.gen.h)
	@mkdir -p $(@D)
	@echo "  cc   $<"
	@$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<
$B/%.o: %.cc
	@mkdir -p $(@D)
	@echo "  c++  $<"
	@$(CXX) $(CPPFLAGS) $(CXXFLAGS) -c -o $@ $<
$(LIB): $(OBJ)
	@rm -f $@
	@ar rcs $@ $(OBJ)

# $1: what to make  $2: its own objects  $3: further libraries
define LINK
$1: $2 $(LIB)
	@mkdir -p $$(@D)
	@echo "  ld   $$@"
	@$(CC) $(OPT.$V) -o $$@ $2 $(LIB) $3 $(LDLIBS)
endef
$(foreach p,$(HUB_PROGRAMS),$(eval $(call LINK,$(BIN)/$p,$(call objects,hub/programs/$p/*.c),)))
$(foreach p,$(CONNECTORS),$(eval $(call LINK,$(BIN)/axle-$p,$B/connectors/$p/main.o,)))
$(foreach s,$(UNIT_SRC),$(eval $(call LINK,$B/tests/$(notdir $(s:.c=)),$B/$(s:.c=.o) $(call helpers,$s) $(MADE_UP),-lcmocka)))
$(foreach s,$(TOOL_SRC),$(eval $(call LINK,$B/$(s:.c=),$B/$(s:.c=.o) $(call helpers,$s),)))
$(foreach f,$(FUZZERS),$(eval $(call LINK,$f,$B/tests/fuzz/$(notdir $f).o,-fsanitize=fuzzer)))
$(foreach f,$(REPLAYS),$(eval $(call LINK,$f,$B/tests/fuzz/$(notdir $f).o $B/tests/fuzz/replay.o,)))

-include $(OBJ:.o=.d) $(patsubst %.c,$B/%.d,$(PROGRAM_SRC) $(wildcard tests/*/*.c))
.SECONDARY:
