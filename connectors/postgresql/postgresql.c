#include "connectors/postgresql/postgresql.h"

#include "connectors/postgresql/postgresql_place.h"
#include "connectors/secret.h"
#include "hub/base/clock.h"
#include "hub/base/json.h"
#include "hub/store/foreign.h"

#define RAW_KEPT 65536 /* bytes of a row that is too long */
#define FIRST_WINDOW \
    50000 /* rows below the highest mark that may have company that is not there yet */
#define SOUGHT_MOST 1024 /* rows among which a failing one is sought first, */
#define SOUGHT_LIMIT (1 << 20)
#define IN_VAIN_MOST 100 /* rows set aside one after the other: more, and the query is wrong */
#define IDLE_MS 30000 /* a state of the other database is not kept longer than that for nothing */

struct session {
    const struct pull *pull;
    struct arena *arena;
    struct arena *line; /* what lives as long as the connection */
    struct foreign *foreign;
    const char *stream, *label;
    const char *query, *mark, *id; /* ready for a statement */
    const struct mark_kind *kind;
    const char *type;
    struct arena *placed; /* what `at` holds */
    struct place at;
    const char *cursor; /* the same as a text: what should be stored */
    bool reading;
    bool told_unread; /* rows that are in no order were looked for */
    /* While a row is sought on which the other database fails: how many are read at once; 0: it is not. */
    unsigned most;
    unsigned in_vain;           /* rows set aside since the last one that could be read */
    int64_t looked_ms, read_ms; /* when a sweep was planned, and rows were read */
};

/* What the marks of a type are like; numbers of the catalogue of types. */
static const struct mark_kind {
    int64_t type;
    const char *most; /* what stands above all real marks; NULL: nothing does */
    /* A time of the other machine that no real mark is beyond; NULL: they are no times.  Where a mark has no
     * time zone, any may be meant. */
    const char *now;
    const char *cast;
} mark_kinds[] = {
    {1184, "infinity", "pg_catalog.now()", "timestamptz"},
    {1114, "infinity", "(pg_catalog.now() at time zone 'UTC' + interval '14 hours')", "timestamp"},
    {1082, "infinity", "(pg_catalog.now() at time zone 'UTC' + interval '14 hours')", "date"},
    {1700, "NaN", NULL, NULL},
    {700, "Infinity", NULL, NULL},
    {701, "Infinity", NULL, NULL},
    {0, NULL, NULL, NULL},
};

static bool goes_on(const void *context)
{
    const struct pull *pull = context;
    pull_beat(pull);
    return !pull_stopping(pull);
}

