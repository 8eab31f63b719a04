/* axle why --search: which customers given values match, and why a certain one is or is not among them. */
#include "hub/base/list.h"
#include "hub/base/nearest.h"
#include "hub/programs/axle/why.h"

#define SHOWN_MOST 10

struct searching {
    const struct call *call;
    struct arena *arena;
    bool redact;
    struct inquiry inquiry;
    struct shared_keys met, skipped; /* keys that somebody holds, and generic ones */
    struct why why;                  /* of whom is asked; .right NULL: nobody */
    int64_t model_number;
    size_t place; /* of that one among the found, from 1; 0: not found */
};

/* What people call it, where the dictionary is more exact. */
static const char *const short_names[][2] = {
    {"name", "name.full"},    {"address", "address.line"},      {"street", "address.street"},
    {"city", "address.city"}, {"postcode", "address.postcode"}, {"country", "address.country"},
};

static const struct element *find_element(const struct dictionary *dictionary, const char *name)
{
    for (size_t i = 0; i < COUNT_OF(short_names); i++)
        if (text_equal(short_names[i][0], name))
            return dictionary_path(dictionary, "customer", short_names[i][1]);
    if (text_starts(name, "customer."))
        return dictionary_element(dictionary, name);
    return dictionary_path(dictionary, "customer", name);
}

static bool say_unknown(struct arena *arena, const struct dictionary *dictionary, const char *name,
                        struct error *err)
{
    struct nearest nearest = {.word = name};
    for (size_t i = 0; i < dictionary->element_count; i++)
        if (text_equal(dictionary->elements[i].class_name, "customer"))
            nearest_offer(&nearest, dictionary->elements[i].path);
    for (size_t i = 0; i < COUNT_OF(short_names); i++)
        nearest_offer(&nearest, short_names[i][0]);
    return error_set(err, ERROR_FATAL, "customers have no element '%s'%s", name,
                     nearest_hint(arena, nearest.best));
}

/* "ELEMENT=VALUE", or "ELEMENT:SCHEME=VALUE". */
static bool read_value(struct searching *s, const char *given, struct error *err)
{
    size_t bad;
    const char *equals = strchr(given, '=');
    const char *name = arena_strndup(s->arena, given, (size_t)(equals - given));
    const char *colon = strchr(name, ':'), *text = text_trim(s->arena, equals + 1);
    struct record *record = s->inquiry.record;
    const struct dictionary *dictionary = s->inquiry.hub->dictionary;
    const char *element_name = colon ? arena_strndup(s->arena, name, (size_t)(colon - name)) : name;
    const struct element *element = find_element(dictionary, element_name);
    if (!element)
        return say_unknown(s->arena, dictionary, element_name, err);
    if (!text_check(text, strlen(text), &bad))
        return error_set(err, ERROR_FATAL, "the value of '%s' is no UTF-8", name);
    if (*text)
        record->values[record->count++] = (struct value){
            .element = element,
            .raw = text,
            .text = text,
            .group = "",
            .kind = "",
            .scheme = colon ? text_lower_ascii(s->arena, colon + 1) : "",
            .country = "",
        };
    return true;
}

/* Of the source that is named; otherwise the one that all sources share. */
static bool find_region(struct searching *s, const char **region, struct error *err)
{
    const struct sources *sources = s->inquiry.hub->sources;
    const char *name = call_text(s->call, "source", NULL);
    const struct source *source = name ? sources_by_name(sources, name) : NULL;
    *region = "";
    if (name && (!source || !source->mapping))
        return error_set(err, ERROR_FATAL, "no source '%s'; 'axle check' shows the mappings", name);
    if (name) {
        *region = source->mapping->region;
        return true;
    }
    for (size_t i = 0; i < sources->count; i++) {
        const char *own = sources->list[i].mapping->region;
        if (i && !text_equal(own, *region)) {
            *region = "";
            return true;
        }
        *region = own;
    }
    return true;
}

/* An argument without '=', or with a '/' before it, is the customer or record that is asked for. */
static bool is_value(const char *argument)
{
    size_t name = strcspn(argument, "/=");
    return argument[name] == '=';
}

