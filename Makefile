# make help      what can be made
# make V=asan    the same, built with the address and undefined-behaviour sanitizers, in build/asan
# The release build is what `make` makes, into build/bin; variants live in build/V.

V       ?= release
B       := build/$V
BIN     := $(if $(filter release,$V),build/bin,$B/bin)
CC      := gcc
CXX     := g++
GCOVR   ?= gcovr
PKGS    := libpq libxml-2.0 libpcre2-8 libmicrohttpd icu-uc icu-i18n libsodium libxxhash libidn2 libpsl

OPT.debug   := -O0 -DARENA_ONE_BLOCK_EACH
OPT.release := -O2 -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE
OPT.asan    := -O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
OPT.tsan    := -O1 -fsanitize=thread
OPT.cov     := -O0 --coverage

WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wundef \
        -Wpointer-arith -Wcast-qual -Wwrite-strings -Wvla -Wconversion -Wswitch-enum -Werror

CPPFLAGS := -D_GNU_SOURCE -I. -I$B/gen $(shell pkg-config --cflags $(PKGS) | sed 's/-I/-isystem /g')
CFLAGS   := -std=gnu17 -g -MMD -MP $(OPT.$V) $(WARN)
CXXFLAGS := -std=gnu++17 -g -MMD -MP $(OPT.$V) -Wall -Wextra -Werror
LDLIBS   := $(shell pkg-config --libs $(PKGS)) -lm -lpthread

# libphonenumber is optional: without it, numbers are read by rules of our own.
ifneq ($(wildcard /usr/include/phonenumbers/phonenumberutil.h),)
PHONE   := hub/standard/phonenumber.cc
CPPFLAGS += -DHAVE_PHONENUMBER
LDLIBS  += -lphonenumber -lstdc++
endif

SQL   := $(wildcard hub/sql/*.sql)
MAINS := $(wildcard hub/programs/*/main.c connectors/*/main.c)
SRC   := $(filter-out hub/programs/%,$(wildcard hub/*/*.c)) $(filter-out %/main.c,$(wildcard connectors/*.c connectors/*/*.c))
LIB   := $(SRC:%.c=$B/%.o) $(PHONE:%.cc=$B/%.o) $(if $(SQL),$B/gen/sql.gen.o)
TESTS := $(patsubst tests/unit/%.c,$B/tests/%,$(wildcard tests/unit/test_*.c))
TOOLS := $(patsubst tests/%.c,$B/tests/%,$(wildcard tests/data/*.c tests/bench/*.c))
CODE  := $(wildcard hub/*/*.[ch] hub/*/*/*.[ch] connectors/*.[ch] connectors/*/*.[ch] tests/*/*.[ch])

all: $(LIB) $(TOOLS)

unit: $(TESTS)
	@for t in $(TESTS); do $$t || exit 1; done

$B/gen/sql.gen.h $B/gen/sql.gen.c: $B/gen/sql.gen.%: $(SQL) hub/sql/sql2c.awk
	@mkdir -p $(@D)
	@awk -v part=$* -f hub/sql/sql2c.awk $(SQL) > $@
$B/gen/%.o: $B/gen/%.c
	@$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<
$(LIB) $(TESTS) $(TOOLS): | $(if $(SQL),$B/gen/sql.gen.h)
$B/%.o: %.c
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<
$B/%.o: %.cc
	@mkdir -p $(@D)
	@$(CXX) $(CPPFLAGS) $(CXXFLAGS) -c -o $@ $<
$B/tests/%: tests/unit/%.c $(LIB)
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(CFLAGS) -o $@ $< $(LIB) -lcmocka $(LDLIBS)
$B/tests/data/%: tests/data/%.c $(LIB)
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(CFLAGS) -o $@ $< $(LIB) $(LDLIBS)
$B/tests/bench/%: tests/bench/%.c $(LIB)
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(CFLAGS) -o $@ $< $(LIB) $(LDLIBS)

-include $(LIB:.o=.d) $(TESTS:=.d) $(TOOLS:=.d)
.PHONY: all unit
.SECONDARY:
