#include "hub/store/feed.h"

#include "hub/base/hash.h"
#include "hub/base/list.h"
#include "hub/base/map.h"
#include "hub/format/drop.h"
#include "sql.gen.h"

/* A record on its way: cut as its mapping wants it, and whether it is new. */
struct arrival {
    const struct feed_item *item;
    struct cut cut;
    const char *hash;     /* of the whole, where the cut is shorter */
    int64_t name, digest; /* by which it is remembered */
    unsigned round;       /* how many of its name came before it in this feed */
    bool passed_over;
};

struct feeding {
    struct arena *work;
    struct db *db;
    const struct source *source;
    const struct feed *feed;
    struct arrival *arrivals; /* feed->count */
    unsigned rounds;
    int64_t mark_id;  /* the stream that has the cursor */
    int64_t position; /* of the stream that has the records */
    const char *cursor;
};

static bool same(const char *left, const char *right)
{
    return left && right ? text_equal(left, right) : left == right;
}

/* What is set aside for its size is kept in part. */
static void limit(const struct feeding *f, struct arrival *arrival)
{
    struct cut *cut = &arrival->cut;
    size_t most = format_record_most(&f->source->mapping->format);
    if (cut->reject || cut->length <= most)
        return;
    struct reject *reject = NEW(f->work, struct reject);
    *reject = (struct reject){
        .stage = "size",
        .code = "too-long",
        .line = cut->line,
        .message = arena_printf(f->work, "%zu bytes; the most is %zu", cut->length, most)};
    cut->reject = reject;
}

static void shorten(const struct feeding *f, struct arrival *arrival)
{
    struct cut *cut = &arrival->cut;
    if (!cut->reject || cut->raw.size <= FORMAT_REJECT_KEPT)
        return;
    arrival->hash = sha256_hex(f->work, cut->raw.bytes, cut->raw.size);
    cut->raw.size = FORMAT_REJECT_KEPT;
}

/* By its name and its content, or by the two halves of one hash where it has none. */
static void identify(struct arrival *arrival)
{
    const struct feed_item *item = arrival->item;
    struct slice content = arrival->cut.raw.size ? arrival->cut.raw : item->raw;
    uint64_t halves[2];
    bool once = item->once && item->name.size;
    if (once)
        content = item->name;
    hash128(content.bytes, content.size, halves);
    if (arrival->hash && !once)
        halves[1] = hash64_mix(halves[1], hash64_text(arrival->hash));
    arrival->name =
        (int64_t)(item->name.size ? hash64(item->name.bytes, item->name.size) : halves[0]);
    arrival->digest = (int64_t)halves[1];
}

static void prepare(struct feeding *f)
{
    const struct mapping *mapping = f->source->mapping;
    f->arrivals = NEW_ARRAY(f->work, struct arrival, f->feed->count + 1);
    for (size_t i = 0; i < f->feed->count; i++) {
        const struct feed_item *item = &f->feed->list[i];
        struct arrival *arrival = &f->arrivals[i];
        *arrival = (struct arrival){.item = item, .hash = item->hash};
        arrival->cut = (struct cut){.raw = item->raw,
                                    .length = item->length ? item->length : item->raw.size,
                                    .line = item->line,
                                    .reject = item->reject};
        limit(f, arrival);
        shorten(f, arrival);
        format_drop(f->work, &mapping->format, f->feed->header, mapping->drops, &arrival->cut);
        identify(arrival);
    }
}

/* Of those of one name each is held against the one before it: all but the first of them here, the first
 * by what the hub remembers.  What came once more meanwhile, and the same, is passed over at once. */
static void hold_against_each_other(struct feeding *f)
{
    struct map latest = {.arena = f->work};
    for (size_t i = 0; i < f->feed->count; i++) {
        struct arrival *arrival = &f->arrivals[i];
        if (!arrival->item->remember)
            continue;
        const struct arrival *before = map_get(&latest, (uint64_t)arrival->name);
        arrival->passed_over = before && before->digest == arrival->digest;
        if (arrival->passed_over)
            continue;
        arrival->round = before ? before->round + 1 : 0;
        if (arrival->round >= f->rounds)
            f->rounds = arrival->round + 1;
        map_put(&latest, (uint64_t)arrival->name, arrival);
    }
}

