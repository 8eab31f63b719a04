/* The routes, called without a server on a hub that is filled by hand: statuses, representations, who
 * may see what, and search. */
#include "tests/unit/database.h"

#include <pthread.h>
#include <setjmp.h>

#include <cmocka.h>

#include "hub/api/api.h"
#include "hub/base/clock.h"
#include "hub/base/file.h"
#include "hub/base/hash.h"
#include "hub/golden/golden.h"
#include "hub/standard/standard.h"
#include "hub/store/amend.h"
#include "hub/store/migrate.h"
#include "sql.gen.h"

#define SCHEMAS "schemas/"

/* One hub for all tests of this program. */
static struct arena *process;
static struct db *db;
static const struct model *model;
static struct api api;
static const struct dictionary *dictionary;
static struct worker *worker;
static const char *token_all, *token_read, *token_push;

struct said {
    const char *path, *text, *scheme;
};

#define SAID_MOST 12

/* Records by the customer that they are linked to. */
static const struct fixture {
    const char *customer, *source, *key, *part;
    struct said said[SAID_MOST];
} fixtures[] = {
    {"018f0000-0000-7000-8000-000000000001",
     "shop",
     "S/1",
     "",
     {{"name.given", "Ann", 0},
      {"name.family", "O'Brien-Müller", 0},
      {"birth_date", "1978-11-12", 0},
      {"email", "Ann+news@Example.org", 0},
      {"phone", "0412 345 678", 0},
      {"address.street", "1 Main St", 0},
      {"address.postcode", "2000", 0},
      {"identifier", "ab-123", "loyalty"},
      {"nationality", "AU", 0}}},
    {"018f0000-0000-7000-8000-000000000001",
     "mail",
     "m 1",
     "",
     {{"name.given", "Ann", 0}, {"email", "ann@work.example", 0}}},
    {"018f0000-0000-7000-8000-000000000002",
     "shop",
     "S/2",
     "",
     {{"name.given", "Пётр", 0},
      {"name.family", "Müller", 0},
      {"birth_date", "1978", 0},
      {"email", "petr@example.org", 0}}},
    {"018f0000-0000-7000-8000-000000000003",
     "shop",
     "S/3",
     "",
     {{"name.given", "Max", 0}, {"name.family", "Muller", 0}, {"birth_date", "1978-11-12", 0}}},
    {"018f0000-0000-7000-8000-000000000003", "shop", "S/3", "spouse", {{"name.given", "Eve", 0}}},
};

/* 04 was merged into 01; 05 was split over 01 and 02; 06 is gone. */
static const char retired[] =
    "insert into hub.customer (customer_id, version, retired_at, records) values"
    " ('018f0000-0000-7000-8000-000000000004', 3, now(), array[%lld]),"
    " ('018f0000-0000-7000-8000-000000000005', 3, now(), array[%lld, %lld]),"
    " ('018f0000-0000-7000-8000-000000000006', 3, now(), array[123456789])";

static struct record *make_record(const struct fixture *fixture)
{
    struct record *record = NEW(process, struct record);
    struct value *values = NEW_ARRAY(process, struct value, SAID_MOST);
    size_t count = 0;
    for (; count < SAID_MOST && fixture->said[count].path; count++) {
        const struct said *said = &fixture->said[count];
        values[count] = (struct value){
            .element = dictionary_path(dictionary, "customer", said->path),
            .raw = said->text,
            .text = said->text,
            .group = "",
            .kind = "",
            .scheme = said->scheme ? said->scheme : "",
            .country = "",
        };
        assert_non_null(values[count].element);
    }
    *record = (struct record){
        .id = record_id(fixture->source, fixture->key, fixture->part),
        .class_name = "customer",
        .source = fixture->source,
        .key = fixture->key,
        .part = fixture->part,
        .values = values,
        .count = count,
        .region = "AU",
    };
    standard_record(process, dictionary, record);
    return record;
}

