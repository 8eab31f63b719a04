#include "hub/match/compare.h"

#include "hub/match/kernels.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_tail(struct slice a, struct slice b)
{
    return a.size >= 7 && b.size >= 7 && memcmp(a.bytes + a.size - 7, b.bytes + b.size - 7, 7) == 0;
}

/*
 * Numbers are given out in their order: to people of one office or household, to siblings, to those who came one
 * after the other.  So two that differ in one of the last two digits are more often neighbours than slips; a slip
 * leaves two digits in the other order, one too few or too many, or another one further in front.
 */
static bool is_neighbour(struct slice a, struct slice b)
{
    if (a.size != b.size || a.size < 3 || memcmp(a.bytes, b.bytes, a.size - 2) != 0)
        return false;
    return (a.bytes[a.size - 2] == b.bytes[b.size - 2]) !=
           (a.bytes[a.size - 1] == b.bytes[b.size - 1]);
}

static int phone_level(const struct term *left, const struct term *right)
{
    if (term_same(left, right))
        return (left->flags | right->flags) & TERM_MOBILE ? PHONE_MOBILE : PHONE_EXACT;
    if ((left->flags | right->flags) & TERM_EVIDENCE)
        return LEVEL_MISSING; /* people call from many telephones */
    struct slice l = term_slice(left), r = term_slice(right);
    if (is_tail(l, r))
        return PHONE_TAIL;
    if (l.size < 8 || r.size < 8)
        return PHONE_DIFFERENT;
    if (is_neighbour(l, r))
        return PHONE_NEIGHBOUR;
    return damerau(l, r, 1) <= 1 ? PHONE_CLOSE : PHONE_DIFFERENT;
}

static size_t local_size(const struct term *email)
{
    const char *at = memchr(email->text, '@', email->size);
    return at ? (size_t)(at - email->text) : email->size;
}

/* "mueller1" and "mueller2", "ann78" and "ann87": the number is there to tell two of one name apart. */
static bool same_digits(const struct term *left, const struct term *right)
{
    size_t i = 0, j = 0;
    for (;;) {
        while (i < left->size && !is_digit(left->text[i]))
            i++;
        while (j < right->size && !is_digit(right->text[j]))
            j++;
        if (i == left->size || j == right->size)
            return i == left->size && j == right->size;
        if (left->text[i++] != right->text[j++])
            return false;
    }
}

static int email_level(const struct term *left, const struct term *right)
{
    bool role = (left->flags | right->flags) & TERM_ROLE;
    if (term_same(left, right))
        return role ? EMAIL_ROLE : EMAIL_EXACT;
    size_t l = local_size(left), r = local_size(right);
    /* Typing errors: about one in eight characters, and neither half entirely another. */
    unsigned most = (left->size < right->size ? left->size : right->size) / 8;
    most = most < 2 ? most : 2;
    if (!role && most && same_digits(left, right) &&
        damerau(term_slice(left), term_slice(right), most) <= most &&
        jaro_winkler((struct slice){left->text, l}, (struct slice){right->text, r}) >= 850)
        return EMAIL_CLOSE;
    if (!role && l == r && l >= 5 && memcmp(left->text, right->text, l) == 0)
        return EMAIL_LOCAL;
    return EMAIL_DIFFERENT;
}

static struct comparison_found
best_contact(const struct comparing *pair, enum slot slot, enum comparison comparison,
             int (*compare)(const struct term *left, const struct term *right))
{
    const struct level *levels = pair->model->levels[comparison];
    struct comparison_found best = {.level = LEVEL_MISSING};
    int32_t most = 0;
    for (unsigned i = 0; i < term_count(pair->left, slot); i++)
        for (unsigned j = 0; j < term_count(pair->right, slot); j++) {
            const struct term *left = term_at(pair->left, slot, i);
            const struct term *right = term_at(pair->right, slot, j);
            bool evidence = (left->flags | right->flags) & TERM_EVIDENCE;
            int level = compare(left, right);
            if (level == LEVEL_MISSING)
                continue;
            int32_t weight = levels[level].weight;
            if (evidence && weight > pair->model->generic)
                weight = pair->model->generic;
            if (best.level != LEVEL_MISSING && weight <= most)
                continue;
            most = weight;
            best = (struct comparison_found){
                .level = level, .evidence = evidence, .left = (uint8_t)i, .right = (uint8_t)j};
        }
    return best;
}

