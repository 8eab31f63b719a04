#include "hub/match/compare.h"

#include "hub/match/kernels.h"
#include "hub/standard/name.h"

#define PARTS_MOST 6

/* What one pair of names says about one of its parts. */
struct part_found {
    int level;
    int32_t frequency;
};

/* A name without its blanks, and its words. */
struct words {
    char joined[KERNEL_MOST + 1];
    struct slice whole, words[PARTS_MOST];
    unsigned count;
    bool weak; /* a reading of another script */
};

static void cut(const struct term *term, struct words *cut)
{
    size_t length = 0;
    cut->count = 0;
    cut->weak = term->flags & TERM_WEAK;
    if (term->size <= KERNEL_MOST && !memchr(term->text, ' ', term->size)) {
        cut->whole = cut->words[0] = term_slice(term);
        cut->count = term->size > 0;
        return;
    }
    for (size_t i = 0; i < term->size && length < KERNEL_MOST; i++) {
        if (term->text[i] != ' ') {
            if ((!i || term->text[i - 1] == ' ') && cut->count < PARTS_MOST)
                cut->words[cut->count++] = (struct slice){cut->joined + length, 0};
            cut->joined[length++] = term->text[i];
            cut->words[cut->count - 1].size =
                (size_t)(cut->joined + length - cut->words[cut->count - 1].bytes);
        }
    }
    cut->whole = (struct slice){cut->joined, length};
}

static bool same(struct slice a, struct slice b)
{
    return a.size == b.size && memcmp(a.bytes, b.bytes, a.size) == 0;
}

static int32_t damped(const struct model *model, const struct rarities *rarities,
                      const struct level *level, struct slice left, struct slice right)
{
    if (!level->damping)
        return 0;
    int32_t l = model_rarity(model, rarities, left.bytes, left.size);
    int32_t r = same(left, right) ? l : model_rarity(model, rarities, right.bytes, right.size);
    int64_t part = (l < r ? l : r) - rarities->exact;
    return (int32_t)(part * level->damping / 1000);
}

static bool sounds_alike(struct slice left, struct slice right)
{
    struct sound l = sound_of(left), r = sound_of(right);
    return l.code[0] && l.code[1] && strcmp(l.code, r.code) == 0;
}

/* One edit, or two and a Jaro-Winkler of .92: what a slip of the fingers or the ear leaves. */
static bool is_close(struct slice left, struct slice right)
{
    size_t shorter = left.size < right.size ? left.size : right.size;
    if (shorter < 3)
        return false;
    unsigned edits = damerau(left, right, 2);
    return edits <= 1 || (edits == 2 && jaro_winkler(left, right) >= 920);
}

/* Two edits behind the first letter, three in long names, or the same sound: names that merely begin or
 * end alike are those of siblings. */
static bool is_near(struct slice left, struct slice right)
{
    size_t shorter = left.size < right.size ? left.size : right.size;
    unsigned most = shorter >= 9 ? 3 : shorter >= 5 ? 2 : 1;
    unsigned edits = damerau(left, right, 3);
    if (!shorter || edits > 3)
        return false;
    return edits <= 1 || (left.bytes[0] == right.bytes[0] && edits <= most) ||
           (shorter >= 3 && edits <= most + 1 && sounds_alike(left, right));
}

/* Vowels are the readers' choice where a script has none. */
static bool is_near_word(const struct words *left, const struct words *right)
{
    return is_near(left->whole, right->whole) ||
           ((left->weak || right->weak) && sounds_alike(left->whole, right->whole));
}

/* Latin letters and those of another script say nothing of each other. */
static bool is_comparable(const struct term *left, const struct term *right)
{
    return left->size && right->size &&
           ((unsigned char)left->text[0] < 0x80) == ((unsigned char)right->text[0] < 0x80);
}

/* "van", "de la", "al": names have them in common that have nothing in common. */
static bool is_particle(struct slice word)
{
    char text[8];
    if (word.size >= sizeof(text))
        return false;
    memcpy(text, word.bytes, word.size);
    text[word.size] = '\0';
    return name_is_particle(text);
}

