#include <math.h>

#include "hub/match/compare.h"

/* Which slots a comparison reads, to show what it compared. */
static const struct {
    enum slot slots[5];
    unsigned count;
} shown[COMPARISONS] = {
    [COMPARE_GIVEN] = {{SLOT_GIVEN}, 1},
    [COMPARE_MIDDLE] = {{SLOT_MIDDLE}, 1},
    [COMPARE_FAMILY] = {{SLOT_FAMILY}, 1},
    [COMPARE_ORDER] = {{SLOT_GIVEN, SLOT_FAMILY}, 2},
    [COMPARE_NAMESAKE] = {{SLOT_GIVEN, SLOT_FAMILY}, 2},
    [COMPARE_ORGANIZATION] = {{SLOT_ORGANIZATION}, 1},
    [COMPARE_EMPLOYER] = {{SLOT_EMPLOYER}, 1},
    [COMPARE_BIRTH_DATE] = {{SLOT_BIRTH}, 1},
    [COMPARE_ADDRESS] = {{SLOT_NUMBER, SLOT_STREET, SLOT_UNIT, SLOT_CITY, SLOT_POSTCODE}, 5},
    [COMPARE_PHONE] = {{SLOT_PHONE}, 1},
    [COMPARE_EMAIL] = {{SLOT_EMAIL}, 1},
    [COMPARE_IDENTIFIER] = {{SLOT_SCHEME, SLOT_IDENTIFIER}, 2},
};

