#include "connectors/serving.h"

#include <poll.h>
#include <time.h>

#include "hub/base/clock.h"
#include "hub/base/log.h"
#include "hub/base/notify.h"
#include "hub/store/stage.h"

#define SLICE_MS 1000   /* the longest sleep */
#define TOLD_MOST 1000  /* different things that are said once */
#define QUIET_MS 10000  /* between two writes of the state when nothing has changed */
#define RATE_MS 60000.0 /* over which the rate is smoothed */

/* A stream's cursor, as the session knows it. */
struct known {
    struct arena *arena;
    const char *cursor;
};

static void forget(void *known)
{
    arena_free(((struct known *)known)->arena);
}

static void set_cursor(struct known *known, const char *cursor)
{
    struct arena *arena = arena_new();
    known->cursor = cursor ? arena_strdup(arena, cursor) : NULL;
    arena_free(known->arena);
    known->arena = arena;
}

static struct known *know(struct serving *s, const char *stream, struct error *err)
{
    ARENA(work);
    const char *cursor;
    struct known *known = map_get_text(&s->cursors, stream);
    if (known)
        return known;
    if (!feed_cursor(work, s->db, s->pull.source, stream, &cursor, err))
        return NULL;
    known = NEW(s->cursors.arena, struct known);
    arena_defer(s->cursors.arena, forget, known);
    set_cursor(known, cursor);
    map_put_text(&s->cursors, arena_strdup(s->cursors.arena, stream), known);
    return known;
}

bool pull_cursor(struct arena *arena, const struct pull *pull, const char *stream,
                 const char **cursor, struct error *err)
{
    const struct known *known = know(pull->serving, stream, err);
    if (known)
        *cursor = known->cursor ? arena_strdup(arena, known->cursor) : NULL;
    return known != NULL;
}

bool pull_stopping(const struct pull *pull)
{
    return connector_stopping || pull->serving->lost;
}

bool pull_first(const struct pull *pull, const char *text)
{
    struct map *told = pull->told;
    if (told->count >= TOLD_MOST || map_get_text(told, text))
        return false;
    map_put_text(told, arena_strdup(told->arena, text), told);
    return true;
}

const struct sources *pull_sources(const struct pull *pull)
{
    return pull->serving->now.sources;
}

void pull_behind(const struct pull *pull, int64_t count)
{
    pull->serving->state.behind = count;
}

bool batch_add(struct batch *batch, struct feed_item item)
{
    LIST_ADD(batch->arena, batch, item);
    batch->bytes += item.raw.size;
    return batch->count < PULL_RECORDS && batch->bytes < PULL_BYTES;
}

/* Half a minute's trouble with the row costs the row only. */
static void put_state(struct serving *s)
{
    struct error ignored;
    int64_t now = clock_ms(), span = now - s->rated;
    if (span >= SLICE_MS) {
        double now_rate = (double)s->rate_records * 1000 / (double)span;
        double part = (double)span < RATE_MS ? (double)span / RATE_MS : 1;
        s->state.rate += (now_rate - s->state.rate) * part;
        s->rate_records = 0;
        s->rated = now;
    }
    if (!source_state_put(s->db, s->lease.source_id, &s->state, &ignored))
        return;
    s->stated = now;
    s->stated_as = s->state.doing;
    s->state.looked = false;
    s->state.records = 0;
    s->state.error = NULL;
}

static bool is_usual(enum source_doing doing)
{
    return doing == SOURCE_READING || doing == SOURCE_WAITING;
}

/* The row follows trouble at once, the usual to and fro and the counts once a second, and else tells now and
 * then that somebody is there. */
static void tell(struct serving *s, enum source_doing doing)
{
    int64_t age = clock_ms() - s->stated;
    if (s->state.attempts && (is_usual(doing) || doing == SOURCE_STARTING))
        doing = SOURCE_FAILING; /* until one attempt has succeeded */
    bool turned = doing != s->stated_as;
    bool usual = is_usual(doing) && is_usual(s->stated_as) && !s->state.error;
    s->state.doing = doing;
    if (!s->lease.token || s->lost)
        return;
    if (usual ? age >= QUIET_MS || ((turned || s->state.records) && age >= SLICE_MS)
              : turned || s->state.error || age >= QUIET_MS)
        put_state(s);
}

static void close_session(struct serving *s)
{
    if (s->session)
        arena_free(s->pull.session);
    s->session = NULL;
    s->cursors = (struct map){0};
}

