#include "hub/match/model.h"

#include <math.h>

#include "hub/base/hash.h"
#include "hub/match/tables.h"

const struct comparison_names comparisons[COMPARISONS] = {
    [COMPARE_GIVEN] = {"given",
                       {"exact", "nickname", "close", "part", "near", "initial", "different"}},
    [COMPARE_MIDDLE] = {"middle", {"exact", "initial", "close", "different"}},
    [COMPARE_FAMILY] = {"family",
                        {"exact", "close", "former", "part", "near", "initial", "different"}},
    [COMPARE_ORDER] = {"order", {"swapped"}},
    [COMPARE_ORGANIZATION] = {"organization", {"exact", "close", "part", "near", "different"}},
    [COMPARE_EMPLOYER] = {"employer", {"exact", "close", "part", "near", "different"}},
    [COMPARE_BIRTH_DATE] = {"birth_date",
                            {"exact", "swapped", "digit", "to-month", "to-year", "year-month",
                             "day-month", "near", "different"}},
    [COMPARE_SEX] = {"sex", {"same", "different"}},
    [COMPARE_ADDRESS] = {"address",
                         {"exact", "close", "building", "street", "elsewhere", "area", "postcode",
                          "city", "different"}},
    [COMPARE_PHONE] = {"phone", {"mobile", "exact", "tail", "close", "different"}},
    [COMPARE_EMAIL] = {"email", {"exact", "role", "close", "local", "spelled", "different"}},
    [COMPARE_IDENTIFIER] = {"identifier",
                            {"exact", "account", "close", "near", "another", "different"}},
};

/* How many times as many may hold a key when they share its refine too. */
#define REFINED_TIMES 5

const char *const blocking_names[BLOCKINGS] = {
    [BLOCK_EMAIL] = "email",
    [BLOCK_EMAIL_LOCAL] = "email-local",
    [BLOCK_EMAIL_FRONT] = "email-front",
    [BLOCK_PHONE] = "phone",
    [BLOCK_IDENTIFIER] = "identifier",
    [BLOCK_BIRTH] = "birth",
    [BLOCK_NAME] = "name",
    [BLOCK_NAME_YEAR] = "name-year",
    [BLOCK_NAME_DAY] = "name-day",
    [BLOCK_NAME_PLACE] = "name-place",
    [BLOCK_ADDRESS] = "address",
    [BLOCK_FRAGMENT] = "fragment",
    [BLOCK_COMPANY] = "company",
};

bool match_knows(const char *comparator)
{
    static const char *const known[] = {"name",  "date",       "address", "phone",
                                        "email", "identifier", "code"};
    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (text_equal(known[i], comparator))
            return true;
    return false;
}

const char *model_hash(const struct model *model)
{
    return model->hash;
}

const char *model_form(const struct model *model)
{
    return model->form;
}

const char *model_text(struct arena *arena, const struct model *model)
{
    return stated_text(arena, &model->stated, model->blocking);
}

unsigned model_step(const struct model *model, int64_t records)
{
    unsigned step = 0;
    while (records >= 4) {
        records /= 4;
        step++;
    }
    return step < model->step_least ? model->step_least : step;
}

/* lambda = 2 duplicates / records, at the middle of the step: records = 2 x 4^step. */
static int32_t prior_odds(const struct model *model, unsigned step)
{
    int32_t bits = model->prior - 2000 * (int32_t)step;
    return bits < 0 ? bits : 0;
}

int32_t model_match_weight(const struct model *model, unsigned step)
{
    return model->match - prior_odds(model, step);
}

int32_t model_review_weight(const struct model *model, unsigned step)
{
    return model->review - prior_odds(model, step);
}

double model_probability(const struct model *model, unsigned step, int32_t weight)
{
    double odds = exp2((double)(weight + prior_odds(model, step)) / 1000);
    return odds / (1 + odds);
}

/* As the site has it; what it has not seen is as rare as its table says, and rarer the more it has seen.
 * INT32_MAX: a value of neither. */
static int32_t rarity_in(const struct rarities *rarities, uint64_t id)
{
    const int32_t *seen = rarities->seen.count ? map_get(&rarities->seen, id) : NULL;
    if (seen)
        return *seen;
    const int32_t *known = map_get(&rarities->by_hash, id);
    return known ? *known + rarities->rest : INT32_MAX;
}

int32_t model_rarity(const struct model *model, const struct rarities *rarities, const char *text,
                     size_t size)
{
    uint64_t id = hash64(text, size);
    int32_t given = rarity_in(&model->given, id), family = rarity_in(&model->family, id);
    int32_t rarity = given < family ? given : family;
    if (rarity == INT32_MAX)
        rarity = rarities->unknown + rarities->rest;
    return rarity < rarities->most ? rarity : rarities->most;
}

bool model_given_name(const struct model *model, const char *folded, int32_t *rarity)
{
    uint64_t id = hash64_text(folded);
    const int32_t *known = map_get(&model->given.by_hash, id);
    if (!known && !map_get(&model->formal, id))
        return false;
    *rarity = known ? *known : model->given.unknown;
    return true;
}

bool model_family_name(const struct model *model, const char *folded, int32_t *rarity)
{
    const int32_t *known = map_get(&model->family.by_hash, hash64_text(folded));
    if (known)
        *rarity = *known;
    return known != NULL;
}

struct slice model_formal(const struct model *model, struct slice given)
{
    const struct slice *formal = map_get(&model->formal, hash64(given.bytes, given.size));
    return formal ? *formal : given;
}

bool model_nickname(const struct model *model, struct slice left, struct slice right)
{
    return map_get(&model->nicknames, nickname_pair(left, right)) != NULL;
}

const char *blocking_name(const struct model *model, uint8_t type)
{
    (void)model;
    return type < BLOCKINGS ? blocking_names[type] : "unknown";
}

const char *blocking_types_text(struct arena *arena, const struct model *model, uint32_t types)
{
    struct buffer text = {.arena = arena};
    for (uint8_t type = 0; type < BLOCKING_TYPES_MOST; type++)
        if (types >> type & 1) {
            buffer_text(&text, text.length ? " " : "");
            buffer_text(&text, blocking_name(model, type));
        }
    return buffer_string(&text);
}

unsigned blocking_limit(const struct model *model, uint8_t type)
{
    return type < BLOCKINGS ? model->blocking[type].limit : 0;
}

unsigned blocking_holders(const struct model *model, uint8_t type, bool refined)
{
    return (type < BLOCKINGS ? model->blocking[type].holders : 0) * (refined ? REFINED_TIMES : 1);
}
