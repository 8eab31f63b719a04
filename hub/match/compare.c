#include "hub/match/compare.h"

static bool both(unsigned a, unsigned b)
{
    return a && b && a != b;
}

/* Two identifiers of one scheme and country that differ, each vouched for by its source. */
static bool verified_apart(const struct features *l, const struct features *r)
{
    for (unsigned i = 0; i < term_count(l, SLOT_IDENTIFIER); i++)
        for (unsigned j = 0; j < term_count(r, SLOT_IDENTIFIER); j++) {
            const struct term *a = term_at(l, SLOT_IDENTIFIER, i);
            const struct term *b = term_at(r, SLOT_IDENTIFIER, j);
            if ((a->flags & b->flags & TERM_VERIFIED) && !term_same(a, b) &&
                term_same(term_at(l, SLOT_SCHEME, i), term_at(r, SLOT_SCHEME, j)) &&
                term_same(term_at(l, SLOT_COUNTRY, i), term_at(r, SLOT_COUNTRY, j)))
                return true;
        }
    return false;
}

/* "Morris I" beside "Morris II": by itself the I would be an initial. */
static bool is_second_of(const struct features *second, const struct features *first)
{
    if (second->suffix < 2 || first->suffix || !term_count(first, SLOT_MIDDLE))
        return false;
    const struct term *middle = term_at(first, SLOT_MIDDLE, 0);
    return middle->size == 1 && middle->text[0] == 'i';
}

const char *compare_veto(const struct features *left, const struct features *right)
{
    if (both(left->kind, right->kind))
        return "a person and an organisation";
    if (both(left->suffix, right->suffix))
        return "different generation suffix";
    if (is_second_of(left, right) || is_second_of(right, left))
        return "different generation suffix";
    if (verified_apart(left, right))
        return "different verified identifiers";
    return NULL;
}

int32_t finding_weight(const struct comparing *pair, enum comparison comparison)
{
    const struct comparison_found *found = &pair->found[comparison];
    if (found->level == LEVEL_MISSING)
        return 0;
    int32_t weight = pair->model->levels[comparison][found->level].weight + found->frequency;
    if (found->generic && weight > 0)
        weight = 0;
    if (found->evidence && weight > pair->model->generic)
        weight = pair->model->generic;
    return found->weak ? weigh_reading(weight) : weight;
}

static int32_t finding_household(const struct comparing *pair, enum comparison comparison)
{
    const struct comparison_found *found = &pair->found[comparison];
    if (found->level == LEVEL_MISSING)
        return 0;
    int32_t weight = pair->model->levels[comparison][found->level].household;
    if ((found->generic || found->evidence) && weight > 0)
        weight = 0;
    return found->weak ? weigh_reading(weight) : weight;
}

static void compare_sex(struct comparing *pair)
{
    unsigned l = pair->left->sex, r = pair->right->sex;
    pair->found[COMPARE_SEX] = (struct comparison_found){.level = !l || !r ? LEVEL_MISSING
                                                                  : l == r ? SEX_SAME
                                                                           : SEX_DIFFERENT};
}

/*
 * Names run in families, regions and generations, so those that bear the same one are more than its parts' shares
 * multiply to: with nothing else that agrees, namesakes are likelier than their names say.  Companies have branches and sisters.
 */
static void compare_namesakes(struct comparing *pair)
{
    static const enum comparison others[] = {COMPARE_EMPLOYER, COMPARE_BIRTH_DATE,
                                             COMPARE_ADDRESS,  COMPARE_PHONE,
                                             COMPARE_EMAIL,    COMPARE_IDENTIFIER};
    int given = pair->found[COMPARE_GIVEN].level, family = pair->found[COMPARE_FAMILY].level;
    int company = pair->found[COMPARE_ORGANIZATION].level;
    bool person = given != LEVEL_MISSING && given < GIVEN_ANOTHER && family != LEVEL_MISSING &&
                  family < FAMILY_DIFFERENT;
    bool alone = person || (company != LEVEL_MISSING && company < COMPANY_DIFFERENT);
    for (size_t i = 0; i < COUNT_OF(others) && alone; i++)
        alone =
            finding_weight(pair, others[i]) <= 2 * pair->model->generic ||
            (others[i] == COMPARE_ADDRESS && pair->found[COMPARE_ADDRESS].level >= ADDRESS_AREA);
    pair->found[COMPARE_NAMESAKE] = (struct comparison_found){
        .level = alone ? NAMESAKE_ALONE : LEVEL_MISSING,
        .left = pair->found[COMPARE_GIVEN].left,
        .right = pair->found[COMPARE_GIVEN].right,
    };
}

