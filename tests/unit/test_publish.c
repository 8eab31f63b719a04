/* The schema axle: every view over a hub filled by hand. */
#include "tests/unit/database.h"

#include <setjmp.h>

#include <cmocka.h>

#include "hub/dictionary/dictionary.h"
#include "hub/store/migrate.h"
#include "hub/store/publish.h"
#include "tests/unit/scratch.h"

#define ANN "'018f0000-0000-7000-8000-000000000001'"
#define ACME "'018f0000-0000-7000-8000-000000000002'"

/*
 * Ann has two records, web/w1 and shop/s1; Acme has one.  A second record of shop is deleted.  Of web came
 * seven deliveries, of which one waits, one was rejected and one says nothing new.
 */
static const char hub[] =
    "insert into hub.source (name, trust) values ('web', 60), ('shop', 40);"
    "insert into hub.stream (source_id, name, label, received) values"
    " (1, 'file:a', 'accounts.csv', 4), (1, 'file:b', 'more.csv', 2), (2, 'file:c', 'cards.jsonl', "
    "3);"
    "insert into hub.inbox (stream_id, position, source_id, state, line) values"
    " (1, 1, 1, 5, 2), (1, 2, 1, 1, 3), (1, 3, 1, 4, 4), (1, 4, 1, 6, 5), (2, 1, 1, 0, 2), (2, 2, "
    "1, 3, 3),"
    " (3, 1, 2, 5, 1), (3, 2, 2, 7, 2), (3, 3, 2, 2, 3);"
    "insert into hub.payload (inbox_id, body) select inbox_id, '\\x6100ff' from hub.inbox;"
    "insert into hub.reject (inbox_id, source_id, stage, code, message, line, \"column\", length) "
    "values"
    " (2, 1, 'decode', 'quote', 'the quote is not closed', null, 7, 3);"
    "insert into hub.record (record_id, content_hash, inbox_id, seq, mapping_id, version, "
    "source_id,"
    " state, class, source_key, part, region, effective_at, first_seen, doc, features, keys) values"
    " (11, 0, 1, 1, 1, 3, 1, 0, 'customer', 'w1', '', 'AU', '2024-05-01Z', '2024-06-01Z',"
    "  '{\"name.given\":[{\"v\":\"Ann\"}],\"name.family\":[{\"v\":\"Lee\"}],"
    "    \"birth_date\":[{\"r\":\"99.99.99\",\"f\":\"date\"}],"
    "    \"email\":[{\"v\":\"ann@example.org\",\"k\":\"home\"}],"
    "    \"address.line\":[{\"v\":\"1 High St, Perth\",\"g\":\"h\"}],"
    "    \"address.street\":[{\"v\":\"1 High St\",\"g\":\"h\"},{\"v\":\"9 Old Rd\",\"g\":\"w\"}],"
    "    \"address.city\":[{\"v\":\"Perth\",\"g\":\"h\"}]}', '', ''),"
    " (-12, 0, 7, 7, 1, 1, 2, 0, 'customer', 's1', 'spouse', 'AU', null, '2024-07-01Z',"
    "  '{\"name.given\":[{\"v\":\"Anna\"}],\"name.family\":[{\"v\":\"Lee\"}],"
    "    \"birth_date\":[{\"v\":\"1978-11-12\"}],"
    "    \"identifier\":[{\"v\":\"C1\",\"s\":\"loyalty\"}],"
    "    \"address.street\":[{\"v\":\"1 High St\"}],\"address.city\":[{\"v\":\"Fremantle\"}]}', "
    "'', ''),"
    " (13, 0, 1, 1, 1, 1, 1, 0, 'customer', 'w2', '', 'AU', null, '2024-08-01Z',"
    "  '{\"name.organization\":[{\"v\":\"Acme\"}]}', '', ''),"
    " (14, 0, 8, 8, 1, 1, 2, 1, 'customer', 's2', '', 'AU', null, now(), '{}', '', '');"
    "insert into hub.link values (11, " ANN "), (-12, " ANN "), (13, " ACME ");"
    "insert into hub.golden (customer_id, version, record_count, kind, display_name, doc, lineage) "
    "values"
    " (" ANN ", 5, 2, 'person', 'Ann Lee', '{\"name.given\":\"Ann\",\"name.family\":\"Lee\","
    "   "
    "\"birth_date\":\"1978-11-12\",\"email\":[{\"value\":\"ann@example.org\",\"kind\":\"home\"}],"
    "   \"address\":[{\"street\":\"1 High St\",\"city\":\"Perth\"},{\"street\":\"9 Old "
    "Rd\",\"kind\":\"work\"}],"
    "   \"identifier\":[{\"value\":\"C1\",\"scheme\":\"loyalty\",\"country\":\"AU\"}]}',"
    "  '{\"name.given\":[[\"11\",\"trust\"]],\"name.family\":[[\"11\",\"trust\"]],"
    "   \"birth_date\":[[\"-12\",\"trust\"]],\"email\":[[\"11\",\"union\"]],"
    "   "
    "\"address\":[[\"11\",\"union\"],[\"11\",\"union\"]],\"identifier\":[[\"-12\",\"union\"]]}'),"
    " (" ACME ", 1, 1, 'organization', 'Acme', '{\"name.organization\":\"Acme\"}',"
    "  '{\"name.organization\":[[\"13\",\"trust\"]]}');"
    "insert into hub.id_event (kind, from_ids, to_ids, moved, cause, actor) values"
    " ('MERGE', array[" ACME "]::uuid[], array[" ANN "]::uuid[], '{}', 'match', 'machine');"
    "insert into hub.review (left_id, right_id, weight, priority, kind, customer_ids, reason) "
    "values"
    " (11, 13, 2500, 9, 'possible_match', array[" ANN ", " ACME "]::uuid[], 'close')";