/* Keep the lease while it is time. */
static bool keep(struct serving *s, struct error *err)
{
    int64_t now = clock_ms();
    if (!s->lease.token || now - s->leased < LEASE_MS / 3)
        return true;
    s->leased = now;
    if (lease_keep(s->db, &s->lease, err))
        return true;
    s->lost = s->lost || err->kind == ERROR_CONFLICT;
    return false;
}

void pull_beat(const struct pull *pull)
{
    struct error later; /* the next transaction says the same */
    notify_alive();
    if (!keep(pull->serving, &later))
        return;
    tell(pull->serving, SOURCE_READING);
}

static bool hold(struct serving *s, int source_id, struct error *err)
{
    if (s->lost) {
        close_session(s);
        s->lease = (struct lease){0};
    }
    if (s->lease.token && s->lease.source_id == source_id)
        return keep(s, err);
    if (!lease_take(s->db, source_id, s->place, &s->lease, err))
        return false;
    s->leased = s->rated = clock_ms();
    s->lost = false;
    tell(s, SOURCE_STARTING);
    return true;
}

static bool open_session(struct serving *s, const struct source *source, struct error *err)
{
    struct arena *arena = arena_new();
    s->transport = connector_of(source->mapping->from.kind);
    s->cursors = (struct map){.arena = arena};
    s->state.behind = -1;
    s->next_look = 0;
    s->pull = (struct pull){.session = arena,
                            .instance = s->instance,
                            .source = source,
                            .told = &s->told,
                            .serving = s};
    s->session = s->transport->open(arena, &s->pull, err);
    if (!s->session)
        arena_free(arena);
    return s->session != NULL;
}

static bool report(void *serving, size_t done, size_t all, int64_t records)
{
    struct serving *s = serving;
    (void)done;
    (void)all;
    (void)records;
    pull_beat(&s->pull);
    return !pull_stopping(&s->pull);
}

static bool stage_whole(struct serving *s, struct batch *batch, struct error *err)
{
    ARENA(work);
    struct staged staged = {0};
    const struct progress progress = {report, s};
    const struct incoming file = {.path = batch->file,
                                  .label = batch->label,
                                  .progress = &progress,
                                  .scratch = arena_printf(work, "%s/run", s->instance->home),
                                  .lease = &s->lease};
    const struct source *source =
        batch->file_for ? sources_by_name(s->now.sources, batch->file_for) : s->pull.source;
    if (!source)
        return error_set(err, ERROR_FATAL, "there is no source '%s'", batch->file_for);
    bool done = stage_file(s->db, source, &file, &staged, err);
    s->state.records += staged.received;
    s->rate_records += staged.received;
    batch->refused = !done && err->kind == ERROR_REJECT;
    if (batch->refused)
        log_line(LOG_WARNING, "source '%s': file '%s' cannot be used as a whole: see its reject",
                 source->name, text_repair(work, batch->label, strlen(batch->label)));
    return done || batch->refused || error_wrap(err, "file '%s'", batch->label);
}

static bool stage_records(struct serving *s, const struct batch *batch, struct error *err)
{
    struct staged staged;
    struct known *known = know(s, batch->stream, err);
    if (!known)
        return false;
    const char *cursor = batch->cursor ? batch->cursor : known->cursor;
    const struct feed feed = {.stream = batch->stream,
                              .label = batch->label ? batch->label : batch->stream,
                              .before = known->cursor,
                              .cursor = cursor,
                              .header = batch->header,
                              .list = batch->list,
                              .count = batch->count};
    bool moves = batch->cursor && (!known->cursor || !text_equal(batch->cursor, known->cursor));
    if (!batch->count && !moves)
        return true;
    if (!feed_stage(s->db, s->pull.source, &s->lease, &feed, &staged, err))
        return false;
    if (moves)
        set_cursor(known, cursor);
    s->state.records += staged.received;
    s->rate_records += staged.received;
    return true;
}

static void note_lag(struct serving *s, const struct batch *batch)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    int64_t lag = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000 - batch->arrived_ms;
    s->state.lag_ms = batch->arrived_ms && lag >= 0 ? lag : -1;
}

/* The file first: a cursor beside it says that it is done. */
static bool stage_batch(struct serving *s, struct batch *batch, struct error *err)
{
    if (!batch->file && !batch->stream)
        return true;
    if (batch->count || batch->file) {
        tell(s, SOURCE_READING);
        note_lag(s, batch);
    }
    return (!batch->file || stage_whole(s, batch, err)) &&
           (!batch->stream || stage_records(s, batch, err)) &&
           (!s->transport->settle || s->transport->settle(s->session, batch, err));
}

