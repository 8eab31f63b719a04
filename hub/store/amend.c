#include "hub/store/amend.h"

#include <unistd.h>

#include "hub/base/clock.h"
#include "hub/base/list.h"
#include "hub/store/amend_plan.h"
#include "hub/store/publish.h"
#include "hub/store/site.h"
#include "sql.gen.h"

/* How long the pipeline may take to let go, and readers of the views: those who come after wait for us as
 * long as we wait for those before. */
#define PIPELINE_WAIT "set local lock_timeout = '20s'"
#define READERS_WAIT "set local lock_timeout = '400ms'"
#define TRY_MS 30000
#define PAUSE_US 200000

bool amend_plan(struct arena *arena, struct db *db, const struct proposal *proposal,
                struct amendment *plan, struct findings *findings, struct error *err)
{
    struct findings ignored = {.arena = arena};
    const char *schemas = proposal->schemas;
    *plan = (struct amendment){.schemas = schemas, .body = proposal->body};
    if (!applied_newest(arena, db, &plan->base, err))
        return false;
    plan->before = applied_read(arena, schemas, plan->base.body, "dictionary.xml", &ignored);
    plan->after = applied_read(arena, schemas, proposal->body, proposal->file, findings);
    if (!plan->before || !plan->after)
        return true;
    plan->changes = dictionary_diff(arena, plan->before, plan->after, &plan->change_count);
    return amend_find_obstacles(arena, db, plan, err) &&
           (plan->obstacles.count || amend_find_stale(arena, db, plan, err));
}

struct paths {
    const char **list;
    size_t count, room;
};

/* An element's own, and of those that survive together with it. */
static void add_paths(struct arena *arena, struct paths *paths, const struct dictionary *dictionary,
                      const struct element *element)
{
    LIST_ADD(arena, paths, element->path);
    for (size_t i = 0; element->group && i < dictionary->element_count; i++) {
        const struct element *other = &dictionary->elements[i];
        if (other->group && text_equal(other->group, element->group) &&
            text_equal(other->class_name, element->class_name))
            LIST_ADD(arena, paths, other->path);
    }
}

/* Does it change what golden records say? */
static bool remakes(const struct dictionary_change *change)
{
    return change->kind == CHANGE_IDENTITY ||
           (change->kind == CHANGE_TREATMENT &&
            (text_equal(change->what, "survivorship") || text_equal(change->what, "group")));
}

/* Values stay where they are; only what wins among them can change. */
static bool queue_changed(struct arena *work, struct db *db, const struct amendment *plan,
                          struct error *err)
{
    for (size_t i = 0; i < plan->change_count; i++) {
        const struct dictionary_change *change = &plan->changes[i];
        struct paths paths = {0};
        if (!remakes(change))
            continue;
        if (change->element_before) {
            add_paths(work, &paths, plan->before, change->element_before);
            add_paths(work, &paths, plan->after, change->element_after);
        }
        if (!db_run(work, db, &SQL_JOB_ADD_CARRIERS,
                    PARAMS(db_text(change->element_before ? change->element_before->class_name
                                                          : change->name),
                           paths.count ? db_texts(work, paths.list, paths.count) : db_text(NULL)),
                    NULL, err))
            return false;
    }
    return true;
}

/* Nobody can tell what changed: all that consists of records is made anew. */
static bool queue_all(struct arena *work, struct db *db, const struct amendment *plan,
                      struct error *err)
{
    for (size_t i = 0; i < plan->after->class_count; i++)
        if (!db_run(work, db, &SQL_JOB_ADD_CARRIERS,
                    PARAMS(db_text(plan->after->classes[i].name), db_text(NULL)), NULL, err))
            return false;
    return true;
}

static bool write_dictionary(struct arena *work, struct db *db, const struct amendment *plan,
                             struct error *err)
{
    return db_run(work, db, &SQL_DICTIONARY_ADD,
                  PARAMS(db_text(plan->after->hash), db_text(plan->body)), NULL, err) &&
           (plan->before ? queue_changed(work, db, plan, err) : queue_all(work, db, plan, err)) &&
           db_script(db, READERS_WAIT, err) && publish_views_here(db, plan->after, err);
}

/* The plan was made beside everybody else; now nobody adds to what it looked at. */
static bool still_holds(struct arena *arena, struct db *db, struct amendment *plan,
                        struct error *err)
{
    struct applied newest;
    if (!applied_newest(arena, db, &newest, err))
        return false;
    if (newest.id != plan->base.id)
        return error_set(err, ERROR_CONFLICT, "somebody else applied a dictionary meanwhile");
    if (!plan->before)
        return true;
    return amend_find_obstacles(arena, db, plan, err) &&
           (!plan->obstacles.count ||
            error_set(err, ERROR_CONFLICT, "the dictionary cannot be applied"));
}

