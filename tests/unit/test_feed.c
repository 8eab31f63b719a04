/* Feeds against a real database: each record once, whatever comes again, and only behind its cursor. */
#include "tests/unit/database.h"

#include <setjmp.h>

#include <cmocka.h>

#include "hub/base/list.h"
#include "hub/store/feed.h"
#include "tests/unit/hub.h"

static const char mapping_text[] =
    "<source xmlns=\"urn:axle:source:1\" name=\"shop\" connector=\"web\">"
    "<from><directory/></from><format><jsonl/></format><drop field=\"/card\"/>"
    "<record class=\"customer\" key=\"/id\"><value of=\"customer.email\" from=\"/email\"/>"
    "</record></source>";

struct items {
    struct feed_item *list;
    size_t count, room;
};

/* "a=1 b=2 a": names before the '='; where none is, the content is all there is. */
static struct items items_of(struct arena *arena, const char *words)
{
    struct items items = {0};
    size_t count;
    const char **word = text_split(arena, words, ' ', &count);
    for (size_t i = 0; i < count && *word[i]; i++) {
        const char *equals = strchr(word[i], '=');
        const char *raw = arena_printf(arena, "{\"id\":\"%s\"}", word[i]);
        struct feed_item item = {.raw = {raw, strlen(raw)}, .remember = true};
        if (equals)
            item.name = (struct slice){word[i], (size_t)(equals - word[i])};
        LIST_ADD(arena, &items, item);
    }
    return items;
}

static struct staged feed_into(const struct test_hub *hub, const char *stream, const char *before,
                               const char *cursor, struct items items)
{
    struct error err = {0};
    struct staged staged;
    const struct feed feed = {.stream = stream,
                              .label = "the shop",
                              .before = before,
                              .cursor = cursor,
                              .list = items.list,
                              .count = items.count};
    database_must(feed_stage(hub->db, hub->source, NULL, &feed, &staged, &err), &err);
    return staged;
}

/* What each feed in turn adds, of those before it being remembered. */
static const struct {
    const char *words;
    int added;
} again[] = {
    {"a=1 b=1 c=1", 3}, {"a=1 b=1 c=1", 0}, {"c=1 d=1", 1}, {"a=2", 1}, {"a=1", 1}, {"a=1 a=1", 0},
    {"a=2 a=1 a=1", 2}, {"b=2 b=1", 2},     {"b=1", 0},     {"x y", 2}, {"y x", 0}, {"y z z", 1},
};

static void what_came_before_is_passed_over(void **state)
{
    (void)state;
    ARENA(work);
    struct test_hub hub = hub_new(work, mapping_text);
    int64_t all = 0;
    for (size_t i = 0; i < COUNT_OF(again); i++) {
        const char *stream = i % 2 ? "page" : "another page";
        struct staged staged = feed_into(&hub, stream, NULL, NULL, items_of(work, again[i].words));
        if (staged.received != again[i].added)
            fail_msg("'%s' added %d", again[i].words, (int)staged.received);
        all += staged.received;
    }
    assert_int_equal(hub_number(&hub, "select count(*) from hub.inbox"), all);
    assert_int_equal(hub_number(&hub, "select sum(received) from hub.stream"), all);
    assert_int_equal(hub_number(&hub, "select count(*) from hub.payload"), all);
}

