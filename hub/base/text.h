/*
 * Text: what every module does with strings, once.
 *
 * Text is UTF-8, checked where it enters (text_check) and `const char *` from then on.  Numbers come
 * only through text_to_int().  Growing text is built in a `struct buffer`, which lives in its arena.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "hub/base/arena.h"

/* A run of bytes that somebody else owns; not NUL-terminated. */
struct slice {
    const char *bytes;
    size_t size;
};

struct buffer {
    struct arena *arena;
    char *data; /* always NUL-terminated once something was added; NULL before */
    size_t length, room;
};

void buffer_add(struct buffer *buffer, const char *bytes, size_t size);
void buffer_text(struct buffer *buffer, const char *text);
void buffer_char(struct buffer *buffer, char c);
void buffer_printf(struct buffer *buffer, const char *format, ...) PRINTF_LIKE(2, 3);
/* The text so far; "" when nothing was added. */
const char *buffer_string(const struct buffer *buffer) RETURNS_NONNULL;

/* Is it valid UTF-8 (RFC 3629: no surrogates, no overlong forms) without NUL?  Otherwise *bad is the
 * offset of the first byte that is not. */
bool text_check(const char *bytes, size_t size, size_t *bad) MUST_CHECK;

/* A copy that is text and fits a line, whatever the bytes were: U+FFFD stands for each byte that is not
 * UTF-8 and for each control character. */
const char *text_repair(struct arena *arena, const char *bytes, size_t size);

/* The code point at *at, which moves behind it.  The text must have been checked. */
uint32_t text_next(const char **at);
/* One code point as UTF-8: the number of bytes. */
size_t text_put(char bytes[4], uint32_t code_point);
/* Append one code point as UTF-8. */
void buffer_code_point(struct buffer *buffer, uint32_t code_point);
/* Number of code points. */
size_t text_length(const char *text);

/* A copy without blanks (ASCII and no-break space) at either end. */
const char *text_trim(struct arena *arena, const char *text);
bool text_is_blank(const char *text);
bool text_is_ascii(const char *text);
/* ASCII letters folded; other bytes as they are. */
const char *text_lower_ascii(struct arena *arena, const char *text);
static inline bool text_equal(const char *left, const char *right)
{
    return *left == *right && strcmp(left, right) == 0; /* they mostly differ at once */
}
/* Equal but for the case of ASCII letters. */
bool text_same(const char *left, const char *right);
bool text_starts(const char *text, const char *prefix);
bool text_ends(const char *text, const char *suffix);
/* "" for NULL; NULL for "". */
static inline const char *text_or_empty(const char *text)
{
    return text ? text : "";
}
static inline const char *text_or_null(const char *text)
{
    return text && *text ? text : NULL;
}

/* The whole text as a decimal integer within [least, most]. */
bool text_to_int(const char *text, int64_t least, int64_t most, int64_t *number) MUST_CHECK;

/* Cut at every `separator`; returns the pieces (in the arena) and their number. */
const char **text_split(struct arena *arena, const char *text, char separator, size_t *count);

/* A whole number for people: "1,234,567". */
const char *text_number(struct arena *arena, int64_t number);
/* The same without commas, as machines read it. */
const char *text_from_int(struct arena *arena, int64_t number);
/* Lower-case hexadecimal of some bytes. */
const char *text_hex(struct arena *arena, const void *bytes, size_t size);
bool text_unhex(const char *hex, void *bytes, size_t size) MUST_CHECK;
