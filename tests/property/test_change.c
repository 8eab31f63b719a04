/* What a source's records are after random histories of versions, deletions and snapshots, against a small
 * model; and that deliveries are accounted for at every step. */
#include "tests/property/history.h"

#include "hub/pipeline/resolve.h"

static const char ordered[] = HEAD "<directory/>" RECORDS("<version from=\"rev\"/>");

/* ---- a version field */

struct lines {
    const char **list;
    size_t count, room;
};

static const char *shuffled(struct arena *arena, const struct lines *lines, size_t from, size_t to)
{
    struct buffer out = {.arena = arena};
    for (size_t i = from; i < to; i++)
        buffer_text(&out, lines->list[i]);
    return buffer_string(&out);
}

static void shuffle(struct lines *lines)
{
    for (size_t i = lines->count; i > 1; i--) {
        size_t other = below(i);
        const char *line = lines->list[i - 1];
        lines->list[i - 1] = lines->list[other];
        lines->list[other] = line;
    }
}

/* Versions of some records, a fourth of them deletions, and what must come of them. */
static const char *make_versions(struct arena *arena, struct lines *lines)
{
    struct buffer expected = {.arena = arena};
    for (int key = 10; key < 10 + KEYS; key++)
        for (int rev = 1, last = (int)below(7); rev <= last; rev++) {
            bool gone = below(4) == 0, spouse = !gone && below(3) == 0;
            LIST_ADD(arena, lines,
                     arena_printf(arena, "k%d,%s,%d,a%d@x.org,%s\n", key, gone ? "D" : "", rev * 9,
                                  rev, spouse ? "s@x.org" : ""));
            if (rev == last && !gone)
                buffer_printf(&expected, "%sk%d=a%d@x.org%s", expected.length ? " " : "", key, rev,
                              spouse ? arena_printf(arena, " k%d#spouse=s@x.org", key) : "");
        }
    return buffer_string(&expected);
}

static void any_order_of_versions(void **state)
{
    (void)state;
    ARENA(whole);
    struct lines lines = {0};
    const char *expected = make_versions(whole, &lines);
    for (int run = 0; run < 6; run++) {
        ARENA(work);
        struct hall hall = open_hall(work, ordered);
        shuffle(&lines);
        size_t cut = below(lines.count + 1);
        drop(&hall, shuffled(work, &lines, 0, cut));
        if (below(2))
            work_until_done(&hall);
        drop(&hall, shuffled(work, &lines, cut, lines.count));
        work_until_done(&hall);
        assert_state(&hall, "versions in any order", expected);
        assert_sound(&hall);
    }
}

/* State after state of the inbox: u unchanged, c current, s superseded, d deleted. */
static const struct {
    const char *what, *lines, *state, *deliveries;
} orders[] = {
    {"deleted", "a,,1,a@x.org,s@x.org\na,D,2,,\n", "", "dd"},
    {"deleted twice", "a,,1,a@x.org,\na,D,2,,\na,D,3,,\n", "", "ddu"},
    {"deleted before it was there", "a,D,2,,\na,,1,a@x.org,\n", "", "ds"},
    {"it comes back", "a,D,2,,\na,,3,a@x.org,\n", "a=a@x.org", "dc"},
    {"too late to delete", "a,,3,a@x.org,\na,D,2,,\n", "a=a@x.org", "cs"},
    {"by their numbers", "a,,10,a@x.org,\na,,9,b@x.org,\n", "a=a@x.org", "cs"},
    {"equal ones as they come", "a,,1,a@x.org,\na,,1,b@x.org,\n", "a=b@x.org", "sc"},
    {"without any as they come", "a,,,a@x.org,\na,,,b@x.org,\na,D,,,\n", "", "sdd"},
    {"the same again, newer", "a,,1,a@x.org,\na,,5,a@x.org,\na,,3,b@x.org,\n", "a=a@x.org", "cus"},
    {"a part is gone", "a,,1,a@x.org,s@x.org\na,,2,a@x.org,\n", "a=a@x.org", "cu"},
};