/* A name that may be a person's or a company's is a company's only when it is the same. */
static bool is_company_and_another(const struct comparing *pair)
{
    int level = pair->found[COMPARE_ORGANIZATION].level;
    bool l = pair->left->kind == KIND_ORGANIZATION, r = pair->right->kind == KIND_ORGANIZATION;
    const struct features *other = l ? pair->right : pair->left;
    return l != r && term_count(other, SLOT_GIVEN) &&
           (level == LEVEL_MISSING || level > COMPANY_CLOSE);
}

struct comparing compare_all(const struct model *model, const struct generic_keys *generic,
                             const struct features *left, const struct features *right)
{
    bool turned = left->record > right->record;
    struct comparing pair = {
        .model = model,
        .generic = generic,
        .left = turned ? right : left,
        .right = turned ? left : right,
    };
    pair.veto = compare_veto(pair.left, pair.right);
    compare_names(&pair);
    compare_companies(&pair);
    if (!pair.veto && is_company_and_another(&pair))
        pair.veto = "a company and somebody of another name";
    compare_birth_dates(&pair);
    compare_sex(&pair);
    compare_addresses(&pair);
    compare_contacts(&pair);
    compare_namesakes(&pair);
    return pair;
}

/* Who shares a home mostly shares more than one of these: against the household only the best counts. */
static bool is_shared_by_households(enum comparison comparison)
{
    return comparison == COMPARE_ADDRESS || comparison == COMPARE_PHONE ||
           comparison == COMPARE_EMAIL;
}

struct judgement compare_records(const struct model *model, const struct generic_keys *generic,
                                 const struct features *left, const struct features *right)
{
    struct comparing pair = compare_all(model, generic, left, right);
    return comparing_judge(&pair);
}

bool compare_reaches(const struct model *model, const struct generic_keys *generic,
                     const struct features *left, const struct features *right, int32_t floor,
                     struct judgement *judgement)
{
    *judgement = compare_records(model, generic, left, right);
    return !judgement->veto && judgement->weight >= floor;
}

int32_t household_hold(const struct model *model, int32_t household)
{
    int32_t over = household - model->household_match;
    return model_match_weight(model, model->step_least) + (over > 0 ? 8 * over : 2 * over);
}

/*
 * Two alternatives to "the same customer": any two customers, and two people of one household, who
 * share name, address, telephone and mailbox.  The likelier alternative counts.  Odds against the
 * household do not depend on the number of records; below the wanted ones the weight is held under
 * what a match takes, above them the hold is soon gone.
 */
struct judgement comparing_judge(const struct comparing *pair)
{
    const struct model *model = pair->model;
    int32_t weight = 0, household = model->household_prior;
    int32_t shared = 0;
    for (int c = 0; c < COMPARISONS; c++) {
        weight += finding_weight(pair, (enum comparison)c);
        int32_t part = finding_household(pair, (enum comparison)c);
        if (is_shared_by_households((enum comparison)c) && part > 0)
            shared = part > shared ? part : shared;
        else
            household += part;
    }
    int32_t hold = household_hold(model, household + shared);
    bool person = pair->left->kind != KIND_ORGANIZATION && pair->right->kind != KIND_ORGANIZATION;
    if (person && hold < weight)
        weight = hold;
    return (struct judgement){.weight = weight, .veto = pair->veto != NULL};
}
