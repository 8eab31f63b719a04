#include "hub/programs/axle/why.h"

static void write_bits(struct json_writer *json, const char *name, int32_t weight)
{
    ARENA(scratch);
    json_name(json, name);
    json_raw(json, arena_printf(scratch, "%.3f", (double)weight / 1000));
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

static void write_customer(struct json_writer *json, struct uuid customer)
{
    char text[UUID_TEXT];
    uuid_text(customer, text);
    json_member(json, "customer_id", uuid_is_nil(customer) ? NULL : text);
}

/* Of given values there is nothing to name. */
static void write_side(struct json_writer *json, const char *name, const struct why *why,
                       const struct one *one)
{
    if (!one->name.id)
        return;
    json_name(json, name);
    json_open(json, '{');
    redact_write(json, one->name, why->redact);
    write_customer(json, one->customer);
    json_member(json, "skipped", one->skipped);
    json_member(json, "placeholders", one->ignored);
    json_close(json, '}');
}

void why_write_keys(struct json_writer *json, const char *name, const struct shared_keys *keys)
{
    json_name(json, name);
    json_open(json, '[');
    for (size_t i = 0; i < keys->count; i++) {
        json_open(json, '{');
        json_member(json, "key", keys->list[i]->name);
        json_member_int(json, "held_by", (int64_t)keys->list[i]->count);
        write_flag(json, "more", keys->list[i]->more);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void write_reasons(struct json_writer *json, const struct why *why)
{
    json_name(json, "reasons");
    json_open(json, '[');
    for (size_t i = 0; i < why->explanation.count; i++) {
        const struct reason *reason = &why->explanation.reasons[i];
        if (why_is_silent(reason))
            continue;
        json_open(json, '{');
        json_member(json, "element", reason->element);
        json_member(json, "left", why->redact ? NULL : reason->left);
        json_member(json, "right", why->redact ? NULL : reason->right);
        json_member(json, "agreement", reason->agreement);
        json_member(json, "level", reason->level);
        write_bits(json, "weight", reason->weight);
        write_bits(json, "frequency", reason->frequency);
        if (reason->one_in)
            json_member_int(json, "one_in", reason->one_in);
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
        redact_write(json, why->path[i].one->name, why->redact);
        write_bits(json, "weight", why->path[i].weight);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void write_maker(struct json_writer *json, const char *name, const struct why *why,
                        const struct maker *maker)
{
    if (!maker)
        return;
    json_name(json, name);
    json_open(json, '{');
    redact_write(json, (struct named){maker->id, maker->source, maker->key, maker->part},
                 why->redact);
    json_close(json, '}');
}

static void write_refusal(struct json_writer *json, const struct why *why)
{
    static const char *const verdicts[] = {
        [JOIN_MADE] = "made",          [JOIN_VETOED] = "veto",
        [JOIN_DIVIDED] = "divided",    [JOIN_CONTRADICTED] = "contradicted",
        [JOIN_FORBIDDEN] = "decision",
    };
    const struct makeup_join *refusal = why->refusal;
    if (!refusal)
        return;
    json_name(json, "kept_apart");
    json_open(json, '{');
    json_member(json, "by", verdicts[refusal->join->verdict]);
    json_member(json, "element", refusal->join->element);
    json_member(json, "words", refusal->words);
    json_member_int(json, "matches", refusal->join->matches);
    json_member_int(json, "conflicts", refusal->join->conflicts);
    write_maker(json, "left", why, refusal->one);
    write_maker(json, "right", why, refusal->other);
    json_close(json, '}');
}

static void write_judgement(struct json_writer *json, const struct why *why)
{
    const struct model *model = why->hub->model;
    struct judgement judgement = why->explanation.judgement;
    int32_t prior = why_prior(why->hub, why->step);
    struct why_sums sums = why_sum(why);
    json_member(json, "outcome", match_outcome_name(match_outcome(model, why->step, judgement)));
    json_member(json, "likelihood", match_bucket(model, why->step, judgement));
    write_flag(json, "veto", judgement.veto);
    write_bits(json, "weight", judgement.weight);
    write_bits(json, "prior", prior);
    write_bits(json, "total", judgement.weight + prior);
    write_bits(json, "household_hold", sums.hold);
    json_member_int(json, "confirmations", sums.confirmations);
    json_member_int(json, "denials", sums.denials);
    write_probability(json, "probability", why, judgement.weight);
    write_probability(json, "match_from", why, model_match_weight(model, why->step));
    write_probability(json, "review_from", why, model_review_weight(model, why->step));
}

void why_write(struct json_writer *json, const struct why *why)
{
    ARENA(scratch);
    write_side(json, "left", why, why->left);
    write_side(json, "right", why, why->right);
    if (why->left->name.id)
        write_flag(json, "same_customer", why->same);
    write_judgement(json, why);
    json_member(json, "words", explanation_words(scratch, &why->explanation));
    write_reasons(json, why);
    why_write_keys(json, "keys", &why->met);
    why_write_keys(json, "skipped_keys", &why->skipped);
    json_member(json, "completeness",
                why->left->skipped || why->right->skipped ? "partial" : "full");
    write_path(json, why);
    json_member_int(json, "pairs", (int64_t)why->pairs);
    json_member_int(json, "pairs_vetoed", (int64_t)why->vetoed);
    write_refusal(json, why);
    json_member(json, "model", model_hash(why->hub->model));
    json_member_int(json, "model_number", why->model_number);
    json_member_int(json, "step", why->step);
}

void why_print_json(const struct why *why)
{
    ARENA(scratch);
    struct json_writer json = {.out = {.arena = scratch}};
    json_open(&json, '{');
    why_write(&json, why);
    json_close(&json, '}');
    (void)puts(buffer_string(&json.out));
}