/* A word of the one that is a word of the other, when either has several. */
static const struct slice *shared_word(const struct words *left, const struct words *right)
{
    if (left->count < 2 && right->count < 2)
        return NULL;
    for (unsigned i = 0; i < left->count; i++)
        for (unsigned j = 0; j < right->count; j++)
            if (left->words[i].size > 1 && same(left->words[i], right->words[j]) &&
                !is_particle(left->words[i]))
                return &left->words[i];
    return NULL;
}

static bool is_initial_of(struct slice left, struct slice right)
{
    return left.size && right.size && (left.size == 1 || right.size == 1) &&
           left.bytes[0] == right.bytes[0];
}

static bool is_nickname(const struct model *model, const struct words *left,
                        const struct words *right)
{
    return model_nickname(model, left->whole, right->whole) ||
           (left->count && right->count && (left->count > 1 || right->count > 1) &&
            model_nickname(model, left->words[0], right->words[0]));
}

/* "Maggie" beside "Mragaret". */
static bool is_nickname_near(const struct model *model, struct slice left, struct slice right)
{
    struct slice l = model_formal(model, left), r = model_formal(model, right);
    return (!same(l, left) && is_close(l, right)) || (!same(r, right) && is_close(left, r));
}

/* Who mistypes a name makes one that nobody bears: two that people bear are two names, however alike.  (Spellings
 * of one name stand among the pet forms.) */
static bool are_given_names(const struct model *model, struct slice left, struct slice right)
{
    return model_is_given(model, left) && model_is_given(model, right);
}

/* How many letters of the one the other has too. */
static size_t shared_letters(struct slice left, struct slice right)
{
    int8_t counts[256] = {0};
    size_t shared = 0;
    for (size_t i = 0; i < left.size; i++)
        counts[(unsigned char)left.bytes[i]]++;
    for (size_t i = 0; i < right.size; i++)
        shared += counts[(unsigned char)right.bytes[i]]-- > 0;
    return shared;
}

/* The letters of a name in another order, with at most one of them changed. */
static bool is_garbled(struct slice left, struct slice right)
{
    size_t longer = left.size > right.size ? left.size : right.size;
    return left.size >= 5 && right.size >= 5 && shared_letters(left, right) + 1 >= longer;
}

/* Half of the letters between the ends: that may be a slip or another name, so it says neither.  (Names of one stem
 * differ in their ends.) */
static bool is_damaged(struct slice left, struct slice right)
{
    size_t shorter = left.size < right.size ? left.size : right.size;
    unsigned most = shorter >= 6 ? 3 : 2;
    return shorter >= 4 && left.bytes[0] == right.bytes[0] &&
           left.bytes[left.size - 1] == right.bytes[right.size - 1] &&
           damerau(left, right, most) <= most;
}

static int given_level(const struct model *model, const struct words *l, const struct words *r)
{
    if (same(l->whole, r->whole))
        return GIVEN_EXACT;
    if (l->whole.size == 1 || r->whole.size == 1)
        return is_initial_of(l->whole, r->whole) ? GIVEN_INITIAL : GIVEN_DIFFERENT;
    if (is_nickname(model, l, r))
        return GIVEN_NICKNAME;
    if (shared_word(l, r))
        return GIVEN_PART;
    if (are_given_names(model, l->whole, r->whole))
        return GIVEN_ANOTHER;
    if (is_close(l->whole, r->whole) || is_garbled(l->whole, r->whole))
        return GIVEN_CLOSE;
    if (is_near_word(l, r) || is_nickname_near(model, l->whole, r->whole))
        return GIVEN_NEAR;
    return is_damaged(l->whole, r->whole) ? GIVEN_DAMAGED : GIVEN_DIFFERENT;
}

static struct part_found compare_given(const struct model *model, const struct term *left,
                                       const struct term *right)
{
    const struct level *levels = model->levels[COMPARE_GIVEN];
    if (!is_comparable(left, right))
        return (struct part_found){LEVEL_MISSING, 0};
    if (term_same(left, right)) {
        int level = left->size == 1 ? GIVEN_INITIAL : GIVEN_EXACT;
        return (struct part_found){level, damped(model, &model->given, &levels[level],
                                                 term_slice(left), term_slice(left))};
    }
    struct words l, r;
    cut(left, &l);
    cut(right, &r);
    int level = given_level(model, &l, &r);
    const struct slice *shared = level == GIVEN_PART ? shared_word(&l, &r) : NULL;
    return (struct part_found){level,
                               damped(model, &model->given, &levels[level],
                                      shared ? *shared : l.whole, shared ? *shared : r.whole)};
}

