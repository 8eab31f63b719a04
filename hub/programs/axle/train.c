/* axle train, rehearse, apply: versions of the matching model. */
#include "hub/base/file.h"
#include "hub/base/json.h"
#include "hub/programs/axle/version.h"
#include "sql.gen.h"

static bool count_records(const struct version_desk *desk, int64_t *count, struct error *err)
{
    ARENA(work);
    struct rows rows;
    if (!db_run(work, desk->desk.hub.db, &SQL_INSTANCE_STATE, NO_PARAMS, &rows, err))
        return false;
    *count = rows_int(&rows, 0, 2);
    return *count || error_set(err, ERROR_FATAL, "there are no customer records to train on");
}

/* Training starts from the files, so that training twice on the same records comes to the same. */
static bool learn(struct version_desk *desk, struct training *training, int64_t *number,
                  struct error *err)
{
    struct arena *arena = desk->call->arena;
    struct site site;
    int64_t count;
    struct registered registered;
    if (!site_model(arena, desk->call->instance, &site, err) || !count_records(desk, &count, err))
        return false;
    struct trainer *trainer = trainer_new(arena, site.model, count);
    if (!version_read(desk, trainer, err))
        return false;
    trainer_run(trainer, training);
    if (!models_register(desk->desk.hub.db, training->model, model_hash(site.model),
                         training_json(arena, training, 0, false), &registered, err))
        return false;
    *number = registered.number;
    return true;
}

static bool write_page(struct version_desk *desk, const struct training *training, int64_t number,
                       struct error *err)
{
    const struct call *call = desk->call;
    const char *usual = arena_printf(call->arena, "axle-model-%lld.html", (long long)number);
    const char *file = call_text(call, "to", usual);
    struct rehearsal rehearsal;
    if (!version_rehearse(desk, training->model, &rehearsal, err))
        return false;
    const char *page = training_page(call->arena, training, number, &rehearsal);
    if (!file_write(file, 0644, page, err))
        return false;
    (void)fprintf(stderr, "axle: the report is in %s\n", file);
    return true;
}

static void print_trained(const struct call *call, const struct training *training, int64_t number,
                          bool active, bool later)
{
    if (call_has(call, "json")) {
        (void)puts(training_json(call->arena, training, number, active));
        return;
    }
    (void)printf("model version %lld\n\n", (long long)number);
    training_print(training);
    if (later)
        (void)puts("\nit is active; the workers make all records anew for it");
    else
        (void)printf(active ? "\nit is active\n" : "\n'axle apply %lld' makes it active\n",
                     (long long)number);
}

static enum exit_status train(const struct call *call, struct error *err)
{
    struct version_desk desk;
    struct training training;
    int64_t number;
    bool apply = call_has(call, "apply"), later = false;
    if (!version_open(call, &desk, err) || !learn(&desk, &training, &number, err) ||
        (call_has(call, "report") && !write_page(&desk, &training, number, err)) ||
        (apply && !version_adopt(&desk, training.model, &later, err)))
        return EXIT_WRONG;
    bool active = text_equal(model_hash(desk.desk.hub.model), model_hash(training.model));
    print_trained(call, &training, number, active || later, later);
    return EXIT_DONE;
}

/* The version that the command names. */
static const struct model *named(struct version_desk *desk, struct model_version *version,
                                 struct error *err)
{
    const struct call *call = desk->call;
    int64_t number;
    if (!text_to_int(call->arguments[0], 1, INT32_MAX, &number)) {
        (void)error_set(err, ERROR_FATAL, "'%s' is no number of a model version",
                        call->arguments[0]);
        return NULL;
    }
    return models_find(call->arena, desk->desk.hub.db, number, version, err)
               ? models_read(call->arena, call->instance->schemas, version, err)
               : NULL;
}

static void print_rehearsal(const struct call *call, const struct rehearsal *r)
{
    ARENA(scratch);
    struct json_writer json = {.out = {.arena = scratch}};
    if (!call_has(call, "json")) {
        (void)printf("records                %9zu\ncustomers now          %9zu\n"
                     "customers then         %9zu\nwould be joined        %9zu into %zu\n"
                     "would fall apart       %9zu\nrecords in the largest %9zu\n",
                     r->records, r->customers, r->clusters, r->joined, r->joining, r->splitting,
                     r->largest);
        return;
    }
    json_open(&json, '{');
    json_member_int(&json, "records", (int64_t)r->records);
    json_member_int(&json, "customers", (int64_t)r->customers);
    json_member_int(&json, "customers_then", (int64_t)r->clusters);
    json_member_int(&json, "joined", (int64_t)r->joined);
    json_member_int(&json, "joined_into", (int64_t)r->joining);
    json_member_int(&json, "split", (int64_t)r->splitting);
    json_member_int(&json, "largest_cluster", (int64_t)r->largest);
    json_close(&json, '}');
    (void)puts(buffer_string(&json.out));
}

static enum exit_status rehearse(const struct call *call, struct error *err)
{
    struct version_desk desk;
    struct model_version version;
    struct rehearsal rehearsal;
    if (!version_open(call, &desk, err))
        return EXIT_WRONG;
    const struct model *model = call->count ? named(&desk, &version, err) : desk.desk.hub.model;
    if (!model || !version_rehearse(&desk, model, &rehearsal, err))
        return EXIT_WRONG;
    print_rehearsal(call, &rehearsal);
    return EXIT_DONE;
}

static enum exit_status apply(const struct call *call, struct error *err)
{
    struct version_desk desk;
    struct model_version version;
    struct rehearsal rehearsal;
    bool later = false;
    if (!version_open(call, &desk, err))
        return EXIT_WRONG;
    const struct model *model = named(&desk, &version, err);
    if (!model)
        return EXIT_WRONG;
    if (call_has(call, "dry-run")) {
        if (!version_rehearse(&desk, model, &rehearsal, err))
            return EXIT_WRONG;
        print_rehearsal(call, &rehearsal);
        return EXIT_DONE;
    }
    if (!version_adopt(&desk, model, &later, err))
        return EXIT_WRONG;
    (void)printf("model version %lld is active%s\n", (long long)version.number,
                 later ? "; the workers make all records anew for it" : "");
    return EXIT_DONE;
}

const struct command command_train = {
    .name = "train",
    .usage = "[--apply] [--report [--to FILE]] [--json]",
    .summary = "make a matching model for what is stored, without labels",
    .help =
        "Prints the number of the new model version and what changed most. Without --apply the\n"
        "hub goes on with the version that it has.",
    .options =
        (const struct option[]){{"apply", NULL, "make it the active version, and resolve anew"},
                                {"report", NULL, "write a page with charts: axle-model-N.html"},
                                {"to", "FILE", "write the page there instead"},
                                {"json", NULL, "as JSON"},
                                {0}},
    .run = train,
};

const struct command command_rehearse = {
    .name = "rehearse",
    .usage = "[MODEL] [--json]",
    .summary = "what a model version would change; nothing is written",
    .help = "MODEL is the number of a version; without it, the active one.",
    .options = (const struct option[]){{"json", NULL, "as JSON"}, {0}},
    .most = 1,
    .run = rehearse,
};

const struct command command_apply = {
    .name = "apply",
    .usage = "MODEL [--dry-run]",
    .summary = "change over to a model version, and resolve anew",
    .help = "MODEL is the number of a version, as 'axle train' printed it.",
    .options = (const struct option[]){{"dry-run", NULL, "as 'axle rehearse'"},
                                       {"json", NULL, "as JSON, of a dry run"},
                                       {0}},
    .least = 1,
    .most = 1,
    .run = apply,
};
