#include "hub/golden/survive.h"

#include <stdlib.h>

#include "hub/standard/unicode.h"

#define CRITERIA_MOST 6

/* Negative: left comes first. */
struct criterion {
    int (*compare)(const struct candidate *left, const struct candidate *right);
};

struct strategy {
    const char *name;
    struct criterion criteria[CRITERIA_MOST]; /* ends early with NULL */
};

static int more_first(uint64_t left, uint64_t right)
{
    return (left < right) - (left > right);
}

static int by_trust(const struct candidate *left, const struct candidate *right)
{
    return more_first(left->trust, right->trust);
}

/* What a source has checked is not overwritten by what somebody merely says, however much that is. */
static int by_check(const struct candidate *left, const struct candidate *right)
{
    return right->verified - left->verified;
}

static const char *time_of(const struct candidate *candidate)
{
    const char *time = candidate->member->record->effective;
    return time ? time : ""; /* unknown counts as oldest */
}

static int by_time(const struct candidate *left, const struct candidate *right)
{
    return strcmp(time_of(right), time_of(left));
}

static int by_statement(const struct candidate *left, const struct candidate *right)
{
    return left->derived - right->derived;
}

static int by_agreement(const struct candidate *left, const struct candidate *right)
{
    int order = more_first(left->sources, right->sources);
    return order ? order : more_first(left->records, right->records);
}

static int by_length(const struct candidate *left, const struct candidate *right)
{
    return more_first(text_length(left->text), text_length(right->text));
}

static const struct strategy strategies[] = {
    {"trust", {{by_trust}, {by_time}, {by_statement}, {by_agreement}}},
    {"recent", {{by_time}, {by_trust}, {by_statement}, {by_agreement}}},
    {"frequent", {{by_agreement}, {by_trust}, {by_time}, {by_statement}}},
    {"longest", {{by_length}, {by_trust}, {by_time}, {by_statement}, {by_agreement}}},
    {"union", {{by_trust}, {by_time}, {by_statement}, {by_agreement}}},
};

static const struct strategy *find(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(strategies); i++)
        if (name && text_equal(strategies[i].name, name))
            return &strategies[i];
    return NULL;
}

bool golden_knows(const char *strategy)
{
    return find(strategy) != NULL;
}

const struct strategy *survive_strategy(const char *name)
{
    const struct strategy *strategy = find(name);
    return strategy ? strategy : &strategies[0];
}

const char *survive_name(const struct strategy *strategy)
{
    return strategy->name;
}

static int compare_ids(const struct candidate *left, const struct candidate *right)
{
    int64_t a = left->member->record->id, b = right->member->record->id;
    int order = (a > b) - (a < b);
    return order ? order : (left->order > right->order) - (left->order < right->order);
}

static int compare_candidates(const void *left, const void *right, void *by)
{
    const struct criterion *criteria = (*(const struct strategy **)by)->criteria;
    const struct candidate *a = left, *b = right;
    int order = by_check(a, b);
    order = order ? order : more_first(a->wholeness, b->wholeness);
    for (size_t i = 0; !order && i < CRITERIA_MOST && criteria[i].compare; i++)
        order = criteria[i].compare(a, b);
    return order ? order : compare_ids(a, b);
}

static int compare_keys(const void *left, const void *right)
{
    const struct candidate *a = *(struct candidate *const *)left;
    const struct candidate *b = *(struct candidate *const *)right;
    int order = strcmp(a->key ? a->key : "", b->key ? b->key : "");
    if (!order)
        order = strcmp(a->member->record->source, b->member->record->source);
    return order ? order : compare_ids(a, b);
}

bool survive_agree(const struct candidate *left, const struct candidate *right)
{
    return left == right || (left->key && right->key && text_equal(left->key, right->key));
}

/* How many sources and records stand behind each key: runs of the candidates in order of key and source. */
static void count_agreement(struct arena *arena, const struct candidates *candidates)
{
    struct candidate **sorted = NEW_ARRAY(arena, struct candidate *, candidates->count + 1);
    for (size_t i = 0; i < candidates->count; i++)
        sorted[i] = &candidates->list[i];
    qsort(sorted, candidates->count, sizeof(void *), compare_keys);
    for (size_t at = 0, end; at < candidates->count; at = end) {
        size_t sources = 1, records = 1;
        for (end = at + 1; end < candidates->count && survive_agree(sorted[at], sorted[end]);
             end++) {
            const struct record *before = sorted[end - 1]->member->record;
            const struct record *this = sorted[end]->member->record;
            sources += !text_equal(before->source, this->source);
            records += before->id != this->id;
        }
        for (size_t i = at; i < end; i++) {
            sorted[i]->sources = sources;
            sorted[i]->records = records;
        }
    }
}

void survive_sort(struct arena *arena, const struct strategy *strategy,
                  struct candidates *candidates)
{
    count_agreement(arena, candidates);
    qsort_r(candidates->list, candidates->count, sizeof(*candidates->list), compare_candidates,
            &strategy);
}

/* Letters of one case only: somebody's keyboard, not the customer's way of writing. */
static bool is_one_case(const char *text)
{
    bool upper = false, lower = false;
    for (uint32_t c; (c = text_next(&text));) {
        bool ascii = c < 0x80;
        upper = upper || (ascii ? c >= 'A' && c <= 'Z' : unicode_is_upper(c));
        lower =
            lower || (ascii ? c >= 'a' && c <= 'z' : unicode_is_letter(c) && !unicode_is_upper(c));
    }
    return !(upper && lower);
}

size_t survive_spelling(const struct candidates *candidates, size_t at)
{
    const struct candidate *chosen = &candidates->list[at];
    if (!is_one_case(chosen->text))
        return at;
    for (size_t i = 0; i < candidates->count; i++) {
        const struct candidate *other = &candidates->list[i];
        if (survive_agree(chosen, other) && other->trust == chosen->trust &&
            other->wholeness >= chosen->wholeness && !is_one_case(other->text))
            return i;
    }
    return at;
}