static void what_has_no_lasting_name_is_forgotten_after_a_month(void **state)
{
    (void)state;
    ARENA(work);
    bool more;
    struct error err = {0};
    struct test_hub hub = hub_new(work, mapping_text);
    (void)feed_into(&hub, "page", NULL, NULL, items_of(work, "a=1 x y"));
    (void)database_run(work, hub.db, "update hub.seen set seen_at = now() - interval '31 days'");
    assert_int_equal(feed_into(&hub, "page", NULL, NULL, items_of(work, "a=1 x")).received, 0);
    database_must(feed_prune(hub.db, &more, &err), &err);
    assert_true(more);
    assert_int_equal(hub_number(&hub, "select count(*) from hub.seen"), 2);
    assert_int_equal(feed_into(&hub, "page", NULL, NULL, items_of(work, "a=1 x y")).received, 1);
    database_must(feed_prune(hub.db, &more, &err), &err);
    assert_false(more);

    struct items delivered = items_of(work, "d=1 e=1");
    delivered.list[0].once = delivered.list[1].once = delivered.list[0].passing = true;
    assert_int_equal(feed_into(&hub, "push", NULL, NULL, delivered).received, 2);
    (void)database_run(work, hub.db, "update hub.seen set seen_at = now() - interval '31 days'");
    database_must(feed_prune(hub.db, &more, &err), &err);
    assert_int_equal(feed_into(&hub, "push", NULL, NULL, delivered).received, 1);
}

static void records_and_cursor_move_together(void **state)
{
    (void)state;
    ARENA(work);
    struct error err = {0};
    struct staged staged;
    struct test_hub hub = hub_new(work, mapping_text);
    const char *cursor = "none";
    database_must(feed_cursor(work, hub.db, hub.source, "orders", &cursor, &err), &err);
    assert_null(cursor);
    assert_int_equal(feed_into(&hub, "orders", NULL, "one", items_of(work, "a=1")).before, 0);
    database_must(feed_cursor(work, hub.db, hub.source, "orders", &cursor, &err), &err);
    assert_string_equal(cursor, "one");

    /* Who read it before that comes too late. */
    struct items items = items_of(work, "b=1");
    const struct feed late = {"orders", "orders", NULL, "two", {"", 0}, items.list, items.count};
    assert_false(feed_stage(hub.db, hub.source, NULL, &late, &staged, &err));
    assert_int_equal(err.kind, ERROR_RETRY);
    assert_int_equal(hub_number(&hub, "select count(*) from hub.inbox"), 1);
    assert_int_equal(hub_number(&hub, "select count(*) from hub.seen"), 1);

    assert_int_equal(feed_into(&hub, "orders", "one", "two", items).before, 1);
    (void)feed_into(&hub, "orders", "two", "three", (struct items){0});
    database_must(feed_cursor(work, hub.db, hub.source, "orders", &cursor, &err), &err);
    assert_string_equal(cursor, "three");
}

/* A source's own positions: the same one adds nothing, not even within one feed. */
static void positions_are_kept(void **state)
{
    (void)state;
    static const int64_t positions[] = {7, 9, 7, 3, 12};
    ARENA(work);
    struct test_hub hub = hub_new(work, mapping_text);
    struct feed_item list[COUNT_OF(positions)] = {0};
    struct items items = {list, COUNT_OF(list), 0};
    for (size_t i = 0; i < COUNT_OF(list); i++)
        list[i] = (struct feed_item){.raw = {"{}", 2}, .position = positions[i]};
    assert_int_equal(feed_into(&hub, "box", NULL, NULL, items).received, 4);
    assert_int_equal(feed_into(&hub, "box", NULL, NULL, items).received, 0);
    list[0].position = 13;
    assert_int_equal(feed_into(&hub, "box", NULL, NULL, items).received, 1);
    assert_int_equal(hub_number(&hub, "select position from hub.stream"), 13);
    list[0].position = 0;
    items.count = 1;
    (void)feed_into(&hub, "box", NULL, NULL, items);
    assert_int_equal(hub_number(&hub, "select max(position) from hub.inbox"), 14);
}

