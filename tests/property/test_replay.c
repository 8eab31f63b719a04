/* What replays make of stored deliveries: what they say before, once, and nothing where nothing changed. */
#include "tests/property/history.h"

#include "hub/pipeline/replay.h"

static const struct replay_report *replay(struct hall *hall, bool dry)
{
    struct error err = {0};
    struct replay_terms *terms = NEW(hall->arena, struct replay_terms);
    *terms = (struct replay_terms){hall->source, .dry = dry, .actor = "test", .reason = ""};
    struct replay *replay = replay_new(hall->arena, &hall->hub, terms);
    for (bool more = true; more;)
        database_must(replay_step(replay, &more, &err), &err);
    return replay_report(replay);
}

#define BY(key, value)                                                                           \
    HEAD "<directory/></from><format><csv/></format>"                                            \
         "<record class=\"customer\" key=\"" key "\"><value of=\"customer.email\" from=\"" value \
         "\"/></record></source>"

static const struct {
    const char *what, *before, *after;
    int64_t pass, appear, disappear, change, remain, fail;
    const char *state;
} replays[] = {
    {"nothing", BY("id", "email"), BY("id", "email"), 0, 0, 0, 0, 1, 0, "a=a@x.org b=c@x.org"},
    {"another value", BY("id", "email"), BY("id", "spouse"), 0, 0, 0, 2, 1, 0,
     "a=s@x.org b=t@x.org"},
    {"another key", BY("id", "email"), BY("email", "email"), 1, 3, 2, 0, 0, 0,
     "a@x.org=a@x.org c@x.org=c@x.org d@x.org=d@x.org"},
    {"a key that is not there", BY("id", "email"), BY("rev", "email"), 0, 0, 0, 0, 1, 2,
     "a=a@x.org b=c@x.org"},
    {"a key at last", BY("rev", "email"), BY("id", "email"), 3, 2, 0, 0, 1, 0,
     "a=a@x.org b=c@x.org"},
};

static void check_report(const struct replay_report *report, size_t i)
{
    int64_t remain = 0, fail = 0;
    for (size_t c = 0; c < report->remain.count; c++)
        remain += report->remain.list[c].count;
    for (size_t c = 0; c < report->fail.count; c++)
        fail += report->fail.list[c].count;
    if (report->pass != replays[i].pass || report->appear != replays[i].appear ||
        report->disappear != replays[i].disappear || report->change != replays[i].change ||
        remain != replays[i].remain || fail != replays[i].fail)
        fail_msg("%s: pass %lld appear %lld disappear %lld change %lld remain %lld fail %lld",
                 replays[i].what, (long long)report->pass, (long long)report->appear,
                 (long long)report->disappear, (long long)report->change, (long long)remain,
                 (long long)fail);
}

static void replays_do_what_they_say(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(replays); i++) {
        ARENA(work);
        struct hall hall = open_hall(work, replays[i].before);
        drop(&hall, "a,,,a@x.org,s@x.org\nb,,,b@x.org,\nb,,,c@x.org,t@x.org\n,,,d@x.org,\n");
        work_until_done(&hall);
        const char *before = state_of(&hall);
        map_by(&hall, replays[i].after);
        check_report(replay(&hall, true), i);
        assert_state(&hall, "a dry run changes nothing", before);
        for (int again = 0; again < 2; again++) {
            (void)replay(&hall, false);
            assert_int_equal(number(&hall, "select count(*) from hub.inbox"), 4);
            work_until_done(&hall);
            assert_state(&hall, replays[i].what, replays[i].state);
            assert_sound(&hall);
        }
    }
}

/* Keys what has no id by something else, and changes nothing else. */
static const char mended[] =
    HEAD "<directory snapshot=\"yes\"/></from><format><csv/></format>"
         "<record class=\"customer\" key=\"id\" if=\"id\"><value of=\"customer.email\""
         " from=\"email\"/></record><record class=\"customer\" key=\"rev\" unless=\"id\">"
         "<value of=\"customer.email\" from=\"email\"/></record></source>";

