#include <math.h>

#include "hub/programs/axle/why.h"

#define VALUE_WIDTH 26

const char *why_name(struct arena *arena, const struct one *one)
{
    return *one->part ? arena_printf(arena, "%s/%s#%s", one->source, one->key, one->part)
                      : arena_printf(arena, "%s/%s", one->source, one->key);
}

const char *why_outcome(const struct why *why)
{
    int32_t weight = why->explanation.judgement.weight;
    if (why->explanation.judgement.veto)
        return "veto";
    if (weight >= model_match_weight(why->hub->model, why->step))
        return "match";
    return weight >= model_review_weight(why->hub->model, why->step) ? "review" : "no match";
}

/* log2 of the prior odds, in thousandths of a bit. */
static int32_t prior(const struct why *why)
{
    double none = model_probability(why->hub->model, why->step, 0);
    return (int32_t)lround(1000 * log2(none / (1 - none)));
}

static double bits(int32_t weight)
{
    return (double)weight / 1000;
}

/* Both have a value, and the comparison found nothing in them: no news. */
static bool is_silent(const struct reason *reason)
{
    return reason->left && reason->right && !reason->weight && text_equal(reason->level, "missing");
}

static const char *uuid_of(struct arena *arena, struct uuid uuid)
{
    char text[UUID_TEXT];
    uuid_text(uuid, text);
    return uuid_is_nil(uuid) ? NULL : arena_strdup(arena, text);
}

/* A column of a table: cut short or filled up to its width, counted in characters. */
static void print_cell(const char *text, size_t width)
{
    size_t length = 0;
    for (const char *at = text ? text : "-"; *at;) {
        const char *from = at;
        (void)text_next(&at);
        if (++length <= width)
            (void)fwrite(from, 1, (size_t)(at - from), stdout);
    }
    (void)printf("%*s  ", (int)(length < width ? width - length : 0), "");
}

static void print_reasons(const struct why *why)
{
    (void)printf("%-12s  %-*s  %-*s  %-10s  %7s  %7s\n", "ELEMENT", VALUE_WIDTH, "LEFT",
                 VALUE_WIDTH, "RIGHT", "LEVEL", "WEIGHT", "RARITY");
    for (size_t i = 0; i < why->explanation.count; i++) {
        const struct reason *reason = &why->explanation.reasons[i];
        if (is_silent(reason))
            continue;
        print_cell(reason->element, 12);
        print_cell(reason->left, VALUE_WIDTH);
        print_cell(reason->right, VALUE_WIDTH);
        print_cell(reason->level, 10);
        (void)printf("%+7.1f  %+7.1f  %s\n", bits(reason->weight), bits(reason->frequency),
                     reason->words ? reason->words : "");
    }
}

static void print_names(const char *label, const struct names *names, const char *none)
{
    (void)printf("%s", label);
    for (size_t i = 0; i < names->count; i++)
        (void)printf("%s%s", i ? ", " : "", names->list[i]);
    (void)puts(names->count ? "" : none);
}

static void print_judgement(const struct why *why)
{
    const struct model *model = why->hub->model;
    int32_t weight = why->explanation.judgement.weight, odds = prior(why);
    int32_t match = model_match_weight(model, why->step);
    int32_t review = model_review_weight(model, why->step);
    (void)printf("\nevidence %+.1f bits, prior %+.1f, total %+.1f: probability %.4f\n",
                 bits(weight), bits(odds), bits(weight + odds),
                 model_probability(model, why->step, weight));
    (void)printf("match from %+.1f (%.2f), review from %+.1f (%.2f)\n", bits(match + odds),
                 model_probability(model, why->step, match), bits(review + odds),
                 model_probability(model, why->step, review));
    (void)printf("outcome: %s\n", why_outcome(why));
    print_names("keys that bring them together: ", &why->met,
                "none: the hub never compares the two");
    print_names("keys skipped as generic: ", &why->skipped, "none");
    (void)printf("model %.12s, step %u\n\n", model_hash(model), why->step);
}

static void print_path(const struct why *why)
{
    ARENA(scratch);
    if (!why->path) {
        (void)puts("No chain of edges holds them together now: the hub has work pending; see "
                   "'axle wait'.");
        return;
    }
    if (why->path_length == 1)
        return;
    (void)puts("The two do not meet directly; this chain holds them together:");
    (void)printf("  %s\n", why_name(scratch, why->left));
    for (size_t i = 0; i < why->path_length; i++)
        (void)printf("  %+.1f bits  %s\n", bits(why->path[i].weight),
                     why_name(scratch, why->path[i].one));
}

/* Why a match is two customers all the same. */
static void print_parted(const struct why *why)
{
    ARENA(scratch);
    const struct against *against = why->against;
    if (against)
        (void)printf(
            "What speaks against it: of their records %s and %s agree least (%+.1f bits)%s%s.\n",
            why_name(scratch, against->left), why_name(scratch, against->right),
            bits(against->judgement.weight), *against->words ? ": " : "", against->words);
    else if (text_equal(why_outcome(why), "match") && why->met.count)
        (void)puts("A match that is not joined: something in it contradicts, or the hub has work "
                   "pending; see 'axle wait'.");
}

