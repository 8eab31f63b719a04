/* What a record says of an element whose column not all of its versions have: the same in whatever order
 * they come. */
#include "hub/pipeline/replay.h"
#include "tests/property/history.h"

#define VERSIONS 4
#define KINDS 4
#define HISTORIES 256 /* KINDS to the power of VERSIONS */
#define SAMPLE 400

static const char mapping[] =
    HEAD "<directory/></from><format><csv/></format><delete if=\"op\" is=\"D\"/>"
         "<record class=\"customer\" key=\"id\"><version from=\"rev\"/>"
         "<value of=\"customer.email\" from=\"email\"/>"
         "<value of=\"customer.birth_date\" from=\"birth\" date=\"YYYY-MM-DD\"/></record></source>";

/* What a version does with the column that some lack. */
enum kind { KIND_STATES, KIND_LACKS, KIND_BLANKS, KIND_DELETES };

struct kept_case {
    const char *key;
    enum kind kinds[VERSIONS];
    size_t order[VERSIONS]; /* in which they come */
};

static void fill(struct arena *arena, struct kept_case *one, size_t number)
{
    size_t history = below(HISTORIES);
    one->key = arena_printf(arena, "k%zu", number + 1000);
    for (size_t i = 0; i < VERSIONS; i++, history /= KINDS) {
        one->kinds[i] = (enum kind)(history % KINDS);
        one->order[i] = i;
    }
    for (size_t i = VERSIONS; i > 1; i--) {
        size_t other = below(i), version = one->order[i - 1];
        one->order[i - 1] = one->order[other];
        one->order[other] = version;
    }
}

static const char *birth_of(struct arena *arena, size_t version)
{
    return arena_printf(arena, "1980-01-0%zu", version + 1);
}

/* The highest version that has the column says it, down to a deletion. */
static const char *expected_of(struct arena *arena, const struct kept_case *one)
{
    size_t version = VERSIONS - 1;
    while (version && one->kinds[version] == KIND_LACKS)
        version--;
    if (one->kinds[VERSIONS - 1] == KIND_DELETES)
        return "";
    return arena_printf(arena, " %s=%s", one->key,
                        one->kinds[version] == KIND_STATES ? birth_of(arena, version) : "");
}

/* Of each record the version whose turn it is. */
static void drop_turn(struct hall *hall, const struct kept_case *cases, size_t count, size_t turn)
{
    struct buffer whole = {.arena = hall->arena}, lacking = {.arena = hall->arena};
    for (size_t i = 0; i < count; i++) {
        const struct kept_case *one = &cases[i];
        size_t version = one->order[turn];
        enum kind kind = one->kinds[version];
        if (kind == KIND_LACKS)
            buffer_printf(&lacking, "%s,,%zu,%s@x.org\n", one->key, version + 1, one->key);
        else
            buffer_printf(&whole, "%s,%s,%zu,%s@x.org,%s\n", one->key,
                          kind == KIND_DELETES ? "D" : "", version + 1, one->key,
                          kind == KIND_STATES ? birth_of(hall->arena, version) : "");
    }
    if (whole.length)
        drop_file(hall, "id,op,rev,email,birth", buffer_string(&whole));
    if (lacking.length)
        drop_file(hall, "id,op,rev,email", buffer_string(&lacking));
}

static void assert_births(struct hall *hall, const struct kept_case *cases, size_t count)
{
    struct buffer expected = {.arena = hall->arena};
    for (size_t i = 0; i < count; i++)
        buffer_text(&expected, expected_of(hall->arena, &cases[i]));
    struct rows rows = database_run(
        hall->arena, hall->hub.db,
        "select coalesce(string_agg(' ' || source_key || '=' ||"
        " coalesce(doc #>> '{birth_date,0,v}', ''), '' order by source_key collate \"C\"), '')"
        " from hub.record where state = 0");
    const char *is = rows_text(&rows, 0, 0), *should = buffer_string(&expected);
    if (text_equal(is, should))
        return;
    size_t same = 0;
    while (is[same] == should[same])
        same++;
    for (size_t i = 0; i < count; i++)
        if (!strstr(is, expected_of(hall->arena, &cases[i])))
            fail_msg("%s (kinds %d%d%d%d in order %zu%zu%zu%zu): not%s, near '%.40s'", cases[i].key,
                     cases[i].kinds[0], cases[i].kinds[1], cases[i].kinds[2], cases[i].kinds[3],
                     cases[i].order[0], cases[i].order[1], cases[i].order[2], cases[i].order[3],
                     expected_of(hall->arena, &cases[i]), is + (same > 20 ? same - 20 : 0));
    fail_msg("more than '%s': '%s'", should, is);
}

