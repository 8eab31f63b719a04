#include "hub/standard/money.h"

#include <ctype.h>

#include "hub/standard/clean.h"
#include "hub/standard/unicode.h"

#define LENGTH_MOST 40

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

/* Digits alone, without leading zeros. */
static void add_whole(struct buffer *out, const char *digits, size_t size)
{
    size_t start = out->length;
    for (size_t i = 0; i < size; i++)
        if (isdigit((unsigned char)digits[i]) && (digits[i] != '0' || out->length > start))
            buffer_char(out, digits[i]);
    if (out->length == start)
        buffer_char(out, '0');
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
    size_t whole = mark ? (size_t)(mark - digits) : strlen(digits);
    if (!strpbrk(digits, "0123456789"))
        return NULL;
    struct buffer out = {.arena = arena};
    if (negative)
        buffer_char(&out, '-');
    add_whole(&out, digits, whole);
    if (mark && mark[1])
        buffer_text(&out, arena_printf(scratch, ".%s", mark + 1));
    return out.length > LENGTH_MOST ? NULL : buffer_string(&out);
}
