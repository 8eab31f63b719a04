/* An early exit is exact: whoever compare_reaches() or two outlines rule out does not weigh as much, and whom they
 * let through weighs the same.  Made-up people, half of them each other's copies with slips. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <assert.h>
#include <cmocka.h>

#include "hub/base/hash.h"
#include "hub/match/features.h"
#include "hub/match/outline.h"
#include "tests/unit/people.h"

#define PAIRS 60000

static struct arena *arena;
static const struct model *model;
static uint64_t dice;

static unsigned below(unsigned most)
{
    assert(most);
    dice = hash64_mix(dice, 1);
    return (unsigned)(dice % most);
}

/* What a value may be; of a dozen each, so that strangers agree now and then.  The path, then the values. */
#define VALUES_MOST 16
static const struct {
    unsigned percent; /* of the records that have it */
    const char *path, *values[VALUES_MOST];
} elements[] = {
    {85,
     "name.given",
     {"Ann", "Anne", "Anna Maria", "Robert", "Bob", "Rob", "Margaret", "Maggie", "J", "Zoltana",
      "Zsoltan", "Li", "Tuan Vinh", "Иван", "Maximiliana", "Marrron"}},
    {85,
     "name.family",
     {"Ashcombe", "Ashcomb", "Smith", "Zellweger", "Meyer", "Maier", "O'Brien-Lee", "Lee", "Li",
      "Nguyen", "Ann", "Петров", "S", "Christopherson", "Van der Berg", "Berg"}},
    {20, "name.middle", {"M", "Maria", "Zellweger", "Lee", "Mary Ann", "I", "Marie"}},
    {10, "name.former", {"Zellweger", "Smith", "Lee", "Meyer"}},
    {10,
     "name.full",
     {"Ann Ashcombe", "Ashcombe, Robert J", "Zoltana Tooling", "Lee & Sons Pty Ltd"}},
    {10,
     "name.organization",
     {"Zoltana Tooling Ltd", "Ely Tool Works", "Lee & Sons Pty Ltd", "Ashcombe"}},
    {15, "employer", {"Ely Tool Works", "Lee & Sons Pty Ltd", "Zoltana Tooling", "Ely Tools"}},
    {60,
     "birth_date",
     {"1978-11-12", "1978-12-11", "1978-11-13", "1978-11", "1978", "1979-11-12", "1950-01-31",
      "1950-02-03", "1987-11-12", "2001-09-09"}},
    {30, "sex", {"F", "M", "X"}},
    {40,
     "phone",
     {"+441353555123", "+441353555132", "+61474785248", "+61412345678", "+61412345679",
      "+4913535551"}},
    {15, "phone?", {"+441353555123", "+61474785248", "+61412345678"}},
    {10, "phone(mobile)", {"+61474785248", "+61412345678"}},
    {50,
     "email",
     {"ann.ashcombe@example.net", "ann.ashcombe@example.org", "a.ashcombe@example.net",
      "info@example.net", "zellweger77@mail.example.com", "zellweger78@mail.example.com",
      "annashcombe@example.net", "r@b.net"}},
    {10, "email", {"ashcombes@example.net", "accounts@lee.example", "bob.smith@web.example"}},
    {60,
     "address.street",
     {"12 Mill Road", "12 Mill Rd", "21 Mill Road", "12A Mill Road", "Unit 3 12 Mill Road",
      "120 Millbrook Avenue", "120 Millbrok Ave", "7 Harbour Esplanade", "Bahnhofstr. 5",
      "PO Box 33", "1417 High Street"}},
    {50, "address.city", {"Ely", "Leeds", "Leed", "Port Creek", "Melbourne", "Melborne"}},
    {50, "address.postcode", {"CB7 4AA", "CB7 4AB", "3000", "3001", "LS1 1AA"}},
    {10, "identifier[ssn]", {"123-45-6789", "123-45-6798", "987-65-4320", "123-45-6780"}},
    {5, "identifier[ssn]!", {"123-45-6789", "987-65-4320"}},
    {10, "identifier[account]", {"4711-0815", "4711-0816", "99887766"}},
};

static const char *with_slip(const char *value)
{
    size_t size = strlen(value), at = below((unsigned)size);
    switch (below(4)) {
    case 0:
        return arena_printf(arena, "%.*s%s", (int)at, value, value + at + 1);
    case 1:
        return arena_printf(arena, "%.*s%c%s", (int)at, value, 'a' + (int)below(26), value + at);
    case 2:
        return arena_printf(arena, "%.*s%c%s", (int)at, value, "aeirst0159"[below(10)],
                            value + at + 1);
    default:
        if (at + 1 == size)
            return value;
        return arena_printf(arena, "%.*s%c%c%s", (int)at, value, value[at + 1], value[at],
                            value + at + 2);
    }
}

/* Slips only where text stays valid. */
static bool may_slip(const char *path, const char *value)
{
    return !text_equal(path, "birth_date") && !text_equal(path, "sex") && text_is_ascii(value);
}

static const char *with_slips(const char *path, const char *value)
{
    for (unsigned slips = 1 + below(3); slips && *value && may_slip(path, value); slips--)
        value = with_slip(value);
    return value;
}

