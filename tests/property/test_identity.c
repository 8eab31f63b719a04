/* Which id each cluster carries: cases by hand, and laws over random histories. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "hub/base/hash.h"
#include "hub/base/text.h"
#include "hub/pipeline/identity.h"

#define RECORDS_MOST 16

/* Ids by hand are letters: the earlier the older.  All are older than what is minted. */
static struct uuid id_of(char letter)
{
    struct uuid id = {0};
    id.bytes[15] = (unsigned char)letter;
    return id;
}

static char letter_of(struct uuid id)
{
    if (uuid_is_nil(id))
        return '.';
    if (id.bytes[0])
        return '+';
    return (char)id.bytes[15];
}

/* One character a record, by its number: the id before ('.': none), its cluster ('.': it is gone), the id
 * after ('+': a new one).  Retired: "b12 c3": an id and the records it had. */
static const struct {
    const char *what, *before, *clusters, *retired, *after, *changes, *events;
} rows[] = {
    {"new records get new ids", "...", "112", "", "+++", "++", ""},
    {"nothing changes", "AAB", "113", "", "AAB", "", ""},
    {"a new record joins", "A.", "11", "", "AA", "", ""},
    {"the oldest of two survives", "BAA", "111", "", "AAA", "-B", "MERGE AB>A 0"},
    {"age counts, not size", "ABBB", "1111", "", "AAAA", "-B", "MERGE AB>A 123"},
    {"three become one", "ABC", "111", "", "AAA", "-B-C", "MERGE ABC>A 12"},
    {"most of the records keep the id", "AAA", "133", "", "+AA", "+", "SPLIT A>A+ 0"},
    {"of equals the smallest record", "AA", "12", "", "A+", "+", "SPLIT A>A+ 1"},
    {"into three", "AAAA", "1134", "", "AA++", "++", "SPLIT A>A++ 23"},
    {"a record moves", "AABBB", "11133", "", "AAABB", "", "MOVE B>A 2"},
    {"two exchange records", "AAABBB", "113311", "", "AA++AA", "-B+",
     "SPLIT A>A+ 2, SPLIT B>+ 3, MERGE AB>A 45"},
    {"the retired id comes back", "AAA", "113", "b2", "AAB", "*B", "SPLIT A>AB 2"},
    {"to the part with most of its records", "AAAAAA", "111445", "b345", "AAABB+", "*B+",
     "SPLIT A>AB+ 345"},
    {"the oldest retired one", "AAAA", "1144", "b23 c23", "AABB", "*B", "SPLIT A>AB 23"},
    {"not where a living id is", "AAB", "113", "c2", "AAB", "", ""},
    {"not to records that are gone", "A..", "12.", "c2", "A+.", "+", ""},
    {"records that are gone take no part", "AAB", ".11", "", ".AA", "-B", "MERGE AB>A 2"},
    {"all gone", "AA", "..", "", "..", "-A", ""},
    {"what is left keeps the id", "AAA", "..3", "", "..A", "", ""},
    {"a retired id's other part begins anew", "AABBB", "11114", "", "AAAA+", "-B+",
     "MERGE AB>A 23, SPLIT B>+ 4"},
};

static size_t read_retired(struct arena *arena, const char *text, struct retired *retired)
{
    size_t count, n = 0;
    const char **words = text_split(arena, text, ' ', &count);
    for (size_t w = 0; w < count && *words[w]; w++) {
        int64_t *records = NEW_ARRAY(arena, int64_t, RECORDS_MOST);
        struct retired *one = &retired[n++];
        *one = (struct retired){.id = id_of((char)(words[w][0] - 'a' + 'A')), .records = records};
        for (const char *at = words[w] + 1; *at; at++)
            records[one->count++] = *at - '0' + 1;
    }
    return n;
}

