#include "connectors/postgresql/postgresql_place.h"

#include "hub/base/json.h"

const char *place_write(struct arena *arena, const struct place *at)
{
    struct json_writer json = {.out = {.arena = arena}};
    json_open(&json, '{');
    json_member(&json, "where", at->where);
    json_member(&json, "type", at->type);
    json_member(&json, "low", at->low);
    json_member(&json, "next", at->next);
    json_member(&json, "high", at->high);
    json_member(&json, "top", at->top);
    json_member(&json, "mark", at->mark);
    json_member(&json, "id", at->id);
    json_name(&json, "steps");
    json_open(&json, '[');
    for (size_t i = 0; i < at->step_count; i++) {
        json_open(&json, '[');
        json_int(&json, at->steps[i].age_ms);
        json_text(&json, at->steps[i].mark);
        json_close(&json, ']');
    }
    json_close(&json, ']');
    json_close(&json, '}');
    return buffer_string(&json.out);
}

static void read_steps(const struct json *steps, struct place *at)
{
    for (const struct json *step = steps ? steps->first : NULL; step; step = step->next) {
        int64_t age;
        if (at->step_count < PLACE_STEPS_MOST && step->count == 2 && step->first->text &&
            text_to_int(step->first->text, 0, INT64_MAX, &age) && step->first->next->text)
            at->steps[at->step_count++] = (struct place_step){age, step->first->next->text};
    }
}

struct place place_read(struct arena *arena, const char *cursor)
{
    struct json_fault fault;
    struct place at = {0};
    const struct json *json = cursor ? json_parse(arena, cursor, strlen(cursor), &fault) : NULL;
    if (!json)
        return at;
    at = (struct place){.where = json_get_text(json, "where"),
                        .type = json_get_text(json, "type"),
                        .low = json_get_text(json, "low"),
                        .next = json_get_text(json, "next"),
                        .high = json_get_text(json, "high"),
                        .top = json_get_text(json, "top"),
                        .mark = json_get_text(json, "mark"),
                        .id = json_get_text(json, "id")};
    read_steps(json_get(json, "steps"), &at);
    return at;
}
