#include "hub/match/model.h"

#include <math.h>
#include <unistd.h>

#include "hub/base/file.h"
#include "hub/base/hash.h"
#include "hub/base/nearest.h"
#include "hub/base/xml.h"
#include "hub/match/fixed.h"
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
/* What a version rests on beside its files: raise it when the rules in this directory's code change. */
#define RULES "rules 1"

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

/* One file on its way into the model. */
struct loading {
    struct arena *arena;
    struct model *model;
    const struct xml_file *xml;
    struct findings *findings;
    struct sha256 *hash;
    bool given[COMPARISONS][LEVELS_MOST], keys[BLOCKINGS];
};

static void complain(const struct loading *loading, const struct xml_node *node,
                     const char *attribute, const char *message)
{
    const struct xml_attribute *at = xml_attribute(node, attribute);
    finding_add(loading->findings, loading->xml->file, at ? at->line : node->line,
                at ? at->column : node->column, "%s", message);
}

static bool read_ratio(const struct loading *loading, const struct xml_node *node,
                       const char *attribute, struct ratio *ratio)
{
    if (!xml_attribute(node, attribute))
        return false;
    if (ratio_read(xml_text(node, attribute, ""), ratio))
        return true;
    complain(loading, node, attribute, "give a number greater than 0, with at most nine digits");
    return false;
}

static void read_log2(const struct loading *loading, const struct xml_node *node,
                      const char *attribute, int32_t *bits)
{
    struct ratio ratio;
    if (read_ratio(loading, node, attribute, &ratio))
        *bits = ratio_log2(ratio);
}

static void read_rarity(const struct loading *loading, const struct xml_node *node,
                        const char *attribute, int32_t *rarity)
{
    struct ratio ratio;
    if (read_ratio(loading, node, attribute, &ratio))
        *rarity = -ratio_log2(ratio);
}

static void read_odds(const struct loading *loading, const struct xml_node *node,
                      const char *attribute, int32_t *odds)
{
    struct ratio ratio;
    if (!read_ratio(loading, node, attribute, &ratio))
        return;
    if (ratio.numerator >= ratio.denominator)
        complain(loading, node, attribute, "give a probability between 0 and 1");
    else
        *odds = ratio_log2_odds(ratio);
}

static void read_unsigned(const struct xml_node *node, const char *attribute, unsigned *number)
{
    int64_t read;
    if (text_to_int(xml_text(node, attribute, ""), 0, INT32_MAX, &read))
        *number = (unsigned)read;
}

static int index_of(const char *const *names, const char *name, int count)
{
    for (int i = 0; i < count && names[i]; i++)
        if (text_equal(names[i], name))
            return i;
    return -1;
}

/* A name that is none of those that the model knows; the list ends with NULL or has `most` names. */
static void say_unknown(const struct loading *loading, const struct xml_node *node,
                        const char *attribute, const char *what, const char *const *names, int most)
{
    struct nearest near = {.word = xml_text(node, attribute, "")};
    for (int i = 0; i < most && names[i]; i++)
        nearest_offer(&near, names[i]);
    complain(loading, node, attribute,
             arena_printf(loading->arena, "%s '%s'%s", what, near.word,
                          nearest_hint(loading->arena, near.best)));
}

static void load_level(struct loading *loading, const struct xml_node *node, int comparison)
{
    int at = index_of(comparisons[comparison].levels, xml_text(node, "name", ""), LEVELS_MOST);
    if (at < 0) {
        say_unknown(loading, node, "name",
                    arena_printf(loading->arena, "'%s' has no level", comparisons[comparison].name),
                    comparisons[comparison].levels, LEVELS_MOST);
        return;
    }
    struct level *level = &loading->model->levels[comparison][at];
    struct ratio m = {0}, u = {0}, h = {0};
    if (!read_ratio(loading, node, "m", &m) || !read_ratio(loading, node, "u", &u))
        return;
    bool household = read_ratio(loading, node, "household", &h);
    *level = (struct level){
        .weight = ratio_log2_of(m, u),
        .household = ratio_log2_of(m, household ? h : u),
    };
    struct ratio damping;
    if (read_ratio(loading, node, "frequency", &damping))
        level->damping = (int32_t)(damping.numerator * 1000 / damping.denominator);
    loading->given[comparison][at] = true;
    if (at == 0 && comparison == COMPARE_GIVEN)
        loading->model->given.exact = -ratio_log2(u);
    if (at == 0 && comparison == COMPARE_FAMILY)
        loading->model->family.exact = -ratio_log2(u);
}

