/* Columns that make one value together, or say something about each other. */
#include <ctype.h>

#include "hub/profile/suggest.h"

static bool same_list(const struct column *left, const struct column *right)
{
    return text_equal(text_or_empty(left->each), text_or_empty(right->each));
}

/* Does the one column's name speak of the other's value? */
static bool is_about(const struct suggestion *one, const struct suggestion *other)
{
    const struct named *what = &one->reading.qualified;
    if (other->use != USE_VALUE || other == one || !same_list(one->column, other->column))
        return false;
    if (what->scheme)
        return other->scheme && text_equal(what->scheme, other->scheme);
    if (what->element->composite)
        return other->element->composite &&
               text_equal(what->element->composite, other->element->composite);
    return what->element == other->element;
}

static void qualify(struct arena *arena, struct suggestions *all, struct suggestion *one)
{
    const char *template = arena_printf(arena, "{%s}", one->column->name);
    bool found = false;
    for (size_t i = 0; i < all->count; i++) {
        struct suggestion *other = &all->list[i];
        if (!is_about(one, other))
            continue;
        if (one->reading.is_country)
            other->country = template;
        else
            other->kind = template;
        found = true;
    }
    if (!found)
        return;
    one->use = USE_QUALIFIER;
    one->element = NULL;
    one->confidence = CONFIDENCE_NONE;
}

/* The type of an identifier is its scheme. */
static void move_schemes(struct suggestions *all)
{
    for (size_t i = 0; i < all->count; i++) {
        struct suggestion *suggestion = &all->list[i];
        if (suggestion->scheme && suggestion->kind && *suggestion->kind == '{') {
            suggestion->scheme = suggestion->kind;
            suggestion->kind = NULL;
        }
    }
}

/* A country, state or date of an identifier is no address of the customer. */
static void part_identifiers(struct suggestions *all)
{
    for (size_t i = 0; i < all->count; i++) {
        struct suggestion *suggestion = &all->list[i];
        const struct named *best = suggestion->reading.best;
        bool of_identifier = false;
        for (size_t b = 0; b < NAMED_MOST && best[b].score; b++)
            of_identifier |= best[b].scheme && best[b].score >= 70;
        if (suggestion->use == USE_VALUE && !suggestion->scheme && of_identifier &&
            suggestion->element->composite) {
            suggestion->use = USE_NONE;
            suggestion->confidence = CONFIDENCE_NONE;
            suggestion->reason =
                "it is about an identifier, of which no more than the country is kept";
            suggestion->guess = NULL;
        }
    }
}

/* Numbers of different kinds can be equal by chance. */
static void ask_for_schemes(struct suggestions *all)
{
    for (size_t i = 0; i < all->count; i++) {
        struct suggestion *suggestion = &all->list[i];
        if (suggestion->use != USE_VALUE || suggestion->scheme ||
            !text_equal(suggestion->element->path, "identifier"))
            continue;
        suggestion->note = "which number is it? give it a scheme";
        if (suggestion->confidence == CONFIDENCE_HIGH)
            suggestion->confidence = CONFIDENCE_MEDIUM;
    }
}

static size_t addresses_of(const struct suggestions *all, const char *kind)
{
    size_t count = 0;
    for (size_t i = 0; i < all->count; i++)
        count += all->list[i].use == USE_VALUE && all->list[i].element->composite &&
                 text_equal(text_or_empty(all->list[i].kind), kind);
    return count;
}

/* "billing city" beside "shipping city": two addresses. */
static void part_addresses(struct suggestions *all)
{
    size_t whole = 0;
    for (size_t i = 0; i < all->count; i++)
        whole += all->list[i].use == USE_VALUE && all->list[i].element->composite;
    for (size_t i = 0; i < all->count; i++) {
        struct suggestion *suggestion = &all->list[i];
        bool kind = suggestion->kind && *suggestion->kind != '{';
        if (suggestion->use == USE_VALUE && suggestion->element->composite && kind &&
            addresses_of(all, suggestion->kind) < whole)
            suggestion->group = suggestion->kind;
    }
}

/* Who is named with somebody else in one text. */
static void look_for_couples(struct suggestions *all)
{
    for (size_t i = 0; i < all->count; i++) {
        struct suggestion *suggestion = &all->list[i];
        suggestion->couple = suggestion->use == USE_VALUE && !suggestion->column->each &&
                             text_equal(suggestion->element->path, "name.full") &&
                             suggestion->column->share[TRAIT_COUPLE] >= 5;
    }
}

