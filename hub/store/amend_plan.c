#include "hub/store/amend_plan.h"

#include "hub/base/list.h"
#include "hub/store/sources.h"
#include "sql.gen.h"

/* One look at the data for an element, however many of its changes ask for it. */
static bool is_first(const struct amendment *plan, size_t at,
                     bool (*alike)(enum dictionary_change_kind))
{
    for (size_t i = 0; i < at; i++)
        if (alike(plan->changes[i].kind) &&
            text_equal(plan->changes[i].name, plan->changes[at].name))
            return false;
    return true;
}

static void add_obstacle(struct arena *arena, struct amendment *plan, const char *name,
                         const char *reason, const struct rows *rows)
{
    struct obstacle obstacle = {.name = name, .reason = reason};
    if (rows->count) {
        obstacle.records = rows_int(rows, 0, 3);
        obstacle.customers = rows_int(rows, 0, 4);
    }
    for (size_t i = 0; i < rows->count && i < OBSTACLE_EXAMPLES; i++) {
        const char *part = rows_text(rows, i, 2);
        obstacle.examples[i] = arena_printf(arena, "%s %s%s%s", rows_text(rows, i, 0),
                                            rows_text(rows, i, 1), *part ? " " : "", part);
    }
    LIST_ADD(arena, &plan->obstacles, obstacle);
}

/* What carries it at all: of a class all its records. */
static bool look_for_carriers(struct arena *arena, struct db *db, struct amendment *plan,
                              const struct dictionary_change *change, const char *reason,
                              struct error *err)
{
    const struct element *element = change->element_before;
    struct rows rows;
    if (!db_run(arena, db, &SQL_RECORD_CARRY,
                PARAMS(db_text(element ? element->class_name : change->name),
                       db_text(element ? element->path : NULL)),
                &rows, err))
        return false;
    if (rows.count)
        add_obstacle(arena, plan, change->name, reason, &rows);
    return true;
}

static struct param permitted_codes(struct arena *arena, const struct domain *domain)
{
    const char **codes = NEW_ARRAY(arena, const char *, domain->permitted_count + 1);
    if (!domain->permitted)
        return db_text(NULL);
    for (size_t i = 0; i < domain->permitted_count; i++)
        codes[i] = domain->permitted[i].code;
    return db_texts(arena, codes, domain->permitted_count);
}

/* What the new domain would not permit.  Whether a check digit is right is not for SQL: a domain that
 * comes to ask for one is refused wherever there are values. */
static bool look_for_misfits(struct arena *arena, struct db *db, struct amendment *plan,
                             const struct dictionary_change *change, struct error *err)
{
    const struct element *element = change->element_after;
    const struct domain *domain = element->domain;
    struct rows rows;
    if (domain->check &&
        !text_equal(text_or_empty(change->element_before->domain->check), domain->check))
        return look_for_carriers(arena, db, plan, change, "would come to have a check digit", err);
    bool dates = domain->kind == DOMAIN_DATE || domain->kind == DOMAIN_TIME;
    if (!db_run(arena, db, &SQL_RECORD_MISFIT,
                PARAMS(db_text(element->class_name), db_text(element->path),
                       permitted_codes(arena, domain), db_int(arena, (int64_t)domain->length_most),
                       db_text(dates ? NULL : domain->minimum),
                       db_text(dates ? NULL : domain->maximum),
                       db_text(dates ? domain->minimum : NULL),
                       db_text(dates ? domain->maximum : NULL)),
                &rows, err))
        return false;
    if (rows.count)
        add_obstacle(arena, plan, change->name, "has values that would not be permitted any more",
                     &rows);
    return true;
}

static bool narrows(enum dictionary_change_kind kind)
{
    return kind == CHANGE_DOMAIN_NARROWED || kind == CHANGE_CODE_REMOVED;
}

static bool look_at_change(struct arena *arena, struct db *db, struct amendment *plan, size_t i,
                           struct error *err)
{
    const struct dictionary_change *change = &plan->changes[i];
    switch (change->kind) {
    case CHANGE_CLASS_REMOVED:
        return look_for_carriers(arena, db, plan, change, "is removed, and has records", err);
    case CHANGE_ELEMENT_REMOVED: /* with its class: that was looked at */
        return !dictionary_class(plan->after, change->element_before->class_name) ||
               look_for_carriers(arena, db, plan, change, "is removed", err);
    case CHANGE_ELEMENT_RETYPED:
        return look_for_carriers(arena, db, plan, change, "would have values of another kind", err);
    case CHANGE_DOMAIN_NARROWED:
    case CHANGE_CODE_REMOVED:
        return !is_first(plan, i, narrows) || look_for_misfits(arena, db, plan, change, err);
    case CHANGE_CLASS_ADDED:
    case CHANGE_IDENTITY:
    case CHANGE_ELEMENT_ADDED:
    case CHANGE_DOMAIN_WIDENED:
    case CHANGE_CODE_ADDED:
    case CHANGE_TREATMENT:
    case CHANGE_REGISTER:
    case CHANGE_TEXT:
        return true;
    }
    return true;
}

/* A mapping that was read until now, and could not be any more. */
static bool look_at_mappings(struct arena *arena, struct db *db, struct amendment *plan,
                             struct error *err)
{
    const struct sources *after = sources_load_by(arena, db, plan->after, plan->schemas, err);
    const struct sources *before =
        after ? sources_load_by(arena, db, plan->before, plan->schemas, err) : NULL;
    if (!before)
        return false;
    for (size_t i = 0; i < after->unreadable_count; i++) {
        const struct source *source = &after->unreadable[i];
        if (sources_by_name(before, source->name))
            LIST_ADD(arena, &plan->obstacles,
                     ((struct obstacle){
                         .name = arena_printf(arena, "source %s", source->name),
                         .reason = arena_printf(arena, "has a live mapping that would be wrong: %s",
                                                source->mistake)}));
    }
    return true;
}

bool amend_find_obstacles(struct arena *arena, struct db *db, struct amendment *plan,
                          struct error *err)
{
    plan->obstacles.count = 0;
    for (size_t i = 0; i < plan->change_count; i++)
        if (!look_at_change(arena, db, plan, i, err))
            return false;
    return look_at_mappings(arena, db, plan, err);
}

static bool opens(enum dictionary_change_kind kind)
{
    return kind == CHANGE_DOMAIN_WIDENED || kind == CHANGE_CODE_ADDED;
}

static bool restandardises(const struct dictionary_change *change)
{
    return change->kind == CHANGE_TREATMENT && text_equal(change->what, "standardiser");
}

bool amend_find_stale(struct arena *arena, struct db *db, struct amendment *plan, struct error *err)
{
    for (size_t i = 0; i < plan->change_count; i++) {
        const struct dictionary_change *change = &plan->changes[i];
        const struct element *element = change->element_before;
        struct rows rows;
        bool wider = opens(change->kind) && is_first(plan, i, opens);
        if (!element || (!wider && !restandardises(change)))
            continue;
        if (!db_run(arena, db, &SQL_RECORD_UNREAD,
                    PARAMS(db_text(element->class_name), db_text(element->path),
                           db_text(wider ? "true" : "false")),
                    &rows, err))
            return false;
        for (size_t row = 0; row < rows.count; row++)
            LIST_ADD(
                arena, &plan->stale,
                ((struct stale){rows_text(&rows, row, 0), element->name, rows_int(&rows, row, 1)}));
    }
    return true;
}