struct draft {
    const char *values[COUNT_OF(elements)]; /* NULL: it has none */
};

static struct draft make_draft(void)
{
    struct draft draft = {{NULL}};
    for (size_t i = 0; i < COUNT_OF(elements); i++) {
        unsigned count = 0;
        while (count < VALUES_MOST && elements[i].values[count])
            count++;
        if (below(100) < elements[i].percent)
            draft.values[i] = elements[i].values[below(count)];
    }
    return draft;
}

static struct draft copy_of(const struct draft *from)
{
    struct draft copy = *from, other = make_draft();
    for (size_t i = 0; i < COUNT_OF(elements); i++) {
        unsigned fate = below(10);
        if (fate < 2)
            copy.values[i] = other.values[i];
        else if (fate < 4 && copy.values[i])
            copy.values[i] = with_slips(elements[i].path, copy.values[i]);
    }
    return copy;
}

static const struct features *features_of(int64_t id, const struct draft *draft)
{
    struct buffer said = {.arena = arena};
    for (size_t i = 0; i < COUNT_OF(elements); i++)
        if (draft->values[i] && *draft->values[i])
            buffer_printf(&said, "%s=%s; ", elements[i].path, draft->values[i]);
    if (below(20) == 0)
        buffer_printf(&said, "name.suffix=%s; ", below(2) ? "Jr" : "Sr");
    if (below(10) == 0)
        buffer_text(&said, "address.street@2=5 Long Lane; address.city@2=Ely; ");
    return person(arena, model, id, buffer_string(&said));
}

static void check_floor(const struct generic_keys *generic, const struct features *left,
                        const struct features *right, struct judgement full, int64_t floor)
{
    struct judgement judgement;
    int32_t wanted = (int32_t)floor;
    bool reaches = compare_reaches(model, generic, left, right, wanted, &judgement);
    if (reaches != (!full.veto && full.weight >= wanted))
        fail_msg("floor %d: %d, but the pair weighs %d%s", wanted, reaches, full.weight,
                 full.veto ? ", veto" : "");
    if (reaches && (judgement.veto || judgement.weight != full.weight))
        fail_msg("floor %d: weighs %d, but %d by itself", wanted, judgement.weight, full.weight);
}

static void check_floors(const struct generic_keys *generic, const struct features *left,
                         const struct features *right)
{
    struct judgement full = compare_records(model, generic, left, right);
    for (int step = -1; step <= 1; step++)
        check_floor(generic, left, right, full, full.weight + step);
    check_floor(generic, left, right, full, (int)below(60000) - 20000);
    check_floor(generic, right, left, full, full.weight);
}

static void check_outlines(const struct generic_keys *generic, const struct features *left,
                           const struct features *right, unsigned *excluded)
{
    struct outline l, r;
    struct judgement full = compare_records(model, generic, left, right);
    outline_make(model, left, &l);
    outline_make(model, right, &r);
    if (!full.veto && (!outlines_may_reach(model, &l, &r, full.weight) ||
                       !outlines_may_reach(model, &r, &l, full.weight))) {
        struct explanation e;
        explain_records(arena, model, generic, left, right, &e);
        for (size_t i = 0; i < e.count; i++)
            print_error("%-12s %-10s %6d %6d  %s | %s\n", e.reasons[i].element, e.reasons[i].level,
                        e.reasons[i].weight, e.reasons[i].frequency,
                        text_or_empty(e.reasons[i].left), text_or_empty(e.reasons[i].right));
        fail_msg("ruled out by outlines, but the pair weighs %d", full.weight);
    }
    *excluded +=
        !outlines_may_reach(model, &l, &r, model_review_weight(model, model_step(model, 1000000)));
}

static void make_generic(const struct features *features, struct generic_keys *generic)
{
    const struct blocking_key *keys;
    size_t count = blocking_keys(arena, model, features, &keys);
    for (size_t i = 0; i < count; i++)
        if (below(2))
            map_put(&generic->keys, (uint64_t)keys[i].key, generic);
}

static void exits_are_exact(void **state)
{
    (void)state;
    unsigned excluded = 0;
    dice = people_seed();
    print_message("SEED=%llu\n", (unsigned long long)dice);
    for (int i = 0; i < PAIRS; i++) {
        ARENA(work);
        arena = work;
        struct draft one = make_draft(), other = below(2) ? copy_of(&one) : make_draft();
        const struct features *left = features_of(1 + (int64_t)below(9), &one);
        const struct features *right = features_of(10, &other);
        struct generic_keys generic = {.keys = {.arena = work}};
        if (below(4) == 0)
            make_generic(left, &generic);
        check_floors(&generic, left, right);
        check_outlines(&generic, left, right, &excluded);
    }
    print_message("%u of %d ruled out by outlines\n", excluded, PAIRS);
    assert_true(excluded > PAIRS / 5);
}

int main(void)
{
    ARENA(process);
    model = people_model(process, NULL);
    const struct CMUnitTest tests[] = {cmocka_unit_test(exits_are_exact)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