static bool read_arguments(struct searching *s, const char **asked, struct error *err)
{
    struct record *record = NEW(s->arena, struct record);
    *record = (struct record){
        .class_name = "customer",
        .source = "",
        .key = "",
        .part = "",
        .values = NEW_ARRAY(s->arena, struct value, s->call->count + 1),
    };
    s->inquiry.record = record;
    *asked = NULL;
    for (size_t i = 0; i < s->call->count; i++) {
        const char *argument = s->call->arguments[i];
        if (is_value(argument)) {
            if (!read_value(s, argument, err))
                return false;
        } else if (*asked)
            return error_set(err, ERROR_FATAL,
                             "'%s' is no ELEMENT=VALUE, and '%s' is asked for "
                             "already",
                             argument, *asked);
        else
            *asked = argument;
    }
    if (!record->count)
        return error_set(err, ERROR_FATAL, "nothing to search for: give ELEMENT=VALUE");
    return find_region(s, &record->region, err);
}

static bool note_keys(struct searching *s, struct error *err)
{
    struct inquiry *q = &s->inquiry;
    struct keyhold **skipped = NEW_ARRAY(s->arena, struct keyhold *, q->keyring.count + 1);
    size_t count = 0;
    for (size_t i = 0; i < q->keyring.count; i++) {
        struct keyhold *hold = &q->keyring.list[i];
        if (hold->skipped) {
            skipped[count++] = hold;
            LIST_ADD(s->arena, &s->skipped, hold);
        } else if (hold->count)
            LIST_ADD(s->arena, &s->met, hold);
    }
    return keyring_holders(s->arena, &q->keyring, skipped, count, err);
}

static bool look_for(struct searching *s, const char *asked, struct error *err)
{
    struct one *given = NEW(s->arena, struct one);
    given->features = s->inquiry.features;
    s->why = (struct why){.arena = s->arena,
                          .hub = s->inquiry.hub,
                          .redact = s->redact,
                          .parties = {{.list = given, .count = 1}, {.given = asked}}};
    if (!why_find(&s->why, err))
        return false;
    for (size_t i = 0; i < s->inquiry.count && !s->place; i++) {
        const struct inquired *one = &s->inquiry.list[i];
        if (one->record_id == s->why.right->name.id ||
            (!uuid_is_nil(one->customer) &&
             uuid_compare(one->customer, s->why.right->customer) == 0))
            s->place = i + 1;
    }
    return true;
}

static const char *words_of(const struct searching *s, const struct inquired *one)
{
    struct explanation explanation;
    explain_records(s->arena, s->inquiry.hub->model, &s->inquiry.keyring.generic,
                    s->inquiry.features, one->features, &explanation);
    return explanation_words(s->arena, &explanation);
}

static struct named name_of(const struct inquired *one)
{
    return (struct named){one->record_id, one->source, one->key, one->part};
}

static bool is_ignored(const struct searching *s, const struct value *value)
{
    return match_passes_over(s->arena, s->inquiry.hub->model, value);
}

/* ---- as text */

static void print_values(const struct searching *s)
{
    const struct record *record = s->inquiry.record;
    for (size_t i = 0; i < record->count; i++) {
        const struct value *value = &record->values[i];
        if (value->derived)
            continue;
        (void)printf("%-18s", value->element->path);
        if (!s->redact)
            (void)printf("  %s", value->standard ? value->standard : value->raw);
        (void)puts(!value->standard       ? "  (cannot be read: counts as missing)"
                   : is_ignored(s, value) ? "  (a placeholder: counts as missing)"
                                          : "");
    }
}

static void print_found(const struct searching *s)
{
    const struct inquiry *q = &s->inquiry;
    (void)printf("\n%zu records compared, of %zu customers\n", q->compared, q->count);
    for (size_t i = 0; i < q->count && i < SHOWN_MOST; i++) {
        const struct inquired *one = &q->list[i];
        char text[UUID_TEXT];
        uuid_text(one->customer, text);
        (void)printf("%3zu  %-8s  %-9s  %.4f  %+6.1f bits  %s  %s\n     %s\n", i + 1,
                     match_outcome_name(one->outcome),
                     match_bucket(q->hub->model, q->step, one->judgement), one->probability,
                     (double)one->judgement.weight / 1000,
                     uuid_is_nil(one->customer) ? "not resolved yet" : text,
                     redact_name(s->arena, name_of(one), s->redact), words_of(s, one));
    }
    if (q->count > SHOWN_MOST)
        (void)printf("     and %zu more, less likely\n", q->count - SHOWN_MOST);
    why_print_keys("keys that somebody holds: ", &s->met, "none");
    why_print_keys("keys skipped as generic: ", &s->skipped, "none");
    (void)printf("completeness: %s\n", q->partial ? "partial" : "full");
}