/* What people read, by comparison and level. */
static const struct {
    enum comparison comparison;
    int level;
    const char *words;
} sentences[] = {
    {COMPARE_GIVEN, GIVEN_EXACT, "same given name"},
    {COMPARE_GIVEN, GIVEN_NICKNAME, "short or pet form of the same given name"},
    {COMPARE_GIVEN, GIVEN_CLOSE, "given names a slip apart"},
    {COMPARE_GIVEN, GIVEN_PART, "one of several given names in common"},
    {COMPARE_GIVEN, GIVEN_NEAR, "similar given names"},
    {COMPARE_GIVEN, GIVEN_INITIAL, "initial fits the given name"},
    {COMPARE_GIVEN, GIVEN_DAMAGED, "given names that may be one, badly spelt"},
    {COMPARE_GIVEN, GIVEN_ANOTHER, "another given name"},
    {COMPARE_GIVEN, GIVEN_DIFFERENT, "different given names"},
    {COMPARE_MIDDLE, MIDDLE_EXACT, "same middle name"},
    {COMPARE_MIDDLE, MIDDLE_INITIAL, "middle initial fits"},
    {COMPARE_MIDDLE, MIDDLE_CLOSE, "similar middle names"},
    {COMPARE_MIDDLE, MIDDLE_DIFFERENT, "different middle names"},
    {COMPARE_FAMILY, FAMILY_EXACT, "same surname"},
    {COMPARE_FAMILY, FAMILY_CLOSE, "surnames a slip apart"},
    {COMPARE_FAMILY, FAMILY_FORMER, "former name of one is the surname of the other"},
    {COMPARE_FAMILY, FAMILY_PART, "one part of a double name in common"},
    {COMPARE_FAMILY, FAMILY_NEAR, "similar surnames"},
    {COMPARE_FAMILY, FAMILY_INITIAL, "initial fits the surname"},
    {COMPARE_FAMILY, FAMILY_DIFFERENT, "different surnames"},
    {COMPARE_ORDER, ORDER_SWAPPED, "given name and surname swapped"},
    {COMPARE_NAMESAKE, NAMESAKE_ALONE, "nothing but the name agrees"},
    {COMPARE_ORGANIZATION, COMPANY_EXACT, "same company name"},
    {COMPARE_ORGANIZATION, COMPANY_CLOSE, "company names a slip apart"},
    {COMPARE_ORGANIZATION, COMPANY_PART, "one company name is part of the other"},
    {COMPARE_ORGANIZATION, COMPANY_NEAR, "company names with a word in common"},
    {COMPARE_ORGANIZATION, COMPANY_DIFFERENT, "different company names"},
    {COMPARE_EMPLOYER, COMPANY_EXACT, "same employer"},
    {COMPARE_EMPLOYER, COMPANY_CLOSE, "same employer, a slip apart"},
    {COMPARE_EMPLOYER, COMPANY_PART, "employers with the same core"},
    {COMPARE_EMPLOYER, COMPANY_NEAR, "employers with a word in common"},
    {COMPARE_EMPLOYER, COMPANY_DIFFERENT, "different employers"},
    {COMPARE_BIRTH_DATE, BIRTH_EXACT, "born the same day"},
    {COMPARE_BIRTH_DATE, BIRTH_SWAPPED, "day and month of birth swapped"},
    {COMPARE_BIRTH_DATE, BIRTH_DIGIT, "born one digit apart"},
    {COMPARE_BIRTH_DATE, BIRTH_TO_MONTH, "born the same month, the day being unknown"},
    {COMPARE_BIRTH_DATE, BIRTH_TO_YEAR, "born the same year, the day being unknown"},
    {COMPARE_BIRTH_DATE, BIRTH_YEAR_MONTH, "born the same month, another day"},
    {COMPARE_BIRTH_DATE, BIRTH_DAY_MONTH, "born the same day of another year"},
    {COMPARE_BIRTH_DATE, BIRTH_NEAR, "birth dates two digits or a step apart"},
    {COMPARE_BIRTH_DATE, BIRTH_DIFFERENT, "born on different days"},
    {COMPARE_SEX, SEX_SAME, "same sex"},
    {COMPARE_SEX, SEX_DIFFERENT, "different sex"},
    {COMPARE_ADDRESS, ADDRESS_EXACT, "same address"},
    {COMPARE_ADDRESS, ADDRESS_CLOSE, "addresses a slip apart"},
    {COMPARE_ADDRESS, ADDRESS_BUILDING, "same house, another unit"},
    {COMPARE_ADDRESS, ADDRESS_STREET, "same street"},
    {COMPARE_ADDRESS, ADDRESS_NEIGHBOUR, "same street, another number"},
    {COMPARE_ADDRESS, ADDRESS_ELSEWHERE, "same street and number in another town"},
    {COMPARE_ADDRESS, ADDRESS_AREA, "same town and postcode"},
    {COMPARE_ADDRESS, ADDRESS_POSTCODE, "same postcode"},
    {COMPARE_ADDRESS, ADDRESS_CITY, "same town"},
    {COMPARE_ADDRESS, ADDRESS_DIFFERENT, "different addresses"},
    {COMPARE_PHONE, PHONE_MOBILE, "same mobile number"},
    {COMPARE_PHONE, PHONE_EXACT, "same telephone number"},
    {COMPARE_PHONE, PHONE_TAIL, "telephone numbers with the same last seven digits"},
    {COMPARE_PHONE, PHONE_CLOSE, "telephone numbers one digit apart"},
    {COMPARE_PHONE, PHONE_NEIGHBOUR, "telephone numbers next to each other"},
    {COMPARE_PHONE, PHONE_DIFFERENT, "different telephone numbers"},
    {COMPARE_EMAIL, EMAIL_PERSONAL, "same e-mail address, named after the person"},
    {COMPARE_EMAIL, EMAIL_EXACT, "same e-mail address"},
    {COMPARE_EMAIL, EMAIL_ROLE, "same mailbox of an office"},
    {COMPARE_EMAIL, EMAIL_CLOSE, "e-mail addresses a slip apart"},
    {COMPARE_EMAIL, EMAIL_LOCAL, "same mailbox name at another provider"},
    {COMPARE_EMAIL, EMAIL_SPELLED, "e-mail addresses alike because they spell the name"},
    {COMPARE_EMAIL, EMAIL_DIFFERENT, "different e-mail addresses"},
    {COMPARE_IDENTIFIER, IDENTIFIER_EXACT, "same identifier"},
    {COMPARE_IDENTIFIER, IDENTIFIER_ACCOUNT,
     "same identifier, of a kind that a household may share"},
    {COMPARE_IDENTIFIER, IDENTIFIER_CLOSE, "identifiers one digit apart"},
    {COMPARE_IDENTIFIER, IDENTIFIER_NEAR, "identifiers two digits apart"},
    {COMPARE_IDENTIFIER, IDENTIFIER_ANOTHER,
     "another identifier of a kind one may have several of"},
    {COMPARE_IDENTIFIER, IDENTIFIER_DIFFERENT, "different identifiers of a kind one has once"},
};

