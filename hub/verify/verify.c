#include "hub/verify/verify.h"

#include "hub/base/hash.h"
#include "hub/base/list.h"
#include "hub/pipeline/publication.h"
#include "hub/verify/verify_partition.h"
#include "hub/verify/verify_postings.h"
#include "hub/verify/verify_things.h"
#include "sql.gen.h"

#define PAGE 2000

/* Checks that are a query for what is wrong. */
static const struct query {
    const char *name, *promise;
    const struct stmt *stmt;
} queries[] = {
    {"conservation", "every delivery is in exactly one state", &SQL_VERIFY_CONSERVATION},
    {"streams", "every position that was received is in the inbox", &SQL_VERIFY_STREAMS},
    {"queue", "what is pending is queued, and nothing else", &SQL_VERIFY_PENDING},
    {"rejects", "every rejected delivery says why", &SQL_VERIFY_REJECTS},
    {"live", "deliveries know how many current records come from them", &SQL_VERIFY_LIVE},
    {"counts", "the count of current records is right", &SQL_VERIFY_COUNTS},
    {"links", "every current record belongs to exactly one customer", &SQL_VERIFY_LINKS},
    {"xref", "every customer has its golden record and its records", &SQL_VERIFY_GOLDENS},
    {"edges", "edges stand in both directions, between current records", &SQL_VERIFY_EDGES},
    {"records", "every current record of another class is exactly one thing", &SQL_VERIFY_THINGS},
    {"relations", "what hangs on records hangs on current ones", &SQL_VERIFY_RELATIONS},
    {"leftovers", "nothing is kept of things that are gone", &SQL_VERIFY_LEFTOVERS},
    {"outbox", "a customer's versions have no gaps", &SQL_VERIFY_OUTBOX},
    {"events", "identity events name ids that were given out", &SQL_VERIFY_EVENTS},
    {"partials", "partial resolutions are of current records", &SQL_VERIFY_PARTIALS},
};

static bool run_queries(struct arena *work, const struct hub *hub, struct verdicts *verdicts,
                        struct error *err)
{
    for (size_t i = 0; i < COUNT_OF(queries); i++) {
        ARENA(scratch);
        struct rows rows;
        struct verdict verdict = {queries[i].name, queries[i].promise, -1, 0, NULL};
        if (!db_run(scratch, hub->db, queries[i].stmt, NO_PARAMS, &rows, err))
            return false;
        verdict.wrong = (int64_t)rows.count;
        if (rows.count) {
            struct slice id = rows_bytes(&rows, 0, 0);
            char text[UUID_TEXT];
            if (id.size == sizeof(struct uuid)) {
                uuid_text(rows_uuid(&rows, 0, 0), text);
                verdict.example = arena_strdup(work, text);
            } else {
                verdict.example = id.size == 8
                                      ? arena_printf(work, "%lld", (long long)rows_int(&rows, 0, 0))
                                      : arena_strndup(work, id.bytes, id.size);
            }
        }
        LIST_ADD(work, verdicts, verdict);
    }
    return true;
}

static bool check_golden_page(struct arena *scratch, const struct hub *hub, const struct rows *page,
                              struct rows *differ, struct error *err)
{
    struct publication publication;
    struct uuid *customers = NEW_ARRAY(scratch, struct uuid, page->count + 1);
    for (size_t i = 0; i < page->count; i++)
        customers[i] = rows_uuid(page, i, 0);
    return publication_make(scratch, hub, customers, page->count, &publication, err) &&
           publication_run(scratch, hub, &publication, &SQL_GOLDEN_DIFFER, differ, err);
}

/* Golden records made anew beside the live ones. */
static bool check_goldens(struct arena *work, const struct hub *hub, size_t sample,
                          struct verdicts *verdicts, struct error *err)
{
    struct verdict verdict = {"goldens", "golden records follow from their records", 0, 0, NULL};
    struct uuid after = {0};
    for (size_t got = PAGE; got == PAGE && (!sample || verdict.checked < (int64_t)sample);) {
        ARENA(scratch);
        struct rows page, differ;
        if (!db_run(scratch, hub->db, &SQL_GOLDEN_PAGE,
                    PARAMS(db_uuid(scratch, after), db_int(scratch, PAGE)), &page, err) ||
            !check_golden_page(scratch, hub, &page, &differ, err))
            return false;
        got = page.count;
        if (got)
            after = rows_uuid(&page, got - 1, 0);
        verdict.checked += (int64_t)got;
        verdict.wrong += (int64_t)differ.count;
        if (differ.count && !verdict.example) {
            char text[UUID_TEXT];
            uuid_text(rows_uuid(&differ, 0, 0), text);
            verdict.example = arena_strdup(work, text);
        }
    }
    LIST_ADD(work, verdicts, verdict);
    return true;
}

/* Is what is noted as generic what the counts say, and does the right step of the model hold? */
static bool check_step(struct arena *work, const struct hub *hub, struct verdicts *verdicts,
                       struct error *err)
{
    struct rows rows;
    struct rows queue;
    struct verdict verdict = {"model", "the active model's right step holds", 1, 0, NULL};
    if (!db_run(work, hub->db, &SQL_QUEUE_STATE, NO_PARAMS, &queue, err))
        return false;
    bool settled = !rows_int(&queue, 0, 0) && !rows_int(&queue, 0, 1);
    if (!db_run(work, hub->db, &SQL_INSTANCE_STATE, NO_PARAMS, &rows, err))
        return false;
    if (!text_equal(rows_text(&rows, 0, 0), model_hash(hub->model)))
        verdict.example = "another model version is active than the one that is configured";
    else if (settled && model_step(hub->model, rows_int(&rows, 0, 2)) != rows_int(&rows, 0, 1))
        verdict.example = "another step should hold for so many records";
    verdict.wrong = verdict.example != NULL;
    LIST_ADD(work, verdicts, verdict);
    return true;
}

bool verify_hub(struct arena *work, const struct hub *hub, size_t sample, struct verdicts *verdicts,
                struct error *err)
{
    struct tx *tx = tx_begin(work, hub->db, err);
    return tx &&
           db_script(hub->db, "set transaction isolation level repeatable read, read only", err) &&
           run_queries(work, hub, verdicts, err) && check_step(work, hub, verdicts, err) &&
           verify_postings(work, hub, verdicts, err) &&
           verify_partition(work, hub, sample, verdicts, err) &&
           check_goldens(work, hub, sample, verdicts, err) &&
           verify_things(work, hub, sample, verdicts, err) && tx_commit(tx, err);
}

const char *verify_hash(struct arena *work, const struct hub *hub, struct error *err)
{
    struct rows rows;
    unsigned char digest[SHA256_SIZE];
    if (!db_run(work, hub->db, &SQL_STATE_DIGESTS, NO_PARAMS, &rows, err))
        return NULL;
    struct sha256 *sha = sha256_new(work);
    for (size_t i = 0; i < rows.count; i++) {
        struct slice one = rows_bytes(&rows, i, 0);
        sha256_add(sha, one.bytes, one.size);
    }
    sha256_end(sha, digest);
    return text_hex(work, digest, sizeof(digest));
}