/* Every row as text, columns by '|', rows by a line break. */
static const struct {
    const char *select, *expected;
} reads[] = {
    {"select concat_ws('|', version, kind, display_name, name_given, name_family, birth_date,"
     " name_organization, record_count) from axle.customer order by customer_id",
     "5|person|Ann Lee|Ann|Lee|1978-11-12|2\n1|organization|Acme|Acme|1\n"},
    {"select pg_typeof(customer_id) || ' ' || pg_typeof(birth_date) || ' ' || pg_typeof(updated_at)"
     " from axle.customer limit 1",
     "uuid text timestamp with time zone\n"},
    {"select concat_ws('|', value, kind, is_primary) from axle.customer_email",
     "ann@example.org|home|t\n"},
    {"select concat_ws('|', value, kind, is_primary) from axle.customer_phone", ""},
    {"select concat_ws('|', value, scheme, country, is_primary) from axle.customer_identifier",
     "C1|loyalty|AU|t\n"},
    {"select concat_ws('|', line, street, number, unit, city, district, region, postcode, country, "
     "kind,"
     " is_primary) from axle.customer_address where customer_id = " ANN " order by is_primary desc",
     "1 High St|Perth|t\n9 Old Rd|work|f\n"},
    {"select count(value)::text from axle.customer_website", "0\n"},
    {"select count(value)::text from axle.customer_social where scheme is null", "0\n"},
    {"select concat_ws('|', source, source_key, part, right(customer_id::text, 1), version,"
     " first_seen::date, last_seen >= first_seen) from axle.xref order by source, source_key",
     "shop|s1|spouse|1|1|2024-07-01|t\nweb|w1||1|3|2024-06-01|t\nweb|w2||2|1|2024-08-01|t\n"},
    {"select concat_ws('|', element, value, source, source_key, part, rule, since::date)"
     " from axle.lineage where is_winner and customer_id = " ANN " order by element, value",
     "customer.address|1 High St, Perth|web|w1||union|2024-05-01\n"
     "customer.address|9 Old Rd|web|w1||union|2024-05-01\n"
     "customer.birth_date|1978-11-12|shop|s1|spouse|trust|2024-07-01\n"
     "customer.email|ann@example.org|web|w1||union|2024-05-01\n"
     "customer.identifier|C1|shop|s1|spouse|union|2024-07-01\n"
     "customer.name.family|Lee|web|w1||trust|2024-05-01\n"
     "customer.name.given|Ann|web|w1||trust|2024-05-01\n"},
    {"select concat_ws('|', element, value, source, source_key, part, rule, since::date)"
     " from axle.lineage where not is_winner order by element, value",
     "customer.address|1 High St, Fremantle|shop|s1|spouse|2024-07-01\n"
     "customer.name.given|Anna|shop|s1|spouse|2024-07-01\n"},
    {"select concat_ws('|', seq, kind, cardinality(from_ids), cardinality(to_ids), moved, cause, "
     "actor)"
     " from axle.id_event where at <= now()",
     "1|MERGE|1|1|{}|match|machine\n"},
    {"select concat_ws('|', review_id, kind, state, priority, cardinality(customer_ids), reason)"
     " from axle.review_task where closed_at is null and opened_at <= now()",
     "1|possible_match|open|9|2|close\n"},
    {"select concat_ws('|', reject_id, source, stage, code, message, file, line, \"column\", raw, "
     "length)"
     " from axle.reject where received_at <= now()",
     "1|web|decode|quote|the quote is not closed|accounts.csv|3|7|\\x6100ff|3\n"},
    {"select concat_ws('|', source, received, pending, rejected, held, suppressed, unchanged, "
     "current,"
     " superseded, deleted, balance) from axle.conservation order by source",
     "shop|3|0|0|1|0|0|1|0|1|0\nweb|6|1|1|0|1|1|1|1|0|0\n"},
    {"select concat_ws('|', name, trust) from axle.source order by name", "shop|40\nweb|60\n"},
    {"select left(pg_catalog.col_description('axle.customer'::regclass, attnum), 12)"
     " from pg_catalog.pg_attribute where attrelid = 'axle.customer'::regclass"
     " and attname = 'name_family'",
     "The name tha\n"},
    {"select v.relname || '.' || a.attname from pg_catalog.pg_class v"
     " join pg_catalog.pg_attribute a on a.attrelid = v.oid and a.attnum > 0"
     " where v.relnamespace = 'axle'::regnamespace"
     " and pg_catalog.col_description(v.oid, a.attnum) is null order by 1",
     ""},
};

