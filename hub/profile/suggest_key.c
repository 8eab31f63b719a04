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

/* How much a filled column looks like a key. */
static int score_of(const struct suggestion *suggestion, size_t at, size_t records)
{
    const struct column *column = suggestion->column;
    const struct reading *reading = &suggestion->reading;
    bool only_id = reading->identifies && (!reading->best[0].score || reading->best[0].scheme);
    bool mail = column->share[TRAIT_EMAIL] > 500 && !reading->identifies;
    bool personal = mail || column->share[TRAIT_PERSON] > 500 || column->share[TRAIT_DATE] > 500 ||
                    column->share[TRAIT_ADDRESS] > 300;
    bool code = column->share[TRAIT_CODE] > 800 || column->share[TRAIT_INTEGER] > 800;
    bool scheme = suggestion->scheme && !text_equal(suggestion->scheme, "account") &&
                  !text_equal(suggestion->scheme, "loyalty");
    int score = column->unique ? 50 : 0;
    score += reading->identifies ? 25 : 0;
    score += only_id ? 10 : 0;
    score += at == 0 ? 10 : 0;
    score += code ? 10 : 0;
    score -= personal ? 40 : 0;
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
    if (suggestion->use == USE_VALUE && suggestion->confidence == CONFIDENCE_HIGH &&
        !suggestion->scheme)
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

/* The first two, or three, of the likelier columns that together have no repeats. */
static bool compose_key(struct suggestions *all, const struct profile *profile,
                        const struct candidate *candidates, size_t count, struct arena *arena)
{
    for (size_t size = 2; size <= 3; size++)
        for (size_t a = 0; a < count; a++)
            for (size_t b = a + 1; b < count; b++)
                for (size_t c = size == 2 ? count - 1 : b + 1; c < count; c++) {
                    ARENA(scratch);
                    const struct candidate *set[] = {&candidates[a], &candidates[b],
                                                     &candidates[c]};
                    if (!are_unique(scratch, set, size, profile->records))
                        continue;
                    all->key = compose(arena, set, size);
                    return true;
                }
    return false;
}

void suggest_key(struct arena *arena, const struct profile *profile, struct suggestions *all)
{
    struct candidate *candidates = NEW_ARRAY(arena, struct candidate, all->count + 1);
    size_t count = candidates_of(all, profile->records, candidates);
    struct suggestion *best = count ? candidates[0].suggestion : NULL;
    bool nearly = best && best->reading.identifies && candidates[0].score >= 25;
    if (best && (best->column->unique || nearly)) {
        all->key = best->column->name;
        if (!best->column->unique)
            all->key_note = arena_printf(
                arena, "'%s' repeats: of records with one key the last one counts", all->key);
        else if (candidates[0].score < 50)
            all->key_note =
                arena_printf(arena, "'%s' never repeats, but does not look like a key", all->key);
        take(best);
    } else if (compose_key(all, profile, candidates, count, arena)) {
        all->key_note = "no column alone tells all records apart; these together do";
    } else {
        const struct candidate *set[] = {&candidates[0], &candidates[1], &candidates[2]};
        all->key = count        ? compose(arena, set, count < 3 ? count : 3)
                   : all->count ? all->list[0].column->name
                                : "1";
        all->key_note = "no good key: some records have the same one, or none; choose another";
    }
}
