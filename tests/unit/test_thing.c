/* Which records are one thing, whose it is, and who owned a product: the pure decisions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "hub/golden/ownership.h"
#include "hub/golden/thing.h"
#include "tests/unit/scratch.h"

#define RECORDS_MOST 8

#define ELEMENT(name)                                                                        \
    "<element name=\"" name "\" label=\"" name "\" domain=\"word\" sensitivity=\"internal\"" \
    " survivorship=\"trust\"><definition>What it is.</definition></element>"

static const char dictionary_text[] =
    "<dictionary xmlns=\"urn:axle:dictionary:1\"><domain name=\"word\" length=\"100\"/>"
    "<domain name=\"sum\" kind=\"money\"/><class name=\"order\"><definition>What was "
    "bought.</definition>"
    "<identity of=\"amount\"/><element name=\"amount\" label=\"amount\" domain=\"sum\" "
    "sensitivity=\"internal\" "
    "survivorship=\"trust\"><definition>What it costs.</definition></element></class>"
    "<class name=\"customer\"><definition>Who buys.</definition>" ELEMENT(
        "code") "</class>"
                "<class name=\"product\"><definition>What is sold.</definition>"
                "<identity of=\"vin\"/><identity of=\"serial\" agree=\"maker model\"/>"
                "<identity of=\"system number\"/>" ELEMENT("vin") ELEMENT("serial") ELEMENT("maker")
                    ELEMENT("model") ELEMENT("system")
                        ELEMENT("number") "</class>"
                                          "<class name=\"visit\"><definition>What has no "
                                          "identity.</definition>" ELEMENT("vin") "</class>"
                                                                                  "</dictionary>";

/* A record a word, its values as initial=value: v(in) s(erial) m(aker) o (model) y (system) n(umber); a
 * capital V is the same of a visit.  Clusters: a digit a record, the place of the smallest one it is with. */
static const struct {
    const char *what, *records, *clusters;
} partitions[] = {
    {"nothing in common", "v=1 v=2 s=1", "123"},
    {"one VIN", "v=1 v=1 v=2", "113"},
    {"letters of either case", "v=ab v=AB", "11"},
    {"one serial number", "s=1,m=A s=1,m=A s=1", "111"},
    {"makers are compared folded", "s=1,m=Acme s=1,m=ACME", "11"},
    {"other makers", "s=1,m=A s=1,m=B", "12"},
    {"who does not say fits both", "s=1 s=1,m=A s=1,m=B", "123"},
    {"and joins when there is one", "s=1 s=1,m=A s=2,m=B", "113"},
    {"several makers with several each", "s=1,m=B s=1,m=A s=1,m=B s=1,m=A", "1212"},
    {"a VIN outweighs a contradiction", "v=1,s=1,m=A v=1,s=1,m=B", "11"},
    {"what is one by VIN says both", "v=1,s=1,m=A v=1,m=B s=1,m=B s=1,m=C", "1114"},
    {"through a third", "v=1 v=1,s=2 s=2", "111"},
    {"half of an identity", "y=a,n=1 y=a,n=1 n=1 y=a n=1", "11345"},
    {"two elements contradict one by one", "s=1,m=A,o=X s=1,m=A,o=Y s=1,o=X", "121"},
    {"another class", "v=1 V=1 V=1", "123"},
    {"placeholders identify nothing", "v=000 v=000 s=UNKNOWN s=unknown s=N/A s=n/a s=xx s=XX",
     "12345678"},
    {"half a placeholder", "y=a,n=0 y=a,n=0 y=a,n=10 y=a,n=10", "1233"},
    {"no identity at all", "m=A m=A", "12"},
};

static const struct dictionary *load(struct arena *arena)
{
    struct findings findings = {.arena = arena};
    const struct dictionary *dictionary = dictionary_load(
        arena, "schemas/dictionary.xsd", scratch_file(arena, dictionary_text), NULL, &findings);
    if (!dictionary)
        fail_msg("%s", finding_first(arena, &findings));
    return dictionary;
}

static const char *path_of(char initial)
{
    static const char *const paths[] = {"vin", "serial", "maker", "number"};
    for (size_t i = 0; i < COUNT_OF(paths); i++)
        if (*paths[i] == initial)
            return paths[i];
    return initial == 'y' ? "system" : initial == 'o' ? "model" : "vin";
}

static const struct record *record_of(struct arena *arena, const struct dictionary *dictionary,
                                      int64_t id, const char *said)
{
    size_t count;
    const char **words = text_split(arena, said, ',', &count);
    struct record *record = NEW(arena, struct record);
    *record = (struct record){.id = id,
                              .class_name = *said == 'V' ? "visit" : "product",
                              .source = "",
                              .key = "",
                              .part = "",
                              .values = NEW_ARRAY(arena, struct value, count)};
    for (size_t i = 0; i < count; i++)
        record->values[record->count++] = (struct value){
            .element = dictionary_path(dictionary, record->class_name, path_of(words[i][0])),
            .standard = words[i] + 2,
            .raw = words[i] + 2,
            .group = "",
            .kind = "",
            .scheme = "",
            .country = ""};
    return record;
}