static const struct dictionary *load(struct arena *arena, const char *site)
{
    struct findings findings = {.arena = arena};
    const struct dictionary *dictionary =
        dictionary_load(arena, "schemas/dictionary.xsd", "schemas/dictionary.xml", site, &findings);
    if (!dictionary)
        fail_msg("%s", finding_first(arena, &findings));
    return dictionary;
}

static struct db *new_hub(struct arena *arena)
{
    struct db *db = database_open(arena, database_new(arena));
    struct error err;
    unsigned ran;
    database_must(migrate(db, MIGRATIONS, &ran, &err), &err);
    return db;
}

static const char *read_all(struct arena *arena, struct db *db, const char *select)
{
    struct buffer out = {.arena = arena};
    struct rows rows = database_run(arena, db, select);
    for (size_t i = 0; i < rows.count; i++)
        buffer_printf(&out, "%s\n", rows_text(&rows, i, 0));
    return buffer_string(&out);
}

static void test_views(void **state)
{
    (void)state;
    ARENA(work);
    struct db *db = new_hub(work);
    struct error err;
    database_must(publish_views(db, load(work, NULL), &err), &err);
    database_must(db_script(db, hub, &err), &err);
    for (size_t i = 0; i < COUNT_OF(reads); i++) {
        print_message("%s\n", reads[i].select);
        assert_string_equal(read_all(work, db, reads[i].select), reads[i].expected);
    }
}

/* An order of Ann's by record 11, for a campaign; her household with Acme; a call that cannot be read in part;
 * a car that Acme owned before her. */
