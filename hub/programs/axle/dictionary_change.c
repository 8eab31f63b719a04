/* axle dictionary diff, apply: what the site's file would change, and the change itself. */
#include "hub/base/json.h"
#include "hub/programs/axle/dictionary.h"
#include "hub/programs/axle/findings.h"

static const char *mark_of(const struct dictionary_change *change)
{
    if (!change->before)
        return "+";
    return change->after ? "~" : "-";
}

/* Where a new element can be read, or an old one no more. */
static const char *place_of(struct arena *arena, const struct dictionary_change *change)
{
    switch (change->kind) {
    case CHANGE_ELEMENT_ADDED:
        return dictionary_column(arena, change->element_after);
    case CHANGE_ELEMENT_REMOVED:
        return dictionary_column(arena, change->element_before);
    case CHANGE_CLASS_ADDED:
    case CHANGE_CLASS_REMOVED:
        return arena_printf(arena, "axle.%s", change->name);
    case CHANGE_IDENTITY:
    case CHANGE_ELEMENT_RETYPED:
    case CHANGE_DOMAIN_NARROWED:
    case CHANGE_DOMAIN_WIDENED:
    case CHANGE_CODE_REMOVED:
    case CHANGE_CODE_ADDED:
    case CHANGE_TREATMENT:
    case CHANGE_REGISTER:
    case CHANGE_TEXT:
        return NULL;
    }
    return NULL;
}

static const char *details_of(struct arena *arena, const struct dictionary_change *change)
{
    struct buffer out = {.arena = arena};
    const char *place = place_of(arena, change);
    if (place)
        return place;
    if (*change->what)
        buffer_text(&out, change->what);
    if (change->before)
        buffer_printf(&out, "%s%s", out.length ? " " : "", change->before);
    if (change->before && change->after)
        buffer_text(&out, " ->");
    if (change->after)
        buffer_printf(&out, "%s%s", out.length ? " " : "", change->after);
    return buffer_string(&out);
}

static void print_changes(struct arena *arena, const struct amendment *plan)
{
    if (!plan->before)
        (void)printf("What was applied before cannot be read any more: everything is made anew\n");
    for (size_t i = 0; i < plan->change_count; i++) {
        const struct dictionary_change *change = &plan->changes[i];
        (void)printf("%s %-30s %-18s %s\n", mark_of(change), change->name,
                     dictionary_change_word(change->kind), details_of(arena, change));
    }
}

static void print_obstacle(const struct obstacle *obstacle)
{
    (void)printf("  %s %s", obstacle->name, obstacle->reason);
    if (obstacle->records)
        (void)printf(": %lld %s of %lld %s", (long long)obstacle->records,
                     obstacle->records == 1 ? "record" : "records", (long long)obstacle->customers,
                     obstacle->customers == 1 ? "customer or thing" : "customers or things");
    (void)printf("\n");
    for (size_t e = 0; e < OBSTACLE_EXAMPLES && obstacle->examples[e]; e++)
        (void)printf("      %s\n", obstacle->examples[e]);
    if (obstacle->records > OBSTACLE_EXAMPLES)
        (void)printf("      ...\n");
}

static void print_obstacles(const struct amendment *plan)
{
    if (!plan->obstacles.count)
        return;
    (void)printf("\nRefused:\n");
    for (size_t i = 0; i < plan->obstacles.count; i++)
        print_obstacle(&plan->obstacles.list[i]);
    (void)printf("status=\"retired\" ends the use of an element that has values.\n");
}

static void print_stale(const struct amendment *plan)
{
    for (size_t i = 0; i < plan->stale.count; i++) {
        const struct stale *stale = &plan->stale.list[i];
        (void)printf("%s%lld %s of %s may be read otherwise by 'axle replay --source %s'\n",
                     i ? "" : "\n", (long long)stale->values,
                     stale->values == 1 ? "value" : "values", stale->element, stale->source);
    }
}