static const char *quoted(const char *text)
{
    struct buffer out = {.arena = process};
    buffer_char(&out, '\'');
    for (const char *c = text; *c; c++)
        buffer_printf(&out, *c == '\'' ? "''" : "%c", *c);
    buffer_char(&out, '\'');
    return buffer_string(&out);
}

static void store_record(const struct fixture *fixture, const struct record *record)
{
    const struct features *features = features_make(process, model, record);
    const struct blocking_key *keys;
    size_t count = blocking_keys(process, model, features, &keys);
    (void)database_run(
        process, db,
        arena_printf(process,
                     "insert into hub.record (record_id, content_hash, inbox_id, seq, mapping_id,"
                     " version, source_id, class, source_key, part, region, doc, features, keys)"
                     " select %lld, 0, 0, 0, 1, 4, source_id, 'customer', %s, %s, 'AU',"
                     " %s::jsonb, '', '{}' from hub.source where name = %s",
                     (long long)record->id, quoted(fixture->key), quoted(fixture->part),
                     quoted(record_to_json(process, record)), quoted(fixture->source)));
    (void)database_run(process, db,
                       arena_printf(process, "insert into hub.link values (%lld, '%s')",
                                    (long long)record->id, fixture->customer));
    for (size_t i = 0; i < count; i++)
        (void)database_run(process, db,
                           arena_printf(process, "insert into hub.posting values (%lld, %lld, %d)",
                                        (long long)keys[i].key, (long long)record->id,
                                        keys[i].refine));
}

static void store_golden(const char *customer, const struct member *members, size_t count)
{
    struct golden golden;
    golden_build(process, dictionary, members, count, &golden);
    (void)database_run(
        process, db, arena_printf(process, "insert into hub.customer values ('%s', 7)", customer));
    (void)database_run(
        process, db,
        arena_printf(process,
                     "insert into hub.golden (customer_id, version, record_count, kind,"
                     " display_name, doc, lineage) values ('%s', 7, %zu, %s, %s, %s, %s)",
                     customer, count, quoted(golden.kind), quoted(golden.display_name),
                     quoted(golden.doc), quoted(golden.lineage)));
}

static void fill(void)
{
    struct member members[COUNT_OF(fixtures)];
    int64_t ids[COUNT_OF(fixtures)];
    size_t from = 0;
    (void)database_run(process, db, "insert into hub.source (name) values ('shop'), ('mail')");
    (void)database_run(process, db,
                       "insert into hub.mapping (source_id, hash, body)"
                       " select source_id, 'x', '<source region=\"AU\">' from hub.source");
    (void)database_run(process, db,
                       "update hub.source s set mapping_id = m.mapping_id from hub.mapping m"
                       " where m.source_id = s.source_id");
    for (size_t i = 0; i < COUNT_OF(fixtures); i++) {
        struct record *record = make_record(&fixtures[i]);
        members[i] = (struct member){.record = record, .trust = 50};
        ids[i] = record->id;
        store_record(&fixtures[i], record);
        if (i + 1 == COUNT_OF(fixtures) ||
            !text_equal(fixtures[i].customer, fixtures[i + 1].customer)) {
            store_golden(fixtures[i].customer, members + from, i + 1 - from);
            from = i + 1;
        }
    }
    (void)database_run(
        process, db,
        arena_printf(process, retired, (long long)ids[1], (long long)ids[0], (long long)ids[2]));
}

static const char *make_token(const char *name, const char *scope)
{
    struct error err;
    const char *token = token_create(process, db, name, (struct token_terms){&scope, 1, 0}, &err);
    database_must(token, &err);
    return token;
}

static void register_model(void)
{
    struct registered registered;
    struct error err;
    const char *sql = arena_printf(process,
                                   "insert into hub.instance (epoch) values (gen_random_uuid())"
                                   " on conflict do nothing;"
                                   "update hub.instance set model_hash = '%s'",
                                   model_hash(model));
    database_must(models_register(db, model, NULL, NULL, &registered, &err), &err);
    database_must(db_script(db, sql, &err), &err);
}