static bool stands_apart(const struct term *a, const struct term *b)
{
    return a->size && b->size && !term_same(a, b);
}

/* One figure more, behind: so members of a family are counted. */
static bool is_counted(struct slice a, struct slice b)
{
    size_t shorter = a.size < b.size ? a.size : b.size;
    return a.size + b.size == 2 * shorter + 1 && memcmp(a.bytes, b.bytes, shorter) == 0;
}

/* Neighbours by number are different people, who seldom share a given name. */
static bool is_given_agreed(const struct comparing *pair)
{
    int given = pair->found[COMPARE_GIVEN].level;
    return given != LEVEL_MISSING && given <= GIVEN_NEAR;
}

static int identifier_level(const struct comparing *pair, unsigned i, unsigned j)
{
    const struct features *l = pair->left, *r = pair->right;
    const struct term *scheme = term_at(l, SLOT_SCHEME, i);
    const struct term *left = term_at(l, SLOT_IDENTIFIER, i);
    const struct term *right = term_at(r, SLOT_IDENTIFIER, j);
    if (stands_apart(scheme, term_at(r, SLOT_SCHEME, j)) ||
        stands_apart(term_at(l, SLOT_COUNTRY, i), term_at(r, SLOT_COUNTRY, j)))
        return LEVEL_MISSING;
    bool single = map_get_text(&pair->model->schemes, scheme->text) != NULL;
    if (term_same(left, right))
        return single ? IDENTIFIER_EXACT : IDENTIFIER_ACCOUNT;
    struct slice a = term_slice(left), b = term_slice(right);
    size_t shorter = left->size < right->size ? left->size : right->size;
    if ((is_neighbour(a, b) || is_counted(a, b)) && !(single && is_given_agreed(pair)))
        return IDENTIFIER_ANOTHER;
    if (shorter >= 6 && damerau(a, b, 1) <= 1)
        return IDENTIFIER_CLOSE;
    if (shorter >= 7 && damerau(a, b, 2) <= 2)
        return IDENTIFIER_NEAR;
    return single ? IDENTIFIER_DIFFERENT : IDENTIFIER_ANOTHER;
}

/* The best agreement counts; without any, the worst disagreement. */
static struct comparison_found best_identifier(const struct comparing *pair)
{
    struct comparison_found best = {.level = LEVEL_MISSING};
    for (unsigned i = 0; i < term_count(pair->left, SLOT_IDENTIFIER); i++)
        for (unsigned j = 0; j < term_count(pair->right, SLOT_IDENTIFIER); j++) {
            int level = identifier_level(pair, i, j);
            bool better = level <= IDENTIFIER_NEAR
                              ? best.level > level
                              : best.level > IDENTIFIER_NEAR && level > best.level;
            if (level != LEVEL_MISSING && (best.level == LEVEL_MISSING || better))
                best = (struct comparison_found){
                    .level = level, .left = (uint8_t)i, .right = (uint8_t)j};
        }
    return best;
}

/* What speaks for nothing need not be looked up. */
static void mark_generic(struct comparing *pair, enum comparison comparison, enum slot slot,
                         enum blocking type)
{
    struct comparison_found *found = &pair->found[comparison];
    if (found->level == LEVEL_MISSING || !pair->generic || !pair->generic->keys.count)
        return;
    const struct level *level = &pair->model->levels[comparison][found->level];
    if (level->weight <= 0 && level->household <= 0)
        return;
    const struct term *term = term_at(pair->left, slot, found->left);
    found->generic =
        is_generic(pair->generic, type, slot == SLOT_PHONE ? phone_tail(term) : term_slice(term));
}

static bool spells(const struct features *features, enum slot slot, struct slice local)
{
    for (unsigned i = 0; i < term_count(features, slot); i++) {
        const struct term *name = term_at(features, slot, i);
        if (name->size >= 3 && memmem(local.bytes, local.size, name->text, name->size))
            return true;
    }
    return false;
}

