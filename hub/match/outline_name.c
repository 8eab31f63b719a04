#include "hub/match/outline_most.h"

static const struct most nothing, lowest = {INT32_MIN, INT32_MIN};

/* A part of the name of a record. */
struct part {
    uint32_t letters;
    int size;
    uint16_t hash;
    uint8_t sound, rarity;
    bool several; /* words */
};

static inline struct part part_of(const struct outline *outline, int part)
{
    return (struct part){
        .letters = outline->name_letters[part],
        .size = outline->name_size[part] & ~SEVERAL_WORDS,
        .hash = outline->name_hash[part],
        .sound = outline->name_sound[part],
        .rarity = outline->name_rarity[part],
        .several = outline->name_size[part] & SEVERAL_WORDS,
    };
}

static inline bool same_first(struct part l, struct part r)
{
    return ((l.letters ^ r.letters) & FIRST_LETTER) == 0;
}

static inline bool is_within(struct part l, struct part r, int edits)
{
    return within_edits(l.letters & LETTER_BITS, r.letters & LETTER_BITS, l.size, r.size, edits);
}

/* Beyond one edit it takes a Jaro-Winkler of .92: a Jaro of .866 and four letters of prefix. */
static inline bool may_be_close(struct part l, struct part r)
{
    return is_within(l, r, 2) && l.size >= 3 && r.size >= 3 &&
           (is_within(l, r, 1) ||
            may_match(l.letters, r.letters, l.size, r.size, same_first(l, r) ? 159 : 175));
}

static inline bool may_be_near(struct part l, struct part r)
{
    int shorter = smaller(l.size, r.size), most = shorter >= 9 ? 3 : shorter >= 5 ? 2 : 1;
    bool alike = l.several || r.several || (l.sound && l.sound == r.sound);
    if (!is_within(l, r, 3))
        return false;
    return is_within(l, r, 1) || (same_first(l, r) && is_within(l, r, most)) ||
           (alike && is_within(l, r, smaller(most + 1, 3)));
}

static inline bool may_be_damaged(struct part l, struct part r)
{
    return same_first(l, r) && is_within(l, r, smaller(l.size, r.size) >= 6 ? 3 : 2);
}

static inline bool may_share_word(struct part l, struct part r)
{
    uint8_t left = l.several ? l.sound : word_bit(l.hash);
    uint8_t right = r.several ? r.sound : word_bit(r.hash);
    return (l.several || r.several) && left & right;
}

static inline bool may_be_nickname(const struct model *model, struct part l, struct part r)
{
    return nickname_sieved(model->sieve, l.hash, r.hash);
}

static inline int32_t rarity_of(struct part l, struct part r, const struct rarities *rarities)
{
    int32_t rarity = l.rarity < r.rarity ? l.rarity : r.rarity;
    return rarity == UINT8_MAX ? rarities->most : rarity * RARITY_UNIT;
}

/* The same with the term-frequency part of the commoner of two names. */
static struct most or_damped(struct most most, const struct level *level,
                             const struct rarities *rarities, int32_t rarity)
{
    int64_t part = rarity - rarities->exact;
    int32_t weight = level->weight + (int32_t)(part * level->damping / 1000);
    return (struct most){larger(most.weight, weight), larger(most.household, level->household)};
}

/* Words may be cut elsewhere. */
static inline bool is_same_part(struct part l, struct part r)
{
    return (l.hash == r.hash || l.several || r.several) && l.size == r.size &&
           l.letters == r.letters;
}

static struct most given_most(const struct model *model, struct part l, struct part r, bool known)
{
    const struct level *levels = model->levels[COMPARE_GIVEN];
    struct most most = or_level(most_of(&levels[GIVEN_DIFFERENT]), &levels[GIVEN_ANOTHER]);
    if (!l.size || !r.size)
        return nothing;
    if (l.size == 1 || r.size == 1)
        return same_first(l, r) ? or_level(most, &levels[GIVEN_INITIAL]) : most;
    int32_t rarity = rarity_of(l, r, &model->given);
    bool word = may_share_word(l, r);
    if (word || is_same_part(l, r))
        most = or_damped(most, &levels[GIVEN_EXACT], &model->given, rarity);
    if (word)
        most = or_damped(most, &levels[GIVEN_PART], &model->given, rarity);
    if (may_be_nickname(model, l, r))
        most = or_damped(most, &levels[GIVEN_NICKNAME], &model->given, rarity);
    if (known)
        return most;
    if (may_be_close(l, r))
        most = or_damped(most, &levels[GIVEN_CLOSE], &model->given, rarity);
    if (may_be_damaged(l, r))
        most = or_level(most, &levels[GIVEN_DAMAGED]);
    if ((l.letters | r.letters) & OUTLINE_PET_NAME || may_be_near(l, r))
        most = or_level(most, &levels[GIVEN_NEAR]);
    return most;
}

/* Is the middle name of the one that part of the other's?  Who marries may keep the maiden name, and many go by their
 * second given name. */
