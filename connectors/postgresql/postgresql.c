#include "connectors/postgresql/postgresql.h"

#include "connectors/postgresql/sweep.h"
#include "connectors/secret.h"
#include "hub/base/clock.h"
#include "hub/base/json.h"

#define SOUGHT_MOST 1024 /* rows among which a failing one is sought first, */
#define SOUGHT_LIMIT (1 << 20)
#define IN_VAIN_MOST 100 /* rows set aside one after the other: more, and the query is wrong */
#define IDLE_MS 30000 /* a state of the other database is not kept longer than that for nothing */

static bool goes_on(const void *context)
{
    const struct pull *pull = context;
    pull_beat(pull);
    return !pull_stopping(pull);
}

/* The session. */

static bool find_column(const struct foreign_columns *columns, const char *name, int64_t *type,
                        struct error *err)
{
    ARENA(scratch);
    struct buffer names = {.arena = scratch};
    for (size_t i = 0; i < columns->count; i++) {
        *type = columns->list[i].type;
        if (text_equal(columns->list[i].name, name))
            return true;
        buffer_printf(&names, "%s%s", i ? ", " : "", columns->list[i].name);
    }
    return error_set(err, ERROR_FATAL, "the query gives no column '%s'; it gives %s", name,
                     buffer_string(&names));
}

static bool check_query(struct session *s, struct error *err)
{
    ARENA(scratch);
    int64_t type = 0, ignored;
    const struct transport *from = &s->pull->source->mapping->from;
    struct foreign_columns columns = {0};
    if (!foreign_describe(scratch, s->foreign, from->query, &columns, err) ||
        !find_column(&columns, from->mark, &type, err) ||
        (from->id && !find_column(&columns, from->id, &ignored, err)))
        return false;
    sweep_set_type(s, type);
    return true;
}

/* Without the semicolon that a statement may end with, and with a line end, for it may end in a comment. */
static const char *inner_query(struct arena *arena, const char *query)
{
    const char *text = text_trim(arena, query);
    size_t length = strlen(text);
    while (length && strchr("; \t\r\n", text[length - 1]))
        length--;
    return arena_printf(arena, "(%.*s\n)", (int)length, text);
}

/* What was read goes for nothing where it is not stored. */
static void disconnect(struct session *s)
{
    arena_free(s->line);
    s->line = NULL;
    s->foreign = NULL;
    s->reading = false;
}

static bool connect_to(struct session *s, struct error *err)
{
    const char *dsn;
    const struct foreign_watch watch = {goes_on, s->pull};
    s->line = arena_new();
    return secret_read(s->line, s->pull, s->pull->source->mapping->from.dsn_file, &dsn, err) &&
           (s->foreign = foreign_open(s->line, dsn, &watch, err)) && check_query(s, err);
}

static void close_session(void *session)
{
    struct session *s = session;
    disconnect(s);
    arena_free(s->placed);
}

static void *postgresql_open(struct arena *arena, const struct pull *pull, struct error *err)
{
    const struct transport *from = &pull->source->mapping->from;
    struct session *s = NEW(arena, struct session);
    *s = (struct session){
        .pull = pull,
        .arena = arena,
        .placed = arena_new(),
        /* Another column counts otherwise; another query does not. */
        .stream = arena_printf(arena, "postgresql:%s:%s", from->mark, text_or_empty(from->id)),
        .label = arena_printf(arena, "rows by '%s'", from->mark),
        .query = inner_query(arena, from->query),
        .mark = arena_printf(arena, "q.%s", foreign_name(arena, from->mark)),
        .id = from->id ? arena_printf(arena, "q.%s", foreign_name(arena, from->id))
                       : "pg_catalog.md5(pg_catalog.row_to_json(q)::text)",
    };
    arena_defer(arena, close_session, s);
    return connect_to(s, err) ? s : NULL;
}

/* Reading. */

