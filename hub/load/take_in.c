#include "hub/load/take_in.h"

#include "hub/base/crew.h"
#include "hub/format/drop.h"
#include "hub/load/chunk.h"
#include "hub/load/lane.h"
#include "sql.gen.h"

#define LOOKED_AT 200 /* records */

void take_in_look(struct arena *arena, const struct hub *hub, const struct stage *stage,
                  struct outlook *outlook)
{
    ARENA(work);
    struct cut cut;
    size_t records = 0, plain = 0, bytes = 0;
    const struct mapping *mapping = stage->source->mapping;
    struct splitter *splitter = splitter_new(work, &mapping->format, stage->stream);
    *outlook = (struct outlook){.header = {"", 0}};
    while (records < LOOKED_AT && splitter_next(splitter, &cut)) {
        struct delivery delivery = {.source = stage->source, .line = cut.line};
        if (cut.is_header && cut.reject)
            return; /* and nothing behind it can be used */
        if (cut.is_header) {
            outlook->header =
                (struct slice){arena_strndup(arena, cut.raw.bytes, cut.raw.size), cut.raw.size};
            continue;
        }
        records++;
        bytes = cut.offset + cut.length;
        format_drop(work, &mapping->format, outlook->header, mapping->drops, &cut);
        if (cut.reject)
            continue;
        delivery.header = outlook->header;
        delivery.body = cut.raw;
        delivery_read(work, hub, &delivery);
        plain += chunk_plain(&delivery);
    }
    outlook->records =
        bytes ? (size_t)((double)stage->stream.size / (double)bytes * (double)records) : 0;
    outlook->plain = plain * 2 > records;
}

/* What the processes work with, and what they tell. */
struct taking {
    const struct take_in *to;
    struct board *board;
};

static bool work(void *to, size_t i, struct error *err)
{
    const struct taking *taking = to;
    return lane_run(taking->to, taking->board, i, err);
}

static bool tick(void *to)
{
    const struct taking *taking = to;
    const struct stage *stage = taking->to->stage;
    const struct progress *progress = stage->progress;
    return !progress || !progress->report ||
           progress->report(progress->to, (size_t)atomic_load(&taking->board->bytes),
                            stage->stream.size, atomic_load(&taking->board->received));
}

static void start(struct board *board)
{
    atomic_store(&board->next, 1);
    atomic_store(&board->turn, 1);
    atomic_store(&board->bytes, 0);
    for (size_t i = 0; i < LANES_MOST; i++)
        atomic_store(&board->busy[i], 0);
}

/* From now on its deliveries have numbers by their positions: each has a byte at least, so there are no more
 * than bytes. */
static bool number(const struct take_in *to, const struct outlook *outlook, struct error *err)
{
    ARENA(work);
    struct rows rows;
    struct stage *stage = to->stage;
    struct tx *tx = tx_begin(work, to->hub->db, err);
    if (!tx || !db_script(to->hub->db, "lock table hub.inbox in share row exclusive mode", err) ||
        !db_run(work, to->hub->db, &SQL_STREAM_NUMBER,
                PARAMS(db_int(work, stage->staged->stream_id), db_bytes(outlook->header),
                       db_int(work, (int64_t)stage->stream.size + 1)),
                &rows, err) ||
        !tx_commit(tx, err))
        return false;
    stage->staged->first_id = rows_int(&rows, 0, 0);
    stage->done.header = outlook->header;
    return true;
}

static bool finish(const struct take_in *to, const struct board *board, struct error *err)
{
    ARENA(work);
    struct stage *stage = to->stage;
    struct param stream = db_int(work, stage->staged->stream_id);
    struct tx *tx = tx_begin(work, to->hub->db, err);
    if (!tx || !db_run(work, to->hub->db, &SQL_STREAM_LOCK, PARAMS(stream), NULL, err) ||
        !db_run(work, to->hub->db, &SQL_STREAM_ADVANCE,
                PARAMS(stream, db_int(work, atomic_load(&board->last)),
                       db_int(work, (int64_t)stage->stream.size),
                       db_int(work, atomic_load(&board->line)), db_bytes(stage->done.header),
                       db_int(work, 0), db_text("true")),
                NULL, err) ||
        !tx_commit(tx, err))
        return false;
    stage->done.ended = true;
    return true;
}

/* A process died: what it worked on is for the pipeline, which finds out of which delivery.  False when that
 * comes too often. */
static bool go_carefully(struct board *board, size_t died)
{
    int64_t chunk = atomic_load(&board->busy[died]);
    if (!chunk || board->careful_count == CAREFUL_MOST)
        return false;
    board->careful[board->careful_count++] = chunk;
    start(board);
    return true;
}

bool take_in(const struct take_in *to, const struct outlook *outlook, struct error *err)
{
    ARENA(arena);
    struct taking taking = {.to = to, .board = crew_share(arena, sizeof(*taking.board))};
    unsigned cores = to->cores < LANES_MOST ? to->cores : LANES_MOST;
    size_t died = cores;
    const struct crew crew = {
        .count = cores, .work = work, .tick = tick, .to = &taking, .died = &died};
    if (!number(to, outlook, err))
        return false;
    for (start(taking.board); !crew_run(&crew, err);)
        if (died == cores || !go_carefully(taking.board, died))
            return false;
    to->stage->staged->received = atomic_load(&taking.board->received);
    return finish(to, taking.board, err);
}