static int family_level(const struct words *l, const struct words *r)
{
    if (same(l->whole, r->whole))
        return FAMILY_EXACT;
    if (l->whole.size == 1 || r->whole.size == 1)
        return is_initial_of(l->whole, r->whole) ? FAMILY_INITIAL : FAMILY_DIFFERENT;
    if (shared_word(l, r))
        return FAMILY_PART;
    if (is_close(l->whole, r->whole) || is_garbled(l->whole, r->whole))
        return FAMILY_CLOSE;
    return is_near_word(l, r) ? FAMILY_NEAR : FAMILY_DIFFERENT;
}

static struct part_found compare_family(const struct model *model, const struct term *left,
                                        const struct term *right)
{
    const struct level *levels = model->levels[COMPARE_FAMILY];
    if (!is_comparable(left, right))
        return (struct part_found){LEVEL_MISSING, 0};
    bool former = (left->flags | right->flags) & TERM_FORMER;
    if (term_same(left, right)) {
        int level = former ? FAMILY_FORMER : left->size == 1 ? FAMILY_INITIAL : FAMILY_EXACT;
        return (struct part_found){level, damped(model, &model->family, &levels[level],
                                                 term_slice(left), term_slice(left))};
    }
    struct words l, r;
    cut(left, &l);
    cut(right, &r);
    int level = family_level(&l, &r);
    const struct slice *shared = level == FAMILY_PART ? shared_word(&l, &r) : NULL;
    return (struct part_found){level,
                               damped(model, &model->family, &levels[level],
                                      shared ? *shared : l.whole, shared ? *shared : r.whole)};
}

static int middle_level(const struct model *model, const struct term *left,
                        const struct term *right)
{
    if (!left->size || !right->size)
        return LEVEL_MISSING;
    if (term_same(left, right))
        return left->size == 1 ? MIDDLE_INITIAL : MIDDLE_EXACT;
    struct words l, r;
    cut(left, &l);
    cut(right, &r);
    if (l.whole.size == 1 || r.whole.size == 1)
        return is_initial_of(l.whole, r.whole) ? MIDDLE_INITIAL : MIDDLE_DIFFERENT;
    return is_near(l.whole, r.whole) || shared_word(&l, &r) ||
                   model_nickname(model, l.whole, r.whole)
               ? MIDDLE_CLOSE
               : MIDDLE_DIFFERENT;
}

/* The findings of one pair of names, and their weight, to choose among several. */
struct names_found {
    struct comparison_found given, middle, family, order;
    int32_t weight;
};

static int32_t part_weight(const struct model *model, enum comparison comparison,
                           const struct comparison_found *found)
{
    if (found->level == LEVEL_MISSING)
        return 0;
    int32_t weight = model->levels[comparison][found->level].weight + found->frequency;
    return found->weak ? weigh_reading(weight) : weight;
}

static void weigh_names(const struct model *model, struct names_found *found)
{
    found->weight = part_weight(model, COMPARE_GIVEN, &found->given) +
                    part_weight(model, COMPARE_MIDDLE, &found->middle) +
                    part_weight(model, COMPARE_FAMILY, &found->family) +
                    part_weight(model, COMPARE_ORDER, &found->order);
}

/* "Anna Maria" beside "Anna", middle name "Maria" or "M". */
static bool is_first_and_middle(const struct features *both, unsigned i,
                                const struct features *apart, unsigned j)
{
    const struct term *middle = term_at(apart, SLOT_MIDDLE, j);
    struct words given, first, second;
    cut(term_at(both, SLOT_GIVEN, i), &given);
    cut(term_at(apart, SLOT_GIVEN, j), &first);
    cut(middle, &second);
    if (!middle->size || given.count < 2 || first.count != 1 ||
        !same(given.words[0], first.words[0]))
        return false;
    return is_initial_of(given.words[1], second.words[0]) ||
           is_near(given.words[1], second.words[0]);
}

