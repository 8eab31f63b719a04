#include <math.h>
#include <stdlib.h>

#include "hub/base/json.h"
#include "hub/programs/axle/version.h"

#define CHANGES_MOST 8
#define CHANGE_LEAST 500 /* thousandths of a bit */

static void member_share(struct json_writer *json, const char *name, double share)
{
    ARENA(scratch);
    json_name(json, name);
    json_raw(json, arena_printf(scratch, "%.9g", share));
}

static void write_level(struct json_writer *json, const struct training_level *level)
{
    json_open(json, '{');
    json_member(json, "element", level->element);
    json_member(json, "level", level->level);
    member_share(json, "weight", level->weight / 1000.0);
    member_share(json, "weight_before", level->old_weight / 1000.0);
    member_share(json, "m", level->m);
    member_share(json, "u", level->u);
    member_share(json, "household", level->household);
    json_close(json, '}');
}

static void write_passes(struct json_writer *json, const struct training *training)
{
    json_name(json, "passes");
    json_open(json, '[');
    for (size_t i = 0; i < TRAIN_PASSES; i++) {
        const struct training_pass *pass = &training->passes[i];
        if (pass->pairs < 1)
            continue;
        json_open(json, '{');
        json_member(json, "shared", pass->element);
        member_share(json, "pairs", round(pass->pairs));
        member_share(json, "same", round(pass->same));
        member_share(json, "household", round(pass->household));
        json_close(json, '}');
    }
    json_close(json, ']');
}

const char *training_json(struct arena *arena, const struct training *training, int64_t number,
                          bool active)
{
    struct json_writer json = {.out = {.arena = arena}};
    json_open(&json, '{');
    if (number) {
        json_member_int(&json, "model", number);
        json_member(&json, "hash", model_hash(training->model));
        json_name(&json, "active");
        json_bool(&json, active);
    }
    json_member_int(&json, "records", (int64_t)training->records);
    member_share(&json, "match", training->match);
    member_share(&json, "match_before", training->old_match);
    member_share(&json, "expected_precision", training->precision);
    member_share(&json, "expected_recall", training->recall);
    member_share(&json, "duplicates", training->duplicates);
    json_member_int(&json, "given_names", (int64_t)training->given_names);
    json_member_int(&json, "family_names", (int64_t)training->family_names);
    json_member_int(&json, "random_pairs", (int64_t)training->random_pairs);
    write_passes(&json, training);
    json_name(&json, "levels");
    json_open(&json, '[');
    for (size_t i = 0; i < training->level_count; i++)
        write_level(&json, &training->levels[i]);
    json_close(&json, ']');
    json_close(&json, '}');
    return buffer_string(&json.out);
}

static int by_change(const void *left, const void *right)
{
    const struct training_level *const *a = left, *const *b = right;
    int l = abs((*a)->weight - (*a)->old_weight), r = abs((*b)->weight - (*b)->old_weight);
    if (l != r)
        return l > r ? -1 : 1;
    return (*a > *b) - (*a < *b);
}

/* Which of the two shares moved the weight more. */
static const char *why(const struct training_level *level)
{
    double m = fabs(log2(level->m / level->old_m)), u = fabs(log2(level->u / level->old_u));
    if (m > u)
        return level->m > level->old_m ? "more often of one customer"
                                       : "less often of one customer";
    return level->u > level->old_u ? "more often of different customers"
                                   : "less often of different customers";
}

static void print_changes(const struct training *training)
{
    ARENA(scratch);
    const struct training_level **list =
        NEW_ARRAY(scratch, const struct training_level *, training->level_count + 1);
    for (size_t i = 0; i < training->level_count; i++)
        list[i] = &training->levels[i];
    qsort(list, training->level_count, sizeof(struct training_level *), by_change);
    for (size_t i = 0; i < training->level_count && i < CHANGES_MOST; i++) {
        const struct training_level *level = list[i];
        if (abs(level->weight - level->old_weight) < CHANGE_LEAST)
            break;
        (void)printf("%s%-12s %-11s %+6.2f bits, was %+6.2f: here it is seen %s\n",
                     i ? "" : "what changed most:\n", level->element, level->level,
                     level->weight / 1000.0, level->old_weight / 1000.0, why(level));
    }
}

void training_print(const struct training *training)
{
    (void)printf("trained on %zu records, %zu random pairs", training->records,
                 training->random_pairs);
    for (size_t i = 0; i < TRAIN_PASSES; i++)
        if (training->passes[i].pairs >= 1)
            (void)printf(", %.0f pairs of one %s", training->passes[i].pairs,
                         training->passes[i].element);
    (void)printf("\nduplicates per record  %.2f, taken before as %.2f\n"
                 "a match from            %.3f, before from %.3f\n"
                 "expected of pairs       precision %.3f, recall %.3f\n"
                 "names with shares       %zu given, %zu family\n\n",
                 training->duplicates, training->old_duplicates, training->match,
                 training->old_match, training->precision, training->recall, training->given_names,
                 training->family_names);
    print_changes(training);
}
