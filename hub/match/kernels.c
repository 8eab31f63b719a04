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

static unsigned edits(struct slice left, struct slice right, unsigned most, bool swaps)
{
    unsigned rows[3][KERNEL_MOST + 1];
    left = bounded(left);
    right = bounded(right);
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
            if (swaps && i > 1 && j > 1 && left.bytes[i - 1] == right.bytes[j - 2] &&
                left.bytes[i - 2] == right.bytes[j - 1])
                row[j] = least(row[j], before[j - 2] + 1);
            best = least(best, row[j]);
        }
        if (best > most)
            return most + 1;
    }
    return least(rows[left.size % 3][right.size], most + 1);
}

unsigned levenshtein(struct slice left, struct slice right, unsigned most)
{
    return edits(left, right, most, false);
}

unsigned damerau(struct slice left, struct slice right, unsigned most)
{
    return edits(left, right, most, true);
}

/* Spellings and the class they sound like, the longer ones first.  '^' in front: only at the start;
 * '>' behind: only before e, i or y.  No class: silent. */
static const struct spelling {
    const char *letters;
    bool at_start, before_front;
    char class;
} spellings[] = {
    {"tsch", false, false, 'S'}, {"sch", false, false, 'S'}, {"tch", false, false, 'S'},
    {"ght", false, false, 'T'},  {"kn", true, false, 'N'},   {"gn", true, false, 'N'},
    {"wr", true, false, 'R'},    {"ps", true, false, 'S'},   {"ck", false, false, 'K'},
    {"ch", false, false, 'K'},   {"gh", false, false, 0},    {"ph", false, false, 'F'},
    {"pf", false, false, 'F'},   {"sh", false, false, 'S'},  {"th", false, false, 'T'},
    {"dt", false, false, 'T'},   {"tz", false, false, 'S'},  {"qu", false, false, 'K'},
    {"c", false, true, 'S'},     {"g", false, true, 'J'},    {"w", true, false, 'F'},
    {"y", true, false, 'J'},     {"b", false, false, 'P'},   {"p", false, false, 'P'},
    {"c", false, false, 'K'},    {"k", false, false, 'K'},   {"q", false, false, 'K'},
    {"g", false, false, 'K'},    {"d", false, false, 'T'},   {"t", false, false, 'T'},
    {"f", false, false, 'F'},    {"v", false, false, 'F'},   {"j", false, false, 'J'},
    {"l", false, false, 'L'},    {"m", false, false, 'M'},   {"n", false, false, 'N'},
    {"r", false, false, 'R'},    {"s", false, false, 'S'},   {"x", false, false, 'S'},
    {"z", false, false, 'S'},
};

static bool is_vowel(char c)
{
    return memchr("aeiou", c, 5) != NULL;
}

static const struct spelling *spelling_at(struct slice name, size_t at)
{
    for (size_t i = 0; i < COUNT_OF(spellings); i++) {
        const struct spelling *s = &spellings[i];
        size_t size = strlen(s->letters);
        if (s->letters[0] != name.bytes[at] || size > name.size - at ||
            memcmp(s->letters, name.bytes + at, size) != 0 || (s->at_start && at))
            continue;
        if (!s->before_front || (at + size < name.size && memchr("eiy", name.bytes[at + size], 3)))
            return s;
    }
    return NULL;
}

struct sound sound_of(struct slice name)
{
    struct sound sound = {""};
    size_t length = 0;
    char last = 0;
    if (!name.size || name.bytes[0] < 'a' || name.bytes[0] > 'z')
        return sound;
    if (is_vowel(name.bytes[0]) || name.bytes[0] == 'h')
        sound.code[length++] = last = name.bytes[0] == 'h' ? 'H' : 'A';
    for (size_t at = 0; at < name.size && length < sizeof(sound.code) - 1;) {
        const struct spelling *s = spelling_at(name, at);
        if (s && s->class && s->class != last)
            sound.code[length++] = s->class;
        /* A vowel between two of a class lets the second be heard. */
        last = s ? (s->class ? s->class : last) : is_vowel(name.bytes[at]) ? 0 : last;
        at += s ? strlen(s->letters) : 1;
    }
    return sound;
}