static void print_standing(const struct why *why)
{
    ARENA(scratch);
    const char *left = uuid_of(scratch, why->left->customer);
    const char *right = uuid_of(scratch, why->right->customer);
    if (!left || !right)
        (void)puts("Not resolved yet; 'axle wait' returns when they are.");
    else if (!why->same) {
        (void)printf("They are two customers: %s and %s.\n", left, right);
        print_parted(why);
    } else {
        (void)printf("They are one customer: %s.\n", left);
        print_path(why);
    }
}

void why_print(const struct why *why)
{
    ARENA(scratch);
    (void)printf("left   %s\nright  %s\n", why_name(scratch, why->left),
                 why_name(scratch, why->right));
    if (why->pairs > 1)
        (void)printf("the best of %zu pairs of records, %zu of them vetoed\n", why->pairs,
                     why->vetoed);
    (void)puts("");
    print_reasons(why);
    print_judgement(why);
    print_standing(why);
}

/* ---- JSON */

static void write_bits(struct json_writer *json, const char *name, int32_t weight)
{
    ARENA(scratch);
    json_name(json, name);
    json_raw(json, arena_printf(scratch, "%.3f", bits(weight)));
}

static void write_probability(struct json_writer *json, const char *name, const struct why *why,
                              int32_t weight)
{
    ARENA(scratch);
    json_name(json, name);
    json_raw(json,
             arena_printf(scratch, "%.6f", model_probability(why->hub->model, why->step, weight)));
}

static void write_flag(struct json_writer *json, const char *name, bool truth)
{
    json_name(json, name);
    json_bool(json, truth);
}

static void write_one(struct json_writer *json, const struct one *one)
{
    json_member(json, "source", one->source);
    json_member(json, "key", one->key);
    json_member(json, "part", one->part);
}

static void write_side(struct json_writer *json, const char *name, const struct one *one)
{
    ARENA(scratch);
    json_name(json, name);
    json_open(json, '{');
    write_one(json, one);
    json_member(json, "customer_id", uuid_of(scratch, one->customer));
    json_close(json, '}');
}

static void write_names(struct json_writer *json, const char *name, const struct names *names)
{
    json_name(json, name);
    json_open(json, '[');
    for (size_t i = 0; i < names->count; i++)
        json_text(json, names->list[i]);
    json_close(json, ']');
}

static void write_reasons(struct json_writer *json, const struct explanation *explanation)
{
    json_name(json, "reasons");
    json_open(json, '[');
    for (size_t i = 0; i < explanation->count; i++) {
        const struct reason *reason = &explanation->reasons[i];
        if (is_silent(reason))
            continue;
        json_open(json, '{');
        json_member(json, "element", reason->element);
        json_member(json, "left", reason->left);
        json_member(json, "right", reason->right);
        json_member(json, "level", reason->level);
        write_bits(json, "weight", reason->weight);
        write_bits(json, "frequency", reason->frequency);
        json_member(json, "words", reason->words);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void write_path(struct json_writer *json, const struct why *why)
{
    json_name(json, "path");
    json_open(json, '[');
    for (size_t i = 0; i < why->path_length; i++) {
        json_open(json, '{');
        write_one(json, why->path[i].one);
        write_bits(json, "weight", why->path[i].weight);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void write_against(struct json_writer *json, const struct why *why)
{
    if (!why->against)
        return;
    json_name(json, "against");
    json_open(json, '{');
    write_side(json, "left", why->against->left);
    write_side(json, "right", why->against->right);
    write_bits(json, "weight", why->against->judgement.weight);
    write_flag(json, "veto", why->against->judgement.veto);
    json_member(json, "words", why->against->words);
    json_close(json, '}');
}

static void write_judgement(struct json_writer *json, const struct why *why)
{
    const struct model *model = why->hub->model;
    int32_t weight = why->explanation.judgement.weight;
    json_member(json, "outcome", why_outcome(why));
    write_flag(json, "veto", why->explanation.judgement.veto);
    write_bits(json, "weight", weight);
    write_bits(json, "prior", prior(why));
    write_bits(json, "total", weight + prior(why));
    write_probability(json, "probability", why, weight);
    write_probability(json, "match_from", why, model_match_weight(model, why->step));
    write_probability(json, "review_from", why, model_review_weight(model, why->step));
}

void why_print_json(const struct why *why)
{
    ARENA(scratch);
    struct json_writer json = {.out = {.arena = scratch}};
    json_open(&json, '{');
    write_side(&json, "left", why->left);
    write_side(&json, "right", why->right);
    write_flag(&json, "same_customer", why->same);
    write_judgement(&json, why);
    write_reasons(&json, &why->explanation);
    write_names(&json, "keys", &why->met);
    write_names(&json, "generic_keys", &why->skipped);
    write_path(&json, why);
    json_member_int(&json, "pairs", (int64_t)why->pairs);
    json_member_int(&json, "pairs_vetoed", (int64_t)why->vetoed);
    write_against(&json, why);
    json_member(&json, "model", model_hash(why->hub->model));
    json_member_int(&json, "step", why->step);
    json_close(&json, '}');
    (void)puts(buffer_string(&json.out));
}