static struct part_found compare_first(const struct model *model, const struct term *given)
{
    struct words words;
    cut(given, &words);
    return (struct part_found){GIVEN_EXACT, damped(model, &model->given,
                                                   &model->levels[COMPARE_GIVEN][GIVEN_EXACT],
                                                   words.words[0], words.words[0])};
}

/* The middle name of the one that is `slot` of the other, or NULL. */
static const struct term *middle_as(const struct comparing *pair, unsigned i, unsigned j,
                                    enum slot slot)
{
    const struct term *left = term_at(pair->left, SLOT_MIDDLE, i);
    const struct term *right = term_at(pair->right, SLOT_MIDDLE, j);
    if (left->size > 2 && term_same(left, term_at(pair->right, slot, j)))
        return left;
    return right->size > 2 && term_same(right, term_at(pair->left, slot, i)) ? right : NULL;
}

/* Who marries may keep the maiden name as a middle name. */
static struct part_found compare_maiden(const struct comparing *pair, unsigned i, unsigned j)
{
    const struct term *kept = middle_as(pair, i, j, SLOT_FAMILY);
    if (!kept)
        return (struct part_found){FAMILY_DIFFERENT, 0};
    return (struct part_found){FAMILY_FORMER,
                               damped(pair->model, &pair->model->family,
                                      &pair->model->levels[COMPARE_FAMILY][FAMILY_FORMER],
                                      term_slice(kept), term_slice(kept))};
}

/* Many go by their second given name. */
static void try_second(const struct comparing *pair, unsigned i, unsigned j,
                       struct names_found *found)
{
    const struct term *second = middle_as(pair, i, j, SLOT_GIVEN);
    if (found->given.level < GIVEN_ANOTHER || !second)
        return;
    found->given.level = GIVEN_PART;
    found->given.frequency =
        damped(pair->model, &pair->model->given, &pair->model->levels[COMPARE_GIVEN][GIVEN_PART],
               term_slice(second), term_slice(second));
    found->middle.level = LEVEL_MISSING;
}

static struct names_found compare_straight(const struct comparing *pair, unsigned i, unsigned j)
{
    const struct features *l = pair->left, *r = pair->right;
    const struct term *given[] = {term_at(l, SLOT_GIVEN, i), term_at(r, SLOT_GIVEN, j)};
    struct part_found g = compare_given(pair->model, given[0], given[1]);
    struct part_found f =
        compare_family(pair->model, term_at(l, SLOT_FAMILY, i), term_at(r, SLOT_FAMILY, j));
    struct comparison_found base = {
        .weak = (given[0]->flags | given[1]->flags) & TERM_WEAK,
        .left = (uint8_t)i,
        .right = (uint8_t)j,
    };
    struct names_found found = {.given = base, .middle = base, .family = base, .order = base};
    if (g.level == GIVEN_PART &&
        (is_first_and_middle(l, i, r, j) || is_first_and_middle(r, j, l, i)))
        g = compare_first(pair->model, given[0]);
    found.given.level = g.level;
    found.given.frequency = g.frequency;
    if (f.level == FAMILY_DIFFERENT)
        f = compare_maiden(pair, i, j);
    found.family.level = f.level;
    found.family.frequency = f.frequency;
    found.middle.level =
        middle_level(pair->model, term_at(l, SLOT_MIDDLE, i), term_at(r, SLOT_MIDDLE, j));
    found.order.level = LEVEL_MISSING;
    try_second(pair, i, j, &found);
    weigh_names(pair->model, &found);
    return found;
}

/* Names the other way round: the one part is the given name, the other the family name.  Only good
 * agreement counts as a swap. */
static void try_swapped(const struct comparing *pair, const struct term *const given[2],
                        const struct term *const family[2], struct names_found *found)
{
    struct part_found g = compare_given(pair->model, given[0], given[1]);
    if (g.level > GIVEN_CLOSE)
        return;
    struct part_found f = compare_family(pair->model, family[0], family[1]);
    if (f.level > FAMILY_CLOSE)
        return;
    struct names_found swapped = *found;
    swapped.given.level = g.level;
    swapped.given.frequency = g.frequency;
    swapped.family.level = f.level;
    swapped.family.frequency = f.frequency;
    swapped.middle.level = LEVEL_MISSING;
    swapped.order.level = ORDER_SWAPPED;
    weigh_names(pair->model, &swapped);
    if (swapped.weight > found->weight)
        *found = swapped;
}

