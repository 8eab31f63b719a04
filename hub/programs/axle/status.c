/* axle status: the processes, the sources, and what is still to be done. */
#include <time.h>

#include "hub/base/json.h"
#include "hub/programs/axle/command.h"
#include "hub/programs/axle/desk.h"
#include "hub/programs/axle/fields.h"
#include "hub/programs/axle/findings.h"
#include "hub/programs/axle/follow.h"
#include "sql.gen.h"

struct standing {
    const struct process_row *processes;
    size_t process_count;
    bool known; /* the database answered */
    struct rows sources, hub, snapshots;
    struct rows drift;
    struct findings mistakes; /* in the configuration files as they are now */
    bool proposed;            /* the site's dictionary file says what is not applied */
};

static const char *age(struct arena *arena, int64_t since)
{
    int64_t seconds = (int64_t)time(NULL) - since;
    if (since == 0)
        return "";
    seconds = seconds > 0 ? seconds : 0; /* the database rounds, time() does not */
    if (seconds < 120)
        return arena_printf(arena, "%lld s", (long long)seconds);
    if (seconds < 7200)
        return arena_printf(arena, "%lld min", (long long)(seconds / 60));
    return arena_printf(arena, "%lld h", (long long)(seconds / 3600));
}

static void print_processes(struct arena *arena, const struct process_row *rows, size_t count)
{
    (void)printf("%-28s %8s %10s %9s\n", "PROGRAM", "PROCESS", "SINCE", "RESTARTS");
    for (size_t i = 0; i < count; i++)
        (void)printf(
            "%-28s %8s %10s %9d\n",
            arena_printf(arena, "%s %s", rows[i].name, rows[i].source ? rows[i].source : ""),
            rows[i].pid ? arena_printf(arena, "%d", (int)rows[i].pid) : "-",
            rows[i].pid ? age(arena, rows[i].since) : "starting", rows[i].restarts);
}

static void write_processes(struct json_writer *json, const struct process_row *rows, size_t count)
{
    json_name(json, "processes");
    json_open(json, '[');
    for (size_t i = 0; i < count; i++) {
        json_open(json, '{');
        json_member(json, "program", rows[i].name);
        json_member(json, "source", rows[i].source);
        json_member_int(json, "number", rows[i].number);
        json_member_int(json, "process", rows[i].pid);
        json_member_int(json, "since", rows[i].since);
        json_member_int(json, "restarts", rows[i].restarts);
        json_member(json, "status", rows[i].status[0] ? rows[i].status : NULL);
        json_close(json, '}');
    }
    json_close(json, ']');
}

/* A column of a one-row or many-row answer, and what it is called. */
struct number {
    const char *name, *title;
};

static const struct number source_numbers[] = {{"received", "RECEIVED"},
                                               {"pending", "PENDING"},
                                               {"rejected", "REJECTED"},
                                               {"current", "CURRENT"}};

static const struct number hub_numbers[] = {
    {"customers", "customers"},
    {"pending", "deliveries to take"},
    {"jobs", "records to resolve"},
    {"partial", "resolutions that left a key out"},
    {"reviews", "reviews open (axle export reviews)"},
    {"generic", "identifiers that too many share to count"},
    {"generic_keys", "keys that too many share to bring candidates"},
    {"aside", "records set aside: whoever resolved them ended, six times"}};

/* The column of SQL_HUB_STATUS behind the numbers: since when somebody works on the hub as a whole; 0: nobody. */
#define LOADING COUNT_OF(hub_numbers)

/* Columns of SQL_SOURCE_STATUS behind the numbers. */
enum column { LAST = 5, CONNECTOR, STATE, SINCE, LOOKED, RATE, BEHIND, LAG, ATTEMPTS, TROUBLE };

static const struct number reading_numbers[] = {{"since", NULL},  {"last_look", NULL},
                                                {"rate", NULL},   {"behind", NULL},
                                                {"lag_ms", NULL}, {"attempts", NULL}};

/* What people are to know of those that do not go as they should. */
static void print_troubles(struct arena *arena, const struct rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        const char *name = rows_text(rows, i, 0), *state = rows_text(rows, i, STATE);
        const char *trouble = rows_text(rows, i, TROUBLE);
        const char *since = age(arena, rows_int(rows, i, SINCE));
        if (!state)
            continue;
        if (text_equal(state, "failing"))
            (void)printf("source '%s' fails since %s, attempt %lld: %s\n", name, since,
                         (long long)rows_int(rows, i, ATTEMPTS), text_or_empty(trouble));
        else if (text_equal(state, "silent"))
            (void)printf("source '%s' is read by nobody; %s\n", name,
                         trouble ? trouble : "its process has no connection, or does not run");
        else if (text_equal(state, "full"))
            (void)printf("source '%s' waits since %s: the inbox is full\n", name, since);
    }
}