static void orders_one_by_one(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(orders) * 2; i++) {
        ARENA(work);
        struct hall hall = open_hall(work, ordered);
        size_t count;
        const char **lines = text_split(work, orders[i / 2].lines, '\n', &count);
        if (i % 2) /* at once, */
            drop(&hall, orders[i / 2].lines);
        for (size_t line = 0; i % 2 == 0 && line + 1 < count; line++) { /* or each by itself */
            drop(&hall, arena_printf(work, "%s\n", lines[line]));
            work_until_done(&hall);
        }
        work_until_done(&hall);
        assert_state(&hall, orders[i / 2].what, orders[i / 2].state);
        struct rows rows = database_run(work, hall.hub.db,
                                        "select string_agg(substr('....ucsd', state + 1, 1), ''"
                                        " order by inbox_id) from hub.inbox");
        if (!text_equal(rows_text(&rows, 0, 0), orders[i / 2].deliveries))
            fail_msg("%s: deliveries are %s", orders[i / 2].what, rows_text(&rows, 0, 0));
        assert_sound(&hall);
    }
}

/* ---- snapshots, deltas, deletions */

static void snapshots_and_deltas(void **state)
{
    (void)state;
    for (int run = 0; run < 6; run++) {
        ARENA(work);
        struct hall hall = open_hall(work, listed);
        struct model model = {0};
        for (int step = 0; step < 12; step++) {
            if (below(2))
                drop_snapshot(&hall, &model);
            else
                drop_delta(&hall, &model);
            if (below(2))
                continue;
            work_until_done(&hall);
            assert_state(&hall, "snapshots and deltas", expected_text(work, &model));
        }
        work_until_done(&hall);
        assert_state(&hall, "at the end", expected_text(work, &model));
        assert_sound(&hall);
    }
}

static void what_a_snapshot_needs(void **state)
{
    (void)state;
    ARENA(work);
    struct hall hall = open_hall(work, listed);
    drop(&hall, "a,,,a@x.org,\nb,,,b@x.org,\n");
    work_until_done(&hall);
    drop(&hall, "");
    work_until_done(&hall);
    assert_state(&hall, "no record at all deletes nothing", "a=a@x.org b=b@x.org");
    assert_int_equal(number(&hall, "select count(*) from hub.stream where snapshot and"
                                   " swept_at is not null and swept is null"),
                     1);
    drop(&hall, "a,,,a@x.org,\n,,,who@x.org,\n");
    work_until_done(&hall);
    assert_state(&hall, "a reject keeps all", "a=a@x.org b=b@x.org");
    drop(&hall, "a,,,a@x.org,\n");
    work_until_done(&hall);
    assert_state(&hall, "the next one is whole", "a=a@x.org");
    drop(&hall, "a,,,a@x.org,\nb,,,b@x.org,\n");
    work_until_done(&hall);
    assert_state(&hall, "the first list again is a new one", "a=a@x.org b=b@x.org");
    assert_int_equal(number(&hall, "select count(*) from hub.stream"), 5);
    assert_sound(&hall);
}

/* A part that a list cannot state, for its column is missing, is not missing from the list. */
static void a_snapshot_without_a_column(void **state)
{
    (void)state;
    ARENA(work);
    struct hall hall = open_hall(work, listed);
    drop(&hall, "a,,,a@x.org,s@x.org\nb,,,b@x.org,t@x.org\nc,,,c@x.org,u@x.org\n");
    work_until_done(&hall);
    drop_file(&hall, "id,op,rev,email", "a,,,a@x.org\nb,,,d@x.org\n");
    work_until_done(&hall);
    assert_state(&hall, "parts stay with their records",
                 "a=a@x.org a#spouse=s@x.org b=d@x.org b#spouse=t@x.org");
    assert_sound(&hall);
}

/* Rounds among which there is a job that cannot be done. */
static void work_beside_refusal(struct hall *hall)
{
    struct error err = {0};
    bool busy;
    hall->hub.batch = 5;
    for (int round = 0; round < 40; round++)
        if (!work_round(&hall->hub, &busy, &err))
            assert_int_equal(err.kind, ERROR_REJECT);
}

/* A record that the database refuses to resolve keeps none from being taken in, resolved or swept. */
static void a_job_that_is_refused_stops_nobody(void **state)
{
    (void)state;
    ARENA(work);
    static const char linked[] =
        "select coalesce(string_agg(source_key, ' ' order by source_key), '')"
        " from hub.record join hub.link using (record_id)";
    struct error err = {0};
    struct hall hall = open_hall(work, listed);
    database_must(
        db_script(hall.hub.db,
                  "create function hub.refuse() returns trigger language plpgsql as $$ begin"
                  " if exists (select from hub.record where record_id = new.record_id"
                  " and source_key = 'bad') then raise exception using errcode = '22003'; end if;"
                  " return new; end $$;"
                  "create trigger refuse before insert on hub.link"
                  " for each row execute function hub.refuse()",
                  &err),
        &err);
    drop(&hall, "a,,,a@x.org,\nbad,,,bad@x.org,\nb,,,b@x.org,\n");
    work_beside_refusal(&hall);
    drop(&hall, "bad,,,bad@x.org,\nb,,,b@x.org,\nc,,,c@x.org,\n");
    work_beside_refusal(&hall);
    struct rows rows = database_run(work, hall.hub.db, linked);
    assert_string_equal(rows_text(&rows, 0, 0), "b c");
    database_must(db_script(hall.hub.db, "drop trigger refuse on hub.link", &err), &err);
    work_until_done(&hall);
    rows = database_run(work, hall.hub.db, linked);
    assert_string_equal(rows_text(&rows, 0, 0), "b bad c");
    assert_sound(&hall);
}

