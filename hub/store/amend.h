/*
 * Amend: change the dictionary of a running hub to what its site's file says.
 *
 * First a plan: what changes, and whose stored values stand in the way.  Then the change itself, in one
 * transaction with the published views: nobody ever works with half of it.  Values are never lost: what
 * records carry is neither removed nor made another kind of value.
 */
#pragma once

#include "hub/dictionary/dictionary_diff.h"
#include "hub/store/applied.h"
#include "hub/store/instance.h"

#define OBSTACLE_EXAMPLES 5

/* Why a change is refused. */
struct obstacle {
    const char *name;   /* of an element, a class or a source */
    const char *reason; /* "is removed", ... */
    int64_t records, customers;
    const char *examples[OBSTACLE_EXAMPLES]; /* "SOURCE KEY", and its part if it has one; or NULL */
};

/* Values that may become readable, or read otherwise, once a source is replayed. */
struct stale {
    const char *source, *element;
    int64_t values;
};

struct amendment {
    const char *schemas;                     /* the directory of what is shipped */
    struct applied base;                     /* what the hub works with now */
    const struct dictionary *before, *after; /* before: NULL when it cannot be read any more */
    const char *body;                        /* of the site's file */
    const struct dictionary_change *changes;
    size_t change_count;
    struct {
        struct obstacle *list;
        size_t count, room;
    } obstacles; /* none: it can be applied */
    struct {
        struct stale *list;
        size_t count, room;
    } stale;
};

/* What a site wants. */
struct proposal {
    const char *schemas; /* the directory of what is shipped */
    const char *file;    /* the site's, for findings */
    const char *body;    /* its text; "" where there is none */
};
/* Plan to work with it; changes nothing.  With mistakes among the findings `after` is NULL, and there is
 * nothing to apply. */
bool amend_plan(struct arena *arena, struct db *db, const struct proposal *proposal,
                struct amendment *plan, struct findings *findings, struct error *err) MUST_CHECK;
/*
 * Carry it out.  CONFLICT when there are obstacles, also such as came up since: plan->obstacles says
 * which; or when somebody else applied one meanwhile.  RETRY when readers of the views left no gap.
 */
bool amend_apply(struct arena *arena, struct db *db, struct amendment *plan,
                 struct error *err) MUST_CHECK;

struct amended {
    const struct dictionary *dictionary; /* that the hub works with */
    bool queued;                         /* every record is looked at anew */
    const char *refused;                 /* why the site's file was not applied, or NULL */
};
/* What is done at each start: apply the site's file if that can be, or else go on with what was applied;
 * and follow the shipped dictionary when it is another one. */
bool amend_at_start(struct arena *arena, struct db *db, const struct instance *instance,
                    struct amended *amended, struct error *err) MUST_CHECK;
