/* axle why: how two records or customers compare, and why they are or are not one customer. */
#include "hub/programs/axle/why.h"

static enum exit_status explain(const struct call *call, struct error *err)
{
    struct desk desk;
    if (!desk_open(call, &desk, err))
        return EXIT_WRONG;
    struct why why = {
        .arena = call->arena,
        .hub = &desk.hub,
        .parties = {{.given = call->arguments[0]}, {.given = call->arguments[1]}},
    };
    if (!why_find(&why, err))
        return EXIT_WRONG;
    if (call_has(call, "json"))
        why_print_json(&why);
    else
        why_print(&why);
    return EXIT_DONE;
}

const struct command command_why = {
    .name = "why",
    .usage = "A B [--json]",
    .summary = "why two records are, or are not, one customer",
    .help =
        "A and B are SOURCE/KEY, SOURCE/KEY#PART or a customer id; of customers the best pair of\n"
        "records is explained. Weights are in bits (log2 of the likelihood ratio).",
    .options = (const struct option[]){{"json", NULL, "as JSON"}, {0}},
    .least = 2,
    .most = 2,
    .run = explain,
};
