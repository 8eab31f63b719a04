#include "hub/pipeline/children.h"

#include "hub/base/list.h"
#include "hub/pipeline/statements.h"
#include "sql.gen.h"

struct related {
    struct related_row {
        int64_t id, to;
        const char *role, *source, *key, *part;
    } * list;
    size_t count, room;
};

static void gather_relations(struct arena *work, const struct child *child, struct related *related)
{
    const struct record *record = child->version->record;
    for (size_t i = 0; i < record->relation_count; i++) {
        const struct relation *r = &record->relations[i];
        LIST_ADD(work, related,
                 ((struct related_row){child->id, record_id(r->source, r->key, r->part), r->role,
                                       r->source, r->key, r->part}));
    }
}

static bool write_relations(struct arena *work, struct db *db, const struct ids *before,
                            const struct related *related, struct error *err)
{
    return (!before->count ||
            db_run(work, db, &SQL_RELATION_REMOVE,
                   PARAMS(db_int8s(work, before->list, before->count)), NULL, err)) &&
           (!related->count ||
            db_run(work, db, &SQL_RELATION_ADD,
                   PARAMS(DB_COLUMN(work, related, id), DB_COLUMN(work, related, role),
                          DB_COLUMN(work, related, to), DB_COLUMN(work, related, source),
                          DB_COLUMN(work, related, key), DB_COLUMN(work, related, part)),
                   NULL, err));
}

struct gathered {
    struct related related;
    struct ids stored, others; /* stored before; of them other classes */
    struct statements statements;
};

static void gather(struct arena *work, const struct child *child, struct gathered *to)
{
    const struct version *version = child->version;
    if (child->stored)
        LIST_ADD(work, &to->stored, child->id);
    if (child->was_other)
        LIST_ADD(work, &to->others, child->id);
    if (!version)
        return;
    gather_relations(work, child, &to->related);
    if (!text_equal(version->record->class_name, "customer"))
        statements_add(
            work, &to->statements,
            &(struct statement_row){child->id, version->statement, version->record->effective},
            version->thing_keys, version->thing_key_count);
}

bool children_write(struct arena *work, struct db *db, const struct child *children, size_t count,
                    struct error *err)
{
    struct gathered all = {0};
    for (size_t i = 0; i < count; i++)
        gather(work, &children[i], &all);
    return write_relations(work, db, &all.stored, &all.related, err) &&
           statements_write(work, db, &all.statements,
                            db_int8s(work, all.others.list, all.others.count), err);
}
