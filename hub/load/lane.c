#include "hub/load/lane.h"

#include <unistd.h>

#include "hub/base/list.h"
#include "hub/base/resident.h"
#include "hub/format/drop.h"
#include "hub/load/chunk.h"
#include "hub/pipeline/drift.h"
#include "hub/pipeline/work.h"

#define CHUNK_RECORDS 4000
#define CHUNK_RECORDS_LEAST 100
#define CHUNK_BYTES ((size_t)4 << 20)
#define RECORD_MEMORY ((size_t)48 << 10) /* that reading one takes, rather more than less */
#define LOOK_US 200

struct lane {
    const struct take_in *to;
    struct board *board;
    size_t i;
    size_t most; /* records of a chunk */
    struct hub hub;
    struct splitter *splitter;
    int64_t ordinal, chunk; /* that were cut last */
    bool ended;
};

/* Cut the next chunk; what is not wanted is only counted. */
static void cut_chunk(struct lane *lane, bool wanted, struct chunk *chunk)
{
    const struct stage *stage = lane->to->stage;
    const struct mapping *mapping = stage->source->mapping;
    struct piece piece = {0};
    size_t count = 0, bytes = 0;
    while (count < lane->most && bytes < CHUNK_BYTES) {
        if (!splitter_next(lane->splitter, &piece.cut)) {
            lane->ended = true;
            break;
        }
        if (piece.cut.is_header)
            continue;
        count++;
        bytes += piece.cut.length;
        piece.position = ++lane->ordinal;
        atomic_store(&lane->board->line, piece.cut.line);
        if (!wanted)
            continue;
        format_drop(chunk->arena, &mapping->format, stage->done.header, mapping->drops, &piece.cut);
        LIST_ADD(chunk->arena, chunk, piece);
    }
    chunk->bytes = bytes;
    lane->chunk++;
}

static bool is_careful(const struct board *board, int64_t chunk)
{
    for (size_t i = 0; i < board->careful_count; i++)
        if (board->careful[i] == chunk)
            return true;
    return false;
}

static void wait_for_turn(const struct lane *lane)
{
    while (atomic_load(&lane->board->turn) != lane->chunk)
        (void)usleep(LOOK_US);
}

static bool take_chunk(struct lane *lane, struct chunk *chunk, struct error *err)
{
    int64_t received;
    struct board *board = lane->board;
    chunk->careful = is_careful(board, lane->chunk);
    atomic_store(&board->busy[lane->i], lane->chunk);
    chunk_read(chunk);
    wait_for_turn(lane);
    chunk_name(chunk);
    atomic_store(&board->turn, lane->chunk + 1);
    if (chunk->count && !chunk_store(chunk, &received, err))
        return false;
    atomic_store(&board->busy[lane->i], 0);
    if (!chunk->count)
        return true;
    atomic_fetch_add(&board->received, received);
    atomic_fetch_add(&board->bytes, (int64_t)chunk->bytes);
    return true;
}

static bool take_chunks(struct lane *lane, struct error *err)
{
    while (!lane->ended) {
        int64_t mine = atomic_fetch_add(&lane->board->next, 1);
        while (!lane->ended && lane->chunk < mine) {
            ARENA(work);
            struct chunk chunk = {.arena = work, .to = lane->to, .hub = &lane->hub};
            cut_chunk(lane, lane->chunk + 1 == mine, &chunk);
            if (lane->chunk == mine && !take_chunk(lane, &chunk, err))
                return false;
        }
    }
    atomic_store(&lane->board->last, lane->ordinal);
    return true;
}

static size_t chunk_records(const struct take_in *to)
{
    size_t records = to->memory / to->cores / RECORD_MEMORY;
    if (records < CHUNK_RECORDS_LEAST)
        return CHUNK_RECORDS_LEAST;
    return records < CHUNK_RECORDS ? records : CHUNK_RECORDS;
}

bool lane_run(const struct take_in *to, struct board *board, size_t i, struct error *err)
{
    ARENA(session);
    struct slice stream = to->stage->stream;
    struct lane lane = {
        .to = to, .board = board, .i = i, .most = chunk_records(to), .hub = *to->hub};
    const union {
        const char *bytes;
        void *address;
    } seen = {stream.bytes};
    resident_bound(session, seen.address, stream.size);
    lane.hub.db = db_open(session, to->dsn, "axle load", err);
    lane.hub.drift = drift_new(session);
    if (!lane.hub.db || !work_connection(lane.hub.db, err))
        return false;
    lane.splitter = splitter_new(session, &to->stage->source->mapping->format, stream);
    return take_chunks(&lane, err);
}