/* From now on the place is this one, in memory of its own. */
static void put_place(struct session *s, const char *cursor)
{
    arena_free(s->placed);
    s->placed = arena_new();
    s->cursor = cursor ? arena_strdup(s->placed, cursor) : NULL;
    s->at = place_read(s->placed, cursor);
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
    s->type = arena_printf(s->line, "%lld", (long long)type);
    s->kind = mark_kinds;
    while (s->kind->type && s->kind->type != type)
        s->kind++;
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

/* A sweep begins. */

static const char *below_most(struct arena *arena, const struct session *s)
{
    return s->kind->most ? arena_printf(arena, " and %s < '%s'", s->mark, s->kind->most) : "";
}

struct probe {
    const char *top;   /* NULL: there are no rows */
    const char *start; /* of times: where rows may still appear behind the highest mark */
    const char *low;   /* of times: where to begin, at most there; NULL as s->at.low */
    bool went_back;    /* no row is left where this sweep would begin */
};

static bool probe(struct arena *arena, struct session *s, struct probe *found, struct error *err)
{
    struct rows rows;
    const char *start = "null::text";
    if (s->kind->now)
        start = arena_printf(arena, "(least(m.top, %s) - interval '%u ms')::%s", s->kind->now,
                             s->pull->source->mapping->from.overlap_ms, s->kind->cast);
    const char *sql = arena_printf(
        arena,
        "select m.top::text, (%s)::text, %s::text, coalesce(m.top < $1, false)::text from (select ("
        "select %s from %s q where %s is not null%s order by 1 desc limit 1) as top) m",
        start, s->kind->now ? arena_printf(arena, "least($1, %s)", start) : "null", s->mark,
        s->query, s->mark, below_most(arena, s));
    if (!foreign_ask(arena, s->foreign, sql, (struct foreign_values){{s->at.low}, 1}, &rows, err))
        return false;
    *found = (struct probe){.top = rows_text(&rows, 0, 0),
                            .start = rows_text(&rows, 0, 1),
                            .low = rows_text(&rows, 0, 2),
                            .went_back = text_equal(rows_text(&rows, 0, 3), "true")};
    return true;
}

/* The mark that so many rows are above; NULL when there are fewer. */
static bool find_window(struct arena *arena, struct session *s, const char **mark,
                        struct error *err)
{
    struct rows rows;
    const char *sql = arena_printf(
        arena,
        "select m.at::text from (select %s as at from %s q where %s is not null%s order by 1 desc "
        "offset %d limit 1) m",
        s->mark, s->query, s->mark, below_most(arena, s), FIRST_WINDOW);
    if (!foreign_ask(arena, s->foreign, sql, (struct foreign_values){0}, &rows, err))
        return false;
    *mark = rows.count ? rows_text(&rows, 0, 0) : NULL;
    return true;
}

/* As many steps as are needed to know, within an eighth, which mark was the highest `overlap` ago. */
static const char *take_step(struct session *s, const char *top, int64_t elapsed)
{
    struct place *at = &s->at;
    int64_t overlap = s->pull->source->mapping->from.overlap_ms;
    const char *reached = NULL;
    for (size_t i = 0; i < at->step_count; i++) {
        int64_t age = at->steps[i].age_ms + elapsed;
        at->steps[i].age_ms = age < overlap ? age : overlap;
        if (age < overlap)
            continue;
        reached = at->steps[i].mark;
        at->step_count = i + 1;
    }
    bool is_new = !at->step_count ||
                  (at->steps[0].age_ms > overlap / 8 && !text_equal(at->steps[0].mark, top));
    if (!is_new)
        return overlap ? reached : top;
    if (at->step_count == PLACE_STEPS_MOST)
        at->step_count--;
    memmove(at->steps + 1, at->steps, at->step_count * sizeof(*at->steps));
    at->steps[0] = (struct place_step){0, arena_strdup(s->placed, top)};
    at->step_count++;
    return overlap ? reached : top;
}

/* Is it in another state: did it start again, did a copy take over, was it restored?  Or another one wholly? */
static bool is_elsewhere(const char *before, const char *now, bool *wholly)
{
    const char *slash = before ? strrchr(before, '/') : NULL;
    *wholly = slash && strncmp(before, now, (size_t)(slash - before + 1)) != 0;
    return slash && *now && !text_equal(before, now);
}

/*
 * Where numbers and texts begin the next time.  There is no clock in them: by the highest mark of a while ago.
 * While that is not known, or the other database went back to an older state, some of the highest ones
 * count as unsure.
 */
static bool plan_ordinals(struct session *s, const char *top, bool went_back, int64_t elapsed,
                          struct error *err)
{
    struct place *at = &s->at;
    if (went_back || (!at->low && !at->high)) {
        at->step_count = 0;
        if (!find_window(s->placed, s, &at->next, err))
            return false;
        if (went_back)
            at->low = at->next;
        (void)take_step(s, top, 0);
        return true;
    }
    const char *reached = take_step(s, top, elapsed);
    at->next = reached ? arena_strdup(s->placed, reached) : at->low;
    return true;
}

static bool plan_sweep(struct session *s, struct error *err)
{
    ARENA(work);
    struct probe found;
    struct place *at = &s->at;
    int64_t now = clock_ms(), elapsed = s->looked_ms ? now - s->looked_ms : 0;
    bool wholly, elsewhere = is_elsewhere(at->where, foreign_place(s->foreign), &wholly);
    if ((at->where && wholly) || (at->type && !text_equal(at->type, s->type)))
        put_place(s, NULL);
    if (!probe(work, s, &found, err))
        return false;
    s->looked_ms = now;
    if (!found.top)
        return true;
    at->where = foreign_place(s->foreign);
    at->type = s->type;
    if (s->kind->now) {
        at->next = arena_strdup(s->placed, found.start);
        at->low = at->low ? arena_strdup(s->placed, found.low) : NULL;
    } else if (!plan_ordinals(s, found.top, found.went_back || elsewhere, elapsed, err)) {
        return false;
    }
    at->top = arena_strdup(s->placed, found.top);
    return true;
}

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

static const char *from_here(struct arena *arena, const struct session *s)
{
    const char *from = "$1::text is null and $2::text is null";
    if (s->at.mark)
        from = arena_printf(arena, "%s >= $1 and (%s, %s) > ($1, $2)", s->mark, s->mark, s->id);
    else if (s->at.low)
        from = arena_printf(arena, "%s >= $1 and $2::text is null", s->mark);
    return arena_printf(arena, "%s is not null and %s is not null and %s", s->mark, s->id, from);
}

enum sweep { SWEEP_ALL, SWEEP_BOUND, SWEEP_NONE };

/* All rows from there on, those up to a bound, or none of them: the record, its length and, where it is too long,
 * its hash; the mark, the name, and whether it may come again. */
static const char *sweep_query(struct arena *arena, const struct session *s, enum sweep sweep)
{
    const char *up_to = sweep == SWEEP_ALL
                            ? ""
                            : arena_printf(arena, " and %s <= $5 and (%s, %s) <= ($5, $6)", s->mark,
                                           s->mark, s->id);
    if (sweep == SWEEP_NONE)
        up_to = arena_printf(arena, "%s and (%s, %s) > ($5, $6)", up_to, s->mark, s->id);
    return arena_printf(
        arena,
        "select case when s.size > %d then pg_catalog.left(s.j, %d) else s.j end, s.size, "
        "case when s.size > %d then "
        "pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(s.j, 'UTF8')), 'hex') end, "
        "s.m::text, s.i::text, coalesce(s.m >= $3, true) or coalesce(s.m <= $4, false) "
        "from (select r.j, r.m, r.i, pg_catalog.octet_length(r.j) as size from ("
        "select pg_catalog.row_to_json(t.r)::text as j, t.m, t.i from (select q as r, %s as m, %s "
        "as i from %s q where %s%s order by 2, 3) t offset 0) r) s",
        FORMAT_RECORD_MOST, RAW_KEPT, FORMAT_RECORD_MOST, s->mark, s->id, s->query,
        from_here(arena, s), up_to);
}

/* The last row that is read: by its mark and its name. */
struct bound {
    const char *mark, *id; /* NULL: no row is left */
};

static struct foreign_values sweep_values(const struct session *s, const struct bound *bound)
{
    const struct place *at = &s->at;
    return (struct foreign_values){{at->mark ? at->mark : at->low, at->mark ? at->id : NULL,
                                    at->next, at->high, bound->mark, bound->id},
                                   s->most ? 6 : 4};
}

/* Marks and names alone can be read of rows on which the other database fails otherwise. */
static bool find_bound(struct arena *arena, struct session *s, struct bound *bound,
                       struct error *err)
{
    struct rows rows;
    struct foreign_values values = sweep_values(s, bound);
    const char *sql =
        arena_printf(arena,
                     "select e.m::text, e.i::text from (select %s as m, %s as i from %s q where %s "
                     "order by 1, 2 limit %u) e order by e.m desc, e.i desc limit 1",
                     s->mark, s->id, s->query, from_here(arena, s), s->most);
    values.count = 2;
    if (!foreign_ask(arena, s->foreign, sql, values, &rows, err))
        return false;
    if (rows.count)
        *bound = (struct bound){rows_text(&rows, 0, 0), rows_text(&rows, 0, 1)};
    return true;
}

/* All rows are read: the next sweep begins where some may still appear. */
static bool end_sweep(struct session *s, const struct place *at, struct error *err)
{
    ARENA(work);
    struct place done = *at;
    done.high = done.mark ? done.mark : done.high ? done.high : done.top;
    done.low = done.next;
    done.next = done.top = done.mark = done.id = NULL;
    s->reading = false;
    s->most = s->in_vain = 0;
    put_place(s, place_write(work, &done));
    return foreign_end(s->foreign, err);
}

static bool begin_sweep(struct session *s, struct batch *batch, struct bound *bound,
                        struct error *err)
{
    ARENA(work);
    struct place *at = &s->at;
    if (!foreign_begin(s->foreign, err) || !tell_unread(s, batch, err) ||
        (!at->top && !plan_sweep(s, err)))
        return false;
    if (!at->top)
        return foreign_end(s->foreign, err);
    if (s->most && !find_bound(batch->arena, s, bound, err))
        return false;
    if (s->most && !bound->mark)
        return end_sweep(s, at, err);
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
        raw.size = raw.size < RAW_KEPT ? raw.size : RAW_KEPT;
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
    put_place(s, place_write(batch->arena, at));
    batch->more = true;
    return true;
}

/* What was asked for is read; more of it at once the next time. */
static bool end_reading(struct session *s, struct batch *batch, const struct place *at,
                        struct error *err)
{
    if (!s->most)
        return end_sweep(s, at, err);
    s->most = s->most < SOUGHT_LIMIT ? s->most * 2 : s->most;
    s->in_vain = 0;
    s->reading = false;
    put_place(s, place_write(batch->arena, at));
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
    put_place(s, place_write(batch->arena, &at));
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
        put_place(s, cursor);
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
