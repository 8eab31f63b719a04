#include "hub/match/kernels.h"

#include "hub/base/compiler.h"
#include "hub/base/hash.h"

static struct slice bounded(struct slice text)
{
    return (struct slice){text.bytes, text.size < KERNEL_MOST ? text.size : KERNEL_MOST};
}

static unsigned common_prefix(struct slice left, struct slice right, unsigned most)
{
    unsigned n = 0;
    while (n < most && n < left.size && n < right.size && left.bytes[n] == right.bytes[n])
        n++;
    return n;
}

/* Where in a text each byte stands, a bit each.  All zero between calls, so that a call touches no more than the
 * bytes that occur. */
static _Thread_local uint64_t places[256];

static void mark(struct slice text)
{
    for (size_t i = 0; i < text.size; i++)
        places[(unsigned char)text.bytes[i]] |= UINT64_C(1) << i;
}

static void unmark(struct slice text)
{
    for (size_t i = 0; i < text.size; i++)
        places[(unsigned char)text.bytes[i]] = 0;
}

/* Which bytes of each text have a partner in the other within the window: for each on the left the first on the
 * right that is left over. */
static unsigned jaro_matches(struct slice left, struct slice right, uint64_t *in_left,
                             uint64_t *in_right)
{
    size_t longer = left.size > right.size ? left.size : right.size;
    size_t reach = longer / 2 ? longer / 2 - 1 : 0;
    uint64_t window = (UINT64_C(2) << reach) - 1; /* of the first byte: it grows, then moves */
    unsigned matches = 0;
    mark(right);
    for (size_t i = 0; i < left.size; i++) {
        uint64_t partners = places[(unsigned char)left.bytes[i]] & window & ~*in_right;
        *in_right |= partners & -partners;
        *in_left |= (uint64_t)(partners != 0) << i;
        matches += partners != 0;
        window = window << 1 | (i < reach);
    }
    unmark(right);
    return matches;
}

static unsigned jaro_out_of_order(struct slice left, struct slice right, uint64_t in_left,
                                  uint64_t in_right)
{
    unsigned differing = 0;
    for (; in_left; in_left &= in_left - 1, in_right &= in_right - 1)
        differing += left.bytes[__builtin_ctzll(in_left)] != right.bytes[__builtin_ctzll(in_right)];
    return differing;
}