/* In how many of the kept records are both filled, and the first alone? */
static void count_both(const struct column *left, const struct column *right, size_t *both,
                       size_t *alone)
{
    *both = *alone = 0;
    for (size_t i = 0; left->rows && i < ROWS_KEPT; i++) {
        bool filled = right->rows && right->rows[i];
        *both += left->rows[i] && filled;
        *alone += left->rows[i] && !filled;
    }
}

static const struct suggestion *person_name(const struct suggestions *all)
{
    static const char *const paths[] = {"name.family", "name.full", "name.given"};
    for (size_t p = 0; p < COUNT_OF(paths); p++)
        for (size_t i = 0; i < all->count; i++)
            if (all->list[i].use == USE_VALUE && !all->list[i].column->each &&
                text_equal(all->list[i].element->path, paths[p]))
                return &all->list[i];
    return NULL;
}

/* A company beside a person's name is who the person works for. */
static void part_companies(const struct dictionary *dictionary, struct suggestions *all)
{
    size_t both, alone;
    const struct suggestion *person = person_name(all);
    for (size_t i = 0; person && i < all->count; i++) {
        struct suggestion *suggestion = &all->list[i];
        if (suggestion->use != USE_VALUE ||
            !text_equal(suggestion->element->path, "name.organization"))
            continue;
        count_both(suggestion->column, person->column, &both, &alone);
        if (!both)
            continue;
        if (suggestion->confidence == CONFIDENCE_HIGH)
            suggestion->confidence = CONFIDENCE_MEDIUM;
        if (alone)
            suggestion->person = person->column->name;
        else
            suggestion->element = dictionary_path(dictionary, "customer", "employer");
    }
}

void suggest_joined(struct arena *arena, const struct dictionary *dictionary,
                    struct suggestions *all)
{
    for (size_t i = 0; i < all->count; i++)
        if (all->list[i].reading.is_type || all->list[i].reading.is_country)
            qualify(arena, all, &all->list[i]);
    move_schemes(all);
    part_identifiers(all);
    ask_for_schemes(all);
    part_addresses(all);
    part_companies(dictionary, all);
    look_for_couples(all);
}

/* Year, month or day. */
static char role_of(const char *word)
{
    static const struct {
        const char *word;
        char role;
    } roles[] = {{"year", 'y'},  {"yr", 'y'},    {"yyyy", 'y'}, {"y", 'y'},  {"jahr", 'y'},
                 {"annee", 'y'}, {"month", 'm'}, {"mon", 'm'},  {"mm", 'm'}, {"m", 'm'},
                 {"monat", 'm'}, {"mois", 'm'},  {"day", 'd'},  {"dd", 'd'}, {"d", 'd'},
                 {"tag", 'd'},   {"jour", 'd'}};
    for (size_t i = 0; i < COUNT_OF(roles); i++)
        if (text_same(word, roles[i].word))
            return roles[i].role;
    return 0;
}

/* "birth_year" is "birth" and a year, "by" "b" and one; *length: of what stands before. */
static char split_role(const char *name, size_t *length)
{
    size_t whole = strlen(name);
    for (size_t i = 0; i < whole; i++) {
        bool starts = i == 0 || !isalnum((unsigned char)name[i - 1]) ||
                      (islower((unsigned char)name[i - 1]) && isupper((unsigned char)name[i]));
        if (starts && role_of(name + i)) {
            *length = i;
            return role_of(name + i);
        }
    }
    for (size_t i = 1; i < whole; i++)
        if (strlen(name + i) > 2 && role_of(name + i)) {
            *length = i;
            return role_of(name + i);
        }
    *length = whole - 1;
    if (whole != 2)
        return 0;
    return role_of(name + 1);
}

/* Do the column's numbers lie within these? */
static bool lies_within(const struct column *column, int64_t least, int64_t most)
{
    int64_t from, to;
    return column->numeric && text_to_int(column->least, 0, 9999, &from) &&
           text_to_int(column->greatest, 0, 9999, &to) && from >= least && to <= most;
}