static bool try_apply(struct arena *arena, struct db *db, struct amendment *plan, struct error *err)
{
    ARENA(work);
    struct tx *tx = tx_begin(work, db, err);
    return tx && db_script(db, PIPELINE_WAIT, err) &&
           db_run(work, db, &SQL_DICTIONARY_EXCLUDE, NO_PARAMS, NULL, err) &&
           still_holds(arena, db, plan, err) && write_dictionary(work, db, plan, err) &&
           tx_commit(tx, err);
}

bool amend_apply(struct arena *arena, struct db *db, struct amendment *plan, struct error *err)
{
    struct error tried;
    for (int64_t end = clock_ms() + TRY_MS; !try_apply(arena, db, plan, &tried);) {
        bool again = tried.kind == ERROR_RETRY && !db_broken(db);
        if (!again || clock_ms() > end) {
            *err = tried;
            return again ? error_wrap(err, "somebody keeps the views in use; nothing was changed")
                         : false;
        }
        (void)usleep(PAUSE_US);
    }
    return true;
}

static bool is_published(struct db *db, const struct dictionary *dictionary, bool *published,
                         struct error *err)
{
    ARENA(work);
    struct rows rows;
    if (!db_run(work, db, &SQL_INSTANCE_STATE, NO_PARAMS, &rows, err))
        return false;
    *published = rows.count && text_equal(rows_text(&rows, 0, 3), publish_stamp(work, dictionary));
    return true;
}

/* Take over what nothing can be compared with: the first dictionary, or what was applied before under
 * another one that is shipped, or views that are made in another way. */
static bool adopt(struct arena *arena, struct db *db, struct amendment *whole,
                  struct amended *amended, struct error *err)
{
    bool published;
    whole->before = NULL;
    if (!is_published(db, whole->after, &published, err) || !amend_apply(arena, db, whole, err))
        return false;
    amended->dictionary = whole->after;
    amended->queued |= !published && whole->base.id;
    return true;
}

/* The plan has both dictionaries, and what was applied is by what is shipped now. */
static bool apply_proposal(struct arena *arena, struct db *db, struct amendment *plan,
                           struct amended *amended, struct error *err)
{
    bool published;
    struct error unapplied;
    amended->dictionary = plan->before;
    if (text_equal(plan->after->hash, plan->base.hash))
        return is_published(db, plan->after, &published, err) &&
               (published || adopt(arena, db, plan, amended, err));
    if (amend_apply(arena, db, plan, &unapplied)) {
        amended->dictionary = plan->after;
        return true;
    }
    if (unapplied.kind != ERROR_CONFLICT) {
        *err = unapplied;
        return false;
    }
    amended->refused = "the site's dictionary.xml is not applied, for records or mappings stand in "
                       "its way: 'axle dictionary diff' says which";
    return true;
}

/* What was applied before, by what is shipped now. */
static bool follow_shipped(struct arena *arena, struct db *db, const struct amendment *plan,
                           struct amended *amended, struct error *err)
{
    struct amendment whole = {.schemas = plan->schemas,
                              .base = plan->base,
                              .after = plan->before,
                              .body = plan->base.body};
    return adopt(arena, db, &whole, amended, err);
}

bool amend_at_start(struct arena *arena, struct db *db, const struct instance *instance,
                    struct amended *amended, struct error *err)
{
    struct findings findings = {.arena = arena};
    struct amendment plan;
    struct proposal proposal = {.schemas = instance->schemas,
                                .file = site_dictionary_file(arena, instance)};
    *amended = (struct amended){0};
    if (!site_dictionary_body(arena, instance, &proposal.body, err) ||
        !amend_plan(arena, db, &proposal, &plan, &findings, err))
        return false;
    if (!plan.before || !plan.base.id) /* nothing to go on with */
        return plan.after ? adopt(arena, db, &plan, amended, err)
                          : error_set(err, ERROR_FATAL, "%s", finding_first(arena, &findings));
    if (!text_equal(plan.before->hash, plan.base.hash) &&
        (!follow_shipped(arena, db, &plan, amended, err) ||
         !amend_plan(arena, db, &proposal, &plan, &findings, err)))
        return false;
    if (plan.after)
        return apply_proposal(arena, db, &plan, amended, err);
    amended->dictionary = plan.before;
    amended->refused = arena_printf(arena, "the site's dictionary is not applied: %s",
                                    finding_first(arena, &findings));
    return true;
}