unsigned jaro_winkler(struct slice left, struct slice right)
{
    left = bounded(left);
    right = bounded(right);
    if (!left.size || !right.size)
        return 0;
    uint64_t in_left = 0, in_right = 0;
    uint64_t m = jaro_matches(left, right, &in_left, &in_right);
    if (!m)
        return 0;
    uint64_t half = jaro_out_of_order(left, right, in_left, in_right);
    /* (m/l + m/r + (m - t)/m) / 3 in millionths, t being half of those out of order */
    uint64_t jaro =
        (m * 1000000 / left.size + m * 1000000 / right.size + (2 * m - half / 2 * 2) * 500000 / m) /
        3;
    if (jaro > 700000)
        jaro += (1000000 - jaro) * common_prefix(left, right, 4) / 10;
    return (unsigned)((jaro + 500) / 1000);
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* What both begin and end with takes no edit. */
static void trim_common(struct slice *left, struct slice *right)
{
    unsigned front = common_prefix(*left, *right, KERNEL_MOST);
    left->bytes += front;
    right->bytes += front;
    left->size -= front;
    right->size -= front;
    while (left->size && right->size &&
           left->bytes[left->size - 1] == right->bytes[right->size - 1]) {
        left->size--;
        right->size--;
    }
}

/*
 * Myers (1999), with Hyyroe's (2003) term for a swap of neighbours: a column of the matrix of distances is held as
 * the bits of its steps up and down, so a byte of `right` takes a dozen operations whatever the size of `left`.
 */
static unsigned edits(struct slice left, struct slice right, unsigned most, bool swaps)
{
    uint64_t up = ~UINT64_C(0), down = 0, equal = 0, before = 0;
    uint64_t last = UINT64_C(1) << (left.size - 1);
    unsigned distance = (unsigned)left.size, rest = (unsigned)right.size;
    mark(left);
    for (size_t i = 0; i < right.size && distance <= most + rest; i++, rest--) {
        uint64_t here = places[(unsigned char)right.bytes[i]];
        uint64_t swapped = swaps ? (~equal & here) << 1 & before : 0;
        equal = (((here & up) + up) ^ up) | here | down | swapped;
        uint64_t rises = down | ~(equal | up), falls = equal & up;
        distance += (rises & last) != 0;
        distance -= (falls & last) != 0;
        rises = rises << 1 | 1;
        up = falls << 1 | ~(equal | rises);
        down = equal & rises;
        before = here;
    }
    unmark(left);
    return distance > most + rest ? most + 1 : least(distance, most + 1);
}

static unsigned bounded_edits(struct slice left, struct slice right, unsigned most, bool swaps)
{
    left = bounded(left);
    right = bounded(right);
    size_t gap = left.size > right.size ? left.size - right.size : right.size - left.size;
    if (gap > most)
        return most + 1;
    trim_common(&left, &right);
    if (!left.size || !right.size)
        return (unsigned)gap;
    return edits(left, right, most, swaps);
}

unsigned damerau(struct slice left, struct slice right, unsigned most)
{
    return bounded_edits(left, right, most, true);
}

unsigned levenshtein(struct slice left, struct slice right, unsigned most)
{
    return bounded_edits(left, right, most, false);
}

/* Spellings by their first letter and the class they sound like, the longer ones first; some only at the start,
 * or only before e, i or y.  No class: silent. */
static const struct spelling {
    const char *letters;
    unsigned char size;
    bool at_start, before_front;
    char class;
} spellings[26][6] = {
    ['b' - 'a'] = {{"b", 1, false, false, 'P'}},
    ['c' - 'a'] = {{"ck", 2, false, false, 'K'},
                   {"ch", 2, false, false, 'K'},
                   {"c", 1, false, true, 'S'},
                   {"c", 1, false, false, 'K'}},
    ['d' - 'a'] = {{"dt", 2, false, false, 'T'}, {"d", 1, false, false, 'T'}},
    ['f' - 'a'] = {{"f", 1, false, false, 'F'}},
    ['g' - 'a'] = {{"ght", 3, false, false, 'T'},
                   {"gn", 2, true, false, 'N'},
                   {"gh", 2, false, false, 0},
                   {"g", 1, false, true, 'J'},
                   {"g", 1, false, false, 'K'}},
    ['j' - 'a'] = {{"j", 1, false, false, 'J'}},
    ['k' - 'a'] = {{"kn", 2, true, false, 'N'}, {"k", 1, false, false, 'K'}},
    ['l' - 'a'] = {{"l", 1, false, false, 'L'}},
    ['m' - 'a'] = {{"m", 1, false, false, 'M'}},
    ['n' - 'a'] = {{"n", 1, false, false, 'N'}},
    ['p' - 'a'] = {{"ps", 2, true, false, 'S'},
                   {"ph", 2, false, false, 'F'},
                   {"pf", 2, false, false, 'F'},
                   {"p", 1, false, false, 'P'}},
    ['q' - 'a'] = {{"qu", 2, false, false, 'K'}, {"q", 1, false, false, 'K'}},
    ['r' - 'a'] = {{"r", 1, false, false, 'R'}},
    ['s' - 'a'] = {{"sch", 3, false, false, 'S'},
                   {"sh", 2, false, false, 'S'},
                   {"s", 1, false, false, 'S'}},
    ['t' - 'a'] = {{"tsch", 4, false, false, 'S'},
                   {"tch", 3, false, false, 'S'},
                   {"th", 2, false, false, 'T'},
                   {"tz", 2, false, false, 'S'},
                   {"t", 1, false, false, 'T'}},
    ['v' - 'a'] = {{"v", 1, false, false, 'F'}},
    ['w' - 'a'] = {{"wr", 2, true, false, 'R'}, {"w", 1, true, false, 'F'}},
    ['x' - 'a'] = {{"x", 1, false, false, 'S'}},
    ['y' - 'a'] = {{"y", 1, true, false, 'J'}},
    ['z' - 'a'] = {{"z", 1, false, false, 'S'}},
};

static bool is_vowel(char c)
{
    return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u';
}

static bool is_front(char c)
{
    return c == 'e' || c == 'i' || c == 'y';
}

/* The first letter is known. */
static bool continues(const struct spelling *spelling, const char *text)
{
    unsigned i = 1;
    while (i < spelling->size && spelling->letters[i] == text[i])
        i++;
    return i == spelling->size;
}

static const struct spelling *spelling_at(struct slice name, size_t at)
{
    char first = name.bytes[at];
    if (first < 'a' || first > 'z')
        return NULL;
    for (const struct spelling *s = spellings[first - 'a']; s->letters; s++) {
        if (s->size > name.size - at || (s->at_start && at) || !continues(s, name.bytes + at))
            continue;
        if (!s->before_front || (at + s->size < name.size && is_front(name.bytes[at + s->size])))
            return s;
    }
    return NULL;
}

/* What is heard last once a letter is passed: a vowel between two of a class lets the second be heard. */
static char heard_after(const struct spelling *spelling, char letter, char last)
{
    if (!spelling && is_vowel(letter))
        return '\0';
    if (!spelling || !spelling->class)
        return last;
    return spelling->class;
}

static struct sound spell_out(struct slice name)
{
    struct sound sound = {""};
    size_t length = 0;
    char last = '\0';
    if (name.bytes[0] == 'h')
        sound.code[length++] = last = 'H';
    else if (is_vowel(name.bytes[0]))
        sound.code[length++] = last = 'A';
    for (size_t at = 0; at < name.size && length < sizeof(sound.code) - 1;) {
        const struct spelling *s = spelling_at(name, at);
        if (s && s->class && s->class != last)
            sound.code[length++] = s->class;
        last = heard_after(s, name.bytes[at], last);
        at += s ? s->size : 1;
    }
    return sound;
}

/* A few names are those of most people. */
static _Thread_local struct heard {
    struct sound sound;
    uint8_t size; /* 0: free */
    char name[23];
} heard[1024];

struct sound sound_of(struct slice name)
{
    if (!name.size || name.bytes[0] < 'a' || name.bytes[0] > 'z')
        return (struct sound){""};
    if (name.size > sizeof(heard->name))
        return spell_out(name);
    struct heard *last = &heard[hash64(name.bytes, name.size) % COUNT_OF(heard)];
    if (last->size != name.size || memcmp(last->name, name.bytes, name.size) != 0) {
        last->sound = spell_out(name);
        last->size = (uint8_t)name.size;
        memcpy(last->name, name.bytes, name.size);
    }
    return last->sound;
}