/* How much of the front of `local` a name accounts for: its longest word there, or a first letter. */
static size_t told_by(const struct term *name, struct slice local)
{
    size_t most = 0;
    for (size_t at = 0; at < name->size;) {
        const char *blank = memchr(name->text + at, ' ', name->size - at);
        size_t size = blank ? (size_t)(blank - name->text) - at : name->size - at;
        bool whole = size <= local.size && memcmp(local.bytes, name->text + at, size) == 0;
        size_t told = whole ? size : local.size && size && local.bytes[0] == name->text[at];
        most = told > most ? told : most;
        at += size + 1;
    }
    return most;
}

/* "asmith", "ann.smith" and "smith.a" of Ann Smith: is there nothing in a mailbox but its owner's name? */
static bool is_name_alone(const struct features *features, struct slice local)
{
    static const enum slot slots[] = {SLOT_GIVEN, SLOT_MIDDLE, SLOT_FAMILY};
    while (local.size) {
        size_t told = strchr("._-", local.bytes[0]) != NULL;
        for (size_t i = 0; i < COUNT_OF(slots); i++)
            for (unsigned j = 0; j < term_count(features, slots[i]); j++) {
                size_t more = told_by(term_at(features, slots[i], j), local);
                told = more > told ? more : told;
            }
        if (!told)
            return false;
        local.bytes += told;
        local.size -= told;
    }
    return true;
}

/* Mailboxes made of a name and nothing else say again what the name said, unless they are the same. */
static void discount_spelled(const struct comparing *pair, struct comparison_found *found)
{
    if (found->level != EMAIL_CLOSE && found->level != EMAIL_LOCAL)
        return;
    const struct term *left = term_at(pair->left, SLOT_EMAIL, found->left);
    const struct term *right = term_at(pair->right, SLOT_EMAIL, found->right);
    struct slice l = {left->text, local_size(left)}, r = {right->text, local_size(right)};
    bool same = l.size == r.size && memcmp(l.bytes, r.bytes, l.size) == 0;
    /* A slip in the provider's name, not another provider. */
    if (found->level == EMAIL_CLOSE && same)
        return;
    bool left_told = is_name_alone(pair->left, l), right_told = is_name_alone(pair->right, r);
    if (same ? left_told || right_told : left_told && right_told)
        found->level = EMAIL_SPELLED;
}

/* A mailbox named after one of a household is hardly the household's: so when both may bear that name. */
static void tell_personal(const struct comparing *pair, struct comparison_found *found)
{
    int given = pair->found[COMPARE_GIVEN].level;
    if (found->level != EMAIL_EXACT || given == GIVEN_ANOTHER || given == GIVEN_DIFFERENT)
        return;
    const struct term *email = term_at(pair->left, SLOT_EMAIL, found->left);
    struct slice local = {email->text, local_size(email)};
    if (spells(pair->left, SLOT_GIVEN, local) || spells(pair->right, SLOT_GIVEN, local))
        found->level = EMAIL_PERSONAL;
}

/* After the names, which tell whose a mailbox is. */
void compare_contacts(struct comparing *pair)
{
    struct comparison_found *found = pair->found;
    found[COMPARE_PHONE] = best_contact(pair, SLOT_PHONE, COMPARE_PHONE, phone_level);
    found[COMPARE_EMAIL] = best_contact(pair, SLOT_EMAIL, COMPARE_EMAIL, email_level);
    found[COMPARE_IDENTIFIER] = best_identifier(pair);
    discount_spelled(pair, &found[COMPARE_EMAIL]);
    tell_personal(pair, &found[COMPARE_EMAIL]);
    mark_generic(pair, COMPARE_PHONE, SLOT_PHONE, BLOCK_PHONE);
    mark_generic(pair, COMPARE_EMAIL, SLOT_EMAIL, BLOCK_EMAIL);
    mark_generic(pair, COMPARE_IDENTIFIER, SLOT_IDENTIFIER, BLOCK_IDENTIFIER);
}