/* Rows without a mark or a name are in no order, and so are not read: that is said once. */
static bool tell_unread(struct session *s, struct batch *batch, struct error *err)
{
    struct rows rows;
    struct arena *arena = batch->arena;
    const struct transport *from = &s->pull->source->mapping->from;
    const char *names = from->id ? arena_printf(arena, "'%s' or '%s'", from->mark, from->id)
                                 : arena_printf(arena, "'%s'", from->mark);
    struct reject *reject = NEW(arena, struct reject);
    *reject = (struct reject){.stage = "transport",
                              .code = "no-mark",
                              .message =
                                  arena_printf(arena, "rows whose %s is null are not read", names)};
    if (s->told_unread)
        return true;
    const char *sql =
        arena_printf(arena, "select exists (select from %s q where %s is null or %s is null)::text",
                     s->query, s->mark, from->id ? s->id : s->mark);
    if (!foreign_ask(arena, s->foreign, sql, (struct foreign_values){0}, &rows, err))
        return false;
    s->told_unread = true; /* where the batch is not stored, the session ends */
    if (text_equal(rows_text(&rows, 0, 0), "true"))
        (void)batch_add(batch,
                        (struct feed_item){.raw = {"", 0},
                                           .name = {reject->message, strlen(reject->message)},
                                           .remember = true,
                                           .reject = reject});
    return true;
}

static bool begin_sweep(struct session *s, struct batch *batch, struct bound *bound,
                        struct error *err)
{
    ARENA(work);
    struct place *at = &s->at;
    if (!foreign_begin(s->foreign, err) || !tell_unread(s, batch, err) ||
        (!at->top && !sweep_plan(s, err)))
        return false;
    if (!at->top)
        return foreign_end(s->foreign, err);
    if (s->most && !sweep_find_bound(batch->arena, s, bound, err))
        return false;
    if (s->most && !bound->mark)
        return sweep_end(s, at, err);
    s->reading =
        foreign_read(s->foreign, sweep_query(work, s, s->most ? SWEEP_BOUND : SWEEP_ALL),
                     sweep_values(s, bound), s->pull->source->mapping->from.page_size, err);
    return s->reading;
}

static bool add_row(const struct session *s, struct batch *batch, const struct rows *row)
{
    struct arena *arena = batch->arena;
    struct slice raw = rows_bytes(row, 0, 0), id = rows_bytes(row, 0, 4);
    int64_t length = 0;
    (void)!text_to_int(rows_text(row, 0, 1), 0, INT64_MAX, &length);
    struct feed_item item = {.length = (size_t)length,
                             .remember = text_equal(rows_text(row, 0, 5), "t")};
    if (s->pull->source->mapping->from.id)
        item.name = (struct slice){arena_strndup(arena, id.bytes, id.size), id.size};
    if (!rows_is_null(row, 0, 2)) {
        struct reject *reject = NEW(arena, struct reject);
        *reject = (struct reject){.stage = "size",
                                  .code = "too-long",
                                  .message = "the row is longer than a record may be"};
        item.hash = arena_strdup(arena, rows_text(row, 0, 2));
        item.reject = reject;
        raw.size = raw.size < SWEEP_RAW_KEPT ? raw.size : SWEEP_RAW_KEPT;
    }
    item.raw = (struct slice){arena_strndup(arena, raw.bytes, raw.size), raw.size};
    return batch_add(batch, item);
}

/* Is it that row?  Not where the other database fails as well when none is asked for. */
static bool blame(struct session *s, const struct bound *bound, struct error *err)
{
    ARENA(work);
    struct rows none;
    const char *cause = arena_strdup(work, err->text);
    if (!foreign_begin(s->foreign, err))
        return false;
    bool fails = !foreign_ask(work, s->foreign, sweep_query(work, s, SWEEP_NONE),
                              sweep_values(s, bound), &none, err);
    if (fails && err->kind != ERROR_REJECT)
        return false;
    if (fails)
        return error_set(err, ERROR_FATAL, "%s, whichever rows it is asked for", cause);
    if (++s->in_vain > IN_VAIN_MOST)
        return error_set(err, ERROR_FATAL, "%s in one row after the other", cause);
    return foreign_end(s->foreign, err);
}

static void set_aside(const struct session *s, struct batch *batch, const struct bound *bound,
                      const char *cause)
{
    struct arena *arena = batch->arena;
    const struct transport *from = &s->pull->source->mapping->from;
    struct reject *reject = NEW(arena, struct reject);
    struct json_writer raw = {.out = {.arena = arena}};
    json_open(&raw, '{');
    json_member(&raw, from->mark, bound->mark);
    json_member(&raw, from->id, bound->id);
    json_close(&raw, '}');
    *reject = (struct reject){
        .stage = "transport",
        .code = "row",
        .message = arena_printf(arena, "%s in the row whose '%s' is '%.100s' and '%s' is '%.100s'",
                                cause, from->mark, bound->mark, from->id, bound->id)};
    (void)batch_add(batch, (struct feed_item){.raw = {raw.out.data, raw.out.length},
                                              .name = {bound->id, strlen(bound->id)},
                                              .remember = true,
                                              .reject = reject});
}