static void compare_swapped(const struct comparing *pair, struct names_found *found)
{
    const struct features *l = pair->left, *r = pair->right;
    const struct term *a[] = {term_at(l, SLOT_GIVEN, found->given.left),
                              term_at(r, SLOT_FAMILY, found->given.right)};
    const struct term *b[] = {term_at(l, SLOT_FAMILY, found->given.left),
                              term_at(r, SLOT_GIVEN, found->given.right)};
    int missing = !a[0]->size + !a[1]->size + !b[0]->size + !b[1]->size;
    if (missing > 1 || a[0]->size == 1 || b[1]->size == 1)
        return;
    try_swapped(pair, a, b, found);
    try_swapped(pair, b, a, found);
}

void compare_names(struct comparing *pair)
{
    struct comparison_found missing = {.level = LEVEL_MISSING};
    struct names_found best = {missing, missing, missing, missing, INT32_MIN};
    for (unsigned i = 0; i < term_count(pair->left, SLOT_GIVEN); i++)
        for (unsigned j = 0; j < term_count(pair->right, SLOT_GIVEN); j++) {
            struct names_found found = compare_straight(pair, i, j);
            if (found.given.level >= GIVEN_ANOTHER || found.family.level == FAMILY_DIFFERENT ||
                found.given.level == LEVEL_MISSING || found.family.level == LEVEL_MISSING)
                compare_swapped(pair, &found);
            if (found.weight > best.weight)
                best = found;
        }
    pair->found[COMPARE_GIVEN] = best.given;
    pair->found[COMPARE_MIDDLE] = best.middle;
    pair->found[COMPARE_FAMILY] = best.family;
    pair->found[COMPARE_ORDER] = best.order;
}

static bool has_word(const struct words *words, struct slice word)
{
    for (unsigned i = 0; i < words->count; i++)
        if (same(words->words[i], word) || is_close(words->words[i], word))
            return true;
    return false;
}

static int company_level(const struct term *left, const struct term *right)
{
    if (term_same(left, right))
        return COMPANY_EXACT;
    struct words l, r;
    cut(left, &l);
    cut(right, &r);
    if (same(l.whole, r.whole))
        return COMPANY_EXACT;
    unsigned shared = 0, fewer = l.count < r.count ? l.count : r.count;
    for (unsigned i = 0; i < l.count; i++)
        shared += has_word(&r, l.words[i]);
    if ((shared == l.count && l.count == r.count) || jaro_winkler(l.whole, r.whole) >= 950)
        return COMPANY_CLOSE;
    if (shared && shared >= fewer)
        return COMPANY_PART;
    return shared || jaro_winkler(l.whole, r.whole) >= 880 ? COMPANY_NEAR : COMPANY_DIFFERENT;
}

static struct comparison_found best_company(const struct comparing *pair, enum slot slot)
{
    struct comparison_found best = {.level = LEVEL_MISSING};
    for (unsigned i = 0; i < term_count(pair->left, slot); i++)
        for (unsigned j = 0; j < term_count(pair->right, slot); j++) {
            int level = company_level(term_at(pair->left, slot, i), term_at(pair->right, slot, j));
            /* Trade names are shared by the companies of a group. */
            if ((i || j) && level < COMPANY_PART)
                level = COMPANY_PART;
            if (best.level == LEVEL_MISSING || level < best.level)
                best = (struct comparison_found){
                    .level = level, .left = (uint8_t)i, .right = (uint8_t)j};
        }
    return best;
}

void compare_companies(struct comparing *pair)
{
    bool company = pair->left->kind == KIND_ORGANIZATION || pair->right->kind == KIND_ORGANIZATION;
    pair->found[COMPARE_ORGANIZATION] = company ? best_company(pair, SLOT_ORGANIZATION)
                                                : (struct comparison_found){.level = LEVEL_MISSING};
    pair->found[COMPARE_EMPLOYER] = best_company(pair, SLOT_EMPLOYER);
}