static void load_compare(struct loading *loading, const struct xml_node *node)
{
    for (int i = 0; i < COMPARISONS; i++) {
        if (!text_equal(comparisons[i].name, xml_text(node, "element", "")))
            continue;
        for (const struct xml_node *level = node->first; level; level = level->next)
            load_level(loading, level, i);
        return;
    }
    const char *names[COMPARISONS];
    for (int i = 0; i < COMPARISONS; i++)
        names[i] = comparisons[i].name;
    say_unknown(loading, node, "element", "there is no comparison", names, COMPARISONS);
}

static void load_key(struct loading *loading, const struct xml_node *node)
{
    int at = index_of(blocking_names, xml_text(node, "name", ""), BLOCKINGS);
    if (at < 0) {
        say_unknown(loading, node, "name", "there is no blocking key", blocking_names, BLOCKINGS);
        return;
    }
    struct blocking_rule *rule = &loading->model->blocking[at];
    rule->on = !text_equal(xml_text(node, "use", "yes"), "no");
    read_unsigned(node, "limit", &rule->limit);
    read_unsigned(node, "holders", &rule->holders);
    loading->keys[at] = true;
}

static struct slice load_table(struct loading *loading, const struct xml_node *node)
{
    const char *file = xml_text(node, "file", ""), *slash = strrchr(loading->xml->file, '/');
    if (file[0] != '/' && slash)
        file = arena_printf(loading->arena, "%.*s%s", (int)(slash - loading->xml->file + 1),
                            loading->xml->file, file);
    struct slice table = {NULL, 0};
    struct error err;
    if (!file_read(loading->arena, file, TABLE_MOST, &table, &err))
        complain(loading, node, "file", err.text);
    sha256_add(loading->hash, table.bytes, table.size);
    return table;
}

static void load_frequencies(struct loading *loading, const struct xml_node *node)
{
    bool given = text_equal(xml_text(node, "of", ""), "given");
    struct rarities *rarities = given ? &loading->model->given : &loading->model->family;
    read_rarity(loading, node, "unknown", &rarities->unknown);
    read_rarity(loading, node, "least", &rarities->most);
    struct error err;
    if (xml_attribute(node, "file") &&
        !table_frequencies(loading->arena, load_table(loading, node), &rarities->by_hash, &err))
        complain(loading, node, "file", err.text);
}

static void load_nicknames(struct loading *loading, const struct xml_node *node)
{
    struct model *model = loading->model;
    table_nicknames(loading->arena, load_table(loading, node), &model->given.by_hash,
                    &model->nicknames, &model->formal);
}

static void load_prior(struct loading *loading, const struct xml_node *node)
{
    unsigned least = 1;
    read_log2(loading, node, "duplicates", &loading->model->prior);
    read_unsigned(node, "least", &least);
    if (xml_attribute(node, "least"))
        loading->model->step_least = model_step(loading->model, least);
}

static void load_threshold(struct loading *loading, const struct xml_node *node)
{
    read_odds(loading, node, "match", &loading->model->match);
    read_odds(loading, node, "review", &loading->model->review);
    if (loading->model->review > loading->model->match)
        complain(loading, node, "review", "the review threshold is above that of a match");
}

static void load_household(struct loading *loading, const struct xml_node *node)
{
    read_log2(loading, node, "prior", &loading->model->household_prior);
    read_odds(loading, node, "match", &loading->model->household_match);
}