struct memory {
    int64_t item, digest;
    const char *named;
    struct arrival *arrival;
};

/* Those of one round have different names: one statement remembers them, and says which are new. */
static bool remember_round(struct feeding *f, unsigned round, struct error *err)
{
    struct {
        struct memory *list;
        size_t count, room;
    } asked = {0};
    struct map by_item = {.arena = f->work};
    struct rows rows;
    for (size_t i = 0; i < f->feed->count; i++) {
        struct arrival *arrival = &f->arrivals[i];
        if (!arrival->item->remember || arrival->passed_over || arrival->round != round)
            continue;
        const struct memory memory = {
            arrival->name, arrival->digest,
            arrival->item->name.size && !arrival->item->passing ? "t" : "f", arrival};
        LIST_ADD(f->work, &asked, memory);
        map_put(&by_item, (uint64_t)arrival->name, arrival);
    }
    if (!db_run(f->work, f->db, &SQL_SEEN_PUT,
                PARAMS(db_int(f->work, f->source->id), DB_COLUMN(f->work, &asked, item),
                       DB_COLUMN(f->work, &asked, digest), DB_COLUMN(f->work, &asked, named)),
                &rows, err))
        return false;
    for (size_t i = 0; i < asked.count; i++)
        asked.list[i].arrival->passed_over = true;
    for (size_t i = 0; i < rows.count; i++) {
        struct arrival *arrival = map_get(&by_item, (uint64_t)rows_int(&rows, i, 0));
        arrival->passed_over = false;
    }
    return true;
}

static bool remember(struct feeding *f, struct error *err)
{
    hold_against_each_other(f);
    for (unsigned round = 0; round < f->rounds; round++)
        if (!remember_round(f, round, err))
            return false;
    return true;
}

/* Positions of the source's own are taken as they are, but each once. */
static void deliver(struct feeding *f, struct deliveries *deliveries)
{
    struct map given = {.arena = f->work};
    for (size_t i = 0; i < f->feed->count; i++) {
        const struct arrival *arrival = &f->arrivals[i];
        int64_t position = arrival->item->position;
        if (arrival->passed_over || (position && map_get(&given, (uint64_t)position)))
            continue;
        if (position)
            map_put(&given, (uint64_t)position, f);
        else
            position = f->position + 1;
        deliveries_add(f->work, deliveries, &arrival->cut, position, arrival->hash);
        if (position > f->position)
            f->position = position;
    }
}

static bool open_stream(const struct feeding *f, const char *name, struct rows *rows,
                        struct error *err)
{
    return db_run(f->work, f->db, &SQL_FEED_OPEN,
                  PARAMS(db_int(f->work, f->source->id), db_text(name), db_text(f->feed->label),
                         db_bytes(f->feed->header)),
                  rows, err);
}

/* Lock the stream that has the cursor, and the one that has the records: with another header it is another
 * one, for a stream has one header for all its records. */
static bool open_streams(struct feeding *f, struct staged *staged, struct error *err)
{
    struct rows rows;
    struct slice header = f->feed->header;
    if (!open_stream(f, f->feed->stream, &rows, err))
        return false;
    f->mark_id = rows_int(&rows, 0, 0);
    f->cursor = rows_text(&rows, 0, 2);
    if (!same(f->cursor, f->feed->before))
        return error_set(err, ERROR_RETRY, "another process has gone on reading '%s'",
                         f->feed->label);
    if (header.size) {
        const char *hash = sha256_hex(f->work, header.bytes, header.size);
        if (!open_stream(f, arena_printf(f->work, "%s#%s", f->feed->stream, hash), &rows, err))
            return false;
    }
    staged->stream_id = rows_int(&rows, 0, 0);
    staged->before = f->position = rows_int(&rows, 0, 1);
    return true;
}

