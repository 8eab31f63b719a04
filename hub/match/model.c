#include "hub/match/model.h"

#include <assert.h>
#include <math.h>

#include "hub/base/hash.h"
#include "hub/match/outline_parts.h"
#include "hub/match/tables.h"

const struct comparison_names comparisons[COMPARISONS] = {
    [COMPARE_GIVEN] = {"given",
                       {"exact", "nickname", "close", "part", "near", "initial", "damaged",
                        "another", "different"}},
    [COMPARE_MIDDLE] = {"middle", {"exact", "initial", "close", "different"}},
    [COMPARE_FAMILY] = {"family",
                        {"exact", "close", "former", "part", "near", "initial", "different"}},
    [COMPARE_ORDER] = {"order", {"swapped"}},
    [COMPARE_NAMESAKE] = {"namesake", {"alone"}},
    [COMPARE_ORGANIZATION] = {"organization", {"exact", "close", "part", "near", "different"}},
    [COMPARE_EMPLOYER] = {"employer", {"exact", "close", "part", "near", "different"}},
    [COMPARE_BIRTH_DATE] = {"birth_date",
                            {"exact", "swapped", "digit", "to-month", "to-year", "year-month",
                             "day-month", "near", "different"}},
    [COMPARE_SEX] = {"sex", {"same", "different"}},
    [COMPARE_ADDRESS] = {"address",
                         {"exact", "close", "building", "street", "neighbour", "elsewhere", "area",
                          "postcode", "city", "different"}},
    [COMPARE_PHONE] = {"phone", {"mobile", "exact", "tail", "close", "neighbour", "different"}},
    [COMPARE_EMAIL] = {"email",
                       {"personal", "exact", "role", "close", "local", "spelled", "different"}},
    [COMPARE_IDENTIFIER] = {"identifier",
                            {"exact", "account", "close", "near", "another", "different"}},
};

/* How many times as many may hold a key when they share its refine too. */
#define REFINED_TIMES 5

const char *const blocking_names[BLOCKINGS] = {
    [BLOCK_EMAIL] = "email",         [BLOCK_EMAIL_FRONT] = "email-front",
    [BLOCK_PHONE] = "phone",         [BLOCK_IDENTIFIER] = "identifier",
    [BLOCK_BIRTH] = "birth",         [BLOCK_NAME] = "name",
    [BLOCK_NAME_YEAR] = "name-year", [BLOCK_NAME_PLACE] = "name-place",
    [BLOCK_ADDRESS] = "address",     [BLOCK_FRAGMENT] = "fragment",
    [BLOCK_COMPANY] = "company",
};

/* What a version rests on beside its text: raise it when the rules in this directory's code change. */
#define RULES "rules 9"

static int32_t log2_of(struct ratio ratio)
{
    return ratio.numerator ? ratio_log2(ratio) : 0;
}

static int32_t odds_of(struct ratio ratio)
{
    return ratio.numerator ? ratio_log2_odds(ratio) : 0;
}

static void make_levels(struct model *model, const struct stated *stated)
{
    for (int c = 0; c < COMPARISONS; c++)
        for (int l = 0; comparisons[c].levels[l]; l++) {
            const struct level_stated *level = &stated->levels[c][l];
            struct ratio h = level->household.numerator ? level->household : level->u;
            model->levels[c][l] = (struct level){
                .weight = ratio_log2_of(level->m, level->u),
                .household = ratio_log2_of(level->m, h),
                .damping = ratio_thousandths(level->frequency),
            };
        }
}

static void make_names(struct arena *arena, const struct names_stated *stated, struct ratio exact,
                       struct rarities *rarities)
{
    struct error err = {0}; /* they were checked when they were read */
    *rarities = (struct rarities){
        .by_hash.arena = arena,
        .seen.arena = arena,
        .exact = -log2_of(exact),
        .unknown = -log2_of(stated->unknown),
        .most = -log2_of(stated->least),
        .rest = -log2_of(stated->rest),
    };
    bool read = table_frequencies(arena, stated->table, &rarities->by_hash, &err) &&
                table_frequencies(arena, stated->seen, &rarities->seen, &err);
    assert(read);
}

static const char *hash_of(struct arena *arena, const struct model *model)
{
    const char *text = model_text(arena, model);
    unsigned char digest[SHA256_SIZE];
    struct sha256 *hash = sha256_new(arena);
    sha256_add(hash, text, strlen(text));
    sha256_add(hash, RULES, strlen(RULES));
    sha256_end(hash, digest);
    return text_hex(arena, digest, sizeof(digest));
}

static const char *form_of(struct arena *arena, const struct stated *stated)
{
    const struct slice parts[] = {
        {RULES, strlen(RULES)}, stated->given.table, stated->family.table, stated->nicknames};
    unsigned char digest[SHA256_SIZE];
    struct sha256 *hash = sha256_new(arena);
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        sha256_add(hash, &parts[i].size, sizeof(parts[i].size));
        sha256_add(hash, parts[i].bytes, parts[i].size);
    }
    for (size_t i = 0; i < BLOCKINGS; i++)
        sha256_add(hash, stated->blocking[i].on ? "+" : "-", 1);
    sha256_end(hash, digest);
    return text_hex(arena, digest, sizeof(digest));
}