static void check_row_of(struct arena *arena, size_t i, struct membership *members, size_t count,
                         const struct identity_changes *changes)
{
    static const char *const kinds[] = {"MERGE", "SPLIT", "MOVE"};
    static const char marks[] = {'+', '*', '-'};
    struct buffer after = {.arena = arena}, changed = {.arena = arena}, told = {.arena = arena};
    struct identity_events events;
    for (size_t r = 0; r < count; r++)
        buffer_char(&after, letter_of(members[r].after));
    for (size_t c = 0; c < changes->count; c++) {
        buffer_char(&changed, marks[changes->list[c].fate]);
        if (changes->list[c].fate != IDENTITY_MINTED)
            buffer_char(&changed, letter_of(changes->list[c].id));
    }
    identity_events(arena, members, count, changes, &events);
    for (size_t e = 0; e < events.count; e++) {
        const struct identity_event *event = &events.list[e];
        buffer_printf(&told, "%s%s ", e ? ", " : "", kinds[event->kind]);
        for (size_t n = 0; n < event->from_count; n++)
            buffer_char(&told, letter_of(event->from[n]));
        buffer_char(&told, '>');
        for (size_t n = 0; n < event->to_count; n++)
            buffer_char(&told, letter_of(event->to[n]));
        buffer_char(&told, ' ');
        for (size_t n = 0; n < event->moved_count; n++)
            buffer_printf(&told, "%lld", (long long)event->moved[n]->record_id - 1);
    }
    if (!text_equal(buffer_string(&after), rows[i].after) ||
        !text_equal(buffer_string(&changed), rows[i].changes) ||
        !text_equal(buffer_string(&told), rows[i].events))
        fail_msg("%s: %s, changes '%s', events '%s'", rows[i].what, buffer_string(&after),
                 buffer_string(&changed), buffer_string(&told));
}

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        ARENA(arena);
        struct membership members[RECORDS_MOST] = {0};
        struct retired retired[RECORDS_MOST];
        struct identity_changes changes;
        size_t count = strlen(rows[i].before);
        for (size_t r = 0; r < count; r++) {
            char before = rows[i].before[r], cluster = rows[i].clusters[r];
            members[r].record_id = (int64_t)r + 1;
            members[r].cluster = cluster == '.' ? 0 : cluster - '0';
            members[r].before = before == '.' ? (struct uuid){0} : id_of(before);
        }
        size_t retired_count = read_retired(arena, rows[i].retired, retired);
        identity_assign(arena, members, count, retired, retired_count, &changes);
        check_row_of(arena, i, members, count, &changes);
    }
}

/* ---- random histories */

struct past {
    struct uuid id;
    size_t count;
    int64_t records[RECORDS_MOST];
};

struct world {
    struct membership members[RECORDS_MOST];
    struct past retired[1000];
    size_t retired_count;
};

static uint64_t seed;

static size_t below(size_t n)
{
    seed = hash64_mix(seed, 1);
    return (size_t)(seed % n);
}

static bool same(struct uuid left, struct uuid right)
{
    return uuid_compare(left, right) == 0;
}

/* A random partition: each record stays beside its neighbours of before, or does something else. */
static void scatter(struct world *world)
{
    size_t mood = below(4);
    for (size_t r = 0; r < RECORDS_MOST; r++) {
        struct membership *m = &world->members[r];
        m->cluster = m->record_id;
        if (below(12) == 0) {
            m->cluster = 0;
            continue;
        }
        for (size_t earlier = 0; earlier < r; earlier++) {
            const struct membership *other = &world->members[earlier];
            bool together = !uuid_is_nil(m->before) && same(m->before, other->before);
            if (!other->cluster || (together ? below(8) < mood : below(20) >= mood))
                continue;
            m->cluster = other->cluster;
            break;
        }
    }
}

/* How many records that bore an id lie in a cluster. */
static size_t share(const struct world *world, struct uuid id, int64_t cluster)
{
    size_t count = 0;
    for (size_t r = 0; r < RECORDS_MOST; r++)
        count += same(world->members[r].before, id) && world->members[r].cluster == cluster;
    return count;
}

static int64_t home_of(const struct world *world, struct uuid id)
{
    int64_t home = 0;
    size_t most = 0;
    for (int64_t cluster = 1; cluster <= RECORDS_MOST; cluster++) {
        size_t count = share(world, id, cluster);
        home = count > most ? cluster : home;
        most = count > most ? count : most;
    }
    return home;
}

static int64_t home_of_retired(const struct world *world, const struct past *past)
{
    int64_t home = 0;
    size_t most = 0;
    for (int64_t cluster = 1; cluster <= RECORDS_MOST; cluster++) {
        size_t count = 0;
        for (size_t i = 0; i < past->count; i++)
            count += world->members[past->records[i] - 1].cluster == cluster;
        home = count > most ? cluster : home;
        most = count > most ? count : most;
    }
    return home;
}