static void load_generic(struct loading *loading, const struct xml_node *node)
{
    struct ratio ratio;
    if (read_ratio(loading, node, "most", &ratio))
        loading->model->generic = (int32_t)(ratio.numerator * 1000 / ratio.denominator);
}

/* Odds, given as the likelihood ratio that speaks against a match. */
static void load_conflict(struct loading *loading, const struct xml_node *node)
{
    read_log2(loading, node, "ratio", &loading->model->conflict);
}

static void load_scheme(struct loading *loading, const struct xml_node *node)
{
    map_put_text(&loading->model->schemes, xml_text(node, "name", ""), loading->model);
}

static const struct {
    const char *name;
    void (*load)(struct loading *loading, const struct xml_node *node);
} readers[] = {
    {"prior", load_prior},       {"threshold", load_threshold},     {"household", load_household},
    {"generic", load_generic},   {"frequencies", load_frequencies}, {"nicknames", load_nicknames},
    {"compare", load_compare},   {"single", load_scheme},           {"key", load_key},
    {"conflict", load_conflict},
};

static bool load_file(struct loading *loading, const char *file, const char *schema)
{
    loading->xml = xml_load(loading->arena, file, schema, loading->findings);
    if (!loading->xml)
        return false;
    sha256_add(loading->hash, loading->xml->hash, strlen(loading->xml->hash));
    for (const struct xml_node *node = loading->xml->root->first; node; node = node->next)
        for (size_t i = 0; i < COUNT_OF(readers); i++)
            if (text_equal(readers[i].name, node->name))
                readers[i].load(loading, node);
    return true;
}

static void check_complete(const struct loading *loading)
{
    for (int c = 0; c < COMPARISONS; c++)
        for (int l = 0; comparisons[c].levels[l]; l++)
            if (!loading->given[c][l])
                finding_add(loading->findings, loading->xml->file, 0, 0,
                            "the level '%s' of '%s' is missing", comparisons[c].levels[l],
                            comparisons[c].name);
    for (int k = 0; k < BLOCKINGS; k++)
        if (!loading->keys[k])
            finding_add(loading->findings, loading->xml->file, 0, 0,
                        "the key '%s' is missing (use=\"no\" switches it off)", blocking_names[k]);
}

const struct model *model_load(struct arena *arena, const char *schema, const char *shipped,
                               const char *site, struct findings *findings)
{
    struct loading loading = {
        .arena = arena,
        .model = NEW(arena, struct model),
        .findings = findings,
        .hash = sha256_new(arena),
    };
    size_t errors = findings->errors;
    struct model *model = loading.model;
    model->given.by_hash.arena = model->family.by_hash.arena = arena;
    model->nicknames.arena = model->formal.arena = model->schemes.arena = arena;
    if (!load_file(&loading, shipped, schema))
        return NULL;
    check_complete(&loading);
    if (site && access(site, F_OK) == 0 && !load_file(&loading, site, schema))
        return NULL;
    unsigned char digest[SHA256_SIZE];
    sha256_add(loading.hash, RULES, strlen(RULES));
    sha256_end(loading.hash, digest);
    model->hash = text_hex(arena, digest, sizeof(digest));
    return findings->errors > errors ? NULL : model;
}

bool match_knows(const char *comparator)
{
    static const char *const known[] = {"name",  "date",       "address", "phone",
                                        "email", "identifier", "code"};
    return index_of(known, comparator, COUNT_OF(known)) >= 0;
}

const char *model_hash(const struct model *model)
{
    return model->hash;
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
    uint64_t id = hash64(text, size);
    const int32_t *given = map_get(&model->given.by_hash, id);
    const int32_t *family = map_get(&model->family.by_hash, id);
    int32_t rarity = given || family ? rarities->most : rarities->unknown;
    if (given && *given < rarity)
        rarity = *given;
    if (family && *family < rarity)
        rarity = *family;
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
