#include "hub/api/criteria.h"
#include "hub/api/handlers.h"
#include "hub/store/posting_holders.h"
#include "sql.gen.h"

#define LIMIT_USUAL 50
#define LIMIT_MOST 200
/* Candidates looked at a page, and pages of them a request: then the client goes on with `next`. */
#define PAGE 400
#define PAGES_MOST 25

struct search {
    struct criteria criteria;
    struct param holders; /* records that have one of the keys asked for */
    bool by_keys;
    size_t limit;
    struct uuid after; /* go on behind this one */
    struct uuid *found;
    size_t count;
    bool more;
};

/* One page of who may fit, by the quickest way there is. */
static bool find_page(struct call *call, const struct search *search, struct rows *rows,
                      struct error *err)
{
    char text[UUID_TEXT];
    uuid_text(search->after, text);
    struct arena *work = call->work;
    struct param after = db_text(arena_strdup(work, text)), page = db_int(work, PAGE);
    const struct criteria *criteria = &search->criteria;
    if (search->by_keys)
        return db_run(work, call->db, &SQL_CUSTOMER_BY_RECORDS,
                      PARAMS(search->holders, after, page), rows, err);
    if (criteria->name)
        return db_run(work, call->db, &SQL_CUSTOMER_BY_NAME,
                      PARAMS(db_text(criteria->name_given), after, page), rows, err);
    return db_run(work, call->db, &SQL_CUSTOMER_SCAN,
                  PARAMS(db_text(criteria_fragment(call, criteria)), db_text(criteria->birth_date),
                         db_text(criteria->postcode), after, page),
                  rows, err);
}

static bool fits(const struct search *search, const struct rows *rows, size_t row)
{
    ARENA(scratch);
    struct json_fault fault;
    const char *text = rows_text(rows, row, 2);
    const struct json *doc = json_parse(scratch, text, strlen(text), &fault);
    return doc && criteria_hold(scratch, &search->criteria, rows_text(rows, row, 1), doc);
}

/* Go through a page; false when the limit was reached within it. */
static bool take_page(struct search *search, const struct rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        bool fit = fits(search, rows, i);
        if (fit && search->count == search->limit)
            return false;
        search->after = rows_uuid(rows, i, 0);
        if (fit)
            search->found[search->count++] = search->after;
    }
    return true;
}

/* Records that hold one of the keys that the criteria have, if they have any. */
static bool find_holders(struct call *call, struct search *search, struct error *err)
{
    struct arena *work = call->work;
    size_t count, n = 0, all = 0;
    const int64_t *keys = criteria_keys(call, &search->criteria, &count);
    search->by_keys = count > 0;
    struct posting_query *queries = NEW_ARRAY(work, struct posting_query, count + 1);
    struct holders *holders = NEW_ARRAY(work, struct holders, count + 1);
    for (size_t i = 0; i < count; i++)
        queries[i] = (struct posting_query){.key = keys[i], .most = INT32_MAX};
    if (!posting_holders(work, call->db, &(struct posting_queries){queries, count, false}, holders,
                         err))
        return false;
    for (size_t i = 0; i < count; i++)
        all += holders[i].count;
    int64_t *ids = NEW_ARRAY(work, int64_t, all + 1);
    for (size_t i = 0; i < count; i++)
        for (size_t h = 0; h < holders[i].count; h++)
            ids[n++] = holders[i].list[h].record_id;
    search->holders = db_int8s(work, ids, n);
    return true;
}

static bool find(struct call *call, struct search *search, struct error *err)
{
    search->found = NEW_ARRAY(call->work, struct uuid, search->limit);
    if (search->criteria.nothing)
        return true;
    if (!find_holders(call, search, err))
        return false;
    for (unsigned page = 0; page < PAGES_MOST; page++) {
        struct rows rows;
        if (!find_page(call, search, &rows, err))
            return false;
        if (!take_page(search, &rows)) {
            search->more = true;
            return true;
        }
        if (rows.count < PAGE)
            return true;
    }
    search->more = true;
    return true;
}

static bool answer_found(struct call *call, const struct search *search, struct error *err)
{
    struct json_writer json = {.out = {.arena = call->work}};
    struct rows rows = {0};
    char next[UUID_TEXT];
    uuid_text(search->after, next);
    if (search->count &&
        !db_run(call->work, call->db, &SQL_CUSTOMER_SHOW,
                PARAMS(db_uuids(call->work, search->found, search->count)), &rows, err))
        return false;
    json_open(&json, '{');
    json_name(&json, "items");
    json_open(&json, '[');
    for (size_t i = 0; i < rows.count; i++)
        if (!represent_customer(call, &rows, i, &json, err))
            return false;
    json_close(&json, ']');
    json_name(&json, "next");
    json_text(&json, search->more ? next : NULL);
    json_close(&json, '}');
    response_json(call->response, 200, buffer_string(&json.out));
    response_header(call->response, "Cache-Control", "private, no-store");
    return true;
}

bool search_customers(struct call *call, struct error *err)
{
    struct search search = {.limit = LIMIT_USUAL};
    const char *limit = request_parameter(call->request, "limit");
    const char *cursor = request_parameter(call->request, "cursor");
    int64_t number = LIMIT_USUAL;
    if (limit && !text_to_int(limit, 1, LIMIT_MOST, &number))
        return call_bad_parameter(call, "limit", "a number from 1 to %d", LIMIT_MOST);
    search.limit = (size_t)number;
    if (cursor && !uuid_read(cursor, &search.after))
        return call_bad_parameter(call, "cursor", "give what 'next' said, unchanged");
    if (!criteria_read(call, &search.criteria, err))
        return err->kind == ERROR_NONE;
    return find(call, &search, err) && answer_found(call, &search, err);
}