static int begin(void **state)
{
    struct findings findings = {.arena = process};
    struct error err;
    unsigned ran;
    (void)state;
    api.dsn = database_new(process);
    db = database_open(process, api.dsn);
    database_must(migrate(db, MIGRATIONS, &ran, &err), &err);
    dictionary = dictionary_load(process, SCHEMAS "dictionary.xsd", SCHEMAS "dictionary.xml", NULL,
                                 &findings);
    api.schemas = "schemas";
    model = model_load(process, SCHEMAS "matching.xsd", SCHEMAS "matching.xml", NULL, &findings);
    if (!dictionary || !model)
        fail_msg("%s", finding_first(process, &findings));
    register_model();
    api.tokens = token_cache_new(process);
    api.token = "axle_of-the-instance";
    worker = api_begin(process, NULL, &api);
    fill();
    token_all = make_token("all", "all");
    token_read = make_token("reader", "read");
    token_push = make_token("pusher", "push:shop");
    return 0;
}

/* What the server would answer. */
static struct response ask_with(struct arena *work, const char *target, const struct field *headers)
{
    struct request request = {.method = "GET", .header = headers};
    struct response response = {.arena = work};
    struct error err;
    if (!request_target(work, &request, target, &err))
        fail_msg("%s: %s", target, err.text);
    if (route_find(&api_routes, &request, &response))
        api_answer(worker, &request, &response);
    return response;
}

static const struct field *with_token(struct arena *work, const char *token)
{
    struct field *field = NEW(work, struct field);
    *field =
        (struct field){.name = "authorization", .value = arena_printf(work, "bearer %s", token)};
    return field;
}

static struct response ask(struct arena *work, const char *target)
{
    return ask_with(work, target, with_token(work, token_all));
}

static const char *header_of(const struct response *response, const char *name)
{
    const struct request like = {.header = response->header};
    return request_header(&like, name);
}

static const struct json *body_of(struct arena *work, const struct response *response)
{
    struct json_fault fault;
    const struct json *json = json_parse(work, response->body.bytes, response->body.size, &fault);
    if (!json)
        fail_msg("%s in %s", fault.message, response->body.bytes);
    return json;
}

static void expect(const struct json *json, const char *pointer, const char *text)
{
    const struct json *found = json_pointer(json, pointer);
    if (!found || !found->text || !text_equal(found->text, text))
        fail_msg("%s is '%s', not '%s'", pointer, found && found->text ? found->text : "absent",
                 text);
}

#define CUSTOMER "/v1/customers/018f0000-0000-7000-8000-00000000000"

static const struct {
    const char *target;
    unsigned status;
    const char *holds;
} statuses[] = {
    {"/healthz", 200, "up"},
    {"/readyz", 200, "ready"},
    {"/metrics", 200, "axle_database_up 1\n"},
    {CUSTOMER "1", 200, ""},
    {CUSTOMER "4", 301, CUSTOMER "1"},
    {CUSTOMER "4/records", 301, CUSTOMER "1/records"},
    {CUSTOMER "5", 300,
     "\"customers\":[{\"id\":\"018f0000-0000-7000-8000-000000000001\",\"records\":["},
    {CUSTOMER "6", 410, "urn:axle:problem:gone"},
    {CUSTOMER "6/lineage", 410, "urn:axle:problem:gone"},
    {CUSTOMER "9", 404, "urn:axle:problem:not-found"},
    {"/v1/customers/nonsense", 400, "\"parameter\":\"id\""},
    {"/v1/customers/%27%3B--", 400, "\"parameter\":\"id\""},
    {"/v1/customers", 400, "at least one"},
    {"/v1/customers?email=", 400, "at least one"},
    {"/v1/customers?email=a@b.example&limit=0", 400, "\"parameter\":\"limit\""},
    {"/v1/customers?email=a@b.example&limit=201", 400, "\"parameter\":\"limit\""},
    {"/v1/customers?email=a@b.example&limit=x", 400, "\"parameter\":\"limit\""},
    {"/v1/customers?email=a@b.example&cursor=x", 400, "\"parameter\":\"cursor\""},
    {"/v1/customers?birth_date=yesterday", 400, "\"parameter\":\"birth_date\""},
    {"/v1/customers?birth_date=1978%25", 400, "\"parameter\":\"birth_date\""},
    {"/v1/customers?q=ann&name=ann", 400, "\"parameter\":\"q\""},
    {"/v1/customers?mail=a@b.example", 400, "\"parameter\":\"mail\""},
    {"/v1/sources/shop/records/S%2F1", 200, ""},
    {"/v1/sources/shop/records/S%2F9", 404, "no record with this key"},
    {"/v1/sources/none/records/S%2F1", 404, ""},
};

