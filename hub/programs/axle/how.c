/* axle how: how a customer came to be: the joins from single records to the whole, and what was refused. */
#include "hub/pipeline/makeup.h"
#include "hub/programs/axle/desk.h"
#include "hub/programs/axle/party.h"

struct how {
    const struct call *call;
    struct arena *arena;
    bool redact;
    struct makeup makeup;
    int64_t model_number;
};

static const char *name_of(const struct how *how, const struct maker *maker)
{
    return redact_name(
        how->arena, (struct named){maker->id, maker->source, maker->key, maker->part}, how->redact);
}

static double density(const struct makeup_shape *shape)
{
    return shape->pairs ? (double)shape->matches / (double)shape->pairs : 1;
}

/* How many records a join brings to one: "3 + 1 records". */
static const char *sizes(const struct how *how, const struct makeup_join *join)
{
    return arena_printf(how->arena, "%u + %u records", join->join->left_size,
                        join->join->right_size);
}

static void print_shape(const struct how *how)
{
    const struct makeup_shape *shape = &how->makeup.shape;
    (void)printf("%zu record%s, %zu of %zu pairs match (density %.2f)", shape->records,
                 shape->records == 1 ? "" : "s", shape->matches, shape->pairs, density(shape));
    if (shape->weakest)
        (void)printf("; the weakest join has %+.1f bits",
                     (double)shape->weakest->join->edge.weight / 1000);
    if (shape->bridges)
        (void)printf("; %zu join%s by one match alone", shape->bridges,
                     shape->bridges == 1 ? " hangs" : "s hang");
    (void)printf("%s%s\n", shape->oversize ? "; oversize" : "",
                 shape->loose ? "; hangs together loosely" : "");
}

static void print_join(const struct how *how, const struct makeup_join *join)
{
    (void)printf("  %+6.1f bits  %s  %s  (%s)\n               %s\n",
                 (double)join->join->edge.weight / 1000, name_of(how, join->left),
                 name_of(how, join->right), sizes(how, join), join->words);
    if (join->one)
        (void)printf("               between %s and %s\n", name_of(how, join->one),
                     name_of(how, join->other));
}

static void print(const struct how *how)
{
    const struct makeup *m = &how->makeup;
    print_shape(how);
    if (m->join_count)
        (void)puts("\njoined, the surest first:");
    for (size_t i = 0; i < m->join_count; i++)
        print_join(how, &m->joins[i]);
    if (m->refused_count)
        (void)puts("\nnot joined, though they match:");
    for (size_t i = 0; i < m->refused_count; i++)
        print_join(how, &m->refused[i]);
    if (m->more)
        (void)printf("\nMore than %d records hang together here: some are left out.\n",
                     MAKEUP_MOST);
    if (m->pending)
        (void)puts("\nThe hub has it otherwise now: it has work pending; see 'axle wait'.");
    (void)printf("\nmodel %lld (%.12s), step %u\n", (long long)how->model_number,
                 model_hash(m->hub->model), m->step);
}

static void write_maker(struct json_writer *json, const char *name, const struct how *how,
                        const struct maker *maker)
{
    char text[UUID_TEXT];
    if (!maker)
        return;
    uuid_text(maker->customer, text);
    json_name(json, name);
    json_open(json, '{');
    redact_write(json, (struct named){maker->id, maker->source, maker->key, maker->part},
                 how->redact);
    json_member(json, "customer_id", uuid_is_nil(maker->customer) ? NULL : text);
    json_close(json, '}');
}

static void write_join(struct json_writer *json, const struct how *how,
                       const struct makeup_join *join)
{
    json_open(json, '{');
    write_maker(json, "left", how, join->left);
    write_maker(json, "right", how, join->right);
    json_name(json, "weight");
    json_raw(json, arena_printf(how->arena, "%.3f", (double)join->join->edge.weight / 1000));
    json_member_int(json, "left_records", join->join->left_size);
    json_member_int(json, "right_records", join->join->right_size);
    json_member(json, "words", join->words);
    write_maker(json, "veto_left", how, join->one);
    write_maker(json, "veto_right", how, join->other);
    json_close(json, '}');
}