/* There is a row on which the other database fails: those before it count, and it is sought by halves. */
static bool seek(struct session *s, struct batch *batch, struct place *at,
                 const struct bound *bound, struct error *err)
{
    struct error ignored;
    const char *cause = arena_strdup(batch->arena, err->text);
    if (err->kind != ERROR_REJECT)
        return false;
    if (!s->pull->source->mapping->from.id)
        return error_set(err, ERROR_FATAL, "%s; with an id, the row alone would be set aside",
                         cause);
    s->reading = false;
    if (!foreign_end(s->foreign, &ignored))
        return false;
    if (s->most == 1 && bound->mark && bound->id) {
        if (!blame(s, bound, err))
            return false;
        set_aside(s, batch, bound, cause);
        at->mark = bound->mark;
        at->id = bound->id;
    }
    s->most = !s->most ? SOUGHT_MOST : s->most > 1 ? s->most / 2 : 1;
    sweep_put_place(s, place_write(batch->arena, at));
    batch->more = true;
    return true;
}

/* What was asked for is read; more of it at once the next time. */
static bool end_reading(struct session *s, struct batch *batch, const struct place *at,
                        struct error *err)
{
    if (!s->most)
        return sweep_end(s, at, err);
    s->most = s->most < SOUGHT_LIMIT ? s->most * 2 : s->most;
    s->in_vain = 0;
    s->reading = false;
    sweep_put_place(s, place_write(batch->arena, at));
    batch->more = true;
    return foreign_end(s->foreign, err);
}

/* Rows until the batch is full, or there are no more. */
static bool fill(struct session *s, struct batch *batch, const struct bound *bound,
                 struct error *err)
{
    struct rows row;
    struct place at = s->at;
    for (bool room = true; room;) {
        if (!foreign_next(s->foreign, &row, err))
            return seek(s, batch, &at, bound, err);
        if (!row.count)
            return end_reading(s, batch, &at, err);
        room = add_row(s, batch, &row);
        at.mark = arena_strdup(batch->arena, rows_text(&row, 0, 3));
        at.id = arena_strdup(batch->arena, rows_text(&row, 0, 4));
    }
    sweep_put_place(s, place_write(batch->arena, &at));
    batch->more = true;
    return true;
}

/* Go on where the last batch that was stored ends. */
static bool go_back(struct session *s, struct batch *batch, struct error *err)
{
    const char *cursor;
    if (!pull_cursor(batch->arena, s->pull, s->stream, &cursor, err))
        return false;
    bool as_stored = text_equal(text_or_empty(cursor), text_or_empty(s->cursor));
    bool stale = s->reading && clock_ms() - s->read_ms > IDLE_MS;
    if (s->foreign && as_stored && !stale)
        return true;
    if (!as_stored)
        sweep_put_place(s, cursor);
    if (s->foreign && !s->reading)
        return true;
    disconnect(s);
    return connect_to(s, err);
}

static bool pull_rows(struct session *s, struct batch *batch, struct error *err)
{
    struct bound bound = {0};
    batch->stream = s->stream;
    batch->label = s->label;
    if (!go_back(s, batch, err) || (!s->reading && !begin_sweep(s, batch, &bound, err)))
        return false;
    if (s->reading && !fill(s, batch, &bound, err))
        return false;
    s->read_ms = clock_ms();
    batch->cursor = s->cursor ? arena_strdup(batch->arena, s->cursor) : NULL;
    pull_behind(s->pull, s->reading ? -1 : 0);
    return true;
}

static bool postgresql_pull(void *session, struct batch *batch, struct error *err)
{
    struct session *s = session;
    if (pull_rows(s, batch, err))
        return true;
    disconnect(s);
    if (err->kind == ERROR_REJECT) /* no row alone is to blame */
        err->kind = ERROR_FATAL;
    return false;
}

const struct connector postgresql_connector = {
    .kind = TRANSPORT_POSTGRESQL, .open = postgresql_open, .pull = postgresql_pull};
