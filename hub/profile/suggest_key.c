/* What names a record of the file: a column without repeats, or several together. */
#include "hub/base/hash.h"
#include "hub/profile/distinct.h"
#include "hub/profile/suggest.h"

#define CANDIDATES 12

struct candidate {
    struct suggestion *suggestion;
    int score;
};

static bool is_filled(const struct suggestion *suggestion, size_t records)
{
    const struct column *column = suggestion->column;
    return !column->each && records && column->filled == records;
}

/* A value that names what it is of. */
static bool is_name(const struct suggestion *suggestion)
{
    return text_equal(suggestion->element->path, "identifier") ||
           strstr(suggestion->element->domain->name, "identifier");
}

/* How much a filled column looks like a key. */
static int score_of(const struct suggestion *suggestion, size_t at, size_t records)
{
    const struct column *column = suggestion->column;
    const struct reading *reading = &suggestion->reading;
    bool value = suggestion->use == USE_VALUE && suggestion->confidence > CONFIDENCE_LOW &&
                 !is_name(suggestion);
    bool only_id = reading->identifies && !value;
    bool mail = column->share[TRAIT_EMAIL] > 500 && !reading->identifies;
    bool personal = mail || column->share[TRAIT_PERSON] > 500 || column->share[TRAIT_DATE] > 500 ||
                    column->share[TRAIT_ADDRESS] > 300;
    bool amount = column->share[TRAIT_NUMBER] > 500 && column->share[TRAIT_INTEGER] < 500;
    bool code = column->share[TRAIT_CODE] > 800 || column->share[TRAIT_INTEGER] > 800;
    bool scheme = suggestion->scheme && !text_equal(suggestion->scheme, "account") &&
                  !text_equal(suggestion->scheme, "loyalty");
    int score = column->unique ? 50 : 0;
    score += reading->identifies ? 25 : 0;
    score += only_id ? 10 : 0;
    score += at == 0 ? 10 : 0;
    score += code ? 10 : 0;
    score -= personal || value || amount ? 40 : 0;
    score -= scheme ? 20 : 0;
    return column->distinct * 10 < records * 9 && !column->unique ? score - 60 : score;
}

static int by_score(const void *left, const void *right)
{
    const struct candidate *l = left, *r = right;
    if (l->score != r->score)
        return r->score - l->score;
    return l->suggestion < r->suggestion ? -1 : l->suggestion > r->suggestion;
}

static size_t candidates_of(struct suggestions *all, size_t records, struct candidate *candidates)
{
    size_t count = 0;
    for (size_t i = 0; i < all->count; i++)
        if (is_filled(&all->list[i], records))
            candidates[count++] =
                (struct candidate){&all->list[i], score_of(&all->list[i], i, records)};
    if (count)
        qsort(candidates, count, sizeof(*candidates), by_score);
    return count < CANDIDATES ? count : CANDIDATES;
}

/* Do these columns together differ in all records that were kept? */
static bool are_unique(struct arena *arena, const struct candidate *const *columns, size_t count,
                       size_t records)
{
    struct distinct distinct = {.arena = arena};
    size_t rows = records < ROWS_KEPT ? records : ROWS_KEPT;
    for (size_t r = 0; r < rows; r++) {
        uint64_t hash = 0;
        for (size_t c = 0; c < count; c++)
            hash = hash64_mix(hash, columns[c]->suggestion->column->rows[r]);
        distinct_add(&distinct, hash);
    }
    return !distinct.repeats;
}

static void take(struct suggestion *suggestion)
{
    bool sure = suggestion->use == USE_VALUE && suggestion->confidence == CONFIDENCE_HIGH &&
                !text_equal(suggestion->element->path, "identifier");
    if (sure ||
        (suggestion->use == USE_VALUE && !text_equal(suggestion->element->class_name, "customer")))
        return;
    suggestion->use = USE_KEY;
    suggestion->element = NULL;
    suggestion->confidence = CONFIDENCE_NONE;
    suggestion->note = NULL;
}

static const char *compose(struct arena *arena, const struct candidate *const *columns,
                           size_t count)
{
    struct buffer key = {.arena = arena};
    for (size_t i = 0; i < count; i++) {
        buffer_printf(&key, "%s{%s}", i ? "-" : "", columns[i]->suggestion->column->name);
        take(columns[i]->suggestion);
    }
    return buffer_string(&key);
}

/* Move on to the next choice of `size` of `count`; false behind the last one. */
static bool next_choice(size_t *choice, size_t size, size_t count)
{
    size_t at = size;
    while (at > 0 && choice[at - 1] == count - (size - (at - 1)))
        at--;
    if (at == 0)
        return false;
    choice[at - 1]++;
    for (; at < size; at++)
        choice[at] = choice[at - 1] + 1;
    return true;
}

