/* axle replay: map what is stored of a source anew, by the mapping that is live now. */
#include <pwd.h>
#include <unistd.h>

#include "hub/base/json.h"
#include "hub/pipeline/replay.h"
#include "hub/programs/axle/desk.h"
#include "hub/programs/axle/progress.h"

#define PAUSE_US 10000

static const char *actor(struct arena *arena)
{
    const struct passwd *user = getpwuid(getuid());
    return user ? arena_strdup(arena, user->pw_name) : arena_printf(arena, "%u", getuid());
}

/* The numbers of a report, and what they are called. */
struct number {
    const char *name, *title;
    size_t offset;
};

#define NUMBER(member, title)                                  \
    {                                                          \
#member, title, offsetof(struct replay_report, member) \
    }
static const struct number numbers[] = {
    NUMBER(positions, "deliveries looked at"),
    NUMBER(cut_short, "rejects of which not all bytes are kept: they stay"),
    NUMBER(pass, "rejects that pass now"),
    NUMBER(appear, "records that appear"),
    NUMBER(disappear, "records that disappear"),
    NUMBER(change, "records that change"),
    NUMBER(same, "records that stay as they are"),
};

static int64_t number_of(const struct replay_report *report, const struct number *number)
{
    int64_t value;
    memcpy(&value, (const char *)report + number->offset, sizeof(value));
    return value;
}

static void print_codes(const char *what, const struct replay_counts *counts)
{
    for (size_t i = 0; i < counts->count; i++)
        (void)printf("%10lld %s: %s\n", (long long)counts->list[i].count, what,
                     counts->list[i].name);
}

static void print(const struct replay_report *report, bool dry)
{
    for (size_t i = 0; i < COUNT_OF(numbers); i++)
        if (i == 0 || number_of(report, &numbers[i]))
            (void)printf("%10lld %s\n", (long long)number_of(report, &numbers[i]),
                         numbers[i].title);
    print_codes("rejects that remain", &report->remain);
    print_codes("deliveries that cannot be read any more; what they said stays", &report->fail);
    if (report->elements.count)
        (void)printf("\n%-32s %10s %10s %10s\n", "ELEMENT", "ADDED", "CHANGED", "REMOVED");
    for (size_t i = 0; i < report->elements.count; i++) {
        const struct replay_count *element = &report->elements.list[i];
        (void)printf("%-32s %10lld %10lld %10lld\n", element->name, (long long)element->added,
                     (long long)element->changed, (long long)element->removed);
    }
    (void)fputs(dry ? "axle: nothing is changed; without --dry-run it is done\n"
                    : "axle: all of it is in the queue; 'axle wait' returns when it is done\n",
                stderr);
}

static void write_codes(struct json_writer *json, const char *name,
                        const struct replay_counts *counts)
{
    json_name(json, name);
    json_open(json, '{');
    for (size_t i = 0; i < counts->count; i++)
        json_member_int(json, counts->list[i].name, counts->list[i].count);
    json_close(json, '}');
}

static void print_json(const struct call *call, const char *source,
                       const struct replay_report *report)
{
    struct json_writer json = {.out = {.arena = call->arena}};
    json_open(&json, '{');
    json_member(&json, "source", source);
    json_name(&json, "dry_run");
    json_bool(&json, call_has(call, "dry-run"));
    for (size_t i = 0; i < COUNT_OF(numbers); i++)
        json_member_int(&json, numbers[i].name, number_of(report, &numbers[i]));
    write_codes(&json, "remain", &report->remain);
    write_codes(&json, "fail", &report->fail);
    json_name(&json, "elements");
    json_open(&json, '{');
    for (size_t i = 0; i < report->elements.count; i++) {
        const struct replay_count *element = &report->elements.list[i];
        json_name(&json, element->name);
        json_open(&json, '{');
        json_member_int(&json, "added", element->added);
        json_member_int(&json, "changed", element->changed);
        json_member_int(&json, "removed", element->removed);
        json_close(&json, '}');
    }
    json_close(&json, '}');
    json_close(&json, '}');
    (void)puts(buffer_string(&json.out));
}

static bool run_through(const struct call *call, const struct hub *hub,
                        const struct replay_terms *terms, const struct replay_report **report,
                        struct error *err)
{
    struct progress_line line = {.what = "replaying", .unit = "deliveries"};
    struct replay *replay = replay_new(call->arena, hub, terms);
    for (bool more = true; more;) {
        if (!replay_step(replay, &more, err)) {
            if (err->kind != ERROR_RETRY || db_broken(hub->db))
                return false;
            more = true;
            (void)usleep(PAUSE_US);
        }
        progress_show(&line, replay_report(replay)->positions, 0);
    }
    progress_end(&line);
    *report = replay_report(replay);
    return true;
}

static enum exit_status replay(const struct call *call, struct error *err)
{
    struct desk desk;
    const struct replay_report *report;
    const char *name = call_text(call, "source", NULL);
    struct replay_terms terms = {.rejects_only = call_has(call, "rejects-only"),
                                 .dry = call_has(call, "dry-run"),
                                 .actor = actor(call->arena),
                                 .reason = call_text(call, "reason", "")};
    if (!name) {
        (void)error_set(err, ERROR_FATAL, "which source? add --source S");
        return EXIT_WRONG;
    }
    if (!desk_open(call, &desk, err))
        return EXIT_WRONG;
    terms.source = sources_by_name(desk.hub.sources, name);
    if (!terms.source) {
        (void)error_set(err, ERROR_FATAL,
                        "no source '%s' is live: is there a sound mapping %s/mappings/%s.xml?",
                        name, call->instance->site, name);
        return EXIT_WRONG;
    }
    if (!run_through(call, &desk.hub, &terms, &report, err))
        return EXIT_WRONG;
    if (call_has(call, "json"))
        print_json(call, name, report);
    else
        print(report, terms.dry);
    return EXIT_DONE;
}

const struct command command_replay = {
    .name = "replay",
    .usage = "--source S [--reason R] [--dry-run] [--rejects-only] [--json]",
    .summary = "map what is stored of a source anew",
    .help = "Its rejects, what its mapping passed over, and the latest delivery of each of its "
            "current\n"
            "records are mapped by the mapping that is live now. Says what changes, and puts them\n"
            "back into the queue; 'axle wait' returns when that is worked through. Nothing counts\n"
            "twice, and a record that cannot be read any more stays as it is.",
    .options = (const struct option[]){{"source", "S", "the source"},
                                       {"reason", "R", "why, to be kept with it"},
                                       {"dry-run", NULL, "only say what would change"},
                                       {"rejects-only", NULL, "nothing but the rejects"},
                                       {"json", NULL, "the report as JSON"},
                                       {0}},
    .run = replay,
};
