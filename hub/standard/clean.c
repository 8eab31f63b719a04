#include "hub/standard/clean.h"

#include <ctype.h>

#include "hub/standard/unicode.h"

/* Most texts are in order already. */
static bool in_order(const char *text)
{
    if (*text == ' ')
        return false;
    for (const char *at = text; *at; at++)
        if ((unsigned char)*at < ' ' || (unsigned char)*at >= 0x7f ||
            (*at == ' ' && (at[1] == ' ' || !at[1])))
            return false;
    return true;
}

/* Marks of direction and order that say nothing; joiners stay, since some scripts spell with them. */
static bool is_invisible(uint32_t c)
{
    return c == 0xad || c == 0x200b || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
           (c >= 0x2060 && c <= 0x206f) || c == 0xfeff;
}

/* What was taken out may have stood between a letter and its mark. */
static const char *composed(struct arena *arena, const struct buffer *text)
{
    const char *string = buffer_string(text);
    return text_is_ascii(string) ? string : unicode_nfc(arena, string);
}

const char *clean_text(struct arena *arena, const char *text)
{
    if (in_order(text))
        return text;
    struct buffer out = {.arena = arena};
    bool gap = false;
    for (const char *at = text; *at;) {
        uint32_t c = text_next(&at);
        if (is_invisible(c))
            continue;
        if (unicode_is_blank(c) || unicode_is_control(c)) {
            gap = out.length > 0;
            continue;
        }
        if (gap)
            buffer_char(&out, ' ');
        gap = false;
        buffer_code_point(&out, c);
    }
    return composed(arena, &out);
}

static bool is_letter_or_digit(uint32_t c)
{
    return c < 0x80 ? isalnum((int)c) != 0 : unicode_is_letter(c) || unicode_digit(c) >= 0;
}

static bool has_letter_or_digit(const char *text)
{
    while (*text)
        if (is_letter_or_digit(text_next(&text)))
            return true;
    return false;
}

/* Quotes come off only as a pair: "'t Hooft" keeps its apostrophe. */
static const struct {
    const char *open, *close;
} quotes[] = {
    {"\"", "\""}, {"'", "'"}, {"`", "`"}, {"“", "”"}, {"„", "“"},
    {"‘", "’"},   {"«", "»"}, {"»", "«"}, {"(", ")"}, {"[", "]"},
};

static const char *unquoted(struct arena *arena, const char *text)
{
    for (size_t i = 0; i < COUNT_OF(quotes); i++) {
        size_t open = strlen(quotes[i].open), close = strlen(quotes[i].close), size = strlen(text);
        if (size > open + close && text_starts(text, quotes[i].open) &&
            text_ends(text, quotes[i].close))
            return arena_strndup(arena, text + open, size - open - close);
    }
    return text;
}

static const char *without_stray(struct arena *arena, const char *text)
{
    text += strspn(text, " ,;:-_*./\\|~#=+<>?!");
    size_t size = strlen(text);
    while (size && strchr(" ,;:-_*/\\|~#=+<>?", text[size - 1]))
        size--;
    return text[size] ? arena_strndup(arena, text, size) : text;
}

const char *clean_name(struct arena *arena, const char *text)
{
    text = clean_text(arena, text);
    if (!has_letter_or_digit(text))
        return NULL;
    for (const char *before = ""; !text_equal(before, text);) {
        before = text;
        text = clean_text(arena, unquoted(arena, without_stray(arena, text)));
    }
    return has_letter_or_digit(text) ? text : NULL;
}

const char *clean_identifier(struct arena *arena, const char *text)
{
    const char *plain = text_is_ascii(text)
                            ? text
                            : unicode_upper(arena, unicode_plain(arena, clean_text(arena, text)));
    struct buffer out = {.arena = arena};
    while (*plain) {
        uint32_t c = text_next(&plain);
        int digit = c < 0x80 ? -1 : unicode_digit(c);
        if (digit >= 0)
            buffer_char(&out, (char)('0' + digit));
        else if (c < 0x80 ? isalnum((int)c) : unicode_is_letter(c) || unicode_is_mark(c))
            buffer_code_point(&out, c < 0x80 ? (uint32_t)toupper((int)c) : c);
    }
    return has_letter_or_digit(buffer_string(&out)) ? composed(arena, &out) : NULL;
}