static void check_partition(struct arena *arena, const struct dictionary *dictionary, size_t row,
                            const struct record **records, size_t count)
{
    int64_t clusters[RECORDS_MOST];
    thing_partition(dictionary, records, count, NULL, clusters);
    for (size_t i = 0; i < count; i++) {
        char expected = partitions[row].clusters[records[i]->id - 1];
        if (clusters[i] != expected - '0')
            fail_msg("%s: record %lld is with %lld", partitions[row].what,
                     (long long)records[i]->id, (long long)clusters[i]);
    }
    (void)arena;
}

/* Every row in its order, turned round, and rotated by each number. */
static void test_partition(void **state)
{
    (void)state;
    ARENA(arena);
    const struct dictionary *dictionary = load(arena);
    for (size_t row = 0; row < COUNT_OF(partitions); row++) {
        size_t count;
        const char **said = text_split(arena, partitions[row].records, ' ', &count);
        for (size_t turn = 0; turn < count * 2; turn++) {
            const struct record *records[RECORDS_MOST];
            for (size_t i = 0; i < count; i++) {
                size_t at = (i + turn) % count;
                at = turn < count ? at : count - 1 - at;
                records[i] = record_of(arena, dictionary, (int64_t)at + 1, said[at]);
            }
            check_partition(arena, dictionary, row, records, count);
        }
    }
}

/* What several say in the same words is stated once; what differs is another statement. */
static void test_statement(void **state)
{
    (void)state;
    ARENA(arena);
    static const struct {
        const char *left, *right;
        bool same;
    } rows[] = {
        {"v=1,m=A", "v=1,m=A", true},  {"v=1,m=A", "m=A,v=1", true}, {"v=1,m=A", "v=1,m=B", false},
        {"v=1,m=A", "v=1,o=A", false}, {"v=1", "v=1,m=A", false},    {"v=1", "V=1", false},
        {"v=1", "v=2", false},         {"m=A", "m=A", false},        {"v=0", "v=0", false},
    };
    const struct dictionary *dictionary = load(arena);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int64_t left =
            thing_statement(arena, dictionary, record_of(arena, dictionary, 1, rows[i].left));
        int64_t right =
            thing_statement(arena, dictionary, record_of(arena, dictionary, 2, rows[i].right));
        if ((left == right) != rows[i].same)
            fail_msg("%s and %s", rows[i].left, rows[i].right);
    }
}

/* Whom a record belongs to is not what it states; that it belongs to somebody is. */
static void test_statement_roles(void **state)
{
    (void)state;
    ARENA(arena);
    const struct dictionary *dictionary = load(arena);
    const struct relation one = {"customer", "", "", "x"}, other = {"customer", "", "", "y"},
                          far = {"customer", "crm", "1", ""};
    const struct relation both[] = {one, other};
    struct record records[5];
    int64_t statements[5];
    for (size_t i = 0; i < COUNT_OF(records); i++) {
        records[i] = *record_of(arena, dictionary, (int64_t)i + 1, "v=1");
        records[i].relations = i == 1 ? &one : i == 2 ? &other : i == 3 ? both : &far;
        records[i].relation_count = i == 3 ? 2 : i != 0;
        statements[i] = thing_statement(arena, dictionary, &records[i]);
    }
    assert_true(statements[1] == statements[2] && statements[1] == statements[3]);
    assert_true(statements[0] != statements[1] && statements[4] != statements[1] &&
                statements[0] != statements[4]);
    records[1].source = "web";
    assert_true(thing_statement(arena, dictionary, &records[1]) != statements[1]);
}

static void test_generic(void **state)
{
    (void)state;
    ARENA(arena);
    const struct dictionary *dictionary = load(arena);
    const struct record *records[] = {record_of(arena, dictionary, 1, "v=1,s=1"),
                                      record_of(arena, dictionary, 2, "v=1,s=2"),
                                      record_of(arena, dictionary, 3, "s=2")};
    struct map generic = {.arena = arena};
    const struct thing_key *keys;
    int64_t clusters[3];
    assert_int_equal(thing_keys(arena, dictionary, records[0], &keys), 2);
    map_put(&generic, (uint64_t)keys[0].key, records);
    thing_partition(dictionary, records, 3, &generic, clusters);
    assert_true(clusters[0] == 1 && clusters[1] == 2 && clusters[2] == 2);
}