static void test_statuses(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(statuses); i++) {
        ARENA(work);
        struct response response = ask(work, statuses[i].target);
        if (response.status != statuses[i].status ||
            !strstr(response.body.bytes, statuses[i].holds))
            fail_msg("%s: %u %s", statuses[i].target, response.status, response.body.bytes);
        if (response.status >= 400)
            assert_string_equal(response.content_type, "application/problem+json");
    }
}

static void test_customer(void **state)
{
    (void)state;
    ARENA(work);
    struct response response = ask(work, CUSTOMER "1");
    const struct json *body = body_of(work, &response);
    static const struct {
        const char *pointer, *text;
    } members[] = {
        {"/id", "018f0000-0000-7000-8000-000000000001"},
        {"/version", "7"},
        {"/kind", "person"},
        {"/name/given", "Ann"},
        {"/name/family", "O'Brien-Müller"},
        {"/birth_date", "1978-11-12"},
        {"/phones/0/value", "+61412345678"},
        {"/addresses/0/postcode", "2000"},
        {"/identifiers/0/scheme", "loyalty"},
        {"/identifiers/0/value", "AB123"},
        {"/records/0/source", "mail"},
        {"/records/1/key", "S/1"},
    };
    for (size_t i = 0; i < COUNT_OF(members); i++)
        expect(body, members[i].pointer, members[i].text);
    assert_int_equal(json_get(body, "emails")->count, 2);
    assert_int_equal(json_pointer(body, "/emails/0/primary")->type, JSON_TRUE);
    assert_int_equal(json_pointer(body, "/emails/1/primary")->type, JSON_FALSE);
    assert_null(json_get(body, "death_date"));
    for (const struct json *member = body->first; member; member = member->next)
        assert_false(member->repeated);

    assert_string_equal(header_of(&response, "ETag"), "\"7\"");
    const struct field held = {"If-None-Match", "\"6\", W/\"7\"", with_token(work, token_all)};
    response = ask_with(work, CUSTOMER "1", &held);
    assert_int_equal(response.status, 304);
    assert_int_equal(response.body.size, 0);
    const struct field old = {"If-None-Match", "\"6\"", with_token(work, token_all)};
    assert_int_equal(ask_with(work, CUSTOMER "1", &old).status, 200);
}

static void test_retired(void **state)
{
    (void)state;
    ARENA(work);
    struct response response = ask(work, CUSTOMER "4");
    assert_string_equal(header_of(&response, "Location"), CUSTOMER "1");
    assert_string_equal(header_of(&response, "Cache-Control"), "no-store");
    response = ask(work, CUSTOMER "5");
    const struct json *body = body_of(work, &response);
    assert_int_equal(json_get(body, "customers")->count, 2);
    expect(body, "/customers/0/records/0/key", "S/1");
    expect(body, "/customers/1/id", "018f0000-0000-7000-8000-000000000002");
}

static void test_record(void **state)
{
    (void)state;
    ARENA(work);
    struct response response = ask(work, "/v1/sources/shop/records/S%2F1");
    const struct json *body = body_of(work, &response);
    expect(body, "/key", "S/1");
    expect(body, "/version", "4");
    expect(body, "/state", "current");
    expect(body, "/customers/0/id", "018f0000-0000-7000-8000-000000000001");
    expect(body, "/values/customer.phone/0", "+61412345678");
    response = ask(work, "/v1/sources/shop/records/S%2F3");
    body = body_of(work, &response);
    expect(body, "/customers/1/part", "spouse");
    expect(body, "/parts/1/values/customer.name.given/0", "Eve");
    response = ask(work, "/v1/sources/mail/records/m%201");
    assert_int_equal(response.status, 200);
}