static void replay_all(struct hall *hall)
{
    struct error err = {0};
    const struct replay_terms terms = {.source = hall->source, .actor = "test", .reason = "test"};
    struct replay *replay = replay_new(hall->arena, &hall->hub, &terms);
    for (bool more = true; more;)
        database_must(replay_step(replay, &more, &err), &err);
    work_until_done(hall);
}

static void run(size_t count)
{
    ARENA(work);
    struct hall hall = open_hall(work, mapping);
    struct kept_case *cases = NEW_ARRAY(work, struct kept_case, count);
    for (size_t i = 0; i < count; i++)
        fill(work, &cases[i], i);
    for (size_t turn = 0; turn < VERSIONS; turn++) {
        drop_turn(&hall, cases, count, turn);
        if (below(2))
            work_until_done(&hall);
    }
    work_until_done(&hall);
    assert_births(&hall, cases, count);
    assert_sound(&hall);
    replay_all(&hall);
    assert_births(&hall, cases, count);
    assert_sound(&hall);
}

static void any_order_of_versions_without_a_column(void **state)
{
    (void)state;
    run(SAMPLE);
}

/* Few records, so that a batch has several versions of each. */
static void several_versions_in_a_batch(void **state)
{
    (void)state;
    for (int i = 0; i < 6; i++)
        run(4);
}

/* A batch that the database refuses in part is stored at a second attempt; what is kept, is kept once. */
static void kept_once_at_a_second_attempt(void **state)
{
    (void)state;
    ARENA(work);
    struct error err = {0};
    struct hall hall = open_hall(work, mapping);
    drop_file(&hall, "id,op,rev,email,birth",
              "a,,1,a@x.org,1980-01-01\nb,,1,b@x.org,1980-01-02\nc,,1,c@x.org,1980-01-03\n");
    work_until_done(&hall);
    database_must(db_script(hall.hub.db,
                            "create function hub.refuse() returns trigger language plpgsql as $$ "
                            "begin raise exception using errcode = '22003'; end $$;"
                            "create trigger refuse before insert on hub.record for each row "
                            "when (new.source_key = 'refused') execute function hub.refuse()",
                            &err),
                  &err);
    drop_file(&hall, "id,op,rev,email",
              "a,,2,a2@x.org\nb,,2,b2@x.org\nrefused,,2,r@x.org\nc,,2,c2@x.org\n");
    hall.hub.batch = 50;
    bool busy;
    database_must(work_round(&hall.hub, &busy, &err), &err);
    work_until_done(&hall);
    struct rows rows =
        database_run(work, hall.hub.db,
                     "select string_agg(source_key || '=' || (doc #>> '{birth_date,0,v}') || ' '"
                     " || jsonb_array_length(doc->'birth_date') || jsonb_array_length(doc->'?'),"
                     " ', ' order by source_key) from hub.record where state = 0");
    assert_string_equal(rows_text(&rows, 0, 0),
                        "a=1980-01-01 11, b=1980-01-02 11, c=1980-01-03 11");
    assert_int_equal(number(&hall, "select count(*) from hub.reject where code = 'store'"), 1);
    assert_sound(&hall);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_order_of_versions_without_a_column),
        cmocka_unit_test(several_versions_in_a_batch),
        cmocka_unit_test(kept_once_at_a_second_attempt),
    };
    return cmocka_run_group_tests(tests, print_seed, NULL);
}
