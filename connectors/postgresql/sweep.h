/*
 * Sweep: which rows of another database are read next, and by which statement.
 *
 * A sweep reads every row from a mark on, in one order, and ends with the last one; where the next begins is
 * planned when it begins.  Whoever reads keeps the session, opens its transaction before anything is asked
 * here, reads what sweep_query() says, and after each batch puts the place behind its last row.
 */
#pragma once

#include "connectors/connector.h"
#include "connectors/postgresql/postgresql_place.h"
#include "hub/store/foreign.h"

#define SWEEP_RAW_KEPT 65536 /* bytes of a row that is too long */

struct mark_kind;

/* One source and its connection; the caller's, but for `kind`, `type`, `placed`, `at`, `cursor`, `looked_ms`. */
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

/* The last row that is read: by its mark and its name. */
struct bound {
    const char *mark, *id; /* NULL: no row is left */
};

enum sweep { SWEEP_ALL, SWEEP_BOUND, SWEEP_NONE };

/* What the marks are, by their number in the catalogue of types: to be said once a connection. */
void sweep_set_type(struct session *s, int64_t type);
/* From now on the place is this one, in memory of its own; NULL: the start. */
void sweep_put_place(struct session *s, const char *cursor);

/* A sweep begins: s->at says from where to where.  Its top stays NULL where there are no rows. */
bool sweep_plan(struct session *s, struct error *err) MUST_CHECK;
/* All rows up to this place are read: the next sweep begins where some may still appear.  Ends the transaction. */
bool sweep_end(struct session *s, const struct place *at, struct error *err) MUST_CHECK;

/*
 * All rows from the place on, those up to a bound, or none of them.  Columns: the record as JSON, cut to
 * SWEEP_RAW_KEPT characters where it is too long; its length; where it is too long, its hash; the mark; the
 * name; whether it may come again.
 */
const char *sweep_query(struct arena *arena, const struct session *s, enum sweep sweep);
/* What goes with it; the bound counts while s->most is set. */
struct foreign_values sweep_values(const struct session *s, const struct bound *bound);
/*
 * The last of the s->most rows that come next; left as it is when there are none.  Marks and names alone can
 * be read of rows on which the other database fails otherwise.
 */
bool sweep_find_bound(struct arena *arena, struct session *s, struct bound *bound,
                      struct error *err) MUST_CHECK;