static bool advance(const struct feeding *f, const struct staged *staged, struct error *err)
{
    if (staged->received &&
        !db_run(f->work, f->db, &SQL_FEED_ADVANCE,
                PARAMS(db_int(f->work, staged->stream_id), db_int(f->work, f->position),
                       db_int(f->work, staged->received)),
                NULL, err))
        return false;
    return same(f->cursor, f->feed->cursor) ||
           db_run(f->work, f->db, &SQL_FEED_MARK,
                  PARAMS(db_int(f->work, f->mark_id), db_text(f->feed->cursor)), NULL, err);
}

/* Nothing of it is to be held against what the hub knows, nor set aside. */
static bool is_plain(const struct feeding *f)
{
    const struct feed *feed = f->feed;
    bool plain = feed->count && !feed->before && !feed->cursor && !feed->header.size;
    for (size_t i = 0; plain && i < feed->count; i++) {
        const struct arrival *arrival = &f->arrivals[i];
        plain = !arrival->item->remember && !arrival->item->position && !arrival->cut.reject;
    }
    return plain;
}

/* One statement is transaction enough. */
static bool put_plain(const struct feeding *f, struct staged *staged, struct error *err)
{
    struct rows rows;
    size_t n = f->feed->count;
    int32_t *lines = NEW_ARRAY(f->work, int32_t, n);
    struct slice *bodies = NEW_ARRAY(f->work, struct slice, n);
    for (size_t i = 0; i < n; i++) {
        lines[i] = (int32_t)f->arrivals[i].cut.line;
        bodies[i] = f->arrivals[i].cut.raw;
    }
    if (!db_run(f->work, f->db, &SQL_FEED_PUT,
                PARAMS(db_int(f->work, f->source->id), db_text(f->feed->stream),
                       db_text(f->feed->label), db_int4s(f->work, lines, n),
                       db_byteas(f->work, bodies, n)),
                &rows, err))
        return false;
    staged->stream_id = rows_int(&rows, 0, 0);
    staged->before = rows_int(&rows, 0, 1) - (int64_t)n;
    staged->received = (int64_t)n;
    db_wake(f->db);
    return true;
}

bool feed_cursor(struct arena *arena, struct db *db, const struct source *source,
                 const char *stream, const char **cursor, struct error *err)
{
    struct rows rows;
    if (!db_run(arena, db, &SQL_FEED_CURSOR, PARAMS(db_int(arena, source->id), db_text(stream)),
                &rows, err))
        return false;
    *cursor = rows.count ? rows_text(&rows, 0, 0) : NULL;
    return true;
}

bool feed_stage(struct db *db, const struct source *source, const struct lease *lease,
                const struct feed *feed, struct staged *staged, struct error *err)
{
    ARENA(work);
    struct feeding f = {.work = work, .db = db, .source = source, .feed = feed};
    struct deliveries deliveries = {0};
    *staged = (struct staged){0};
    prepare(&f);
    if (!lease && is_plain(&f))
        return put_plain(&f, staged, err);
    struct tx *tx = tx_begin(work, db, err);
    if (!tx || !lease_check(db, lease, err) || !open_streams(&f, staged, err) || !remember(&f, err))
        return false;
    deliver(&f, &deliveries);
    if (!deliveries_write(db, source->id, &deliveries, staged, err) || !advance(&f, staged, err) ||
        !tx_commit(tx, err))
        return false;
    if (staged->received)
        db_wake(db);
    return true;
}

bool feed_prune(struct db *db, bool *more, struct error *err)
{
    ARENA(work);
    struct rows rows;
    if (!db_run(work, db, &SQL_SEEN_PRUNE, NO_PARAMS, &rows, err))
        return false;
    *more = rows_int(&rows, 0, 0) > 0;
    return true;
}