static struct record *bare(struct arena *arena, const char *source, const char *key,
                           const struct relation *relations, size_t count)
{
    struct record *record = NEW(arena, struct record);
    *record = (struct record){.id = record_id(source, key, ""),
                              .class_name = "product",
                              .source = source,
                              .key = key,
                              .part = "",
                              .relations = relations,
                              .relation_count = count};
    return record;
}

/* Whose it is: the lead's word first, and a part of the delivery before a reference. */
static void test_belongings(void **state)
{
    (void)state;
    ARENA(arena);
    const struct dictionary *dictionary = load(arena);
    const struct relation far = {"customer", "crm", "17", ""}, near = {"customer", "web", "w", "b"},
                          visit = {"visit", "calls", "9", ""}, spouse = {"spouse", "a", "b", "c"},
                          member = {"member", "crm", "18", ""};
    const struct relation both[] = {spouse, visit, near};
    struct thing thing;
    struct member members[] = {{bare(arena, "shop", "s", &far, 1), 70},
                               {bare(arena, "web", "w", both, 3), 50},
                               {bare(arena, "erp", "e", &member, 1), 70}};
    thing_build(arena, dictionary, members, 2, &thing);
    assert_ptr_equal(thing.lead, &members[0]);
    assert_int_equal(thing.customer_record_id, record_id("web", "w", "b"));
    assert_int_equal(thing.relation_count, 1);
    assert_string_equal(thing.relations[0].role, "visit");
    assert_int_equal(thing.relations[0].to_id, record_id("calls", "9", ""));
    thing_build(arena, dictionary, &members[0], 1, &thing);
    assert_int_equal(thing.customer_record_id, record_id("crm", "17", ""));
    thing_build(arena, dictionary, &members[2], 1, &thing);
    assert_int_equal(thing.customer_record_id, record_id("crm", "18", ""));
    members[0].record = bare(arena, "shop", "s", NULL, 0);
    thing_build(arena, dictionary, members, 1, &thing);
    assert_int_equal(thing.customer_record_id, 0);
}

/* Registrations as CUSTOMER and date; owners as CUSTOMER, since and until; disputes as two places. */
static const struct {
    const char *what, *registrations, *owners, *disputes;
} ownerships[] = {
    {"nobody", "", "", ""},
    {"one", "A2024-03-05", "A 2024-03-05 -", ""},
    {"one without a date", "A", "A - -", ""},
    {"a customer that is not known says nothing", ".2024-03-05 A2025", "A 2025 -", ""},
    {"one after the other", "B2025-06-01 A2024-03-05", "A 2024-03-05 2025-06-01, B 2025-06-01 -",
     ""},
    {"the same again", "A2024-03-05 A2025-01-01", "A 2024-03-05 -", ""},
    {"there and back", "A2023 B2024 A2025", "A 2023 2024, B 2024 2025, A 2025 -", ""},
    {"the same day", "A2024-03-05 B2024-03-05", "A 2024-03-05 -, B 2024-03-05 -", "1-2 2024-03-05"},
    {"the same day, then a third", "A2024-03-05 B2024-03-05 C2025",
     "A 2024-03-05 2025, B 2024-03-05 2025, C 2025 -", "1-2 2024-03-05"},
    {"the year alone does not tell", "A2024 B2024-03-05", "A 2024 -, B 2024-03-05 -", "1-2 2024"},
    {"unless somebody says more of it", "A2024 B2024-03-05 A2024-01-31",
     "A 2024-01-31 2024-03-05, B 2024-03-05 -", ""},
    {"no date against one", "A2024 B", "A 2024 -, B - -", "1-2"},
    {"no date at all", "A B A", "A - -, B - -", "1-2"},
    {"no date of one who is known", "A2024 B2025 A", "A 2024 2025, B 2025 -", ""},
    {"the same over again", "A2024 B2024 A2024 B2024 A", "A 2024 -, B 2024 -", "1-2 2024"},
    {"the year, the month and the day of one", "A2024 A2024-03 B2025 A2024-03-05",
     "A 2024-03-05 2025, B 2025 -", ""},
    {"three of a day", "C2024 A2024 B2024", "C 2024 -, A 2024 -, B 2024 -", "1-2 2024 1-3 2024"},
};

static const char *tell(struct arena *arena, const struct ownership *ownership, bool disputes)
{
    struct buffer out = {.arena = arena};
    for (size_t i = 0; !disputes && i < ownership->owner_count; i++) {
        const struct owner *owner = &ownership->owners[i];
        buffer_printf(&out, "%s%c %s %s", i ? ", " : "", owner->registration->customer.bytes[15],
                      owner->since ? owner->since : "-", owner->until ? owner->until : "-");
    }
    for (size_t i = 0; disputes && i < ownership->dispute_count; i++) {
        const struct dispute *dispute = &ownership->disputes[i];
        buffer_printf(&out, "%s%lld-%lld%s%s", i ? " " : "", (long long)dispute->left->record_id,
                      (long long)dispute->right->record_id, dispute->since ? " " : "",
                      text_or_empty(dispute->since));
    }
    return buffer_string(&out);
}