static bool plays(const struct column *column, char role)
{
    return role == 'y'   ? lies_within(column, 1850, 2100)
           : role == 'm' ? lies_within(column, 1, 12)
                         : lies_within(column, 1, 31);
}

/* The column of that role whose name starts as the year's does. */
static struct suggestion *find_part(struct suggestions *all, const struct suggestion *year,
                                    size_t length, char role)
{
    for (size_t i = 0; i < all->count; i++) {
        size_t other;
        struct suggestion *part = &all->list[i];
        bool found = part->use != USE_KEY && split_role(part->column->name, &other) == role &&
                     other == length && plays(part->column, role) &&
                     memcmp(part->column->name, year->column->name, length) == 0;
        if (found && same_list(part->column, year->column))
            return part;
    }
    return NULL;
}

/* Which date a name begins to speak of; *word: it says so in a word, not in a letter. */
static const char *date_of(const char *name, size_t length, bool *word)
{
    static const struct {
        const char *start, *path;
    } starts[] = {{"birth", "birth_date"}, {"dob", "birth_date"},   {"geb", "birth_date"},
                  {"born", "birth_date"},  {"naiss", "birth_date"}, {"death", "death_date"},
                  {"dod", "death_date"},   {"b", "birth_date"},     {"", "birth_date"}};
    const char *slash = strrchr(name, '/'), *own = slash ? slash + 1 : name;
    ARENA(scratch);
    const char *lower = text_lower_ascii(scratch, own);
    for (size_t i = 0; i < COUNT_OF(starts); i++) {
        size_t size = strlen(starts[i].start);
        bool alone = size > 1 || length == (size_t)(own - name) + size;
        *word = size > 1;
        if (alone && text_starts(lower, starts[i].start))
            return starts[i].path;
    }
    return NULL;
}

static void join_date(struct arena *arena, const struct dictionary *dictionary,
                      struct suggestions *all, struct suggestion *year)
{
    size_t length;
    bool word;
    if (split_role(year->column->name, &length) != 'y' || !plays(year->column, 'y'))
        return;
    const char *path = date_of(year->column->name, length, &word);
    struct suggestion *month = find_part(all, year, length, 'm');
    struct suggestion *day = find_part(all, year, length, 'd');
    if (!path || (!word && (!month || !day)))
        return;
    year->use = USE_VALUE;
    year->element = dictionary_path(dictionary, "customer", path);
    year->scheme = year->kind = NULL;
    year->confidence = !month ? CONFIDENCE_LOW : word ? CONFIDENCE_HIGH : CONFIDENCE_MEDIUM;
    year->date = "YYYY";
    if (!month)
        return;
    month->use = USE_PART;
    year->date = "YYYY-M";
    year->template = arena_printf(arena, "{%s}-{%s}", year->column->name, month->column->name);
    if (!day)
        return;
    day->use = USE_PART;
    year->date = "YYYY-M-D";
    year->template = arena_printf(arena, "%s-{%s}", year->template, day->column->name);
}

static void choose_forms(struct arena *arena, const char *region, struct suggestion *suggestion)
{
    bool unsure, mixed;
    const char *forms = suggest_times(arena, suggestion->column, region, &unsure, &mixed);
    suggestion->date = forms;
    if (!forms && suggestion->column->texts)
        suggestion->note = "no date form that is known reads it";
    if (unsure)
        suggestion->note = "no value tells whether days or months come first: ask";
    else if (mixed)
        suggestion->note =
            "days come first in some, months in others: those of both are read as most are";
    if (unsure || (!forms && suggestion->column->texts))
        suggestion->confidence = CONFIDENCE_LOW;
    else if (mixed && suggestion->confidence == CONFIDENCE_HIGH)
        suggestion->confidence = CONFIDENCE_MEDIUM;
}

void suggest_dates(struct arena *arena, const struct dictionary *dictionary,
                   struct suggestions *all)
{
    for (size_t i = 0; i < all->count; i++) {
        struct suggestion *suggestion = &all->list[i];
        if (suggestion->use != USE_KEY)
            join_date(arena, dictionary, all, suggestion);
        if (suggestion->use == USE_VALUE && !suggestion->date &&
            (suggestion->element->domain->kind == DOMAIN_DATE ||
             suggestion->element->domain->kind == DOMAIN_TIME))
            choose_forms(arena, all->region, suggestion);
    }
}