static void make_best(struct model *model)
{
    for (int c = 0; c < COMPARISONS; c++) {
        const struct rarities *rarities = c == COMPARE_FAMILY ? &model->family : &model->given;
        int64_t rarest = rarities->most > rarities->exact ? rarities->most - rarities->exact : 0;
        for (int l = 0; comparisons[c].levels[l]; l++) {
            const struct level *level = &model->levels[c][l];
            int32_t weight = level->weight + (int32_t)(rarest * level->damping / 1000);
            struct level *best = &model->best[c];
            best->weight = weight > best->weight ? weight : best->weight;
            best->household =
                level->household > best->household ? level->household : best->household;
        }
    }
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

/* Where a name stands, or the free place that it would take. */
static struct name_use *use_of(const struct model *model, uint64_t id)
{
    size_t at = id & (model->uses_room - 1);
    while (model->uses[at].id && model->uses[at].id != id)
        at = (at + 1) & (model->uses_room - 1);
    return &model->uses[at];
}

static void add_uses(struct model *model, const struct map *names)
{
    for (size_t i = 0; i < names->room; i++) {
        uint64_t id = names->slots[i].id;
        if (!names->slots[i].value)
            continue;
        int32_t given = rarity_in(&model->given, id), family = rarity_in(&model->family, id);
        *use_of(model, id) = (struct name_use){
            .id = id,
            .rarity = given < family ? given : family,
            .given = map_get(&model->given.by_hash, id) || map_get(&model->formal, id),
        };
    }
}

static void make_uses(struct arena *arena, struct model *model)
{
    const struct map *all[] = {&model->given.by_hash, &model->given.seen, &model->family.by_hash,
                               &model->family.seen, &model->formal};
    size_t count = 0;
    for (size_t i = 0; i < COUNT_OF(all); i++)
        count += all[i]->count;
    for (model->uses_room = 16; model->uses_room < 2 * count;)
        model->uses_room *= 2;
    model->uses = NEW_ARRAY(arena, struct name_use, model->uses_room);
    for (size_t i = 0; i < COUNT_OF(all); i++)
        add_uses(model, all[i]);
}

const struct model *model_make(struct arena *arena, const struct stated *stated)
{
    struct model *model = NEW(arena, struct model);
    *model = (struct model){
        .nicknames.arena = arena,
        .formal.arena = arena,
        .schemes.arena = arena,
        .prior = log2_of(stated->duplicates),
        .match = odds_of(stated->match),
        .review = odds_of(stated->review),
        .household_prior = log2_of(stated->household_prior),
        .household_match = odds_of(stated->household_match),
        .generic = ratio_thousandths(stated->generic),
        .conflict = log2_of(stated->conflict),
        .stated = *stated,
    };
    model->step_least = model_step(model, stated->least ? stated->least : 1);
    memcpy(model->blocking, stated->blocking, sizeof(model->blocking));
    make_levels(model, stated);
    make_names(arena, &stated->given, stated->levels[COMPARE_GIVEN][GIVEN_EXACT].u, &model->given);
    make_names(arena, &stated->family, stated->levels[COMPARE_FAMILY][FAMILY_EXACT].u,
               &model->family);
    table_nicknames(arena, stated->nicknames, &model->given.by_hash, &model->nicknames,
                    &model->formal, model->sieve);
    make_uses(arena, model);
    make_best(model);
    outline_prepare(model);
    for (size_t i = 0; i < stated->schemes.count; i++)
        map_put_text(&model->schemes, stated->schemes.list[i], model);
    model->hash = hash_of(arena, model);
    model->form = form_of(arena, stated);
    return model;
}

const struct model *model_with_match(struct arena *arena, const struct model *model, double match)
{
    struct stated stated = model->stated;
    double millionths = match * 1e6;
    stated.match = (struct ratio){millionths < 1        ? 1
                                  : millionths > 999999 ? 999999
                                                        : (uint64_t)llround(millionths),
                                  1000000};
    if (ratio_double(stated.review) > ratio_double(stated.match))
        stated.review = stated.match;
    return model_make(arena, &stated);
}

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

int32_t model_rarity(const struct model *model, const struct rarities *rarities, const char *text,
                     size_t size)
{
    const struct name_use *use = use_of(model, hash64(text, size));
    int32_t rarity = use->rarity;
    if (!use->id || rarity == INT32_MAX)
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

bool model_is_given(const struct model *model, struct slice name)
{
    return use_of(model, hash64(name.bytes, name.size))->given;
}

bool model_nickname(const struct model *model, struct slice left, struct slice right)
{
    if (!nickname_sieved(model->sieve, hash64(left.bytes, left.size),
                         hash64(right.bytes, right.size)))
        return false;
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
