/* Fuzz: what the fuzzer, or replay.c, calls with each input; an assertion or a sanitizer tells. */
#pragma once

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
