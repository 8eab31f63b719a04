#include "connectors/postgresql/sweep.h"

#include "hub/base/clock.h"

#define FIRST_WINDOW \
    50000 /* rows below the highest mark that may have company that is not there yet */

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

void sweep_set_type(struct session *s, int64_t type)
{
    s->type = arena_printf(s->line, "%lld", (long long)type);
    s->kind = mark_kinds;
    while (s->kind->type && s->kind->type != type)
        s->kind++;
}

void sweep_put_place(struct session *s, const char *cursor)
{
    arena_free(s->placed);
    s->placed = arena_new();
    s->cursor = cursor ? arena_strdup(s->placed, cursor) : NULL;
    s->at = place_read(s->placed, cursor);
}

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

bool sweep_plan(struct session *s, struct error *err)
{
    ARENA(work);
    struct probe found;
    struct place *at = &s->at;
    int64_t now = clock_ms(), elapsed = s->looked_ms ? now - s->looked_ms : 0;
    bool wholly, elsewhere = is_elsewhere(at->where, foreign_place(s->foreign), &wholly);
    if ((at->where && wholly) || (at->type && !text_equal(at->type, s->type)))
        sweep_put_place(s, NULL);
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

static const char *from_here(struct arena *arena, const struct session *s)
{
    const char *from = "$1::text is null and $2::text is null";
    if (s->at.mark)
        from = arena_printf(arena, "%s >= $1 and (%s, %s) > ($1, $2)", s->mark, s->mark, s->id);
    else if (s->at.low)
        from = arena_printf(arena, "%s >= $1 and $2::text is null", s->mark);
    return arena_printf(arena, "%s is not null and %s is not null and %s", s->mark, s->id, from);
}

const char *sweep_query(struct arena *arena, const struct session *s, enum sweep sweep)
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
        FORMAT_RECORD_MOST, SWEEP_RAW_KEPT, FORMAT_RECORD_MOST, s->mark, s->id, s->query,
        from_here(arena, s), up_to);
}

struct foreign_values sweep_values(const struct session *s, const struct bound *bound)
{
    const struct place *at = &s->at;
    return (struct foreign_values){{at->mark ? at->mark : at->low, at->mark ? at->id : NULL,
                                    at->next, at->high, bound->mark, bound->id},
                                   s->most ? 6 : 4};
}

bool sweep_find_bound(struct arena *arena, struct session *s, struct bound *bound,
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

bool sweep_end(struct session *s, const struct place *at, struct error *err)
{
    ARENA(work);
    struct place done = *at;
    done.high = done.mark ? done.mark : done.high ? done.high : done.top;
    done.low = done.next;
    done.next = done.top = done.mark = done.id = NULL;
    s->reading = false;
    s->most = s->in_vain = 0;
    sweep_put_place(s, place_write(work, &done));
    return foreign_end(s->foreign, err);
}