/* A file that fails must not hold up those behind it: its session goes on. */
static bool look(struct serving *s, struct error *err)
{
    ARENA(work);
    struct batch batch = {.arena = work};
    bool pulled = s->transport->pull(s->session, &batch, err);
    s->state.looked = s->state.looked || pulled;
    if (!pulled || !stage_batch(s, &batch, err)) {
        if (!pulled || !batch.file || err->kind == ERROR_CONFLICT)
            close_session(s);
        return false;
    }
    s->state.attempts = 0;
    s->next_look = batch.more ? 0 : clock_ms() + s->pull.source->mapping->from.every_ms;
    if (!batch.more)
        tell(s, SOURCE_WAITING);
    return true;
}

static void nap(int64_t milliseconds)
{
    if (milliseconds > 0)
        (void)poll(NULL, 0, (int)(milliseconds < SLICE_MS ? milliseconds : SLICE_MS));
}

static bool wait(struct serving *s, struct error *err)
{
    bool came = false;
    int64_t left = s->next_look - clock_ms();
    tell(s, SOURCE_WAITING);
    if (!s->transport->wait) {
        nap(left);
        return true;
    }
    if (!s->transport->wait(s->session, (int)(left < SLICE_MS ? left : SLICE_MS), &came, err)) {
        close_session(s);
        return false;
    }
    if (came)
        s->next_look = 0;
    return true;
}

/* Whoever holds on to a source lets go of it before they are read anew. */
static bool follow(struct serving *s, struct error *err)
{
    bool stale;
    if (s->followed && clock_ms() - s->followed < SLICE_MS)
        return true;
    if (!sources_stale(&s->now, s->db, &stale, err))
        return false;
    if (stale)
        close_session(s);
    if (stale && !sources_follow(&s->now, s->db, s->instance->schemas, err))
        return false;
    s->followed = clock_ms();
    return true;
}

static const struct source *find(const struct serving *s)
{
    const struct sources *sources = s->now.sources;
    for (size_t i = 0; i < sources->unreadable_count; i++)
        if (text_equal(sources->unreadable[i].name, s->name))
            return &sources->unreadable[i];
    return sources_by_name(sources, s->name);
}

static bool is_ours(const struct serving *s, const struct source *source)
{
    return source && (!source->mapping || (text_equal(source->mapping->connector, s->connector) &&
                                           connector_of(source->mapping->from.kind)));
}

/* The source went to another connector, or is none to be pulled: somebody ends us soon. */
static bool rest(struct serving *s, struct error *err)
{
    close_session(s);
    nap(SLICE_MS);
    return lease_release(s->db, &s->lease, err);
}

bool serving_step(struct serving *s, struct error *err)
{
    bool full;
    notify_alive();
    if (!follow(s, err))
        return false;
    const struct source *source = find(s);
    if (!is_ours(s, source))
        return rest(s, err);
    if (!hold(s, source->id, err) || !inbox_full(s->db, &s->gauge, &full, err))
        return false;
    if (!source->mapping)
        return error_set(err, ERROR_FATAL, "%s", source->why);
    if (full) {
        tell(s, SOURCE_FULL);
        nap(SLICE_MS);
        return true;
    }
    if (!s->session && !open_session(s, source, err))
        return false;
    return clock_ms() < s->next_look ? wait(s, err) : look(s, err);
}

void serving_fail(struct serving *s, const struct error *err)
{
    if (err->kind == ERROR_CONFLICT) {
        close_session(s);
        s->lease = (struct lease){0};
        return;
    }
    s->state.attempts++;
    s->state.error = err->text;
    if (!db_broken(s->db))
        tell(s, SOURCE_FAILING);
}

void serving_pause(struct serving *s, int milliseconds)
{
    struct error later;
    bool stale = false;
    int64_t end = clock_ms() + milliseconds;
    for (int64_t left; !connector_stopping && !stale && (left = end - clock_ms()) > 0;) {
        notify_alive();
        nap(left);
        if (db_broken(s->db) || !keep(s, &later))
            return;
        if (!sources_stale(&s->now, s->db, &stale, &later))
            stale = false;
    }
    s->followed = 0;
}

void serving_leave(struct serving *s)
{
    struct error ignored;
    close_session(s);
    if (connector_stopping && s->lease.token && !db_broken(s->db)) {
        tell(s, SOURCE_STOPPED);
        (void)lease_release(s->db, &s->lease, &ignored);
    }
    s->lease = (struct lease){0};
}
