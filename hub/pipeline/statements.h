/*
 * Statements: what current records state of things (thing_statement()), and by which keys it is found.
 * All records that state the same share one, so that a thing is made from what is said, not from who
 * repeats it.  Private to the pipeline: children.c and things.c write them.
 */
#pragma once

#include "hub/golden/thing.h"
#include "hub/store/db.h"

/* Of records, or of statements. */
struct ids {
    int64_t *list;
    size_t count, room;
};

struct statements {
    struct statement_row {
        int64_t record, statement;
        const char *effective; /* the record's own time, or NULL */
    } * list;
    size_t count, room;
    struct keyed {
        struct keyed_row {
            int64_t key, statement;
        } * list;
        size_t count, room;
    } keyed;
};

void statements_add(struct arena *work, struct statements *statements,
                    const struct statement_row *row, const struct thing_key *keys, size_t count);
/* In place of what the records in `before` stated.  Queues a job for every statement that a record makes
 * or made.  RETRY when one went that is made again. */
bool statements_write(struct arena *work, struct db *db, const struct statements *statements,
                      struct param before, struct error *err) MUST_CHECK;