static void test_lists(void **state)
{
    (void)state;
    ARENA(work);
    struct response response = ask(work, CUSTOMER "1/records");
    const struct json *body = body_of(work, &response);
    expect(body, "/records/0/source_key", "m 1");
    expect(body, "/records/1/version", "4");
    response = ask(work, CUSTOMER "1/lineage");
    body = body_of(work, &response);
    bool seen = false;
    for (const struct json *row = json_get(body, "lineage")->first; row; row = row->next)
        if (text_equal(json_get_text(row, "element"), "birth_date")) {
            expect(row, "/value", "1978-11-12");
            expect(row, "/source_key", "S/1");
            seen = true;
        }
    assert_true(seen);
}

/* Which customers are found: the last digits of their ids. */
static const struct {
    const char *query, *found;
} searches[] = {
    {"email=ann%2Bnews@example.org", "1"},
    {"email=ANN%2BNEWS@EXAMPLE.ORG", "1"},
    {"email=ann+news@example.org", "1"},
    {"email=ann@example.org", ""},
    {"email=nonsense", ""},
    {"phone=0412345678", "1"},
    {"phone=%2B61%20412%20345%20678", "1"},
    {"phone=+61412345678", "1"},
    {"phone=0011-61-412-345-678", "1"},
    {"phone=(0412)%20345-678", "1"},
    {"phone=0412345679", ""},
    {"phone=5678", ""},
    {"name=muller", "123"},
    {"name=M%C3%9CLLER", "123"},
    {"name=muller%20max", "3"},
    {"name=Max,+Muller", "3"},
    {"name=obrien", "1"},
    {"name=o%27brien", "1"},
    {"name=O%27Brien-M%C3%BCller%20Ann", "1"},
    {"name=...", ""},
    {"birth_date=1978-11-12", "13"},
    {"birth_date=1978-11", "13"},
    {"birth_date=1978", "123"},
    {"postcode=2000", "1"},
    {"postcode=2001", ""},
    {"identifier=AB123", "1"},
    {"identifier=ab%20123", "1"},
    {"identifier=loyalty:AB-123", "1"},
    {"identifier=passport:AB-123", ""},
    {"name=muller&birth_date=1978-11-12", "13"},
    {"email=petr@example.org&name=ann", ""},
    {"email=petr@example.org&name=muller", "2"},
    {"phone=0412345678&email=ann@work.example&postcode=2000", "1"},
    {"q=petr@example.org", "2"},
    {"q=0412345678", "1"},
    {"q=AB123", "1"},
    {"q=max+muller", "3"},
    {"q=max+muller&birth_date=1979", ""},
    {"name=%27%20or%201=1--", ""},
    {"name=%25", ""},
    {"postcode=%25", ""},
};

static const char *found_by(struct arena *work, const char *query, const char **next)
{
    struct response response = ask(work, arena_printf(work, "/v1/customers?%s", query));
    struct buffer found = {.arena = work};
    if (response.status != 200)
        fail_msg("%s: %u %s", query, response.status, response.body.bytes);
    const struct json *body = body_of(work, &response);
    for (const struct json *item = json_get(body, "items")->first; item; item = item->next)
        buffer_char(&found, json_get_text(item, "id")[35]);
    *next = json_get_text(body, "next");
    return buffer_string(&found);
}

static void test_search(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(searches); i++) {
        ARENA(work);
        const char *next, *found = found_by(work, searches[i].query, &next);
        if (!text_equal(found, searches[i].found) || next)
            fail_msg("%s finds '%s', not '%s'", searches[i].query, found, searches[i].found);
    }
}

static void test_pages(void **state)
{
    (void)state;
    ARENA(work);
    const char *next, *query = "birth_date=1978&limit=2";
    assert_string_equal(found_by(work, query, &next), "12");
    assert_non_null(next);
    assert_string_equal(found_by(work, arena_printf(work, "%s&cursor=%s", query, next), &next),
                        "3");
    assert_null(next);
    assert_string_equal(found_by(work, "birth_date=1978&limit=3", &next), "123");
    assert_null(next);
}

