#include "hub/match/outline_most.h"

static const struct most nothing;

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
        most_add(&most, most_of(&model->best[c]));
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
        most_add(&sum, most);
    }
    if (sum.weight + model->best_of_all[rest] < floor)
        return false;
    return company ||
           household_hold(model, model->household_prior + sum.household + shared) >= floor;
}