/* Who resolves a record ends, again and again: it is set aside, the others are not, and its next version is tried. */
static void a_record_that_ends_who_resolves_it(void **state)
{
    (void)state;
    ARENA(work);
    size_t taken;
    struct error err = {0};
    struct hall hall = open_hall(work, listed);
    drop(&hall, "a,,,a@x.org,\nbad,,,bad@x.org,\nb,,,b@x.org,\n");
    database_must(ingest_batch(&hall.hub, 100, &taken, &err) &&
                      db_script(hall.hub.db,
                                "update hub.job set attempts = case source_key when 'bad' then 6"
                                " else 3 end from hub.record r where r.record_id = job.record_id",
                                &err),
                  &err);
    assert_int_equal(number(&hall, "select count(*) from hub.job"), 3);
    work_until_done(&hall);
    struct rows rows =
        database_run(work, hall.hub.db,
                     "select string_agg(source_key || coalesce(' ' || skipped[1], '') || ' ' ||"
                     " (customer_id is not null)::text, ', ' order by source_key)"
                     " from hub.record left join hub.link using (record_id) left join hub.partial "
                     "using (record_id)");
    assert_string_equal(rows_text(&rows, 0, 0), "a true, b true, bad crash false");
    assert_sound(&hall);
    drop(&hall, "a,,,a@x.org,\nbad,,,good@x.org,\nb,,,b@x.org,\n");
    work_until_done(&hall);
    assert_int_equal(number(&hall, "select count(*) from hub.partial"), 0);
    assert_sound(&hall);
}

/* An hour later, two hours after that, and so on; not for ever. */
static void what_was_set_aside_is_tried_again(void **state)
{
    (void)state;
    ARENA(work);
    size_t taken, queued, tries = 0;
    struct error err = {0};
    struct hall hall = open_hall(work, listed);
    drop(&hall, "bad,,,bad@x.org,\n");
    database_must(ingest_batch(&hall.hub, 100, &taken, &err), &err);
    for (int64_t hours = 0; hours < 100; hours++) {
        /* As if somebody had ended of it, until it was set aside. */
        database_must(db_script(hall.hub.db,
                                "update hub.job set attempts = 6;"
                                "update hub.partial set since = since - interval '1 hour'",
                                &err),
                      &err);
        work_until_done(&hall);
        assert_int_equal(
            number(&hall, "select count(*) from hub.partial where 'crash' = any (skipped)"), 1);
        assert_sound(&hall);
        database_must(resolve_again(&hall.hub, &queued, &err), &err);
        assert_int_equal(number(&hall, "select count(*) from hub.job where attempts = 5"), queued);
        tries += queued;
    }
    assert_int_equal(tries, 6);
    database_must(db_script(hall.hub.db,
                            "update hub.partial set again = 5, since = since - interval '2 days'",
                            &err) &&
                      resolve_again(&hall.hub, &queued, &err),
                  &err);
    assert_int_equal(queued, 1);
    work_until_done(&hall);
    assert_int_equal(number(&hall, "select count(*) from hub.partial"), 0);
    assert_int_equal(number(&hall, "select count(*) from hub.link"), 1);
    assert_sound(&hall);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(orders_one_by_one),
        cmocka_unit_test(any_order_of_versions),
        cmocka_unit_test(snapshots_and_deltas),
        cmocka_unit_test(what_a_snapshot_needs),
        cmocka_unit_test(a_snapshot_without_a_column),
        cmocka_unit_test(a_job_that_is_refused_stops_nobody),
        cmocka_unit_test(a_record_that_ends_who_resolves_it),
        cmocka_unit_test(what_was_set_aside_is_tried_again),
    };
    return cmocka_run_group_tests(tests, print_seed, NULL);
}
