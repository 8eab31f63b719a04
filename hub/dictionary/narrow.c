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

int domain_compare(enum domain_kind kind, const char *left, const char *right)
{
    size_t common = strlen(left) < strlen(right) ? strlen(left) : strlen(right);
    return kind == DOMAIN_DATE ? strncmp(left, right, common) : decimal_compare(left, right);
}

static bool is_lower(const struct domain *narrow, const struct domain *wide)
{
    return wide->minimum &&
           (!narrow->minimum || domain_compare(wide->kind, narrow->minimum, wide->minimum) < 0);
}

/* Dates without a maximum are of the past, so that any maximum lets them be more. */
static bool is_higher(const struct domain *narrow, const struct domain *wide)
{
    if (wide->kind == DOMAIN_DATE && !wide->maximum)
        return narrow->maximum;
    return wide->maximum &&
           (narrow->maximum ? domain_compare(wide->kind, narrow->maximum, wide->maximum) > 0
                            : wide->kind != DOMAIN_DATE);
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
    if (is_lower(narrow, wide))
        return arena_printf(arena, "permits less than %s, the minimum of '%s'", wide->minimum,
                            wide->name);
    if (is_higher(narrow, wide))
        return arena_printf(arena, "permits more than %s, the maximum of '%s'",
                            wide->maximum ? wide->maximum : "the next year", wide->name);
    if (wide->unit && !text_equal(narrow->unit ? narrow->unit : "", wide->unit))
        return arena_printf(arena, "is not in %s as '%s' is", wide->unit, wide->name);
    if (wide->check && !text_equal(narrow->check ? narrow->check : "", wide->check))
        return arena_printf(arena, "has not the check digit of '%s'", wide->name);
    return NULL;
}