static const char children[] =
    "insert into hub.record (record_id, content_hash, inbox_id, seq, mapping_id, version, "
    "source_id, class,"
    " source_key, part, region, effective_at, doc, features, keys)"
    " select id, 0, 1, 1, 1, 1, 1, class, key, '', '', at::timestamptz, '{}', '', ''"
    " from (values (21, 'transaction', 'o1', null), (22, 'campaign', 'c1', null),"
    "  (23, 'household', 'h1', '2020-01-01Z'), (24, 'interaction', 'i1', null), (25, 'product', "
    "'p1', null),"
    "  (26, 'registration', 'r1', null), (27, 'registration', 'r2', null)) as r(id, class, key, "
    "at);"
    "insert into hub.thing (thing_id, class, lead_id, customer_record_id, doc, lineage)"
    " select ('018f0000-0000-7000-8000-0000000000' || lead)::uuid, class, lead, customer, "
    "doc::jsonb, '{}'"
    " from (values (21, 'transaction', 11, '{\"number\":\"O1\",\"amount\":\"12.50\",\"time\":"
    "\"2024-03-05T14:30:00Z\",\"date\":\"2024-03\",\"line\":[{\"sku\":\"A\",\"quantity\":\"2\"},{"
    "\"sku\":\"A\"}]}'),"
    "  (22, 'campaign', null, '{\"code\":\"SPRING\",\"list_bought\":\"yes\"}'),"
    "  (23, 'household', null, '{\"phone\":[{\"value\":\"+61255501234\"}]}'),"
    "  (24, 'interaction', -12, "
    "'{\"duration\":\"soon\",\"time\":\"2024-02-30x\",\"abandoned\":\"?\"}'),"
    "  (25, 'product', null, '{\"vin\":\"1M8GDM9AXKP042788\"}'),"
    "  (26, 'registration', 13, '{\"purchase_date\":\"2020\"}'),"
    "  (27, 'registration', 11, '{\"purchase_date\":\"2024\"}')) as t(lead, class, customer, doc);"
    "insert into hub.thing_statement select lead_id, thing_id from hub.thing;"
    "insert into hub.thing_member select lead_id, lead_id from hub.thing;"
    "insert into hub.thing_relation select thing_id, 'campaign', 22 from hub.thing where lead_id = "
    "21;"
    "insert into hub.thing_relation select thing_id, 'product', 25 from hub.thing where class = "
    "'registration';"
    "insert into hub.ownership select p.thing_id, r.place, t.thing_id, r.since, r.until from "
    "hub.thing p,"
    " (values (1, 26, '2020', '2024'), (2, 27, '2024', null)) as r(place, lead, since, until)"
    " join hub.thing t on t.lead_id = r.lead where p.lead_id = 25;"
    "insert into hub.relation (record_id, role, to_id, to_source, to_key, to_part) values"
    " (21, 'customer', 11, 'web', 'w1', ''), (11, 'member', 23, 'web', 'h1', ''), (-12, 'head', "
    "23, 'web', 'h1', ''),"
    " (23, 'customer', 13, 'web', 'w2', ''), (11, 'employer', 99, 'crm', '17', 'b');";