static bool may_be_middle(const struct outline *l, const struct outline *r, int part)
{
    return l->middle & MIDDLE_THERE && !(l->middle & MIDDLE_LETTER) &&
           (r->name_size[part] & SEVERAL_WORDS ||
            ((l->middle ^ r->name_hash[part]) & MIDDLE_HASH) == 0);
}

static bool may_be_kept(const struct outline *l, const struct outline *r, int part)
{
    return may_be_middle(l, r, part) || may_be_middle(r, l, part);
}

static struct most family_most(const struct model *model, struct part l, struct part r, bool maiden)
{
    const struct level *levels = model->levels[COMPARE_FAMILY];
    struct most most = most_of(&levels[FAMILY_DIFFERENT]);
    if (!l.size || !r.size)
        return nothing;
    if (maiden)
        most = or_damped(most, &levels[FAMILY_FORMER], &model->family, model->family.most);
    if (l.size == 1 || r.size == 1)
        return same_first(l, r) ? or_level(most, &levels[FAMILY_INITIAL]) : most;
    int32_t rarity = rarity_of(l, r, &model->family);
    if (is_same_part(l, r))
        most = or_damped(most, &levels[FAMILY_EXACT], &model->family, rarity);
    if (may_share_word(l, r))
        most = or_damped(most, &levels[FAMILY_PART], &model->family, rarity);
    if (may_be_close(l, r))
        most = or_damped(most, &levels[FAMILY_CLOSE], &model->family, rarity);
    return may_be_near(l, r) ? or_level(most, &levels[FAMILY_NEAR]) : most;
}

static struct most middle_most(const struct model *model, uint16_t l, uint16_t r)
{
    const struct level *levels = model->levels[COMPARE_MIDDLE];
    struct most most = most_of(&levels[MIDDLE_DIFFERENT]);
    if (!l || !r)
        return nothing;
    if ((l | r) & MIDDLE_LETTER)
        return (l ^ r) & MIDDLE_FIRST ? most : or_level(most, &levels[MIDDLE_INITIAL]);
    most = or_level(most, &levels[MIDDLE_CLOSE]);
    return l == r ? or_level(most, &levels[MIDDLE_EXACT]) : most;
}

/* Is the one part that of the other, or missing? */
static inline bool may_be_swapped(const struct model *model, struct part l, struct part r)
{
    return !l.size || !r.size || is_same_part(l, r) || may_be_close(l, r) ||
           may_be_nickname(model, l, r);
}

static int32_t limit_of(const struct rarities *rarities)
{
    return smaller(rarities->unknown + rarities->rest, rarities->most);
}

/* Where no table knows a name, it is as rare as its use as a given or as a family name lets it be. */
static int32_t commoner_use(const struct model *model, struct part l, struct part r)
{
    int32_t rarity = rarity_of(l, r, &model->given);
    return rarity < smaller(limit_of(&model->given), limit_of(&model->family))
               ? rarity
               : larger(model->given.most, model->family.most);
}

static struct most swapped_part(const struct model *model, struct part l, struct part r)
{
    const struct level *given = model->levels[COMPARE_GIVEN];
    const struct level *family = model->levels[COMPARE_FAMILY];
    if (!l.size || !r.size)
        return nothing;
    int32_t rarity = commoner_use(model, l, r);
    struct most most = or_damped(lowest, &given[GIVEN_EXACT], &model->given, rarity);
    most = or_damped(most, &given[GIVEN_NICKNAME], &model->given, rarity);
    most = or_damped(most, &given[GIVEN_CLOSE], &model->given, rarity);
    most = or_damped(most, &family[FAMILY_EXACT], &model->family, rarity);
    return or_damped(most, &family[FAMILY_CLOSE], &model->family, rarity);
}

struct most name_most(const struct model *model, const struct outline *l, const struct outline *r)
{
    struct part left_given = part_of(l, PART_GIVEN), left_family = part_of(l, PART_FAMILY);
    struct part right_given = part_of(r, PART_GIVEN), right_family = part_of(r, PART_FAMILY);
    struct most straight =
        given_most(model, left_given, right_given, l->flags & r->flags & OUTLINE_GIVEN_NAME);
    struct most middle = middle_most(model, l->middle, r->middle);
    if (left_given.size && right_given.size && may_be_kept(l, r, PART_GIVEN)) {
        straight = or_damped(straight, &model->levels[COMPARE_GIVEN][GIVEN_PART], &model->given,
                             model->given.most);
        middle = (struct most){larger(middle.weight, 0), larger(middle.household, 0)};
    }
    most_add(&straight,
             family_most(model, left_family, right_family, may_be_kept(l, r, PART_FAMILY)));
    most_add(&straight, middle);
    if (!may_be_swapped(model, left_given, right_family) ||
        !may_be_swapped(model, left_family, right_given))
        return straight;
    struct most swapped = most_of(&model->levels[COMPARE_ORDER][ORDER_SWAPPED]);
    most_add(&swapped, swapped_part(model, left_given, right_family));
    most_add(&swapped, swapped_part(model, left_family, right_given));
    return (struct most){larger(straight.weight, swapped.weight),
                         larger(straight.household, swapped.household)};
}
