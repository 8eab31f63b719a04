/*
 * Visitors: whose visits are that name no customer (hub/sql/visitor_stitch.sql).
 *
 * A visit belongs to the customer's record that its visitor says to be next, or else said to be last
 * before.  That is stored with the thing and follows from the things alone, whatever came first; to which customer
 * the record belongs, its link says.  Private to the pipeline: things.c writes them.
 */
#pragma once

#include "hub/pipeline/thing_group.h"

struct visitors {
    struct arena *work;
    struct db *db;
    struct visitor_ids {
        int64_t *list;
        size_t count, room;
    } named; /* who said something else about themselves before, or do now */
};

/* Before things are written: keep others from deciding about the same visitors.  `touched` are the ids of
 * all things that are written or go. */
bool visitors_enter(struct visitors *visitors, struct param touched,
                    const struct thing_rows *things, struct error *err) MUST_CHECK;
/* Once they are written. */
bool visitors_stitch(struct visitors *visitors, const struct thing_rows *things,
                     struct error *err) MUST_CHECK;
