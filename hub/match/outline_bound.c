#include "hub/match/compare.h"
#include "hub/match/outline_parts.h"

/*
 * What a level needs, told from outlines: each function answers with the most that its comparison can still
 * weigh, so whatever compare_*.c loosens must be loosened here.
 */

static int32_t larger(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

static int32_t smaller(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

static bool has_more_bits(uint32_t bits, unsigned most)
{
    for (; most && bits; most--)
        bits &= bits - 1;
    return bits;
}

/* A letter replaced changes two of those that occur. */
static bool within_edits(uint32_t left, uint32_t right, int left_size, int right_size, int edits)
{
    return left_size - right_size <= edits && right_size - left_size <= edits &&
           !has_more_bits(left ^ right, 2 * (unsigned)edits);
}

/* One part of the name of each of two records. */
struct part_pair {
    const struct outline *left, *right;
    int l, r; /* which parts */
};

static bool same_first(const struct part_pair *p)
{
    return ((p->left->name_letters[p->l] ^ p->right->name_letters[p->r]) & FIRST_LETTER) == 0;
}

static bool is_within(const struct part_pair *p, int edits)
{
    return within_edits(p->left->name_letters[p->l] & LETTER_BITS,
                        p->right->name_letters[p->r] & LETTER_BITS, p->left->name_size[p->l],
                        p->right->name_size[p->r], edits);
}

static bool may_be_near(const struct part_pair *p)
{
    uint8_t sound = p->left->name_sound[p->l];
    return is_within(p, 1) ||
           (is_within(p, 3) && (same_first(p) || (sound && sound == p->right->name_sound[p->r])));
}

static bool may_be_nickname(const struct model *model, const struct part_pair *p)
{
    unsigned at = p->left->name_hash[p->l] ^ p->right->name_hash[p->r];
    return model->sieve[at / 64] >> at % 64 & 1;
}

static int32_t rarity_of(const struct outline *outline, int part, const struct rarities *rarities)
{
    int32_t rarity = outline->name_rarity[part];
    return rarity == UINT8_MAX ? rarities->most : rarity * RARITY_UNIT;
}

static int32_t damped(const struct level *level, const struct rarities *rarities, int32_t rarity)
{
    int64_t part = rarity - rarities->exact;
    return level->weight + (int32_t)(part * level->damping / 1000);
}

static bool is_same_part(const struct part_pair *p)
{
    return p->left->name_hash[p->l] == p->right->name_hash[p->r] &&
           p->left->name_size[p->l] == p->right->name_size[p->r];
}

static int32_t given_most(const struct model *model, const struct outline *l,
                          const struct outline *r)
{
    const struct level *levels = model->levels[COMPARE_GIVEN];
    const struct part_pair p = {l, r, PART_GIVEN, PART_GIVEN};
    int shorter = smaller(l->name_size[PART_GIVEN], r->name_size[PART_GIVEN]);
    int32_t most = larger(levels[GIVEN_DIFFERENT].weight, levels[GIVEN_ANOTHER].weight);
    if (!shorter)
        return 0;
    if (shorter == 1)
        return same_first(&p) ? larger(levels[GIVEN_INITIAL].weight, most) : most;
    int32_t rarity =
        smaller(rarity_of(l, PART_GIVEN, &model->given), rarity_of(r, PART_GIVEN, &model->given));
    if (is_same_part(&p))
        most = larger(most, damped(&levels[GIVEN_EXACT], &model->given, rarity));
    if (may_be_nickname(model, &p))
        most = larger(most, damped(&levels[GIVEN_NICKNAME], &model->given, rarity));
    if (shorter >= 3 && is_within(&p, 2))
        most = larger(most, damped(&levels[GIVEN_CLOSE], &model->given, rarity));
    bool pet = (l->name_letters[PART_GIVEN] | r->name_letters[PART_GIVEN]) & OUTLINE_PET_NAME;
    if (pet || may_be_near(&p))
        most = larger(most, levels[GIVEN_NEAR].weight);
    return most;
}

/* Who marries may keep the maiden name as a middle name. */
static bool may_be_maiden(const struct outline *l, const struct outline *r)
{
    return l->middle & MIDDLE_THERE && !(l->middle & MIDDLE_LETTER) &&
           ((l->middle ^ r->name_hash[PART_FAMILY]) & MIDDLE_HASH) == 0;
}

static int32_t family_most(const struct model *model, const struct outline *l,
                           const struct outline *r)
{
    const struct level *levels = model->levels[COMPARE_FAMILY];
    const struct part_pair p = {l, r, PART_FAMILY, PART_FAMILY};
    int shorter = smaller(l->name_size[PART_FAMILY], r->name_size[PART_FAMILY]);
    int32_t most = levels[FAMILY_DIFFERENT].weight;
    if (!shorter)
        return 0;
    if (may_be_maiden(l, r) || may_be_maiden(r, l))
        most = larger(most, damped(&levels[FAMILY_FORMER], &model->family, model->family.most));
    if (shorter == 1)
        return same_first(&p) ? larger(levels[FAMILY_INITIAL].weight, most) : most;
    int32_t rarity = smaller(rarity_of(l, PART_FAMILY, &model->family),
                             rarity_of(r, PART_FAMILY, &model->family));
    if (is_same_part(&p))
        most = larger(most, damped(&levels[FAMILY_EXACT], &model->family, rarity));
    if (shorter >= 3 && is_within(&p, 2))
        most = larger(most, damped(&levels[FAMILY_CLOSE], &model->family, rarity));
    if (may_be_near(&p))
        most = larger(most, levels[FAMILY_NEAR].weight);
    return most;
}

static int32_t middle_most(const struct model *model, uint16_t l, uint16_t r)
{
    const struct level *levels = model->levels[COMPARE_MIDDLE];
    int32_t most = levels[MIDDLE_DIFFERENT].weight;
    if (!l || !r)
        return 0;
    if ((l | r) & MIDDLE_LETTER)
        return (l ^ r) & MIDDLE_FIRST ? most : larger(most, levels[MIDDLE_INITIAL].weight);
    most = larger(most, levels[MIDDLE_CLOSE].weight);
    return l == r ? larger(most, levels[MIDDLE_EXACT].weight) : most;
}

/* Is the one part that of the other, or missing? */
static bool may_be_swapped(const struct model *model, const struct part_pair *p)
{
    int shorter = smaller(p->left->name_size[p->l], p->right->name_size[p->r]);
    return !shorter || is_same_part(p) || (shorter >= 3 && is_within(p, 2)) ||
           may_be_nickname(model, p);
}

static int32_t name_most(const struct model *model, const struct outline *l,
                         const struct outline *r)
{
    const struct part_pair a = {l, r, PART_GIVEN, PART_FAMILY}, b = {l, r, PART_FAMILY, PART_GIVEN};
    int32_t straight = given_most(model, l, r) + family_most(model, l, r) +
                       middle_most(model, l->middle, r->middle);
    if (!may_be_swapped(model, &a) || !may_be_swapped(model, &b))
        return straight;
    return larger(straight, model->best[COMPARE_GIVEN] + model->best[COMPARE_FAMILY] +
                                model->levels[COMPARE_ORDER][ORDER_SWAPPED].weight);
}

static int32_t birth_most(const struct model *model, const struct outline *l,
                          const struct outline *r)
{
    return model->levels[COMPARE_BIRTH_DATE][birth_level(l->birth, r->birth)].weight;
}

static int digits_in(uint64_t phone)
{
    return (63 - __builtin_clzll(phone)) / 4;
}

/* One digit more: before and behind it they are the same. */
static bool is_one_longer(uint64_t longer, uint64_t shorter)
{
    uint64_t front = longer ^ shorter << 4, back = longer ^ shorter;
    int size = digits_in(longer) + 1;
    int same_front = front ? size - 1 - (63 - __builtin_clzll(front)) / 4 : size;
    int same_back = back ? __builtin_ctzll(back) / 4 : size;
    return same_front + same_back >= size - 1;
}

/* A digit replaced, or two neighbours swapped. */
static bool is_one_off(uint64_t left, uint64_t right)
{
    uint64_t bits = left ^ right;
    bits |= bits >> 2;
    bits = (bits | bits >> 1) & 0x1111111111111111;
    uint64_t more = bits & (bits - 1);
    if (!more)
        return true;
    int at = __builtin_ctzll(bits);
    uint64_t l = left >> at & 0xff, r = right >> at & 0xff;
    return bits >> at == 0x11 && l == (r >> 4 | (r & 15) << 4);
}

static bool is_phone_close(uint64_t left, uint64_t right)
{
    int l = digits_in(left), r = digits_in(right);
    if (l < 8 || r < 8)
        return false;
    if (l == r)
        return is_one_off(left, right);
    return l == r + 1 ? is_one_longer(left, right) : r == l + 1 && is_one_longer(right, left);
}

static int32_t phone_most(const struct model *model, const struct outline *l,
                          const struct outline *r)
{
    const struct level *levels = model->levels[COMPARE_PHONE];
    if (l->phone == r->phone)
        return larger(levels[PHONE_MOBILE].weight, levels[PHONE_EXACT].weight);
    if (((l->phone ^ r->phone) & 0xfffffff) == 0 && digits_in(l->phone) >= 7 &&
        digits_in(r->phone) >= 7)
        return levels[PHONE_TAIL].weight;
    if (!is_phone_close(l->phone, r->phone))
        return levels[PHONE_DIFFERENT].weight;
    return larger(levels[PHONE_CLOSE].weight, levels[PHONE_NEIGHBOUR].weight);
}

static int32_t email_most(const struct model *model, const struct outline *l,
                          const struct outline *r)
{
    const struct level *levels = model->levels[COMPARE_EMAIL];
    int32_t most = levels[EMAIL_DIFFERENT].weight;
    if (l->email_hash == r->email_hash)
        return model->best[COMPARE_EMAIL];
    int edits = smaller(smaller(l->email_size, r->email_size) / 8, 2);
    bool local = l->local_hash == r->local_hash;
    bool close = edits && within_edits(l->email_letters, r->email_letters, l->email_size,
                                       r->email_size, edits);
    if (local)
        most = larger(most, levels[EMAIL_LOCAL].weight);
    if (close)
        most = larger(most, levels[EMAIL_CLOSE].weight);
    if (local || close)
        most = larger(most, levels[EMAIL_SPELLED].weight);
    return most;
}

/* May Jaro-Winkler reach so much that matches / left + matches / right is `percent` hundredths? */
static bool may_match(uint32_t left, uint32_t right, int left_size, int right_size, int percent)
{
    int matches = smaller(left_size - __builtin_popcount(left & ~right),
                          right_size - __builtin_popcount(right & ~left));
    return 100 * matches * (left_size + right_size) >= percent * left_size * right_size;
}

/* With the four letters of prefix that Winkler counts, .88 takes a Jaro of .8, and .9 one of .833. */
static bool may_share_street(const struct outline *l, const struct outline *r)
{
    if (!l->street_size || !r->street_size)
        return false;
    return within_edits(l->street_letters, r->street_letters, l->street_size, r->street_size, 2) ||
           may_match(l->street_letters, r->street_letters, l->street_size, r->street_size, 139) ||
           may_match(l->core_letters, r->core_letters, l->core_size, r->core_size, 149);
}

static int32_t address_most(const struct model *model, const struct outline *l,
                            const struct outline *r)
{
    const struct level *levels = model->levels[COMPARE_ADDRESS];
    int32_t most = larger(levels[ADDRESS_DIFFERENT].weight, 0);
    if (l->city && r->city)
        most = larger(most, levels[ADDRESS_CITY].weight);
    if (l->postcode && l->postcode == r->postcode)
        most = larger(most, larger(levels[ADDRESS_AREA].weight, levels[ADDRESS_POSTCODE].weight));
    if (!may_share_street(l, r))
        return most;
    if (l->number == r->number)
        return model->best[COMPARE_ADDRESS];
    most = larger(most, larger(levels[ADDRESS_CLOSE].weight, levels[ADDRESS_STREET].weight));
    return larger(most, levels[ADDRESS_NEIGHBOUR].weight);
}

static int32_t sex_most(const struct model *model, const struct outline *l, const struct outline *r)
{
    const struct level *levels = model->levels[COMPARE_SEX];
    return !l->sex || !r->sex ? 0 : levels[l->sex == r->sex ? SEX_SAME : SEX_DIFFERENT].weight;
}

/* By element: what it weighs at most when both are known, and at all. */
static const struct {
    int32_t (*known)(const struct model *model, const struct outline *l, const struct outline *r);
    enum comparison first, last; /* whose best count together otherwise */
} bounds[] = {
    [OUTLINED_NAME] = {name_most, COMPARE_GIVEN, COMPARE_ORDER},
    [OUTLINED_ORGANIZATION] = {NULL, COMPARE_ORGANIZATION, COMPARE_ORGANIZATION},
    [OUTLINED_EMPLOYER] = {NULL, COMPARE_EMPLOYER, COMPARE_EMPLOYER},
    [OUTLINED_BIRTH] = {birth_most, COMPARE_BIRTH_DATE, COMPARE_BIRTH_DATE},
    [OUTLINED_ADDRESS] = {address_most, COMPARE_ADDRESS, COMPARE_ADDRESS},
    [OUTLINED_PHONE] = {phone_most, COMPARE_PHONE, COMPARE_PHONE},
    [OUTLINED_EMAIL] = {email_most, COMPARE_EMAIL, COMPARE_EMAIL},
    [OUTLINED_IDENTIFIER] = {NULL, COMPARE_IDENTIFIER, COMPARE_IDENTIFIER},
};

static bool differ(uint8_t left, uint8_t right)
{
    return left && right && left != right;
}

bool outlines_may_reach(const struct model *model, const struct outline *left,
                        const struct outline *right, int32_t floor)
{
    if (differ(left->kind, right->kind) || differ(left->suffix, right->suffix))
        return false;
    int32_t most = sex_most(model, left, right) +
                   larger(model->levels[COMPARE_NAMESAKE][NAMESAKE_ALONE].weight, 0);
    for (size_t i = 0; i < COUNT_OF(bounds); i++) {
        unsigned l = left->states >> 2 * i & 3, r = right->states >> 2 * i & 3;
        if (!l || !r)
            continue;
        if ((l | r) == STATE_KNOWN)
            most += bounds[i].known(model, left, right);
        else
            for (enum comparison c = bounds[i].first; c <= bounds[i].last; c++)
                most += model->best[c];
    }
    return most >= floor;
}
