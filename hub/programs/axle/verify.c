/* axle verify: check the promises on the live database, or print its state hash. */
#include "hub/verify/verify.h"

#include "hub/base/json.h"
#include "hub/programs/axle/desk.h"

#define SAMPLE 10000

static void print_json(struct arena *arena, const struct verdicts *verdicts)
{
    struct json_writer writer = {.out = {.arena = arena}};
    json_open(&writer, '[');
    for (size_t i = 0; i < verdicts->count; i++) {
        const struct verdict *v = &verdicts->list[i];
        json_open(&writer, '{');
        json_member(&writer, "check", v->name);
        json_member(&writer, "promise", v->promise);
        if (v->checked >= 0)
            json_member_int(&writer, "checked", v->checked);
        json_member_int(&writer, "wrong", v->wrong);
        json_member(&writer, "example", v->example);
        json_close(&writer, '}');
    }
    json_close(&writer, ']');
    (void)puts(buffer_string(&writer.out));
}

static void print_table(struct arena *arena, const struct verdicts *verdicts)
{
    for (size_t i = 0; i < verdicts->count; i++) {
        const struct verdict *v = &verdicts->list[i];
        const char *of =
            v->checked < 0 ? "" : arena_printf(arena, " (%lld)", (long long)v->checked);
        if (v->wrong)
            (void)printf("WRONG  %-13s %s%s: %lld are not, first %s\n", v->name, v->promise, of,
                         (long long)v->wrong, v->example ? v->example : "unknown");
        else
            (void)printf("ok     %-13s %s%s\n", v->name, v->promise, of);
    }
}

static enum exit_status verify(const struct call *call, struct error *err)
{
    struct desk desk;
    struct verdicts verdicts = {0};
    int64_t sample = SAMPLE, wrong = 0;
    if (!call_int(call, "sample", 0, INT32_MAX, &sample, err) || !desk_open(call, &desk, err))
        return EXIT_WRONG;
    if (call_has(call, "hash")) {
        const char *hash = verify_hash(call->arena, &desk.hub, err);
        if (hash)
            (void)puts(hash);
        return hash ? EXIT_DONE : EXIT_WRONG;
    }
    if (!verify_hub(call->arena, &desk.hub, (size_t)sample, &verdicts, err))
        return EXIT_WRONG;
    if (call_has(call, "json"))
        print_json(call->arena, &verdicts);
    else
        print_table(call->arena, &verdicts);
    for (size_t i = 0; i < verdicts.count; i++)
        wrong += verdicts.list[i].wrong;
    return wrong ? EXIT_FOUND : EXIT_DONE;
}

const struct command command_verify = {
    .name = "verify",
    .usage = "[--sample N] [--hash] [--json]",
    .summary = "check the hub's promises on the live database",
    .help = "Reads one snapshot and changes nothing. Exit status 1 when a promise is broken.\n"
            "--hash prints the state hash: equal for equal inputs, whatever their order.",
    .options = (const struct option[]){{"sample", "N",
                                        "make at most so many customers anew (10000; 0: all)"},
                                       {"hash", NULL, "print the state hash instead"},
                                       {"json", NULL, "the verdicts as JSON"},
                                       {0}},
    .run = verify,
};
