#include "hub/standard/money.h"

#include <ctype.h>

#include "hub/standard/clean.h"
#include "hub/standard/unicode.h"

#define DIGITS_MOST 30

/* Digits, dots and commas alone; signs and currencies to the side.  False: something else is there. */
static bool strip(struct arena *arena, const char *text, struct buffer *out, bool *negative)
{
    size_t letters = 0;
    *out = (struct buffer){.arena = arena};
    *negative = *text == '(' && text_ends(text, ")");
    while (*text) {
        uint32_t c = text_next(&text);
        if (c < 0x80 && (isdigit((int)c) || c == '.' || c == ','))
            buffer_char(out, (char)c);
        else if ((c == '-' || c == 0x2212) && !out->length && !*negative)
            *negative = true;
        else if (unicode_is_letter(c))
            letters++;
        else if (c == '-' || c == '/' || c == ':' || c == '%')
            return false;
    }
    return letters <= 4;
}

static size_t count_of(const char *text, char c)
{
    size_t count = 0;
    for (; *text; text++)
        count += *text == c;
    return count;
}

/* Where the decimals start, or NULL when there are none. */
static const char *decimal_mark(const char *text)
{
    const char *dot = strrchr(text, '.'), *comma = strrchr(text, ',');
    if (dot && comma)
        return dot > comma ? dot : comma;
    const char *only = dot ? dot : comma;
    if (!only || count_of(text, *only) > 1)
        return NULL;
    return only == comma && strlen(only) == 4 ? NULL : only;
}

const char *money_read(struct arena *arena, const char *text)
{
    ARENA(scratch);
    struct buffer amount;
    bool negative;
    text = clean_text(scratch, text);
    if (!text_is_ascii(text))
        text = unicode_plain(scratch, text);
    if (!strip(scratch, text, &amount, &negative))
        return NULL;
    const char *digits = buffer_string(&amount), *mark = decimal_mark(digits);
    struct buffer out = {.arena = arena};
    if (negative)
        buffer_char(&out, '-');
    size_t start = out.length, whole = 0;
    for (const char *at = digits; *at; at++) {
        if (at == mark) {
            if (!whole)
                buffer_char(&out, '0');
            buffer_char(&out, '.');
        } else if (isdigit((unsigned char)*at)) {
            if (out.length == start + 1 && out.data[start] == '0')
                out.length = start; /* leading zeros */
            buffer_char(&out, *at);
            whole++;
        } else if (mark && at > mark) {
            return NULL;
        }
    }
    if (!whole || whole > DIGITS_MOST)
        return NULL;
    return text_ends(buffer_string(&out), ".") ? arena_strndup(arena, out.data, out.length - 1)
                                               : buffer_string(&out);
}
