#include "hub/standard/number.h"

#include "hub/standard/clean.h"
#include "hub/standard/money.h"
#include "hub/standard/unicode.h"

static const char *without_unit(struct arena *arena, const char *text, const char *unit)
{
    size_t size = strlen(text), length = unit ? strlen(unit) : 0;
    if (!length || length >= size || !text_same(text + size - length, unit))
        return text;
    return text_trim(arena, arena_strndup(arena, text, size - length));
}

const char *number_read(struct arena *arena, const char *text, const char *unit)
{
    ARENA(scratch);
    text = clean_text(scratch, text);
    if (!text_is_ascii(text))
        text = unicode_plain(scratch, text);
    text = without_unit(scratch, text, unit);
    size_t sign = strspn(text, "+-");
    if (sign > 1 || strspn(text + sign, "0123456789., '") != strlen(text + sign))
        return NULL;
    return money_read(arena, text);
}

const char *integer_read(struct arena *arena, const char *text, const char *unit)
{
    const char *number = number_read(arena, text, unit);
    const char *point = number ? strchr(number, '.') : NULL;
    if (point && strspn(point + 1, "0") != strlen(point + 1))
        return NULL;
    if (!number)
        return NULL;
    number = point ? arena_strndup(arena, number, (size_t)(point - number)) : number;
    return text_equal(number, "-0") ? "0" : number;
}