static void print(const struct searching *s)
{
    print_values(s);
    print_found(s);
    if (!s->why.right) {
        (void)printf("model %lld (%.12s), step %u\n", (long long)s->model_number,
                     model_hash(s->inquiry.hub->model), s->inquiry.step);
        return;
    }
    (void)puts("");
    why_print(&s->why);
    if (s->place)
        (void)printf("It is found, as number %zu of %zu.\n", s->place, s->inquiry.count);
    else
        (void)puts("It is not found: it holds none of the keys, or only such as are skipped.");
}

/* ---- as JSON */

static void write_values(struct json_writer *json, const struct searching *s)
{
    const struct record *record = s->inquiry.record;
    json_name(json, "values");
    json_open(json, '[');
    for (size_t i = 0; i < record->count; i++) {
        const struct value *value = &record->values[i];
        if (value->derived)
            continue;
        json_open(json, '{');
        json_member(json, "element", value->element->path);
        json_member(json, "given", s->redact ? NULL : value->raw);
        json_member(json, "standard", s->redact ? NULL : value->standard);
        json_member(json, "flag", is_ignored(s, value) ? "placeholder" : value->flag);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void write_found(struct json_writer *json, const struct searching *s,
                        const struct inquired *one)
{
    const struct inquiry *q = &s->inquiry;
    char text[UUID_TEXT];
    uuid_text(one->customer, text);
    json_open(json, '{');
    json_member(json, "customer_id", uuid_is_nil(one->customer) ? NULL : text);
    json_name(json, "record");
    json_open(json, '{');
    redact_write(json, name_of(one), s->redact);
    json_close(json, '}');
    json_member(json, "outcome", match_outcome_name(one->outcome));
    json_member(json, "likelihood", match_bucket(q->hub->model, q->step, one->judgement));
    json_name(json, "probability");
    json_raw(json, arena_printf(s->arena, "%.6f", one->probability));
    json_name(json, "weight");
    json_raw(json, arena_printf(s->arena, "%.3f", (double)one->judgement.weight / 1000));
    json_member(json, "words", words_of(s, one));
    json_close(json, '}');
}

static void print_json(const struct searching *s)
{
    const struct inquiry *q = &s->inquiry;
    struct json_writer json = {.out = {.arena = s->arena}};
    json_open(&json, '{');
    write_values(&json, s);
    json_name(&json, "matches");
    json_open(&json, '[');
    for (size_t i = 0; i < q->count && i < SHOWN_MOST; i++)
        write_found(&json, s, &q->list[i]);
    json_close(&json, ']');
    json_member_int(&json, "records", (int64_t)q->compared);
    json_member_int(&json, "customers", (int64_t)q->count);
    why_write_keys(&json, "keys", &s->met);
    why_write_keys(&json, "skipped_keys", &s->skipped);
    json_member(&json, "completeness", q->partial ? "partial" : "full");
    json_member(&json, "model", model_hash(q->hub->model));
    json_member_int(&json, "model_number", s->model_number);
    json_member_int(&json, "step", q->step);
    if (s->why.right) {
        json_name(&json, "asked");
        json_open(&json, '{');
        json_member_int(&json, "place", (int64_t)s->place);
        why_write(&json, &s->why);
        json_close(&json, '}');
    }
    json_close(&json, '}');
    (void)puts(buffer_string(&json.out));
}

enum exit_status why_search(const struct call *call, struct desk *desk, struct error *err)
{
    const char *asked;
    struct searching s = {
        .call = call,
        .arena = call->arena,
        .redact = call_has(call, "redact"),
        .inquiry = {.arena = call->arena, .hub = &desk->hub},
    };
    if (!read_arguments(&s, &asked, err) || !inquiry_run(&s.inquiry, err) ||
        !models_number(desk->hub.db, desk->hub.model, &s.model_number, err) ||
        !note_keys(&s, err) || (asked && !look_for(&s, asked, err)))
        return EXIT_WRONG;
    if (call_has(call, "json"))
        print_json(&s);
    else
        print(&s);
    return EXIT_DONE;
}
