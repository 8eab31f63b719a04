#include "hub/standard/postcode.h"

#include <ctype.h>

#include "hub/standard/clean.h"
#include "hub/standard/unicode.h"

#define LENGTH_MOST 12

static bool is_digits(const char *text, size_t size)
{
    return strlen(text) == size && strspn(text, "0123456789") == size;
}

/* US: leading zeros come back, nine digits get their dash, four zeros behind five digits say nothing. */
static const char *american(struct arena *arena, const char *code)
{
    if (is_digits(code, 4))
        return arena_printf(arena, "0%s", code);
    if (text_ends(code, "0000") && (is_digits(code, 9) || strlen(code) == 10))
        return arena_strndup(arena, code, 5);
    if (is_digits(code, 9))
        return arena_printf(arena, "%.5s-%s", code, code + 5);
    return code;
}

/* Only the Northern Territory's start with a zero. */
static const char *australian(struct arena *arena, const char *code)
{
    return is_digits(code, 3) && *code >= '8' ? arena_printf(arena, "0%s", code) : code;
}

/* The last three characters stand apart. */
static const char *split(struct arena *arena, const char *code, size_t least, size_t most)
{
    size_t size = strlen(code);
    if (strchr(code, ' ') || size < least || size > most || !isalpha((unsigned char)*code))
        return code;
    return arena_printf(arena, "%.*s %s", (int)(size - 3), code, code + size - 3);
}

static const char *british(struct arena *arena, const char *code)
{
    size_t size = strlen(code);
    bool inward = size > 3 && isdigit((unsigned char)code[size - 3]);
    return inward ? split(arena, code, 5, 7) : code;
}

static const char *canadian(struct arena *arena, const char *code)
{
    return split(arena, code, 6, 6);
}

static const struct {
    const char *region;
    const char *(*repair)(struct arena *arena, const char *code);
} regions[] = {{"US", american}, {"AU", australian}, {"GB", british}, {"CA", canadian}};

static bool is_plausible(const char *code)
{
    bool any = false;
    for (; *code; code++) {
        if (!isalnum((unsigned char)*code) && *code != ' ' && *code != '-')
            return false;
        any = any || isalnum((unsigned char)*code);
    }
    return any;
}

const char *postcode_read(struct arena *arena, const char *text, const char *region)
{
    text = clean_text(arena, text);
    text = text_is_ascii(text) ? text : unicode_plain(arena, text);
    char *code = arena_strdup(arena, text);
    for (char *c = code; *c; c++)
        *c = (char)toupper((unsigned char)*c);
    size_t size = strlen(code);
    if (size > 2 && text_equal(code + size - 2, ".0"))
        code[size -= 2] = '\0';
    if (size > LENGTH_MOST || !is_plausible(code))
        return NULL;
    for (size_t i = 0; i < COUNT_OF(regions); i++)
        if (text_equal(regions[i].region, region))
            return regions[i].repair(arena, code);
    return code;
}