/* The first two, or three, of the likelier columns that together have no repeats; or NULL. */
static const char *compose_key(struct arena *arena, const struct profile *profile,
                               const struct candidate *candidates, size_t count)
{
    for (size_t size = 2; size <= 3 && size <= count; size++) {
        size_t choice[3] = {0, 1, 2};
        do {
            ARENA(scratch);
            const struct candidate *set[3] = {&candidates[choice[0]], &candidates[choice[1]],
                                              &candidates[choice[size - 1]]};
            if (are_unique(scratch, set, size, profile->records))
                return compose(arena, set, size);
        } while (next_choice(choice, size, count));
    }
    return NULL;
}

static void take_one(struct arena *arena, struct suggestions *all, const struct candidate *best)
{
    const struct column *column = best->suggestion->column;
    all->key = column->name;
    if (!column->unique)
        all->key_note = arena_printf(
            arena, "'%s' repeats: of records with one key the last one counts", all->key);
    else if (best->score < 50)
        all->key_note =
            arena_printf(arena, "'%s' never repeats, but does not look like a key", all->key);
    take(best->suggestion);
}

/* There is none; a mapping needs one all the same. */
static const char *makeshift(struct arena *arena, const struct suggestions *all,
                             const struct candidate *candidates, size_t count)
{
    const struct candidate *set[3] = {&candidates[0], &candidates[1], &candidates[2]};
    if (count)
        return compose(arena, set, count < 3 ? count : 3);
    return all->count ? all->list[0].column->name : "1";
}

static bool is_key(const struct candidate *best)
{
    return best->suggestion->column->unique ||
           (best->suggestion->reading.identifies && best->score >= 25);
}

/* Its own number names an order better than the file's key, and the customer's own the customer. */
static void own_keys(const struct profile *profile, struct suggestions *all)
{
    for (size_t i = 0; i < all->count; i++) {
        struct suggestion *suggestion = &all->list[i];
        bool usable = is_filled(suggestion, profile->records) && suggestion->use == USE_VALUE &&
                      !text_equal(suggestion->column->name, all->key);
        if (!usable)
            continue;
        struct planned *record = &all->records[suggestion->record];
        bool customer = text_equal(record->class->name, "customer");
        bool number = text_equal(suggestion->element->path, "number") && suggestion->column->unique;
        bool account = text_equal(suggestion->element->path, "identifier") &&
                       suggestion->reading.of_customer && suggestion->reading.identifies;
        if (record->key || record->each || (customer ? !account : !number))
            continue;
        record->key = suggestion->column->name;
        take(suggestion);
    }
}

static void choose_key(struct arena *arena, const struct profile *profile, struct suggestions *all)
{
    struct candidate *candidates = NEW_ARRAY(arena, struct candidate, all->count + 3);
    size_t count = candidates_of(all, profile->records, candidates);
    if (count && is_key(&candidates[0])) {
        take_one(arena, all, &candidates[0]);
        return;
    }
    all->key = compose_key(arena, profile, candidates, count);
    all->key_note = "no column alone tells all records apart; these together do";
    if (all->key)
        return;
    all->key = makeshift(arena, all, candidates, count);
    all->key_note = "no good key: some records have the same one, or none; choose another";
}

/* A key that is the number of something else as well: of an order, of a loyalty card. */
static void number_records(const struct dictionary *dictionary, struct suggestions *all)
{
    for (size_t i = 0; i < all->count; i++)
        for (size_t r = 1; r < all->record_count && all->list[i].use == USE_KEY; r++) {
            struct suggestion *suggestion = &all->list[i];
            size_t at = (size_t)(all->records[r].class - dictionary->classes);
            const struct named *named = at < CLASSES_MOST ? &suggestion->reading.of[at] : NULL;
            bool telling = named && named->score >= STRONG && named->classes <= 3 &&
                           text_equal(named->element->path, "number");
            if (!telling || suggestion->column->each || all->records[r].each)
                continue;
            suggestion->use = USE_VALUE;
            suggestion->element = named->element;
            suggestion->record = r;
            suggestion->confidence = CONFIDENCE_MEDIUM;
            suggestion->scheme = suggestion->kind = NULL;
        }
}

void suggest_key(struct arena *arena, const struct dictionary *dictionary,
                 const struct profile *profile, struct suggestions *all)
{
    choose_key(arena, profile, all);
    if (all->record_count > 1)
        own_keys(profile, all);
    number_records(dictionary, all);
}