static const struct {
    const char *select, *expected;
} child_reads[] = {
    {"select concat_ws('|', number, amount * 2, time at time zone 'UTC', date, "
     "right(customer_id::text, 1),"
     " right(campaign_id::text, 2), source, source_key, part, record_count) from axle.transaction",
     "O1|25.00|2024-03-05 14:30:00|2024-03|1|22|web|o1||1\n"},
    {"select concat_ws('|', right(transaction_id::text, 2), sku, quantity + 1, is_primary)"
     " from axle.transaction_line order by is_primary desc",
     "21|A|3|t\n21|A|f\n"},
    {"select concat_ws('|', code, list_bought) from axle.campaign where list_bought", "SPRING|t\n"},
    {"select concat_ws('|', source_key, duration, time, abandoned, right(customer_id::text, 1))"
     " from axle.interaction",
     "i1|1\n"},
    {"select concat_ws('|', display_name, source_key, record_count) from axle.household",
     "h1|h1|1\n"},
    {"select value from axle.household_phone", "+61255501234\n"},
    {"select concat_ws('|', right(household_id::text, 2), right(customer_id::text, 1), role, "
     "since::date)"
     " from axle.household_member order by customer_id",
     "23|1|head|2024-05-01\n23|2|member|2020-01-01\n"},
    {"select concat_ws('|', display_name, right(household_id::text, 2)) from axle.customer order "
     "by 1",
     "Acme|23\nAnn Lee|23\n"},
    {"select concat_ws('|', right(product_id::text, 2), right(customer_id::text, 1), since, until,"
     " right(registration_id::text, 2)) from axle.ownership order by since",
     "25|2|2020|2024|26\n25|1|2024|27\n"},
    {"select concat_ws('|', purchase_date, vin) from axle.registration join axle.product using "
     "(product_id)"
     " order by 1",
     "2020|1M8GDM9AXKP042788\n2024|1M8GDM9AXKP042788\n"},
    {"select concat_ws('|', source, source_key, part, class, right(customer_id::text, 1), role, "
     "to_source,"
     " to_source_key, to_part, to_class, right(to_customer_id::text, 1)) from axle.relation order "
     "by 1",
     "shop|s1|spouse|customer|1|head|web|h1||household\n"
     "web|h1||household|customer|web|w2||customer|2\n"
     "web|o1||transaction|customer|web|w1||customer|1\n"
     "web|w1||customer|1|employer|crm|17|b\n"
     "web|w1||customer|1|member|web|h1||household\n"},
};

/* Every class is published; what is stored and no number is missing, and never an error. */
static void test_children(void **state)
{
    (void)state;
    ARENA(work);
    struct db *db = new_hub(work);
    struct error err;
    const struct dictionary *dictionary = load(work, NULL);
    database_must(publish_views(db, dictionary, &err), &err);
    database_must(db_script(db, hub, &err), &err);
    database_must(db_script(db, children, &err), &err);
    for (size_t i = 0; i < COUNT_OF(child_reads); i++) {
        print_message("%s\n", child_reads[i].select);
        assert_string_equal(read_all(work, db, child_reads[i].select), child_reads[i].expected);
    }
    for (size_t i = 0; i < dictionary->class_count; i++)
        assert_string_equal(
            read_all(work, db,
                     arena_printf(work, "select (count(*) >= 0)::text from axle.\"%s\"",
                                  dictionary->classes[i].name)),
            "true\n");
}

/* A lost delivery shows. */
static void test_balance(void **state)
{
    (void)state;
    ARENA(work);
    struct db *db = new_hub(work);
    struct error err;
    database_must(publish_views(db, load(work, NULL), &err), &err);
    database_must(db_script(db, hub, &err), &err);
    database_must(db_script(db, "delete from hub.inbox where inbox_id = 3", &err), &err);
    assert_string_equal(
        read_all(work, db, "select source || balance from axle.conservation order by 1"),
        "shop0\nweb1\n");
}

static const char oids[] = "select string_agg(oid::text, ' ' order by oid) from pg_catalog.pg_class"
                           " where relnamespace = 'axle'::regnamespace";

