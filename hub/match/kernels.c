#include "hub/match/kernels.h"

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

/* Which bytes of each text have a partner in the other within the window. */
static unsigned jaro_matches(struct slice left, struct slice right, uint64_t *in_left,
                             uint64_t *in_right)
{
    size_t longer = left.size > right.size ? left.size : right.size;
    size_t window = longer / 2 ? longer / 2 - 1 : 0;
    unsigned matches = 0;
    for (size_t i = 0; i < left.size; i++) {
        size_t end = i + window + 1 < right.size ? i + window + 1 : right.size;
        for (size_t j = i > window ? i - window : 0; j < end; j++) {
            if (*in_right >> j & 1 || left.bytes[i] != right.bytes[j])
                continue;
            *in_left |= UINT64_C(1) << i;
            *in_right |= UINT64_C(1) << j;
            matches++;
            break;
        }
    }
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

unsigned damerau(struct slice left, struct slice right, unsigned most)
{
    unsigned rows[3][KERNEL_MOST + 1];
    left = bounded(left);
    right = bounded(right);
    trim_common(&left, &right);
    size_t gap = left.size > right.size ? left.size - right.size : right.size - left.size;
    if (gap > most)
        return most + 1;
    for (unsigned j = 0; j <= right.size; j++)
        rows[0][j] = j;
    for (unsigned i = 1; i <= left.size; i++) {
        unsigned *row = rows[i % 3], *above = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];
        unsigned best = row[0] = i;
        for (size_t j = 1; j <= right.size; j++) {
            bool same = left.bytes[i - 1] == right.bytes[j - 1];
            row[j] = least(least(above[j], row[j - 1]) + 1, above[j - 1] + !same);
            if (i > 1 && j > 1 && left.bytes[i - 1] == right.bytes[j - 2] &&
                left.bytes[i - 2] == right.bytes[j - 1])
                row[j] = least(row[j], before[j - 2] + 1);
            best = least(best, row[j]);
        }
        if (best > most)
            return most + 1;
    }
    return least(rows[left.size % 3][right.size], most + 1);
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

static const struct spelling *spelling_at(struct slice name, size_t at)
{
    char first = name.bytes[at];
    if (first < 'a' || first > 'z')
        return NULL;
    for (const struct spelling *s = spellings[first - 'a']; s->letters; s++) {
        if (s->size > name.size - at || (s->at_start && at) ||
            memcmp(s->letters, name.bytes + at, s->size) != 0)
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

struct sound sound_of(struct slice name)
{
    struct sound sound = {""};
    size_t length = 0;
    char last = '\0';
    if (!name.size || name.bytes[0] < 'a' || name.bytes[0] > 'z')
        return sound;
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
