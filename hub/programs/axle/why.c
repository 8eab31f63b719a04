/* axle why: how two records or customers compare, and why they are or are not one customer. */
#include "hub/programs/axle/why.h"

static enum exit_status explain(const struct call *call, struct error *err)
{
    struct desk desk;
    if (!desk_open(call, &desk, err))
        return EXIT_WRONG;
    if (call_has(call, "search"))
        return why_search(call, &desk, err);
    if (call->count != 2) {
        (void)error_set(err, ERROR_FATAL, "usage: %s", command_usage(call->arena, call->command));
        return EXIT_WRONG;
    }
    struct why why = {
        .arena = call->arena,
        .hub = &desk.hub,
        .redact = call_has(call, "redact"),
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
    .usage = "A B [--redact] [--json], or --search ELEMENT=VALUE... [A]",
    .summary = "why two records are, or are not, one customer; who given values are",
    .help =
        "A and B are SOURCE/KEY, SOURCE/KEY#PART or a customer id; of customers the best pair of\n"
        "records is explained. Weights are in bits (log2 of the likelihood ratio).\n\n"
        "With --search it tells which customers given values match, and why A is or is not\n"
        "among them; nothing is stored:\n\n"
        "    axle why --search name='Ann Lee' email=ann@example.org birth_date=1978-11-12\n\n"
        "ELEMENT is name, address or a name of the dictionary without 'customer.': name.family,\n"
        "phone, postcode (address.postcode); identifier:SCHEME=VALUE. Values are standardised as\n"
        "a source's are.",
    .options =
        (const struct option[]){
            {"search", NULL, "the arguments are values to look for"},
            {"source", "S", "with --search: read telephone numbers and the like as in that source"},
            {"redact", NULL, "no values and no keys of records: only how they agree"},
            {"json", NULL, "as JSON"},
            {0}},
    .least = 1,
    .most = ARGUMENTS_ANY,
    .run = explain,
};