static void print_sources(struct arena *arena, const struct standing *standing)
{
    const struct rows *rows = &standing->sources;
    (void)printf("\n%-16s %-8s", "SOURCE", "STATE");
    for (size_t n = 0; n < COUNT_OF(source_numbers); n++)
        (void)printf(" %10s", source_numbers[n].title);
    (void)printf(" %10s %10s\n", "LAST", "BEHIND");
    for (size_t i = 0; i < rows->count; i++) {
        const char *state = rows_text(rows, i, STATE);
        int64_t behind = rows_int(rows, i, BEHIND);
        (void)printf("%-16s %-8s", rows_text(rows, i, 0), state ? state : "-");
        for (size_t n = 0; n < COUNT_OF(source_numbers); n++)
            (void)printf(" %10lld", (long long)rows_int(rows, i, (int)n + 1));
        (void)printf(" %10s %10s\n", age(arena, rows_int(rows, i, LAST)),
                     state && behind >= 0 ? arena_printf(arena, "%lld", (long long)behind) : "");
    }
    print_troubles(arena, rows);
    (void)printf("\n");
    for (size_t n = 0; n < COUNT_OF(hub_numbers); n++)
        (void)printf("%10lld %s\n", (long long)rows_int(&standing->hub, 0, (int)n),
                     hub_numbers[n].title);
    if (rows_int(&standing->hub, 0, LOADING))
        (void)printf("\na load has the hub to itself since %s: all else waits; should nobody be "
                     "loading, a worker finishes it, or its log says what keeps it from that\n",
                     age(arena, rows_int(&standing->hub, 0, LOADING)));
}

/* A source that is brought, or that nobody has looked at yet, has no state. */
static void write_reading(struct json_writer *json, const struct rows *rows, size_t i)
{
    json_member(json, "connector", rows_text(rows, i, CONNECTOR));
    json_member(json, "state", rows_text(rows, i, STATE));
    for (size_t n = 0; rows_text(rows, i, STATE) && n < COUNT_OF(reading_numbers); n++)
        if (rows_int(rows, i, SINCE + (int)n) >= 0)
            json_member_int(json, reading_numbers[n].name, rows_int(rows, i, SINCE + (int)n));
    json_member(json, "trouble", rows_text(rows, i, TROUBLE));
}

static void write_sources(struct json_writer *json, const struct standing *standing)
{
    json_name(json, "sources");
    json_open(json, '[');
    for (size_t i = 0; i < standing->sources.count; i++) {
        json_open(json, '{');
        json_member(json, "source", rows_text(&standing->sources, i, 0));
        for (size_t n = 0; n < COUNT_OF(source_numbers); n++)
            json_member_int(json, source_numbers[n].name,
                            rows_int(&standing->sources, i, (int)n + 1));
        json_member_int(json, "last", rows_int(&standing->sources, i, LAST));
        write_reading(json, &standing->sources, i);
        json_close(json, '}');
    }
    json_close(json, ']');
    for (size_t n = 0; n < COUNT_OF(hub_numbers); n++)
        json_member_int(json, hub_numbers[n].name, rows_int(&standing->hub, 0, (int)n));
    json_member_int(json, "loading", rows_int(&standing->hub, 0, LOADING));
}

/* Snapshots by which nothing is deleted, and why. */
static void print_snapshots(const struct standing *standing)
{
    const struct rows *rows = &standing->snapshots;
    for (size_t i = 0; i < rows->count; i++) {
        (void)printf("%ssnapshot '%s' of %s ", i ? "" : "\n", rows_text(rows, i, 1),
                     rows_text(rows, i, 0));
        if (rows_bool(rows, i, 3))
            (void)printf("holds no record: nothing is deleted\n");
        else
            (void)printf("waits: %lld rejects\n", (long long)rows_int(rows, i, 2));
    }
}

static void write_snapshots(struct json_writer *json, const struct standing *standing)
{
    const struct rows *rows = &standing->snapshots;
    json_name(json, "snapshots");
    json_open(json, '[');
    for (size_t i = 0; i < rows->count; i++) {
        json_open(json, '{');
        json_member(json, "source", rows_text(rows, i, 0));
        json_member(json, "file", rows_text(rows, i, 1));
        json_member_int(json, "rejects", rows_int(rows, i, 2));
        json_member(json, "state", rows_bool(rows, i, 3) ? "empty" : "waits");
        json_close(json, '}');
    }
    json_close(json, ']');
}

