#include "hub/programs/axle/why.h"

#define VALUE_WIDTH 26

static double bits(int32_t weight)
{
    return (double)weight / 1000;
}

static const char *name_of(const struct why *why, const struct one *one)
{
    return one->name.id ? redact_name(why->arena, one->name, why->redact) : "the given values";
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

/* Redacted, only whether there are values, and how they agree. */
static void print_values(const struct why *why, const struct reason *reason)
{
    if (!why->redact) {
        print_cell(reason->left, VALUE_WIDTH);
        print_cell(reason->right, VALUE_WIDTH);
        return;
    }
    const char *missing = reason->left    ? "right is missing"
                          : reason->right ? "left is missing"
                                          : NULL;
    print_cell(reason->agreement ? reason->agreement : missing, 16);
}

static void print_reasons(const struct why *why)
{
    print_cell("ELEMENT", 12);
    if (why->redact)
        print_cell("AGREEMENT", 16);
    else {
        print_cell("LEFT", VALUE_WIDTH);
        print_cell("RIGHT", VALUE_WIDTH);
    }
    (void)printf("%-10s  %7s  %7s\n", "LEVEL", "WEIGHT", "RARITY");
    for (size_t i = 0; i < why->explanation.count; i++) {
        const struct reason *reason = &why->explanation.reasons[i];
        if (why_is_silent(reason))
            continue;
        print_cell(reason->element, 12);
        print_values(why, reason);
        print_cell(reason->level, 10);
        (void)printf("%+7.1f  %+7.1f  %s\n", bits(reason->weight), bits(reason->frequency),
                     reason->words ? reason->words : "");
    }
}

static const char *held_by(struct arena *arena, const struct keyhold *hold)
{
    return arena_printf(arena, "%s%s", hold->more ? "more than " : "",
                        text_number(arena, (int64_t)hold->count));
}

/* All of one name, as many as a record has values, from the first one on; "" where that came before. */
static const char *held_as(struct arena *arena, const struct shared_keys *keys, size_t first)
{
    struct buffer text = {.arena = arena};
    const char *name = keys->list[first]->name;
    for (size_t i = 0; i < first; i++)
        if (text_equal(keys->list[i]->name, name))
            return "";
    for (size_t i = first; i < keys->count; i++)
        if (text_equal(keys->list[i]->name, name))
            buffer_printf(&text, "%s%s", text.length ? ", " : "", held_by(arena, keys->list[i]));
    return arena_printf(arena, "%s%s (held by %s%s)", first ? ", " : "", name, buffer_string(&text),
                        first ? "" : " records");
}

void why_print_keys(const char *label, const struct shared_keys *keys, const char *none)
{
    ARENA(scratch);
    (void)printf("%s", label);
    for (size_t i = 0; i < keys->count; i++)
        (void)fputs(held_as(scratch, keys, i), stdout);
    (void)puts(keys->count ? "" : none);
}

static void print_completeness(const struct why *why)
{
    const struct one *ones[] = {why->left, why->right};
    bool full = true;
    for (size_t i = 0; i < COUNT_OF(ones); i++)
        if (ones[i]->skipped) {
            (void)printf("%s partial: %s was resolved without its key%s %s, which too many share\n",
                         full ? "completeness:" : "             ", name_of(why, ones[i]),
                         strchr(ones[i]->skipped, ' ') ? "s" : "", ones[i]->skipped);
            full = false;
        }
    if (full)
        (void)puts("completeness: full");
}

static void print_ignored(const struct why *why)
{
    const struct one *ones[] = {why->left, why->right};
    for (size_t i = 0; i < COUNT_OF(ones); i++)
        if (ones[i]->ignored)
            (void)printf("placeholders, which count as missing: %s of %s\n", ones[i]->ignored,
                         name_of(why, ones[i]));
}

static void print_judgement(const struct why *why)
{
    const struct model *model = why->hub->model;
    struct judgement judgement = why->explanation.judgement;
    int32_t odds = why_prior(why->hub, why->step);
    int32_t match = model_match_weight(model, why->step);
    int32_t review = model_review_weight(model, why->step);
    struct why_sums sums = why_sum(why);
    (void)printf("\nevidence %+.1f bits (%u for, %u against", bits(judgement.weight),
                 sums.confirmations, sums.denials);
    if (sums.hold)
        (void)printf(", household %+.1f", bits(sums.hold));
    (void)printf("), prior %+.1f, total %+.1f: probability %.4f\n", bits(odds),
                 bits(judgement.weight + odds),
                 model_probability(model, why->step, judgement.weight));
    (void)printf("match from %+.1f (%.2f), review from %+.1f (%.2f)\n", bits(match + odds),
                 model_probability(model, why->step, match), bits(review + odds),
                 model_probability(model, why->step, review));
    (void)printf("outcome: %s (%s)\n",
                 match_outcome_name(match_outcome(model, why->step, judgement)),
                 match_bucket(model, why->step, judgement));
    why_print_keys("keys that bring them together: ", &why->met,
                   "none: the hub never compares the two");
    why_print_keys("keys skipped as generic: ", &why->skipped, "none");
    print_completeness(why);
    (void)printf("model %lld (%.12s), step %u\n\n", (long long)why->model_number, model_hash(model),
                 why->step);
}

static void print_path(const struct why *why)
{
    if (!why->path) {
        (void)puts("No chain of edges holds them together now: the hub has work pending; see "
                   "'axle wait'.");
        return;
    }
    if (why->path_length == 1)
        return;
    (void)puts("The two do not meet directly; this chain holds them together:");
    (void)printf("  %s\n", name_of(why, why->left));
    for (size_t i = 0; i < why->path_length; i++)
        (void)printf("  %+.1f bits  %s\n", bits(why->path[i].weight),
                     name_of(why, why->path[i].one));
}

static const char *maker_name(const struct why *why, const struct maker *maker)
{
    return redact_name(
        why->arena, (struct named){maker->id, maker->source, maker->key, maker->part}, why->redact);
}

/* Why a match is two customers all the same. */
static void print_parted(const struct why *why)
{
    const struct makeup_join *refusal = why->refusal;
    if (!why->makeup || (!refusal && !why->met.count))
        return;
    if (!refusal) {
        (void)puts("A match that is not joined: the hub has work pending; see 'axle wait'.");
        return;
    }
    (void)printf("What keeps them apart: %s", refusal->words);
    if (refusal->one)
        (void)printf(" (%s, %s)", maker_name(why, refusal->one), maker_name(why, refusal->other));
    (void)puts(".");
}

static const char *uuid_of(struct arena *arena, struct uuid uuid)
{
    char text[UUID_TEXT];
    uuid_text(uuid, text);
    return uuid_is_nil(uuid) ? NULL : arena_strdup(arena, text);
}

static void print_standing(const struct why *why)
{
    const char *left = uuid_of(why->arena, why->left->customer);
    const char *right = uuid_of(why->arena, why->right->customer);
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
    (void)printf("left   %s\nright  %s\n", name_of(why, why->left), name_of(why, why->right));
    if (why->pairs > 1)
        (void)printf("the best of %zu pairs of records, %zu of them vetoed\n", why->pairs,
                     why->vetoed);
    (void)puts("");
    print_reasons(why);
    print_ignored(why);
    print_judgement(why);
    if (why->left->name.id)
        print_standing(why);
}
