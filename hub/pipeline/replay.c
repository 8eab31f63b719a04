#include "hub/pipeline/replay.h"

#include "hub/base/list.h"
#include "hub/pipeline/drift.h"
#include "hub/pipeline/history.h"
#include "hub/pipeline/replay_count.h"
#include "sql.gen.h"

#define PAGE 500

struct replay {
    struct arena *arena;
    const struct hub *hub;
    const struct replay_terms *terms;
    struct replay_report report;
    struct map appeared; /* records that did, by id */
    int64_t id;          /* of hub.replay; 0: not noted yet */
    const char *began;
    /* How far: first the deliveries that no record rests on, then those of the current records. */
    bool standing, ended;
    int64_t after_inbox;
    const char *after_key;
};

struct page {
    struct delivery *list;
    size_t count;
    struct {
        struct said {
            int64_t inbox;
            const char *key;
        } * list;
        size_t count, room;
    } said;
    int64_t *back; /* all that is put back: also what was before, for other records */
    size_t back_count;
    int64_t cut_short;
    int64_t last_inbox;
    const char *last_key;
    bool last;
};

struct replay *replay_new(struct arena *arena, const struct hub *hub,
                          const struct replay_terms *terms)
{
    struct replay *replay = NEW(arena, struct replay);
    *replay = (struct replay){
        .arena = arena, .hub = hub, .terms = terms, .after_key = "", .began = "infinity"};
    replay->appeared.arena = arena;
    return replay;
}

static bool ask(struct arena *work, const struct replay *replay, struct rows *rows,
                struct error *err)
{
    static const int32_t aside[] = {INBOX_REJECTED, INBOX_SUPPRESSED};
    struct param source = db_int(work, replay->terms->source->id), most = db_int(work, PAGE);
    if (replay->standing)
        return db_run(work, replay->hub->db, &SQL_REPLAY_STANDING,
                      PARAMS(source, db_text(replay->after_key), most, db_text(replay->began)),
                      rows, err);
    return db_run(work, replay->hub->db, &SQL_REPLAY_ASIDE,
                  PARAMS(source, db_int(work, replay->after_inbox),
                         db_int4s(work, aside, replay->terms->rejects_only ? 1 : 2), most),
                  rows, err);
}

static void add_said(struct arena *work, struct page *page, const struct delivery *delivery)
{
    for (size_t i = 0; i < delivery->said_count; i++)
        LIST_ADD(work, &page->said, ((struct said){delivery->inbox_id, delivery->said[i]}));
}

static bool read_page(struct arena *work, const struct replay *replay, struct page *page,
                      struct error *err)
{
    struct rows rows;
    if (!ask(work, replay, &rows, err))
        return false;
    *page = (struct page){.list = NEW_ARRAY(work, struct delivery, rows.count + 1),
                          .back = NEW_ARRAY(work, int64_t, rows.count + 1),
                          .last = rows.count == 0};
    for (size_t i = 0; i < rows.count; i++) {
        struct delivery delivery = {
            .inbox_id = rows_int(&rows, i, 0),
            .source = replay->terms->source,
            .line = (unsigned)rows_int(&rows, i, 1),
            .header = rows_bytes(&rows, i, 2),
            .body = rows_bytes(&rows, i, 3),
            .replayed = true,
            .was = (enum inbox_state)rows_int(&rows, i, 4),
        };
        delivery.said = rows_texts(work, &rows, i, 5, &delivery.said_count);
        page->last_inbox = delivery.inbox_id;
        page->last_key = rows_text(&rows, i, 7);
        if (!rows_bool(&rows, i, 6)) {
            page->cut_short++;
            continue;
        }
        add_said(work, page, &delivery);
        page->back[page->back_count++] = delivery.inbox_id;
        if (delivery.was != INBOX_PENDING)
            page->list[page->count++] = delivery;
    }
    return true;
}

static void count_delivery(struct replay *replay, const struct delivery *delivery)
{
    struct replay_report *report = &replay->report;
    bool was_rejected = delivery->was == INBOX_REJECTED;
    if (delivery->rejected)
        replay_counter(replay->arena, was_rejected ? &report->remain : &report->fail,
                       delivery->reject.code)
            ->count++;
    else if (was_rejected)
        report->pass++;
}

static void count_record(struct replay *replay, const struct history_outcome *outcome,
                         const char *before)
{
    struct replay_report *report = &replay->report;
    uint64_t id = (uint64_t)outcome->record_id;
    if (outcome->before && outcome->after && outcome->version) {
        report->change++;
        if (before)
            replay_compare(replay->arena, &report->elements, before, outcome->version->doc);
    } else if (outcome->before && outcome->after) {
        report->same++;
    } else if (outcome->before) {
        report->disappear++;
    } else if (outcome->after && !map_get(&replay->appeared, id)) {
        map_put(&replay->appeared, id, replay);
        report->appear++;
    }
}