static void test_access(void **state)
{
    (void)state;
    ARENA(work);
    struct error err;
    struct response response = ask_with(work, CUSTOMER "1", NULL);
    assert_int_equal(response.status, 401);
    assert_non_null(header_of(&response, "WWW-Authenticate"));
    assert_int_equal(ask_with(work, CUSTOMER "1", with_token(work, "axle_x")).status, 401);
    assert_int_equal(ask_with(work, CUSTOMER "1", with_token(work, "")).status, 401);
    assert_int_equal(ask_with(work, CUSTOMER "1", with_token(work, token_push)).status, 403);
    assert_int_equal(ask_with(work, CUSTOMER "1", with_token(work, api.token)).status, 200);
    assert_int_equal(ask_with(work, "/readyz", NULL).status, 200);
    /* Who may not is told so first. */
    assert_int_equal(ask_with(work, "/v1/customers?nonsense=1", NULL).status, 401);

    /* What is sensitive is absent without the scope for it. */
    response = ask_with(work, CUSTOMER "1", with_token(work, token_read));
    assert_int_equal(response.status, 200);
    assert_null(strstr(response.body.bytes, "nationality"));
    assert_non_null(strstr(ask(work, CUSTOMER "1").body.bytes, "\"nationality\":\"AU\""));
    response = ask_with(work, CUSTOMER "1/lineage", with_token(work, token_read));
    assert_null(strstr(response.body.bytes, "nationality"));
    response = ask_with(work, "/v1/sources/shop/records/S%2F1", with_token(work, token_read));
    assert_null(strstr(response.body.bytes, "nationality"));

    /* Only hashes are stored. */
    struct rows rows = database_run(work, db, "select string_agg(t::text, ' ') from hub.token t");
    assert_null(strstr(rows_text(&rows, 0, 0), token_all + 5));
    const char *expired = make_token("expired", "read");
    (void)database_run(work, db,
                       "update hub.token set expires_at = now() - interval '1 day'"
                       " where name = 'expired'");
    assert_int_equal(ask_with(work, CUSTOMER "1", with_token(work, expired)).status, 401);
    const char *revoked = make_token("revoked", "read");
    database_must(token_revoke(db, "revoked", &err), &err);
    assert_int_equal(ask_with(work, CUSTOMER "1", with_token(work, revoked)).status, 401);
    assert_false(token_revoke(db, "revoked", &err));
    assert_int_equal(err.kind, ERROR_NOT_FOUND);
    assert_null(
        token_create(work, db, "x", (struct token_terms){(const char *[]){"root"}, 1, 0}, &err));
    assert_true(token_keep(db, "again", token_all, "read", &err)); /* known: stays as it is */
}

/* A connection that the server cut is made anew within the request; no server at all is 503. */
static void test_lost_connection(void **state)
{
    (void)state;
    ARENA(work);
    (void)database_run(work, db,
                       "select pg_terminate_backend(pid) from pg_stat_activity"
                       " where application_name = 'axle-api'");
    assert_int_equal(ask(work, CUSTOMER "1").status, 200);

    struct api away = api;
    away.dsn = "host=/nonexistent dbname=axle";
    struct worker *lost = api_begin(work, NULL, &away), *kept = worker;
    worker = lost;
    struct response response = ask(work, CUSTOMER "1");
    assert_int_equal(response.status, 503);
    assert_string_equal(header_of(&response, "Retry-After"), "1");
    assert_int_equal(ask(work, "/readyz").status, 503);
    assert_int_equal(ask(work, "/healthz").status, 200);
    response = ask(work, "/metrics");
    assert_int_equal(response.status, 200);
    assert_non_null(strstr(response.body.bytes, "axle_database_up 0\n"));
    worker = kept;
}

