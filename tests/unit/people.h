/*
 * People: records for tests of matching, said in one line:
 *
 *     person(arena, 1, "name.given=Ann; name.family=Lee; identifier[ssn]!=123-45-6789")
 *
 * A path and its standard value; [scheme] and ! (verified) for identifiers, (kind), @group, ? (evidence).
 */
#pragma once

#include "hub/match/match.h"

/* The seed of a random test: SEED=n runs that one again. */
static inline uint64_t people_seed(void)
{
    const char *given = getenv("SEED");
    int64_t seed = 20240607;
    if (given && !text_to_int(given, 0, INT64_MAX, &seed))
        abort();
    return (uint64_t)seed;
}

static inline const char *people_between(struct arena *arena, const char *text, char open,
                                         char close)
{
    const char *from = strchr(text, open), *end = from ? strchr(from, close) : NULL;
    return end ? arena_strndup(arena, from + 1, (size_t)(end - from) - 1) : "";
}

static inline void people_value(struct arena *arena, const char *said, struct value *value)
{
    struct element *element = NEW(arena, struct element);
    const char *equals = strchr(said, '=');
    const char *head = arena_strndup(arena, said, (size_t)(equals - said));
    const char *at = strchr(head, '@');
    element->path = arena_strndup(arena, head, strcspn(head, "[(@!?"));
    element->class_name = "customer";
    *value = (struct value){
        .element = element,
        .standard = text_trim(arena, equals + 1),
        .raw = equals + 1,
        .group = at ? at + 1 : "",
        .kind = people_between(arena, head, '(', ')'),
        .scheme = people_between(arena, head, '[', ']'),
        .country = "",
        .verified = strchr(head, '!') != NULL,
        .evidence = strchr(head, '?') != NULL,
    };
}

static inline const struct record *people_record(struct arena *arena, int64_t id, const char *said)
{
    struct record *record = NEW(arena, struct record);
    size_t count;
    const char **parts = text_split(arena, said, ';', &count);
    record->id = id;
    record->class_name = "customer";
    record->source = record->key = record->part = record->region = "";
    record->values = NEW_ARRAY(arena, struct value, count);
    for (size_t i = 0; i < count; i++)
        if (strchr(parts[i], '='))
            people_value(arena, text_trim(arena, parts[i]), &record->values[record->count++]);
    return record;
}

static inline const struct features *person(struct arena *arena, const struct model *model,
                                            int64_t id, const char *said)
{
    return features_make(arena, model, people_record(arena, id, said));
}

/* The shipped model; ends the test program with the first finding when it does not load. */
static inline const struct model *people_model(struct arena *arena, const char *site)
{
    struct findings findings = {.arena = arena};
    const struct model *model =
        model_load(arena, "schemas/matching.xsd", "schemas/matching.xml", site, &findings);
    if (!model) {
        fprintf(stderr, "%s\n", finding_first(arena, &findings));
        abort();
    }
    return model;
}