static const char *sentence(enum comparison comparison, int level)
{
    for (size_t i = 0; i < COUNT_OF(sentences); i++)
        if (sentences[i].comparison == comparison && sentences[i].level == level)
            return sentences[i].words;
    return "";
}

/* Bits beyond the average from which a name is called rare, and below which common. */
#define RARE 2500
#define COMMON (-1500)

static const char *words_for(struct arena *arena, enum comparison comparison,
                             const struct comparison_found *found)
{
    const char *words = sentence(comparison, found->level);
    if (found->generic)
        return arena_printf(arena, "%s, but many share it", words);
    if (found->evidence)
        return arena_printf(arena, "%s, but a call came from it, no more", words);
    if (found->weak)
        return arena_printf(arena, "%s, as read from another script", words);
    if (text_starts(words, "same ") && (found->frequency >= RARE || found->frequency <= COMMON))
        return arena_printf(arena, "same %s %s", found->frequency > 0 ? "rare" : "common",
                            words + strlen("same "));
    return words;
}

static const char *value_text(struct arena *arena, const struct features *features,
                              enum comparison comparison, unsigned index)
{
    struct buffer text = {.arena = arena};
    if (comparison == COMPARE_SEX) {
        static const char *const sexes[] = {NULL, "female", "male", "other"};
        return sexes[features->sex];
    }
    for (unsigned i = 0; i < shown[comparison].count; i++) {
        enum slot slot = shown[comparison].slots[i];
        if (index >= term_count(features, slot) || !term_at(features, slot, index)->size)
            continue;
        if (text.length)
            buffer_char(&text, ' ');
        buffer_text(&text, term_at(features, slot, index)->text);
    }
    return text.length ? buffer_string(&text) : NULL;
}

/* Levels of plain agreement and disagreement; what lies between is similar. */
static const char *agreement(const char *level)
{
    static const char *const same[] = {"exact", "same", "mobile", "personal", "role", "account"};
    for (size_t i = 0; i < COUNT_OF(same); i++)
        if (text_equal(level, same[i]))
            return "same";
    return text_equal(level, "different") || text_equal(level, "another") ? "different" : "similar";
}

/* The frequency that a term-frequency part was made from, with two digits that count. */
static int64_t one_in(const struct model *model, enum comparison comparison,
                      const struct comparison_found *found)
{
    const struct rarities *rarities = comparison == COMPARE_GIVEN    ? &model->given
                                      : comparison == COMPARE_FAMILY ? &model->family
                                                                     : NULL;
    int32_t damping = model->levels[comparison][found->level].damping;
    if (!rarities || damping <= 0)
        return 0;
    double people = exp2(rarities->exact / 1000.0 + (double)found->frequency / damping);
    double digits = people >= 100 ? pow(10, floor(log10(people)) - 1) : 1;
    return people >= 1 && people < 1e15 ? llround(people / digits) * llround(digits) : 0;
}

static struct reason reason_for(struct arena *arena, const struct comparing *pair,
                                enum comparison comparison, bool turned)
{
    const struct comparison_found *found = &pair->found[comparison];
    const char *left = value_text(arena, pair->left, comparison, found->left);
    const char *right = value_text(arena, pair->right, comparison, found->right);
    struct reason reason = {
        .element = comparisons[comparison].name,
        .left = turned ? right : left,
        .right = turned ? left : right,
        .level = "missing",
        .words = "nothing to compare",
    };
    if (found->level == LEVEL_MISSING)
        return reason;
    reason.level = comparisons[comparison].levels[found->level];
    reason.agreement = agreement(reason.level);
    reason.words = words_for(arena, comparison, found);
    int32_t weight = finding_weight(pair, comparison);
    reason.frequency = found->weak || found->generic || found->evidence ? 0 : found->frequency;
    reason.one_in = reason.frequency ? one_in(pair->model, comparison, found) : 0;
    if (reason.one_in > 1)
        reason.words = arena_printf(arena, "%s (about 1 in %s people)", reason.words,
                                    text_number(arena, reason.one_in));
    reason.weight = weight - reason.frequency;
    return reason;
}