/* The registrations of a row, from its turn-th on. */
static size_t register_all(const char **said, size_t count, size_t turn,
                           struct registration *registrations)
{
    size_t n = 0;
    for (; n < count && **said; n++) {
        size_t at = (n + turn) % count;
        registrations[n] = (struct registration){.record_id = (int64_t)at + 1,
                                                 .since = text_or_null(said[at] + 1)};
        if (*said[at] != '.')
            registrations[n].customer.bytes[15] = (unsigned char)*said[at];
    }
    return n;
}

static void test_ownership(void **state)
{
    (void)state;
    for (size_t row = 0; row < COUNT_OF(ownerships); row++) {
        ARENA(arena);
        size_t count;
        const char **said = text_split(arena, ownerships[row].registrations, ' ', &count);
        for (size_t turn = 0; turn < count; turn++) {
            struct registration registrations[RECORDS_MOST];
            struct ownership ownership;
            size_t n = register_all(said, count, turn, registrations);
            ownership_decide(arena, registrations, n, &ownership);
            const char *owners = tell(arena, &ownership, false);
            const char *disputes = tell(arena, &ownership, true);
            if (!text_equal(owners, ownerships[row].owners) ||
                !text_equal(disputes, ownerships[row].disputes))
                fail_msg("%s: '%s', disputes '%s'", ownerships[row].what, owners, disputes);
        }
    }
}

/* How many customers register the same product, and how often each: on the same day every first time. */
static const struct {
    size_t customers, times, unknown;
    bool crowded;
} crowds[] = {
    {OWNERS_MOST - 1, 1, 0, false},
    {OWNERS_MOST, 1, 0, false},
    {OWNERS_MOST + 1, 1, 0, true},
    {OWNERS_MOST, 1, 50, false},
    {OWNERS_MOST, 3, 0, false},
    {OWNERS_MOST + 1, 3, 0, true},
    {(size_t)20 * OWNERS_MOST, 1, 0, true},
    {1, 20000, 20000, false},
};

static void test_crowd(void **state)
{
    (void)state;
    for (size_t row = 0; row < COUNT_OF(crowds); row++) {
        ARENA(arena);
        struct ownership ownership;
        size_t known = crowds[row].customers * crowds[row].times;
        size_t count = known + crowds[row].unknown;
        struct registration *registrations = NEW_ARRAY(arena, struct registration, count);
        for (size_t i = 0; i < count; i++) {
            size_t customer = i < known ? i % crowds[row].customers + 1 : 0;
            registrations[i].record_id = (int64_t)(i * 7919 % count) + 1;
            registrations[i].since = i < crowds[row].customers ? "2024-03-05" : NULL;
            memcpy(registrations[i].customer.bytes, &customer, sizeof(customer));
        }
        ownership_decide(arena, registrations, count, &ownership);
        assert_int_equal(ownership.crowded, crowds[row].crowded);
        assert_int_equal(ownership.owner_count, crowds[row].crowded ? 0 : crowds[row].customers);
        assert_int_equal(ownership.dispute_count,
                         crowds[row].crowded ? 0 : crowds[row].customers - 1);
    }
}

static const struct {
    const char *left, *right;
    bool same;
} amounts[] = {
    {"518.9", "518.90", true}, {"500", "500.00", true}, {"500", "5", false},
    {"500.10", "500.1", true}, {"0.0", "0", true},      {"518.9", "518.99", false},
};

static int64_t amount_key(struct arena *arena, const struct dictionary *dictionary,
                          const char *amount)
{
    const struct thing_key *keys;
    struct value value = {.element = dictionary_path(dictionary, "order", "amount"),
                          .standard = amount,
                          .raw = amount,
                          .group = "",
                          .kind = "",
                          .scheme = "",
                          .country = ""};
    struct record record = {.class_name = "order", .values = &value, .count = 1};
    assert_int_equal(thing_keys(arena, dictionary, &record, &keys), 1);
    return keys->key;
}

static void test_amounts(void **state)
{
    (void)state;
    ARENA(work);
    const struct dictionary *dictionary = load(work);
    for (size_t i = 0; i < COUNT_OF(amounts); i++)
        if ((amount_key(work, dictionary, amounts[i].left) ==
             amount_key(work, dictionary, amounts[i].right)) != amounts[i].same)
            fail_msg("%s and %s", amounts[i].left, amounts[i].right);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_partition),       cmocka_unit_test(test_statement),
        cmocka_unit_test(test_statement_roles), cmocka_unit_test(test_generic),
        cmocka_unit_test(test_belongings),      cmocka_unit_test(test_ownership),
        cmocka_unit_test(test_crowd),           cmocka_unit_test(test_amounts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
