/*
 * Unicode: the one place that includes ICU for this directory: normalising and transliterating.
 *
 * Callers take their ASCII fast path first: these functions are for the rest.
 */
#pragma once

#include "hub/base/text.h"

/* Unicode NFC. */
const char *unicode_nfc(struct arena *arena, const char *text) RETURNS_NONNULL;
/* NFKC with case folded and invisible characters removed. */
const char *unicode_casefold(struct arena *arena, const char *text) RETURNS_NONNULL;
/* NFKC: full-width and other compatibility forms as plain ones; case stays. */
const char *unicode_plain(struct arena *arena, const char *text) RETURNS_NONNULL;

enum unicode_reading {
    UNICODE_READ_LATIN, /* Latin without its accents; everything else as it is */
    UNICODE_READ_CYRILLIC,
    UNICODE_READ_GREEK,
    UNICODE_READ_ANY, /* every script */
};
/* The text with such letters as ASCII; case is kept where ICU keeps it. */
const char *unicode_read(struct arena *arena, enum unicode_reading reading,
                         const char *text) RETURNS_NONNULL;

/* What a code point is. */
bool unicode_is_letter(uint32_t code_point);
bool unicode_is_upper(uint32_t code_point);
bool unicode_is_mark(uint32_t code_point);    /* goes onto the letter before it */
bool unicode_is_control(uint32_t code_point); /* also the non-characters */
bool unicode_is_blank(uint32_t code_point);
bool unicode_is_cyrillic(uint32_t code_point);
bool unicode_is_greek(uint32_t code_point);
/* Han, kana or hangul: names written without a blank between family and given name. */
bool unicode_is_cjk(uint32_t code_point);
/* 0-9, or -1. */
int unicode_digit(uint32_t code_point);
/* The text in capitals. */
const char *unicode_upper(struct arena *arena, const char *text) RETURNS_NONNULL;