static void write_changes(struct arena *arena, struct json_writer *json,
                          const struct amendment *plan)
{
    json_name(json, "changes");
    json_open(json, '[');
    for (size_t i = 0; i < plan->change_count; i++) {
        const struct dictionary_change *change = &plan->changes[i];
        json_open(json, '{');
        json_member(json, "name", change->name);
        json_member(json, "change", dictionary_change_word(change->kind));
        json_member(json, "what", text_or_null(change->what));
        json_member(json, "before", change->before);
        json_member(json, "after", change->after);
        json_member(json, "published", place_of(arena, change));
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void write_obstacles(struct json_writer *json, const struct amendment *plan)
{
    json_name(json, "refused");
    json_open(json, '[');
    for (size_t i = 0; i < plan->obstacles.count; i++) {
        const struct obstacle *obstacle = &plan->obstacles.list[i];
        json_open(json, '{');
        json_member(json, "name", obstacle->name);
        json_member(json, "reason", obstacle->reason);
        json_member_int(json, "records", obstacle->records);
        json_member_int(json, "customers", obstacle->customers);
        json_name(json, "examples");
        json_open(json, '[');
        for (size_t e = 0; e < OBSTACLE_EXAMPLES && obstacle->examples[e]; e++)
            json_text(json, obstacle->examples[e]);
        json_close(json, ']');
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void print_json(struct arena *arena, const struct amendment *plan, bool applied)
{
    struct json_writer json = {.out = {.arena = arena}};
    json_open(&json, '{');
    write_changes(arena, &json, plan);
    write_obstacles(&json, plan);
    json_name(&json, "replay");
    json_open(&json, '[');
    for (size_t i = 0; i < plan->stale.count; i++) {
        json_open(&json, '{');
        json_member(&json, "source", plan->stale.list[i].source);
        json_member(&json, "element", plan->stale.list[i].element);
        json_member_int(&json, "values", plan->stale.list[i].values);
        json_close(&json, '}');
    }
    json_close(&json, ']');
    json_name(&json, "applied");
    json_bool(&json, applied);
    json_close(&json, '}');
    (void)puts(buffer_string(&json.out));
}

/* The plan for what the site's file says now; mistakes in it are printed. */
static bool make_plan(const struct call *call, struct db *db, struct amendment *plan,
                      struct error *err)
{
    struct findings findings = {.arena = call->arena};
    struct proposal proposal = {.schemas = call->instance->schemas,
                                .file = site_dictionary_file(call->arena, call->instance)};
    if (!site_dictionary_body(call->arena, call->instance, &proposal.body, err) ||
        !amend_plan(call->arena, db, &proposal, plan, &findings, err))
        return false;
    findings_print(&findings, true, stderr);
    if (!plan->after)
        return error_set(err, ERROR_FATAL, "the dictionary has mistakes: see above");
    return !plan->before || !plan->base.id || text_equal(plan->before->hash, plan->base.hash) ||
           error_set(err, ERROR_FATAL,
                     "the dictionary that is shipped is another one since: run 'axle init'");
}

/* Does the file say what is applied, to the letter? */
static bool is_applied(const struct amendment *plan)
{
    return text_equal(plan->after->hash, plan->base.hash);
}

enum exit_status dictionary_diff_files(const struct call *call, struct error *err)
{
    struct amendment plan;
    struct db *db = desk_connect(call, err);
    if (!db || !make_plan(call, db, &plan, err))
        return EXIT_WRONG;
    if (call_has(call, "json")) {
        print_json(call->arena, &plan, is_applied(&plan));
    } else {
        print_changes(call->arena, &plan);
        print_obstacles(&plan);
        if (is_applied(&plan))
            (void)printf("the hub works with what the site's dictionary says\n");
        else if (!plan.change_count)
            (void)printf("the site's text differs from what is applied, its meaning does not\n");
    }
    return is_applied(&plan) ? EXIT_DONE : EXIT_FOUND;
}

static void print_plan(const struct call *call, const struct amendment *plan, bool applied)
{
    if (call_has(call, "json")) {
        print_json(call->arena, plan, applied);
        return;
    }
    print_changes(call->arena, plan);
    print_obstacles(plan);
    print_stale(plan);
    if (applied)
        (void)printf("%sthe hub works with it\n", plan->change_count ? "\n" : "");
}

/* Mapping files that are sound by this dictionary become live; those that are not wait for another. */
static bool register_by(const struct call *call, struct db *db, const struct dictionary *dictionary,
                        FILE *mistakes, struct error *err)
{
    struct site site = site_open(call->arena, call->instance);
    struct findings findings = {.arena = call->arena};
    if (!dictionary)
        return true;
    if (!site_register(&site, dictionary, db, &findings, err))
        return false;
    if (mistakes)
        findings_print(&findings, false, mistakes);
    return true;
}

/* Also with mappings that are sound already, and not live yet. */
static bool make_whole_plan(const struct call *call, struct db *db, struct amendment *plan,
                            struct error *err)
{
    return make_plan(call, db, plan, err) &&
           (call_has(call, "dry-run") || is_applied(plan) ||
            (register_by(call, db, plan->before, NULL, err) && make_plan(call, db, plan, err)));
}

enum exit_status dictionary_apply(const struct call *call, struct error *err)
{
    struct amendment plan;
    struct db *db = desk_connect(call, err);
    if (!db || !make_whole_plan(call, db, &plan, err))
        return EXIT_WRONG;
    bool refused = plan.obstacles.count;
    if (call_has(call, "dry-run") || refused || is_applied(&plan)) {
        print_plan(call, &plan, !refused && is_applied(&plan));
        return refused ? EXIT_FOUND : EXIT_DONE;
    }
    if (!amend_apply(call->arena, db, &plan, err)) {
        bool stopped = err->kind == ERROR_CONFLICT; /* err says so, too */
        if (stopped)
            print_plan(call, &plan, false);
        return stopped ? EXIT_FOUND : EXIT_WRONG;
    }
    db_wake(db);
    print_plan(call, &plan, true);
    return register_by(call, db, plan.after, stderr, err) ? EXIT_DONE : EXIT_WRONG;
}