static const struct {
    const char *what, *files[3], *before, *after;
} mendings[] = {
    {"a list that waits goes on",
     {"a,,,a@x.org,\nb,,,b@x.org,\n", "a,,,a@x.org,\n,,r9,c@x.org,\n", NULL},
     "a=a@x.org b=b@x.org",
     "a=a@x.org r9=c@x.org"},
    {"a list that a newer one made needless brings nothing back",
     {"a,,,a@x.org,\nb,,,b@x.org,\n,,r9,c@x.org,\n", "a,,,a@x.org,\n", NULL},
     "a=a@x.org",
     "a=a@x.org"},
    {"also where both lists wait",
     {"a,,,a@x.org,\nb,,,b@x.org,\n", "c,,,c@x.org,\n,,r8,d@x.org,\n",
      "a,,,a@x.org,\n,,r9,e@x.org,\n"},
     "a=a@x.org b=b@x.org c=c@x.org",
     "a=a@x.org r9=e@x.org"},
};

static void mended_snapshots(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(mendings); i++) {
        ARENA(work);
        struct hall hall = open_hall(work, listed);
        for (size_t f = 0; f < COUNT_OF(mendings[i].files) && mendings[i].files[f]; f++) {
            drop(&hall, mendings[i].files[f]);
            work_until_done(&hall);
        }
        assert_state(&hall, mendings[i].what, mendings[i].before);
        map_by(&hall, mended);
        (void)replay(&hall, false);
        work_until_done(&hall);
        assert_state(&hall, mendings[i].what, mendings[i].after);
        assert_int_equal(number(&hall, "select count(*) from hub.reject"), 0);
        assert_sound(&hall);
    }
}

/* A history of whole lists, with replays in between, is the same as without. */
static void replays_change_nothing(void **state)
{
    (void)state;
    for (int run = 0; run < 4; run++) {
        ARENA(work);
        struct hall hall = open_hall(work, listed);
        struct model model = {0};
        for (int step = 0; step < 8; step++) {
            if (below(2))
                drop_snapshot(&hall, &model);
            else
                drop_delta(&hall, &model);
            if (below(2))
                work_until_done(&hall);
            (void)replay(&hall, false);
            if (below(2))
                work_until_done(&hall);
        }
        work_until_done(&hall);
        assert_state(&hall, "with replays", expected_text(work, &model));
        assert_sound(&hall);
    }
}

static const char both_keys[] = HEAD
    "<directory/></from><format><csv/></format>"
    "<record class=\"customer\" key=\"id\"><value of=\"customer.email\" from=\"email\"/></record>"
    "<record class=\"customer\" key=\"rev\"><value of=\"customer.email\" from=\"spouse\"/></record>"
    "</source>";

/* More deliveries than a page of a replay, each of two records, far from each other by their keys. */
static void replays_of_several_pages(void **state)
{
    (void)state;
    ARENA(work);
    struct hall hall = open_hall(work, both_keys);
    struct buffer lines = {.arena = work};
    for (int i = 0; i < 600; i++)
        buffer_printf(&lines, "a%d,,z%d,a%d@x.org,z%d@x.org\n", i, i, i, i);
    drop(&hall, buffer_string(&lines));
    work_until_done(&hall);
    assert_int_equal(number(&hall, "select count(*) from hub.record where state = 0"), 1200);
    map_by(&hall, BY("id", "email"));
    (void)replay(&hall, false);
    work_until_done(&hall);
    assert_int_equal(number(&hall, "select count(*) from hub.record where state = 0"), 600);
    assert_int_equal(number(&hall, "select count(*) from hub.record where state = 0 and"
                                   " source_key like 'z%'"),
                     0);
    assert_sound(&hall);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(replays_do_what_they_say),
        cmocka_unit_test(mended_snapshots),
        cmocka_unit_test(replays_change_nothing),
        cmocka_unit_test(replays_of_several_pages),
    };
    return cmocka_run_group_tests(tests, print_seed, NULL);
}