/* What the cluster ought to carry; nil: a new id. */
static struct uuid carrier_of(const struct world *world, int64_t cluster)
{
    struct uuid best = {0};
    for (size_t r = 0; r < RECORDS_MOST; r++) {
        struct uuid id = world->members[r].before;
        if (!uuid_is_nil(id) && home_of(world, id) == cluster &&
            (uuid_is_nil(best) || uuid_compare(id, best) < 0))
            best = id;
    }
    for (size_t i = 0; i < world->retired_count && uuid_is_nil(best); i++)
        if (home_of_retired(world, &world->retired[i]) == cluster)
            best = world->retired[i].id;
    return best;
}

static bool is_fate(const struct identity_changes *changes, struct uuid id, enum identity_fate fate)
{
    for (size_t i = 0; i < changes->count; i++)
        if (same(changes->list[i].id, id))
            return changes->list[i].fate == fate;
    return false;
}

static bool was_before(const struct world *world, struct uuid id)
{
    for (size_t r = 0; r < RECORDS_MOST; r++)
        if (same(world->members[r].before, id))
            return true;
    return false;
}

static bool is_after(const struct world *world, struct uuid id)
{
    for (size_t r = 0; r < RECORDS_MOST; r++)
        if (same(world->members[r].after, id))
            return true;
    return false;
}

static void check_ids(const struct world *world, const struct identity_changes *changes)
{
    for (size_t r = 0; r < RECORDS_MOST; r++) {
        const struct membership *m = &world->members[r];
        assert_int_equal(m->cluster == 0, uuid_is_nil(m->after));
        if (!m->cluster)
            continue;
        for (size_t other = 0; other < r; other++)
            assert_int_equal(same(m->after, world->members[other].after),
                             m->cluster == world->members[other].cluster);
        struct uuid expected = carrier_of(world, m->cluster);
        if (uuid_is_nil(expected))
            assert_true(is_fate(changes, m->after, IDENTITY_MINTED));
        else
            assert_true(same(expected, m->after));
    }
}

static void check_changes(const struct world *world, const struct identity_changes *changes)
{
    for (size_t i = 0; i < changes->count; i++) {
        struct uuid id = changes->list[i].id;
        bool retired = changes->list[i].fate == IDENTITY_RETIRED;
        assert_int_equal(was_before(world, id), retired);
        assert_int_equal(is_after(world, id), !retired);
        for (size_t other = 0; other < i; other++)
            assert_false(same(id, changes->list[other].id));
    }
    for (size_t r = 0; r < RECORDS_MOST; r++) {
        struct uuid id = world->members[r].before;
        if (!uuid_is_nil(id) && !is_after(world, id))
            assert_true(is_fate(changes, id, IDENTITY_RETIRED));
    }
}

static bool names(const struct uuid *list, size_t count, struct uuid id)
{
    for (size_t i = 0; i < count; i++)
        if (same(list[i], id))
            return true;
    return false;
}

/* Every record that changed its customer moved in one event, which names both ids; an event's ids were
 * there before, and are there after. */
static void check_events(struct arena *arena, const struct world *world,
                         const struct identity_changes *changes)
{
    struct identity_events events;
    size_t moved[RECORDS_MOST] = {0};
    identity_events(arena, world->members, RECORDS_MOST, changes, &events);
    for (size_t e = 0; e < events.count; e++) {
        const struct identity_event *event = &events.list[e];
        assert_true(event->moved_count > 0);
        for (size_t i = 0; i < event->moved_count; i++) {
            const struct membership *m = event->moved[i];
            moved[m->record_id - 1]++;
            assert_true(names(event->from, event->from_count, m->before));
            assert_true(names(event->to, event->to_count, m->after));
        }
        for (size_t i = 0; i < event->from_count; i++)
            assert_true(was_before(world, event->from[i]));
        for (size_t i = 0; i < event->to_count; i++)
            assert_true(is_after(world, event->to[i]));
        assert_int_equal(event->kind == EVENT_SPLIT,
                         is_fate(changes, event->moved[0]->after, IDENTITY_MINTED) ||
                             is_fate(changes, event->moved[0]->after, IDENTITY_REVIVED));
    }
    for (size_t r = 0; r < RECORDS_MOST; r++) {
        const struct membership *m = &world->members[r];
        bool went = !uuid_is_nil(m->before) && !uuid_is_nil(m->after) && !same(m->before, m->after);
        assert_int_equal(moved[r], went);
    }
}