static void another_header_is_another_stream(void **state)
{
    (void)state;
    static const char *const headers[] = {"id,email", "email,id", "id,email"};
    static const char *const cursors[] = {NULL, "0", "1", "2"};
    ARENA(work);
    struct error err = {0};
    struct staged staged;
    struct test_hub hub = hub_new(work, mapping_text);
    for (size_t i = 0; i < COUNT_OF(headers); i++) {
        const struct feed_item item = {.raw = {"{\"id\":\"a\"}", 10}};
        const struct feed feed = {"csv",           "csv", cursors[i], cursors[i + 1],
                                  {headers[i], 8}, &item, 1};
        database_must(feed_stage(hub.db, hub.source, NULL, &feed, &staged, &err), &err);
    }
    assert_int_equal(hub_number(&hub, "select count(distinct stream_id) from hub.inbox"), 2);
    assert_int_equal(hub_number(&hub, "select count(*) from hub.stream s join hub.inbox using"
                                      " (stream_id) where header = 'id,email'"),
                     2);
    assert_int_equal(hub_number(&hub, "select sum(received) from hub.stream"), 3);
}

static void what_is_too_long_or_dropped_does_not_stay(void **state)
{
    (void)state;
    ARENA(work);
    struct test_hub hub = hub_new(work, mapping_text);
    static const char secret[] = "{\"id\":\"a\",\"card\":\"4111\"}";
    static const struct reject torn = {.stage = "decode", .code = "json", .message = "torn"};
    char *huge = arena_alloc(work, FORMAT_RECORD_MOST + 1);
    memset(huge, 'x', FORMAT_RECORD_MOST + 1);
    struct items items = {0};
    const struct feed_item each[] = {{.raw = {secret, sizeof(secret) - 1}},
                                     {.raw = {huge, FORMAT_RECORD_MOST + 1}},
                                     {.raw = {"{\"id", 4}, .reject = &torn}};
    for (size_t i = 0; i < COUNT_OF(each); i++)
        LIST_ADD(work, &items, each[i]);
    struct staged staged = feed_into(&hub, "page", NULL, NULL, items);
    assert_int_equal(staged.received, 3);
    assert_int_equal(staged.rejected, 2);
    assert_int_equal(hub_number(&hub, "select count(*) from hub.payload where"
                                      " convert_from(body, 'UTF8') = '{\"id\":\"a\"}'"),
                     1);
    assert_int_equal(hub_number(&hub, "select count(*) from hub.reject where code = 'too-long' and"
                                      " stage = 'size' and length = 1048577"),
                     1);
}

/* Whether a statement of its own takes them or not, they stand one behind the other. */
static void what_is_not_remembered_comes_each_time(void **state)
{
    (void)state;
    static const bool remembered[] = {false, false, true, false};
    ARENA(work);
    struct test_hub hub = hub_new(work, mapping_text);
    for (size_t i = 0; i < COUNT_OF(remembered); i++) {
        struct items items = items_of(work, "x y");
        for (size_t k = 0; k < items.count; k++) {
            items.list[k].remember = remembered[i];
            items.list[k].line = (unsigned)(2 * i + k + 1);
        }
        struct staged staged = feed_into(&hub, "push", NULL, NULL, items);
        assert_int_equal(staged.before, 2 * i);
        assert_int_equal(staged.received, 2);
        assert_int_equal(hub_number(&hub, "select stream_id from hub.stream"), staged.stream_id);
    }
    assert_int_equal(hub_number(&hub, "select count(*) from hub.inbox join hub.payload using"
                                      " (inbox_id) join hub.pending using (inbox_id)"
                                      " where line = position and convert_from(body, 'UTF8') ="
                                      " case position % 2 when 1 then '{\"id\":\"x\"}'"
                                      " else '{\"id\":\"y\"}' end"),
                     8);
    assert_int_equal(
        hub_number(&hub, "select count(*) from hub.stream where position = 8 and received = 8"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_came_before_is_passed_over),
        cmocka_unit_test(what_has_no_lasting_name_is_forgotten_after_a_month),
        cmocka_unit_test(records_and_cursor_move_together),
        cmocka_unit_test(positions_are_kept),
        cmocka_unit_test(another_header_is_another_stream),
        cmocka_unit_test(what_is_too_long_or_dropped_does_not_stay),
        cmocka_unit_test(what_is_not_remembered_comes_each_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