void explain_records(struct arena *arena, const struct model *model,
                     const struct generic_keys *generic, const struct features *left,
                     const struct features *right, struct explanation *explanation)
{
    bool turned = left->record > right->record;
    struct comparing pair = compare_all(model, generic, left, right);
    struct reason *reasons = NEW_ARRAY(arena, struct reason, COMPARISONS + 2);
    size_t count = 0;
    int32_t sum = 0;
    for (int c = 0; c < COMPARISONS; c++) {
        struct reason reason = reason_for(arena, &pair, (enum comparison)c, turned);
        if (pair.found[c].level == LEVEL_MISSING && !reason.left && !reason.right)
            continue;
        reasons[count++] = reason;
        sum += reason.weight + reason.frequency;
    }
    *explanation = (struct explanation){.judgement = comparing_judge(&pair), .reasons = reasons};
    if (explanation->judgement.weight < sum)
        reasons[count++] = (struct reason){
            .element = "household",
            .level = "shared",
            .weight = explanation->judgement.weight - sum,
            .words = "little tells them from two people of one household",
        };
    if (pair.veto)
        reasons[count++] = (struct reason){
            .element = "veto",
            .level = "veto",
            .words = arena_printf(arena, "%s: veto", pair.veto),
        };
    explanation->count = count;
}

/* So many reasons make a line. */
#define WORDS_MOST 4

static int32_t total(const struct reason *reason)
{
    return reason->weight + reason->frequency;
}

/* The heaviest reason of a sign that is lighter than the last one; ties in their order. */
static const struct reason *next_reason(const struct explanation *explanation, int sign,
                                        const struct reason *last)
{
    const struct reason *next = NULL;
    for (size_t i = 0; i < explanation->count; i++) {
        const struct reason *reason = &explanation->reasons[i];
        int32_t weight = sign * total(reason);
        if (weight <= 0 || reason == last)
            continue;
        if (last &&
            (weight > sign * total(last) || (weight == sign * total(last) && reason < last)))
            continue;
        if (!next || weight > sign * total(next))
            next = reason;
    }
    return next;
}

static void add_words(struct buffer *words, const struct explanation *explanation, int sign,
                      const char *before)
{
    const struct reason *reason = NULL;
    for (size_t n = 0; n < WORDS_MOST; n++) {
        reason = next_reason(explanation, sign, reason);
        if (!reason)
            return;
        buffer_printf(words, "%s%s", n ? ", " : before, reason->words);
    }
}

const char *explanation_words(struct arena *arena, const struct explanation *explanation)
{
    struct buffer words = {.arena = arena};
    add_words(&words, explanation, 1, "");
    add_words(&words, explanation, -1, words.length ? "; but " : "");
    return buffer_string(&words);
}

const char *match_veto(const struct model *model, const struct features *left,
                       const struct features *right)
{
    return compare_all(model, NULL, left, right).veto;
}

bool match_passes_over(struct arena *arena, const struct model *model, const struct value *value)
{
    static const char *const asked[] = {"phone",      "email",       "birth_date",
                                        "name.given", "name.family", "identifier"};
    struct value alone = *value;
    struct record record = {.class_name = "customer",
                            .source = "",
                            .key = "",
                            .part = "",
                            .region = "",
                            .values = &alone,
                            .count = 1};
    bool known = false;
    for (size_t i = 0; i < COUNT_OF(asked); i++)
        known = known || text_equal(asked[i], value->element->path);
    if (!known || !value->standard)
        return false;
    const struct features *features = features_make(arena, model, &record);
    return features->first[SLOTS] == 0;
}

enum match_outcome match_outcome(const struct model *model, unsigned step,
                                 struct judgement judgement)
{
    if (judgement.veto)
        return OUTCOME_VETO;
    if (judgement.weight >= model_match_weight(model, step))
        return OUTCOME_MATCH;
    return judgement.weight >= model_review_weight(model, step) ? OUTCOME_REVIEW : OUTCOME_APART;
}

const char *match_outcome_name(enum match_outcome outcome)
{
    static const char *const names[] = {"match", "review", "no match", "veto"};
    return names[outcome];
}

const char *match_bucket(const struct model *model, unsigned step, struct judgement judgement)
{
    double p = model_probability(model, step, judgement.weight);
    switch (match_outcome(model, step, judgement)) {
    case OUTCOME_MATCH:
        return p >= 0.999 ? "same" : "close";
    case OUTCOME_REVIEW:
        return "likely";
    case OUTCOME_APART:
        return p >= 0.5 ? "plausible" : p >= 0.001 ? "unlikely" : "no chance";
    case OUTCOME_VETO:
        break;
    }
    return "no chance";
}