static void retire(struct world *world, struct uuid id)
{
    struct past *past = &world->retired[world->retired_count++];
    past->id = id;
    past->count = 0;
    for (size_t r = 0; r < RECORDS_MOST; r++)
        if (same(world->members[r].before, id))
            past->records[past->count++] = world->members[r].record_id;
}

static void revive(struct world *world, struct uuid id)
{
    for (size_t i = 0; i < world->retired_count; i++)
        if (same(world->retired[i].id, id)) {
            memmove(&world->retired[i], &world->retired[i + 1],
                    (--world->retired_count - i) * sizeof(struct past));
            return;
        }
    fail_msg("an id came back that was not retired");
}

static int by_age(const void *left, const void *right)
{
    return uuid_compare(((const struct past *)left)->id, ((const struct past *)right)->id);
}

static void assign(struct arena *arena, struct world *world, struct identity_changes *changes)
{
    struct retired *retired = NEW_ARRAY(arena, struct retired, world->retired_count + 1);
    qsort(world->retired, world->retired_count, sizeof(*world->retired), by_age);
    for (size_t i = 0; i < world->retired_count; i++)
        retired[i] = (struct retired){world->retired[i].id, world->retired[i].records,
                                      world->retired[i].count};
    identity_assign(arena, world->members, RECORDS_MOST, retired, world->retired_count, changes);
}

static void settle(struct world *world, const struct identity_changes *changes)
{
    for (size_t i = 0; i < changes->count; i++) {
        if (changes->list[i].fate == IDENTITY_RETIRED)
            retire(world, changes->list[i].id);
        if (changes->list[i].fate == IDENTITY_REVIVED)
            revive(world, changes->list[i].id);
    }
    for (size_t r = 0; r < RECORDS_MOST; r++)
        world->members[r].before = world->members[r].after;
}

static void test_histories(void **state)
{
    (void)state;
    const char *wish = getenv("SEED");
    uint64_t first = wish ? strtoull(wish, NULL, 10) : (uint64_t)time(NULL) % 1000000;
    print_message("note: SEED=%llu\n", (unsigned long long)first);
    for (uint64_t history = 0; history < 100; history++) {
        struct world world = {0};
        seed = first + history;
        for (size_t r = 0; r < RECORDS_MOST; r++)
            world.members[r].record_id = (int64_t)r + 1;
        for (size_t step = 0; step < 12; step++) {
            ARENA(arena);
            struct identity_changes changes, none;
            scatter(&world);
            assign(arena, &world, &changes);
            check_ids(&world, &changes);
            check_changes(&world, &changes);
            check_events(arena, &world, &changes);
            settle(&world, &changes);
            assign(arena, &world, &none); /* the same again changes nothing */
            assert_int_equal(none.count, 0);
            for (size_t r = 0; r < RECORDS_MOST; r++)
                assert_true(same(world.members[r].before, world.members[r].after));
        }
    }
}

/* Put the first `older` records in one cluster and the others in another, or all in one. */
static void divide(struct world *world, size_t older, bool merged)
{
    for (size_t r = 0; r < RECORDS_MOST; r++) {
        world->members[r].record_id = (int64_t)r + 1;
        world->members[r].cluster = merged || r < older ? 1 : (int64_t)older + 1;
    }
}

/* Two customers become one and two again: as long as the older one is not the smaller, all is as it was. */
static void test_unmerge(void **state)
{
    (void)state;
    for (size_t older = 1; older < RECORDS_MOST; older++) {
        ARENA(arena);
        struct world world = {0}, was = {0};
        struct identity_changes changes;
        for (size_t step = 0; step < 3; step++) {
            divide(&world, older, step == 1);
            assign(arena, &world, &changes);
            settle(&world, &changes);
            was = step == 0 ? world : was;
        }
        for (size_t r = 0; r < RECORDS_MOST; r++)
            assert_int_equal(same(was.members[r].after, world.members[r].after),
                             older * 2 >= RECORDS_MOST);
        assert_int_equal(changes.count, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_histories),
        cmocka_unit_test(test_unmerge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
