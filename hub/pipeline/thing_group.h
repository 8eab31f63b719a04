/*
 * Thing group: statements that can be of one thing, each with the record that stands for it, with what they are now and what they should be.  Private to
 * the pipeline: things.c writes it, verify_things.c compares it with what is stored.
 */
#pragma once

#include "hub/golden/thing.h"
#include "hub/pipeline/hub.h"
#include "hub/pipeline/identity.h"

/* A statement that plays a part. */
struct subject {
    int64_t id;
    bool job, expanded;
    const struct record *record; /* NULL: no record makes it any more */
    unsigned trust;
};

struct thing_group {
    struct arena *work;
    const struct hub *hub;
    struct map by_id; /* subject */
    struct subjects {
        struct subject **list;
        size_t count, room;
    } subjects;
    struct membership *members; /* in step with the subjects, once they are split; by statement */
    struct map generic;         /* keys that identify nothing */
};

void thing_group_add(struct thing_group *group, int64_t statement, bool job);
/* Add everything that shared keys and common things reach.  With `again` each subject is asked for anew;
 * *grew tells whether anybody came. */
bool thing_group_close(struct thing_group *group, bool again, bool *grew,
                       struct error *err) MUST_CHECK;
/* Read records and whose they are, and split them: members[i].cluster, and .before. */
bool thing_group_split(struct thing_group *group, struct error *err) MUST_CHECK;

/* Things as they should be stored: the parameters of `thing_put` and `thing_differ`. */
struct thing_rows {
    struct thing_row {
        struct uuid id;
        const char *class_name, *doc, *lineage;
        int64_t lead, customer; /* record ids; customer 0: none */
        int64_t visitor;        /* as thing.h has it */
        const char *moment;
    } * list;
    size_t count, room;
    struct thing_relation_rows {
        struct thing_relation_row {
            struct uuid id;
            const char *role;
            int64_t to;
        } * list;
        size_t count, room;
    } relations;
};

/* Those of the clusters, once members[i].after is filled in, for which `wanted` holds (NULL: all). */
void thing_group_build(const struct thing_group *group, const struct map *wanted,
                       struct thing_rows *rows);
bool thing_rows_run(struct arena *work, const struct hub *hub, const struct thing_rows *things,
                    const struct stmt *stmt, struct rows *rows, struct error *err) MUST_CHECK;
