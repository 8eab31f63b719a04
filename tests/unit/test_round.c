/* How far a source was read: marks as the source writes them, and rounds over its pages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "connectors/http/mark.h"
#include "connectors/http/round.h"
#include "hub/base/text.h"

static void same(const char *what, const char *is, const char *should)
{
    if (!text_equal(text_or_empty(is), text_or_empty(should)))
        fail_msg("%s: is '%s', should be '%s'", what, text_or_empty(is), text_or_empty(should));
}

static void test_order(void **state)
{
    static const struct {
        const char *before, *behind;
    } rows[] = {
        {"2026-01-01T10:00:00Z", "2026-01-01T10:00:01Z"},
        {"2026-01-01T10:00:00+02:00", "2026-01-01T09:00:00Z"},
        {"2026-01-01 10:00:00", "2026-01-01T10:00:00.5"},
        {"2026-01-01T10:00:00.123456Z", "2026-01-01T10:00:00.123457Z"},
        {"2025-12-31", "2026-01-01"},
        {"9", "10"},
        {"-10", "-9"},
        {"1767261600", "1767261600.5"},
        {"00017", "18"},
        {"99999999999999999999998", "99999999999999999999999"},
        {"v0009", "v0010"},
        {"n/a", "0"},
        {"n/a", "2026-01-01"},
        {"0", "2026-01-01T10:00:00Z"},
        {"2026-13-01", "2026-12-01"}, /* the one is no date */
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        if (!mark_behind(rows[i].before, rows[i].behind))
            fail_msg("'%s' is not behind '%s'", rows[i].behind, rows[i].before);
        if (mark_behind(rows[i].behind, rows[i].before))
            fail_msg("'%s' is behind '%s'", rows[i].before, rows[i].behind);
        assert_false(mark_behind(rows[i].before, rows[i].before));
    }
}