/* Without a database there are still processes to show. */
static void ask_hub(const struct call *call, struct standing *standing)
{
    struct error err;
    struct db *db = desk_connect(call, &err);
    standing->known =
        db && db_run(call->arena, db, &SQL_SOURCE_STATUS, NO_PARAMS, &standing->sources, &err) &&
        db_run(call->arena, db, &SQL_HUB_STATUS, NO_PARAMS, &standing->hub, &err) &&
        db_run(call->arena, db, &SQL_DRIFT_LIST, NO_PARAMS, &standing->drift, &err) &&
        db_run(call->arena, db, &SQL_SNAPSHOT_STATUS, NO_PARAMS, &standing->snapshots, &err);
    if (!standing->known)
        (void)fprintf(stderr, "axle: %s\n", err.text);
}

/* A mapping with mistakes is not live, and its source goes on with the one before. */
static void look_for_mistakes(const struct call *call, struct standing *standing)
{
    struct site site;
    struct error err;
    site_read(call->arena, call->instance, &site, &standing->mistakes);
    struct db *db = desk_connect(call, &err);
    const struct dictionary *dictionary = /* by what the hub works with, mappings are live or not */
        db ? applied_load(call->arena, db, call->instance->schemas, &err) : site.dictionary;
    if (!dictionary)
        return;
    standing->proposed = site.dictionary && !text_equal(site.dictionary->hash, dictionary->hash);
    for (const char *const *file = site_mappings(call->arena, call->instance); *file; file++) {
        ARENA(work);
        (void)mapping_load(work, dictionary, site.source_schema, *file, &standing->mistakes);
    }
}

static void print_proposal(const struct standing *standing)
{
    if (standing->proposed)
        (void)printf("\nThe site's dictionary.xml says what is not applied: 'axle dictionary diff' "
                     "says what, 'axle dictionary apply' changes over\n");
}

static void print_mistakes(const struct findings *mistakes)
{
    if (!mistakes->errors)
        return;
    (void)printf("\nConfiguration files with mistakes; what was live before them stays:\n");
    findings_print(mistakes, false, stdout);
}

static void print_json(const struct call *call, bool running, const struct standing *standing)
{
    struct json_writer json = {.out = {.arena = call->arena}};
    json_open(&json, '{');
    json_name(&json, "running");
    json_bool(&json, running);
    json_member(&json, "home", call->instance->home);
    json_member(&json, "url", running ? call->instance->url : NULL);
    write_processes(&json, standing->processes, standing->process_count);
    if (standing->known) {
        write_sources(&json, standing);
        write_snapshots(&json, standing);
    }
    if (standing->known)
        fields_write_drift(&json, &standing->drift);
    json_name(&json, "dictionary_proposed");
    json_bool(&json, standing->proposed);
    json_member_int(&json, "mistakes", (int64_t)standing->mistakes.errors);
    json_close(&json, '}');
    (void)puts(buffer_string(&json.out));
}

static enum exit_status status(const struct call *call, struct error *err)
{
    (void)err;
    const struct instance *instance = call->instance;
    struct standing standing = {.mistakes.arena = call->arena};
    bool running = follow_supervisor(instance) != 0;
    if (running) {
        standing.processes = follow_processes(call->arena, instance, &standing.process_count);
        ask_hub(call, &standing);
        look_for_mistakes(call, &standing);
    }
    if (call_has(call, "json")) {
        print_json(call, running, &standing);
    } else if (running) {
        (void)printf("%s serves %s\n\n", instance->home, instance->url);
        print_processes(call->arena, standing.processes, standing.process_count);
        if (standing.known) {
            print_sources(call->arena, &standing);
            print_snapshots(&standing);
        }
        if (standing.known)
            fields_print_drift(call->arena, &standing.drift);
        print_proposal(&standing);
        print_mistakes(&standing.mistakes);
    } else {
        (void)printf("%s is not running; 'axle up' starts it\n", instance->home);
    }
    return running ? EXIT_DONE : EXIT_FOUND;
}

const struct command command_status = {
    .name = "status",
    .usage = "[--json]",
    .summary = "the processes, the sources, and what is still to be done",
    .help = "A source's state: starting, reading, waiting (for something to come), full (the inbox "
            "is),\n"
            "failing, stopped, silent (nobody reads it); - where its records are brought. BEHIND "
            "is what\n"
            "it still holds, where that is known. Below stand what fails and why, the fields that "
            "drift, and\n"
            "mistakes in configuration files: a mapping with one is not live. Exit status 1 when "
            "the instance\n"
            "is not running.",
    .options = (const struct option[]){{"json", NULL, "as JSON"}, {0}},
    .run = status,
};