/* What is current of the records that change. */
static bool load_docs(struct arena *work, const struct hub *hub,
                      const struct history_outcome *outcomes, size_t count, struct map *docs,
                      struct error *err)
{
    struct rows rows;
    int64_t *ids = NEW_ARRAY(work, int64_t, count + 1);
    size_t n = 0;
    docs->arena = work;
    for (size_t i = 0; i < count; i++)
        if (outcomes[i].before && outcomes[i].version)
            ids[n++] = outcomes[i].record_id;
    if (!n)
        return true;
    if (!db_run(work, hub->db, &SQL_RECORD_DOCS, PARAMS(db_int8s(work, ids, n)), &rows, err))
        return false;
    for (size_t i = 0; i < rows.count; i++)
        map_put(docs, (uint64_t)rows_int(&rows, i, 0), arena_strdup(work, rows_text(&rows, i, 1)));
    return true;
}

/* What becomes of a page, without writing it. */
static bool compare(struct replay *replay, struct page *page, struct error *err)
{
    ARENA(work);
    struct map docs = {0};
    size_t count;
    struct tx *tx = tx_begin(work, replay->hub->db, err); /* never committed */
    if (!tx || !drift_watch(work, replay->hub, page->list, page->count, err))
        return false;
    struct history *history = history_load(work, replay->hub, page->list, page->count, err);
    if (!history)
        return false;
    for (size_t i = 0; i < page->count; i++)
        history_add(history, &page->list[i]);
    const struct history_outcome *outcomes = history_outcomes(history, &count);
    if (!load_docs(work, replay->hub, outcomes, count, &docs, err))
        return false;
    for (size_t i = 0; i < page->count; i++)
        count_delivery(replay, &page->list[i]);
    for (size_t i = 0; i < count; i++)
        count_record(replay, &outcomes[i], map_get(&docs, (uint64_t)outcomes[i].record_id));
    return true;
}

static bool note(struct arena *work, struct replay *replay, struct error *err)
{
    struct rows rows;
    const struct replay_terms *terms = replay->terms;
    if (replay->id)
        return true;
    if (!db_run(
            work, replay->hub->db, &SQL_REPLAY_ADD,
            PARAMS(db_int(work, terms->source->id), db_text(terms->actor), db_text(terms->reason)),
            &rows, err))
        return false;
    replay->id = rows_int(&rows, 0, 0);
    replay->began = arena_strdup(replay->arena, rows_text(&rows, 0, 1));
    return true;
}

static bool put_back(struct replay *replay, const struct page *page, struct error *err)
{
    ARENA(work);
    struct db *db = replay->hub->db;
    struct param inbox = DB_COLUMN(work, &page->said, inbox);
    struct param keys = DB_COLUMN(work, &page->said, key);
    struct tx *tx = tx_begin(work, db, err);
    if (!tx ||
        !db_run(work, db, &SQL_REPLAY_LOCK, PARAMS(db_int(work, replay->terms->source->id)), NULL,
                err) ||
        !db_run(work, db, &SQL_REPLAY_SAID, PARAMS(inbox, keys), NULL, err) ||
        !db_run(work, db, &SQL_REPLAY_PUT,
                PARAMS(db_int(work, replay->id), db_int8s(work, page->back, page->back_count),
                       inbox, keys),
                NULL, err) ||
        !tx_commit(tx, err))
        return false;
    db_wake(db);
    return true;
}

static bool end(struct arena *work, struct replay *replay, struct error *err)
{
    if (!replay->standing && !replay->terms->rejects_only) {
        replay->standing = true;
        return true;
    }
    if (!replay->terms->dry && !db_run(work, replay->hub->db, &SQL_REPLAY_END,
                                       PARAMS(db_int(work, replay->terms->source->id)), NULL, err))
        return false;
    replay->ended = true;
    return true;
}

bool replay_step(struct replay *replay, bool *more, struct error *err)
{
    ARENA(work);
    struct page page;
    *more = true;
    if ((!replay->terms->dry && !note(work, replay, err)) || !read_page(work, replay, &page, err))
        return false;
    if (page.last) {
        bool done = end(work, replay, err);
        *more = !replay->ended;
        return done;
    }
    for (size_t i = 0; i < page.count; i++)
        delivery_read(work, replay->hub, &page.list[i]);
    if ((page.count && !compare(replay, &page, err)) ||
        (page.back_count && !replay->terms->dry && !put_back(replay, &page, err)))
        return false;
    replay->report.positions += (int64_t)page.count + page.cut_short;
    replay->report.cut_short += page.cut_short;
    replay->after_inbox = page.last_inbox;
    replay->after_key = arena_strdup(replay->arena, page.last_key);
    return true;
}

const struct replay_report *replay_report(struct replay *replay)
{
    replay_sort(&replay->report.remain);
    replay_sort(&replay->report.fail);
    replay_sort(&replay->report.elements);
    return &replay->report;
}