/* Unchanged, nothing happens; a site's element appears, with a hostile definition, and goes again. */
static void test_again(void **state)
{
    (void)state;
    ARENA(work);
    struct db *db = new_hub(work);
    struct error err;
    const struct dictionary *shipped = load(work, NULL);
    database_must(publish_views(db, shipped, &err), &err);
    const char *first = read_all(work, db, oids);
    database_must(publish_views(db, shipped, &err), &err);
    assert_string_equal(read_all(work, db, oids), first);
    assert_string_equal(read_all(work, db, "select dictionary_hash from hub.instance"),
                        arena_printf(work, "%s\n", publish_stamp(work, shipped)));

    const char *site = scratch_file(
        work, "<dictionary xmlns=\"urn:axle:dictionary:1\"><class name=\"customer\">"
              "<element name=\"shoe\" label=\"Shoe\" domain=\"text\" sensitivity=\"internal\" "
              "survivorship=\"trust\">"
              "<definition>It's \\ a \"size\"; drop view axle.customer; $$</definition></element>"
              "<element name=\"hobby\" label=\"Hobby\" domain=\"text\" many=\"yes\" "
              "sensitivity=\"internal\""
              " survivorship=\"union\"><definition>What one likes.</definition></element>"
              "</class></dictionary>");
    database_must(publish_views(db, load(work, site), &err), &err);
    assert_string_equal(read_all(work, db, "select count(shoe)::text from axle.customer"), "0\n");
    assert_string_equal(read_all(work, db, "select count(value)::text from axle.customer_hobby"),
                        "0\n");
    database_must(publish_views(db, shipped, &err), &err);
    assert_string_equal(read_all(work, db,
                                 "select (to_regclass('axle.customer_hobby') is null"
                                 " and to_regclass('axle.customer') is not null)::text"),
                        "true\n");
}

/* Where somebody's own view depends on one of ours, nothing is half done. */
static void test_dependent(void **state)
{
    (void)state;
    ARENA(work);
    struct db *db = new_hub(work);
    struct error err;
    database_must(publish_views(db, load(work, NULL), &err), &err);
    database_must(db_script(db,
                            "create view public.mine as select * from axle.xref;"
                            " update hub.instance set dictionary_hash = ''",
                            &err),
                  &err);
    const char *before = read_all(work, db, oids);
    assert_false(publish_views(db, load(work, NULL), &err));
    assert_non_null(strstr(err.text, "axle"));
    assert_string_equal(read_all(work, db, oids), before);
}

/* No hub: says what to do. */
static void test_without_hub(void **state)
{
    (void)state;
    ARENA(work);
    struct db *db = new_hub(work);
    struct error err;
    database_must(db_script(db, "delete from hub.instance", &err), &err);
    assert_false(publish_views(db, load(work, NULL), &err));
    assert_non_null(strstr(err.text, "axle init"));
}

/* One customer is found by the primary key, whatever the view. */
static void test_by_key(void **state)
{
    (void)state;
    static const char *const views[] = {"customer",        "customer_email", "customer_address",
                                        "lineage",         "transaction",    "registration",
                                        "household_member"};
    ARENA(work);
    struct db *db = new_hub(work);
    struct error err;
    database_must(publish_views(db, load(work, NULL), &err), &err);
    database_must(
        db_script(
            db,
            "insert into hub.golden (customer_id, version, record_count, kind, display_name,"
            " doc, lineage) select gen_random_uuid(), 1, 1, 'person', '', '{}', '{}'"
            " from generate_series(1, 5000);"
            "insert into hub.link select i, gen_random_uuid() from generate_series(1, 5000) i;"
            "insert into hub.record (record_id, content_hash, inbox_id, seq, mapping_id, version,"
            " source_id, class, source_key, part, region, doc, features, keys)"
            " select i, 0, 0, 0, 0, 1, 1, 'customer', i, '', '', '{}', '', ''"
            " from generate_series(1, 5000) i; analyze hub.golden, hub.link, hub.record",
            &err),
        &err);
    for (size_t i = 0; i < COUNT_OF(views); i++) {
        const char *plan = read_all(
            work, db,
            arena_printf(work, "explain select * from axle.%s where customer_id = " ANN, views[i]));
        print_message("%s\n", views[i]);
        assert_null(strstr(plan, "Seq Scan on golden"));
        assert_null(strstr(plan, "Seq Scan on link"));
        assert_null(strstr(plan, "Seq Scan on record"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_views),       cmocka_unit_test(test_children),
        cmocka_unit_test(test_balance),     cmocka_unit_test(test_again),
        cmocka_unit_test(test_dependent),   cmocka_unit_test(test_by_key),
        cmocka_unit_test(test_without_hub),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
