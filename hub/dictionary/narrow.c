#include "hub/base/decimal.h"
#include "hub/dictionary/domain.h"

static const char *more_codes(struct arena *arena, const struct domain *narrow,
                              const struct domain *wide)
{
    for (size_t i = 0; i < narrow->permitted_count; i++) {
        const char *code = narrow->permitted[i].code;
        const char *known = domain_code(wide, code);
        if (!known || !text_equal(known, code))
            return arena_printf(arena, "permits '%s', which '%s' does not", code, wide->name);
    }
    return NULL;
}

static bool is_looser(const char *narrow, const char *wide, int sign)
{
    return wide && (!narrow || decimal_compare(narrow, wide) * sign < 0);
}

/* Free text holds the values of every other kind. */
static bool kind_fits(const struct domain *narrow, const struct domain *wide)
{
    bool whole = narrow->kind == DOMAIN_INTEGER && wide->kind == DOMAIN_NUMBER;
    return narrow->kind == wide->kind || whole || (wide->kind == DOMAIN_TEXT && !wide->check);
}

const char *domain_excess(struct arena *arena, const struct domain *narrow,
                          const struct domain *wide)
{
    if (!kind_fits(narrow, wide))
        return arena_printf(arena, "is of another kind than '%s'", wide->name);
    if (wide->permitted && !narrow->permitted)
        return arena_printf(arena, "permits more than the codes of '%s'", wide->name);
    if (wide->permitted)
        return more_codes(arena, narrow, wide);
    if (narrow->length_most > wide->length_most)
        return arena_printf(arena, "permits more than the %zu characters of '%s'",
                            wide->length_most, wide->name);
    if (is_looser(narrow->minimum, wide->minimum, 1))
        return arena_printf(arena, "permits less than %s, the minimum of '%s'", wide->minimum,
                            wide->name);
    if (is_looser(narrow->maximum, wide->maximum, -1))
        return arena_printf(arena, "permits more than %s, the maximum of '%s'", wide->maximum,
                            wide->name);
    if (wide->unit && !text_equal(narrow->unit ? narrow->unit : "", wide->unit))
        return arena_printf(arena, "is not in %s as '%s' is", wide->unit, wide->name);
    if (wide->check && !text_equal(narrow->check ? narrow->check : "", wide->check))
        return arena_printf(arena, "has not the check digit of '%s'", wide->name);
    return NULL;
}
