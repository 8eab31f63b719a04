#include "hub/match/compare.h"
#include "hub/match/outline_parts.h"

/*
 * What a level needs, told from outlines: each function answers with the most that its comparison can still
 * weigh, against any two customers and against two people of a household, so whatever compare_*.c loosens must be
 * loosened here.
 */
struct most {
    int32_t weight, household;
};

static const struct most nothing, lowest = {INT32_MIN, INT32_MIN};

static int32_t larger(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

static int32_t smaller(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

static inline struct most most_of(const struct level *level)
{
    return (struct most){level->weight, level->household};
}

static void add(struct most *sum, struct most most)
{
    sum->weight += most.weight;
    sum->household += most.household;
}

/* It may be this level as well. */
static inline struct most or_level(struct most most, const struct level *level)
{
    return (struct most){larger(most.weight, level->weight),
                         larger(most.household, level->household)};
}

static inline bool has_more_bits(uint32_t bits, unsigned most)
{
    for (; most && bits; most--)
        bits &= bits - 1;
    return bits;
}

/* A letter replaced changes two of those that occur. */
static inline bool within_edits(uint32_t left, uint32_t right, int left_size, int right_size,
                                int edits)
{
    return left_size - right_size <= edits && right_size - left_size <= edits &&
           !has_more_bits(left ^ right, 2 * (unsigned)edits);
}

/* May Jaro-Winkler reach so much that matches / left + matches / right is `percent` hundredths? */
static inline bool may_match(uint32_t left, uint32_t right, int left_size, int right_size,
                             int percent)
{
    int matches = smaller(left_size - __builtin_popcount(left & ~right & LETTER_BITS),
                          right_size - __builtin_popcount(right & ~left & LETTER_BITS));
    return 100 * matches * (left_size + right_size) >= percent * left_size * right_size;
}

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
    return is_within(l, r, 1) || (same_first(l, r) && is_within(l, r, most)) ||
           (alike && is_within(l, r, smaller(most + 1, 3)));
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

static struct most name_most(const struct model *model, const struct outline *l,
                             const struct outline *r)
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
    add(&straight, family_most(model, left_family, right_family, may_be_kept(l, r, PART_FAMILY)));
    add(&straight, middle);
    if (!may_be_swapped(model, left_given, right_family) ||
        !may_be_swapped(model, left_family, right_given))
        return straight;
    struct most swapped = most_of(&model->levels[COMPARE_ORDER][ORDER_SWAPPED]);
    add(&swapped, swapped_part(model, left_given, right_family));
    add(&swapped, swapped_part(model, left_family, right_given));
    return (struct most){larger(straight.weight, swapped.weight),
                         larger(straight.household, swapped.household)};
}

static struct most birth_most(const struct model *model, const struct outline *l,
                              const struct outline *r)
{
    return most_of(&model->levels[COMPARE_BIRTH_DATE][birth_level(l->birth, r->birth)]);
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

static bool is_slip(uint64_t left, uint64_t right)
{
    int l = digits_in(left), r = digits_in(right);
    if (l == r)
        return is_one_off(left, right);
    return l == r + 1 ? is_one_longer(left, right) : r == l + 1 && is_one_longer(right, left);
}

static bool is_phone_close(uint64_t left, uint64_t right)
{
    return digits_in(left) >= 8 && digits_in(right) >= 8 && is_slip(left, right);
}

static struct most own_phone_most(const struct level *levels, uint64_t left, uint64_t right)
{
    struct most most = most_of(&levels[PHONE_DIFFERENT]);
    if (left == right)
        return or_level(most_of(&levels[PHONE_MOBILE]), &levels[PHONE_EXACT]);
    if (((left ^ right) & 0xfffffff) == 0 && digits_in(left) >= 7 && digits_in(right) >= 7)
        return most_of(&levels[PHONE_TAIL]);
    if (!is_phone_close(left, right))
        return most;
    return or_level(or_level(most, &levels[PHONE_CLOSE]), &levels[PHONE_NEIGHBOUR]);
}

/* Where a call came from says no more than what is generic, and nothing against. */
static struct most phone_most(const struct model *model, const struct outline *l,
                              const struct outline *r)
{
    struct most evidence = {larger(model->generic, 0), 0};
    struct most own = nothing;
    if (l->phone && r->phone)
        own = own_phone_most(model->levels[COMPARE_PHONE], l->phone, r->phone);
    if (!((l->flags | r->flags) & OUTLINE_EVIDENCE))
        return own;
    return (struct most){larger(own.weight, evidence.weight), larger(own.household, 0)};
}

/* The least edits between two letters' sets and sizes. */
static int edits_between(uint32_t left, uint32_t right, int left_size, int right_size)
{
    int gap = left_size > right_size ? left_size - right_size : right_size - left_size;
    int replaced = (__builtin_popcount(left ^ right) + 1) / 2;
    return larger(gap, replaced);
}

/* Edits on either side of the @ add up, unless it moved. */
static bool may_be_email_slip(const struct outline *l, const struct outline *r)
{
    int sizes[] = {l->local_size + l->domain_size, r->local_size + r->domain_size};
    int most = smaller(smaller(sizes[0], sizes[1]) / 8, 2);
    int local = l->local_size - r->local_size, domain = l->domain_size - r->domain_size;
    if (local * domain < 0)
        return most && local + domain <= most && local + domain >= -most &&
               !has_more_bits((local < 0 ? l : r)->local_letters &
                                  ~(local < 0 ? r : l)->local_letters & LETTER_BITS,
                              1);
    bool other_local = l->local_hash != r->local_hash;
    bool other_domain = (l->local_letters ^ r->local_letters) & ~LETTER_BITS;
    int edits = edits_between(l->local_letters & LETTER_BITS, r->local_letters & LETTER_BITS,
                              l->local_size, r->local_size);
    return larger(edits, other_local) + larger(domain < 0 ? -domain : domain, other_domain) <= most;
}

static struct most email_most(const struct model *model, const struct outline *l,
                              const struct outline *r)
{
    const struct level *levels = model->levels[COMPARE_EMAIL];
    struct most most = most_of(&levels[EMAIL_DIFFERENT]);
    bool same_local = l->local_hash == r->local_hash, slip = may_be_email_slip(l, r);
    if (l->email_hash == r->email_hash)
        return most_of(&model->best[COMPARE_EMAIL]);
    if ((l->flags | r->flags) & OUTLINE_ROLE)
        return most;
    if (same_local && l->local_size >= 5)
        most = or_level(most, &levels[EMAIL_LOCAL]);
    if (slip)
        most = or_level(most, &levels[EMAIL_CLOSE]);
    return same_local || slip ? or_level(most, &levels[EMAIL_SPELLED]) : most;
}

/* With the four letters of prefix that Winkler counts, .88 takes a Jaro of .8 and .9 one of .833; without them
 * the Jaro must be that by itself. */
static bool may_share_street(const struct outline *l, const struct outline *r)
{
    if (!l->street_size || !r->street_size)
        return false;
    bool prefix = ((l->street_letters ^ r->street_letters) & FIRST_LETTER) == 0;
    return within_edits(l->street_letters & LETTER_BITS, r->street_letters & LETTER_BITS,
                        l->street_size, r->street_size, 2) ||
           may_match(l->street_letters, r->street_letters, l->street_size, r->street_size,
                     prefix ? 139 : 163) ||
           may_match(l->core_letters, r->core_letters, l->core_size, r->core_size,
                     prefix ? 149 : 169);
}

static bool is_number_close(unsigned left, unsigned right)
{
    if (left >= NUMBER_HASHED || right >= NUMBER_HASHED)
        return true;
    uint64_t l = left | UINT64_C(15) << (64 - __builtin_clzll(left) + 3) / 4 * 4;
    uint64_t r = right | UINT64_C(15) << (64 - __builtin_clzll(right) + 3) / 4 * 4;
    return is_slip(l, r);
}

static struct most address_most(const struct model *model, const struct outline *l,
                                const struct outline *r)
{
    const struct level *levels = model->levels[COMPARE_ADDRESS];
    struct most most = or_level(nothing, &levels[ADDRESS_DIFFERENT]);
    if (l->city && r->city)
        most = or_level(most, &levels[ADDRESS_CITY]);
    if (l->postcode && l->postcode == r->postcode)
        most = or_level(or_level(most, &levels[ADDRESS_AREA]), &levels[ADDRESS_POSTCODE]);
    if (!may_share_street(l, r))
        return most;
    if (l->number == r->number)
        return most_of(&model->best[COMPARE_ADDRESS]);
    if (l->number && r->number && is_number_close(l->number, r->number))
        most = or_level(most, &levels[ADDRESS_CLOSE]);
    return or_level(or_level(most, &levels[ADDRESS_STREET]), &levels[ADDRESS_NEIGHBOUR]);
}

static struct most sex_most(const struct model *model, const struct outline *l,
                            const struct outline *r)
{
    const struct level *levels = model->levels[COMPARE_SEX];
    if (!l->sex || !r->sex)
        return nothing;
    return most_of(&levels[l->sex == r->sex ? SEX_SAME : SEX_DIFFERENT]);
}

/* By element, the cheap ones first: what it weighs at most when both are known, and which comparisons' best it
 * is otherwise. */
static const struct {
    struct most (*known)(const struct model *model, const struct outline *l,
                         const struct outline *r);
    enum comparison first, last;
    bool shared; /* by people of one household */
} bounds[OUTLINED_ELEMENTS] = {
    [OUTLINED_IDENTIFIER] = {NULL, COMPARE_IDENTIFIER, COMPARE_IDENTIFIER, false},
    [OUTLINED_ORGANIZATION] = {NULL, COMPARE_ORGANIZATION, COMPARE_ORGANIZATION, false},
    [OUTLINED_EMPLOYER] = {NULL, COMPARE_EMPLOYER, COMPARE_EMPLOYER, false},
    [OUTLINED_BIRTH] = {birth_most, COMPARE_BIRTH_DATE, COMPARE_BIRTH_DATE, false},
    [OUTLINED_PHONE] = {phone_most, COMPARE_PHONE, COMPARE_PHONE, true},
    [OUTLINED_EMAIL] = {email_most, COMPARE_EMAIL, COMPARE_EMAIL, true},
    [OUTLINED_NAME] = {name_most, COMPARE_GIVEN, COMPARE_ORDER, false},
    [OUTLINED_ADDRESS] = {address_most, COMPARE_ADDRESS, COMPARE_ADDRESS, true},
};

static struct most best_of(const struct model *model, unsigned element)
{
    struct most most = nothing;
    for (enum comparison c = bounds[element].first; c <= bounds[element].last; c++)
        add(&most, most_of(&model->best[c]));
    return most;
}

void outline_prepare(struct model *model)
{
    for (unsigned present = 0; present < COUNT_OF(model->best_of_all); present++)
        for (unsigned i = 0; i < OUTLINED_ELEMENTS; i++)
            if (present & OUTLINED(i))
                model->best_of_all[present] += best_of(model, i).weight;
}

static bool differ(uint8_t left, uint8_t right)
{
    return left && right && left != right;
}

/* A person, and a company that the person has not the name of. */
static bool is_company_and_another(const struct outline *company, const struct outline *other)
{
    return company->kind == KIND_ORGANIZATION && other->kind != KIND_ORGANIZATION &&
           other->present & OUTLINED(OUTLINED_NAME) &&
           !(other->present & OUTLINED(OUTLINED_ORGANIZATION));
}

static bool is_vetoed(const struct outline *left, const struct outline *right)
{
    return differ(left->kind, right->kind) || differ(left->suffix, right->suffix) ||
           is_company_and_another(left, right) || is_company_and_another(right, left);
}

bool outlines_may_reach(const struct model *model, const struct outline *left,
                        const struct outline *right, int32_t floor)
{
    if (is_vetoed(left, right))
        return false;
    bool company = left->kind == KIND_ORGANIZATION || right->kind == KIND_ORGANIZATION;
    unsigned rest = left->present & right->present, open = left->open | right->open;
    if (!company)
        rest &= ~OUTLINED(OUTLINED_ORGANIZATION);
    struct most sum = sex_most(model, left, right);
    int32_t shared = 0;
    sum.weight += model->best[COMPARE_NAMESAKE].weight;
    while (rest && sum.weight + model->best_of_all[rest] >= floor) {
        unsigned element = (unsigned)__builtin_ctz(rest);
        struct most most = open & OUTLINED(element) ? best_of(model, element)
                                                    : bounds[element].known(model, left, right);
        rest &= rest - 1;
        if (bounds[element].shared && most.household > 0) {
            shared = larger(shared, most.household);
            most.household = 0;
        }
        add(&sum, most);
    }
    if (sum.weight + model->best_of_all[rest] < floor)
        return false;
    return company ||
           household_hold(model, model->household_prior + sum.household + shared) >= floor;
}