static void write_joins(struct json_writer *json, const char *name, const struct how *how,
                        const struct makeup_join *joins, size_t count)
{
    json_name(json, name);
    json_open(json, '[');
    for (size_t i = 0; i < count; i++)
        write_join(json, how, &joins[i]);
    json_close(json, ']');
}

static void write_flag(struct json_writer *json, const char *name, bool truth)
{
    json_name(json, name);
    json_bool(json, truth);
}

static void print_json(const struct how *how, struct uuid customer)
{
    const struct makeup *m = &how->makeup;
    struct json_writer json = {.out = {.arena = how->arena}};
    char text[UUID_TEXT];
    uuid_text(customer, text);
    json_open(&json, '{');
    json_member(&json, "customer_id", text);
    json_member_int(&json, "records", (int64_t)m->shape.records);
    json_member_int(&json, "matches", (int64_t)m->shape.matches);
    json_member_int(&json, "pairs", (int64_t)m->shape.pairs);
    json_name(&json, "density");
    json_raw(&json, arena_printf(how->arena, "%.4f", density(&m->shape)));
    json_member_int(&json, "bridges", (int64_t)m->shape.bridges);
    json_name(&json, "weakest");
    json_raw(&json, m->shape.weakest
                        ? arena_printf(how->arena, "%.3f",
                                       (double)m->shape.weakest->join->edge.weight / 1000)
                        : "null");
    write_flag(&json, "oversize", m->shape.oversize);
    write_flag(&json, "loose", m->shape.loose);
    write_joins(&json, "joins", how, m->joins, m->join_count);
    write_joins(&json, "refused", how, m->refused, m->refused_count);
    write_flag(&json, "pending", m->pending);
    write_flag(&json, "more", m->more);
    json_member(&json, "model", model_hash(m->hub->model));
    json_member_int(&json, "model_number", how->model_number);
    json_member_int(&json, "step", m->step);
    json_close(&json, '}');
    (void)puts(buffer_string(&json.out));
}

static enum exit_status show(const struct call *call, struct error *err)
{
    struct desk desk;
    struct party party = {.given = call->arguments[0]};
    if (!desk_open(call, &desk, err) || !party_find(call->arena, &desk.hub, &party, err))
        return EXIT_WRONG;
    struct uuid customer = party.list[0].customer;
    if (uuid_is_nil(customer)) {
        (void)error_set(err, ERROR_NOT_FOUND,
                        "'%s' is not resolved yet; 'axle wait' returns when it is", party.given);
        return EXIT_WRONG;
    }
    struct how how = {
        .call = call,
        .arena = call->arena,
        .redact = call_has(call, "redact"),
        .makeup = {.arena = call->arena,
                   .hub = &desk.hub,
                   .customers = &customer,
                   .customer_count = 1},
    };
    if (!models_number(desk.hub.db, desk.hub.model, &how.model_number, err) ||
        !makeup_find(&how.makeup, err))
        return EXIT_WRONG;
    if (call_has(call, "json"))
        print_json(&how, customer);
    else
        print(&how);
    return EXIT_DONE;
}

const struct command command_how = {
    .name = "how",
    .usage = "ID [--redact] [--json]",
    .summary = "how a customer came to be: its joins, and what was refused",
    .help = "ID is a customer id, SOURCE/KEY or SOURCE/KEY#PART. Joins are shown in the order in\n"
            "which they are decided, the surest first; weights are in bits.",
    .options = (const struct option[]){{"redact", NULL, "no keys of records"},
                                       {"json", NULL, "as JSON"},
                                       {0}},
    .least = 1,
    .most = 1,
    .run = show,
};