/* schemas/openapi.yaml lists the same routes and parameters as the table. */
static void test_the_contract_lists_every_route(void **state)
{
    (void)state;
    ARENA(work);
    struct slice contract;
    struct error err;
    size_t paths = 0, patterns = 0;
    database_must(file_read(work, SCHEMAS "openapi.yaml", (size_t)1 << 20, &contract, &err), &err);
    for (size_t i = 0; i < api_routes.count; i++) {
        const struct route *route = &api_routes.list[i];
        const char *path = strstr(contract.bytes, arena_printf(work, "\n  %s:\n", route->pattern));
        if (!path) {
            fail_msg("openapi.yaml has no %s", route->pattern);
            return;
        }
        patterns += i == 0 || !text_equal(route->pattern, route[-1].pattern);
        const char *end = strstr(path + 1, "\n  /");
        const char *part =
            arena_strndup(work, path, end ? (size_t)(end - path) : strcspn(path, "\f"));
        assert_non_null(
            strstr(part, arena_printf(work, "\n    %s:\n", text_lower_ascii(work, route->method))));
        size_t count = 0;
        const char **names =
            route->parameters ? text_split(work, route->parameters, ' ', &count) : NULL;
        for (size_t p = 0; p < count; p++)
            if (!strstr(part, arena_printf(work, "name: %s,", names[p])))
                fail_msg("openapi.yaml has no parameter %s of %s", names[p], route->pattern);
    }
    for (const char *at = contract.bytes; (at = strstr(at, "\n  /")); at++)
        paths++;
    assert_int_equal(paths, patterns);
}

/* Ask until the new element is there; the thread's own worker follows between two requests. */
static void *wait_for_element(void *arg)
{
    bool *seen = arg;
    ARENA(thread);
    struct worker *own = api_begin(thread, NULL, &api);
    for (int64_t end = clock_ms() + 10000; !*seen && clock_ms() < end;) {
        ARENA(work);
        struct error err;
        struct request request = {.method = "GET", .header = with_token(work, token_all)};
        struct response response = {.arena = work};
        if (request_target(work, &request, CUSTOMER "1", &err) &&
            route_find(&api_routes, &request, &response))
            api_answer(own, &request, &response);
        *seen = response.status == 200 && strstr(response.body.bytes, "\"shoe_size\":\"38\"");
    }
    return NULL;
}

/* A site's element is answered by all threads soon after it was applied, without a start. */
static void test_new_dictionary(void **state)
{
    (void)state;
    ARENA(work);
    struct error err;
    struct findings findings = {.arena = work};
    struct amendment plan;
    struct proposal proposal = {
        "schemas", "dictionary.xml",
        "<dictionary xmlns='urn:axle:dictionary:1'><class name='customer'><element"
        " name='shoe_size' label='S' domain='text' sensitivity='internal' survivorship='trust'>"
        "<definition>S.</definition></element></class></dictionary>"};
    pthread_t threads[3];
    bool seen[COUNT_OF(threads)] = {false};
    (void)database_run(work, db, "update hub.golden set doc = doc || '{\"shoe_size\":\"38\"}'");
    struct response before = ask(work, CUSTOMER "1");
    assert_null(strstr(before.body.bytes, "shoe_size"));
    for (size_t i = 0; i < COUNT_OF(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, wait_for_element, &seen[i]), 0);
    database_must(amend_plan(work, db, &proposal, &plan, &findings, &err), &err);
    database_must(amend_apply(work, db, &plan, &err), &err);
    for (size_t i = 0; i < COUNT_OF(threads); i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_true(seen[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_statuses),
        cmocka_unit_test(test_customer),
        cmocka_unit_test(test_retired),
        cmocka_unit_test(test_record),
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_search),
        cmocka_unit_test(test_pages),
        cmocka_unit_test(test_access),
        cmocka_unit_test(test_lost_connection),
        cmocka_unit_test(test_the_contract_lists_every_route),
        cmocka_unit_test(test_new_dictionary),
    };
    process = arena_new();
    int failed = cmocka_run_group_tests(tests, begin, NULL);
    arena_free(process);
    return failed;
}
