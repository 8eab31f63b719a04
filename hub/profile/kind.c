#include "hub/profile/profile.h"

#define FORMS_MOST 5
#define MOSTLY 800 /* thousandths */

/* Is it D/M/... where M/D/... could be meant, or the other way round? */
static bool is_twin(const char *form, char first)
{
    char second = first == 'D' ? 'M' : 'D';
    return form[0] == first && (form[1] == '/' || form[1] == '-') && form[2] == second &&
           form[3] == form[1];
}

/* Texts that a form reads and none of the chosen does; 0 for a form that may not be chosen. */
struct choosing {
    const struct column *column;
    uint32_t *masks; /* of the sample */
    uint32_t allowed, chosen;
};

static size_t gain(const struct choosing *choosing, unsigned form)
{
    size_t reads = 0;
    if (!(choosing->allowed >> form & 1))
        return 0;
    for (size_t i = 0; i < choosing->column->sample_count; i++)
        reads += (choosing->masks[i] >> form & 1) && !(choosing->masks[i] & choosing->chosen);
    return reads;
}

static bool choose_next(struct choosing *choosing, unsigned *form)
{
    size_t best = 0;
    for (unsigned i = 0; date_forms[i]; i++) {
        size_t reads = gain(choosing, i);
        if (reads > best) {
            best = reads;
            *form = i;
        }
    }
    choosing->chosen |= best ? (uint32_t)1 << *form : 0;
    return best > 0;
}

/* Forms of one order of day and month: a bit each. */
static uint32_t order_bits(char first)
{
    uint32_t bits = 0;
    for (unsigned i = 0; date_forms[i]; i++)
        if (is_twin(date_forms[i], first))
            bits |= (uint32_t)1 << i;
    return bits;
}

/* Which order of day and month the texts show; where they show none, the one of the region. */
static char order_of(const struct column *column, const char *region, bool *unsure, bool *mixed)
{
    *unsure = column->both && !column->day_first && !column->month_first;
    *mixed = column->day_first && column->month_first;
    if (column->day_first != column->month_first)
        return column->day_first > column->month_first ? 'D' : 'M';
    return text_equal(region, "US") || text_equal(region, "PH") ? 'M' : 'D';
}

const char *column_date(struct arena *arena, const struct column *column, const char *region,
                        bool *unsure, bool *mixed)
{
    struct buffer out = {.arena = arena};
    struct choosing choosing = {.column = column, .allowed = UINT32_MAX};
    char order = order_of(column, region, unsure, mixed);
    uint32_t other = order_bits(order == 'D' ? 'M' : 'D');
    unsigned form = 0, chosen = 0;
    choosing.masks = NEW_ARRAY(arena, uint32_t, column->sample_count + 1);
    for (size_t i = 0; i < column->sample_count; i++)
        choosing.masks[i] = date_forms_of(arena, column->sample[i]);
    choosing.allowed &= ~other;
    for (; chosen < FORMS_MOST && choose_next(&choosing, &form); chosen++)
        buffer_printf(&out, "%s%s", chosen ? "|" : "", date_forms[form]);
    choosing.allowed = *mixed ? other : 0;
    for (; chosen < FORMS_MOST && choose_next(&choosing, &form); chosen++)
        buffer_printf(&out, "%s%s", chosen ? "|" : "", date_forms[form]);
    *unsure = *unsure && (choosing.chosen & order_bits(order));
    *mixed = *mixed && (choosing.chosen & other);
    return chosen ? buffer_string(&out) : NULL;
}

static const char *listed(struct arena *arena, const struct column *column)
{
    struct buffer out = {.arena = arena};
    for (size_t i = 0; i < column->value_count && out.length < 40; i++)
        buffer_printf(&out, "%s%s", i ? ", " : "", column->values[i].text);
    return buffer_string(&out);
}

static const char *code_list(struct arena *arena, const struct dictionary *dictionary,
                             const struct column *column)
{
    bool few = !column->more_values && column->value_count * 3 <= column->texts;
    for (size_t i = 0; i < dictionary->domain_count; i++)
        if (column->codes[i] >= 900 && (few || dictionary->domains[i]->permitted_count > 40))
            return arena_printf(arena, "code of %s", dictionary->domains[i]->name);
    if (column->value_count > 20 || !few)
        return NULL;
    return arena_printf(arena, "one of %zu: %s", column->value_count, listed(arena, column));
}

static const char *date_kind(struct arena *arena, const struct column *column, const char *region)
{
    bool unsure, mixed;
    const char *forms = column_date(arena, column, region, &unsure, &mixed);
    if (unsure)
        return arena_printf(arena, "date %s (day or month first?)", forms);
    return arena_printf(arena, "date %s%s", text_or_empty(forms),
                        mixed ? " (both orders occur)" : "");
}

/* The likelier ones first. */
static const enum trait order[] = {
    TRAIT_EMAIL,   TRAIT_URL,    TRAIT_DATE, TRAIT_TIME,   TRAIT_PREFIX, TRAIT_REGION,
    TRAIT_ADDRESS, TRAIT_STREET, TRAIT_UNIT, TRAIT_PERSON, TRAIT_COUPLE, TRAIT_ORGANIZATION,
};
/* Those that code lists come before. */
static const enum trait order_behind_codes[] = {
    TRAIT_PHONE,   TRAIT_POSTCODE, TRAIT_GIVEN, TRAIT_FAMILY,
    TRAIT_INTEGER, TRAIT_NUMBER,   TRAIT_CODE,  TRAIT_WORDS,
};

static const char *trait_kind(const struct column *column, const enum trait *traits, size_t count,
                              enum trait *trait)
{
    for (size_t i = 0; i < count; i++) {
        *trait = traits[i];
        bool stray = *trait == TRAIT_GIVEN || *trait == TRAIT_FAMILY || *trait == TRAIT_PERSON ||
                     *trait == TRAIT_STREET || *trait == TRAIT_ORGANIZATION;
        if (column->share[*trait] >= (stray ? 400 : MOSTLY))
            return trait_names[*trait];
    }
    return NULL;
}

const char *column_kind(struct arena *arena, const struct dictionary *dictionary,
                        const struct column *column, const char *region, size_t records)
{
    enum trait trait = TRAITS;
    if (!column->texts)
        return "empty";
    if (column->value_count == 1 && !column->more_values && column->texts > 1)
        return "always the same";
    if (column->unique && column->texts == records && column->share[TRAIT_INTEGER] == 1000 &&
        column->share[TRAIT_DATE] < MOSTLY)
        return "integer, unique";
    const char *kind = trait_kind(column, order, COUNT_OF(order), &trait);
    if (kind && trait == TRAIT_DATE)
        kind = date_kind(arena, column, region);
    kind = kind ? kind : code_list(arena, dictionary, column);
    kind =
        kind ? kind : trait_kind(column, order_behind_codes, COUNT_OF(order_behind_codes), &trait);
    kind = kind ? kind : "text";
    if (column->share[TRAIT_COUPLE] && column->share[TRAIT_COUPLE] < MOSTLY)
        kind = arena_printf(arena, "%s, some of two people", kind);
    return column->unique && column->texts == records && !column->each
               ? arena_printf(arena, "%s, unique", kind)
               : kind;
}