static void test_back(void **state)
{
    static const struct {
        const char *mark;
        int64_t ms;
        const char *back;
    } rows[] = {
        {"2026-01-01T00:00:30Z", 60000, "2025-12-31T23:59:30Z"},
        {"2026-01-01T00:00:30.250+10:00", 60000, "2025-12-31T23:59:30.250+10:00"},
        {"2026-01-01 00:00:30", 1, "2026-01-01 00:00:29"},
        {"2024-03-01T00:00", 60000, "2024-02-29T23:59"},
        {"2024-03-01", 60000, "2024-02-29"},
        {"20240301T000000Z", 1000, "20240229T235959Z"},
        {"1970-01-01T00:00:00Z", 1000, "1969-12-31T23:59:59Z"},
        {"2100-01-01T00:00:00Z", 86400000, "2099-12-31T00:00:00Z"},
        {"2026-01-01T00:00:00Z", 0, "2026-01-01T00:00:00Z"},
        {"1767261600", 60000, "1767261540"},
        {"1767261600.75", 60000, "1767261540.75"},
        {"1767261600000", 60000, "1767261540000"},
        {"1767261600000000", 1500, "1767261598500000"},
        {"4711", 60000, "4711"},
        {"v12", 60000, "v12"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        ARENA(work);
        same(rows[i].mark, mark_back(work, rows[i].mark, rows[i].ms), rows[i].back);
    }
}

static const struct transport by_page = {.kind = TRANSPORT_HTTP,
                                         .url = "http://h/orders",
                                         .paging = "page",
                                         .page = "page",
                                         .size = "per_page",
                                         .page_size = 2,
                                         .since = "since",
                                         .mark = "/at",
                                         .overlap_ms = 60000};
static const struct transport by_link = {.kind = TRANSPORT_HTTP,
                                         .url = "http://h/orders",
                                         .paging = "link",
                                         .page_size = 2,
                                         .overlap_ms = 60000};
static const struct transport by_cursor = {.kind = TRANSPORT_HTTP,
                                           .url = "http://h/orders",
                                           .paging = "cursor",
                                           .next = "/next",
                                           .page = "cursor",
                                           .page_size = 2};

/* The cursor is all that is kept between two pages. */
static void keep(struct arena *work, struct round *round)
{
    round_read(work, round_write(work, round), round);
}

static enum round_state turn(struct arena *work, const struct transport *from, struct round *round,
                             const struct turn *turn)
{
    keep(work, round);
    enum round_state state = round_turn(work, from, round, turn);
    keep(work, round);
    return state;
}

static void test_pages_by_number(void **state)
{
    ARENA(work);
    struct round round = {0};
    (void)state;
    same("first", round_url(work, &by_page, &round), "http://h/orders?per_page=2");
    assert_true(round_begin(work, &round, 1767261600000, 1767261600000));
    struct turn page = {.items = 2, .digest = 1, .high = "2026-01-01T09:00:00Z"};
    assert_int_equal(turn(work, &by_page, &round, &page), ROUND_ON);
    same("second", round_url(work, &by_page, &round), "http://h/orders?per_page=2&page=2");
    page = (struct turn){.items = 1, .digest = 2, .high = "2026-01-01T08:00:00Z"};
    assert_int_equal(turn(work, &by_page, &round, &page), ROUND_OVER);
    same("mark", round.mark, "2026-01-01T09:00:00Z");
    same("next round", round_url(work, &by_page, &round),
         "http://h/orders?per_page=2&since=2026-01-01T08%3A59%3A00Z");
}

static void test_page_that_repeats(void **state)
{
    ARENA(work);
    struct round round = {0};
    struct turn page = {.items = 2, .digest = 1};
    (void)state;
    assert_int_equal(turn(work, &by_page, &round, &page), ROUND_ON);
    page.digest = 2;
    assert_int_equal(turn(work, &by_page, &round, &page), ROUND_ON);
    assert_int_equal(turn(work, &by_page, &round, &page), ROUND_OVER); /* the last one, again */
    page = (struct turn){.items = 1, .digest = 5}; /* fewer than asked for, perhaps always */
    assert_int_equal(turn(work, &by_page, &round, &page), ROUND_ON);
    page = (struct turn){0};
    assert_int_equal(turn(work, &by_page, &round, &page), ROUND_OVER);
}

/* What slips to a page that was read already is seen by reading again. */
static void test_pages_that_shift(void **state)
{
    ARENA(work);
    struct round round = {0};
    (void)state;
    assert_true(round_begin(work, &round, 1767261600000, 1767261600000));
    struct turn page = {.items = 2, .digest = 1, .high = "2026-01-01T09:00:00Z"};
    assert_int_equal(turn(work, &by_page, &round, &page), ROUND_ON);
    page = (struct turn){.items = 1, .digest = 2, .high = "2026-01-01T10:00:01Z"};
    assert_int_equal(turn(work, &by_page, &round, &page), ROUND_ON);
    assert_null(round.mark);
    assert_int_equal(round.page, 0);
}

static void test_broken_pages(void **state)
{
    ARENA(work);
    struct round round = {0};
    struct turn page = {.items = 2, .digest = 1, .high = "17"}, broken = {.spoiled = true};
    (void)state;
    assert_int_equal(turn(work, &by_page, &round, &page), ROUND_ON);
    assert_int_equal(turn(work, &by_page, &round, &broken), ROUND_ON);
    page.digest = 2;
    assert_int_equal(turn(work, &by_page, &round, &page), ROUND_ON);
    page = (struct turn){0};
    assert_int_equal(turn(work, &by_page, &round, &page), ROUND_OVER);
    assert_null(round.mark); /* what the broken one held is asked for again */
    assert_int_equal(turn(work, &by_page, &round, &broken), ROUND_ON);
    assert_int_equal(turn(work, &by_page, &round, &broken), ROUND_OVER); /* not without end */
}

/* Which page of a shop comes then, whose pages behind the first `lead` go round in a loop. */
static int page_in_loop(int pages, int lead, int length)
{
    return pages < lead ? pages : lead + (pages - lead) % length;
}

/* Loops of every length, wherever they begin, are seen; nothing else is taken for one. */
static void test_loops(void **state)
{
    (void)state;
    for (int lead = 0; lead < 5; lead++)
        for (int length = 1; length < 9; length++) {
            ARENA(work);
            struct round round = {0};
            enum round_state last = ROUND_ON;
            int pages = 0;
            for (; last == ROUND_ON && pages < 100; pages++) {
                int at = page_in_loop(pages, lead, length);
                int to = page_in_loop(pages + 1, lead, length);
                const struct turn page = {
                    .items = 2, .digest = at + 1, .next = arena_printf(work, "http://h/p%d", to)};
                last = turn(work, &by_link, &round, &page);
            }
            assert_int_equal(last, ROUND_LOOP);
            assert_null(round.next);
        }
    ARENA(work);
    struct round round = {0};
    for (int i = 0; i < 1000; i++) { /* a cursor that stands still while the pages go on */
        const struct turn page = {.items = 2, .digest = i + 1, .next = "scroll"};
        assert_int_equal(turn(work, &by_cursor, &round, &page), ROUND_ON);
    }
    const struct turn empty = {.next = "scroll"};
    assert_int_equal(turn(work, &by_cursor, &round, &empty), ROUND_IDLE);
    same("idle", round_url(work, &by_cursor, &round), "http://h/orders?cursor=scroll");
}

static void test_clock_put_back(void **state)
{
    ARENA(work);
    struct round round = {.mark = "2026-01-01T10:00:00Z", .server = 1767261600000};
    (void)state;
    /* An hour back, a minute later. */
    assert_false(round_begin(work, &round, 1767261600000 - 3540000, 1767261660000));
    keep(work, &round);
    same("mark", round.mark, "2026-01-01T09:00:00Z");
    assert_true(round_begin(work, &round, 1767261600000 - 3539000, 1767261661000));
    same("mark", round.mark, "2026-01-01T09:00:00Z");
}

/* What claims to come from the future hides nothing. */
static void test_future(void **state)
{
    ARENA(work);
    struct round round = {0};
    const struct turn page = {.items = 2, .high = "2099-01-01T00:00:00Z"};
    (void)state;
    assert_true(round_begin(work, &round, 1767261600000, 1767261600000));
    assert_int_equal(turn(work, &by_link, &round, &page), ROUND_OVER);
    same("mark", round.mark, "2026-01-01T10:00:00Z");
}

static void test_cursors_of_others(void **state)
{
    static const char *const cursors[] = {
        "", "null", "[]", "{\"page\":\"x\",\"mark\":7}", "{\"mark\":\"\\u0000\"}", "{\"full\":3}"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cursors); i++) {
        ARENA(work);
        struct round round;
        round_read(work, cursors[i], &round);
        assert_int_equal(round.page, 0);
        assert_false(round.full);
        (void)round_url(work, &by_page, &round);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_back),
        cmocka_unit_test(test_pages_by_number),
        cmocka_unit_test(test_page_that_repeats),
        cmocka_unit_test(test_pages_that_shift),
        cmocka_unit_test(test_broken_pages),
        cmocka_unit_test(test_loops),
        cmocka_unit_test(test_clock_put_back),
        cmocka_unit_test(test_future),
        cmocka_unit_test(test_cursors_of_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
