#include "tests/data/noise.h"

#include <ctype.h>

#include "hub/base/text.h"

static const char *const neighbours[26] = {
    "sqz",  "vnhg", "xvdf", "sfec", "wrd",  "dgrc", "fhtv", "gjyb", "uok",
    "hkun", "jlim", "kop",  "nkj",  "bmhj", "ipl",  "ol",   "wa",   "etf",
    "adwx", "ryg",  "yij",  "cbfg", "qes",  "zcs",  "tuh",  "xas",
};

struct pair {
    const char *right, *wrong;
};
static const struct pair scans[] = {{"rn", "m"}, {"m", "rn"}, {"l", "1"}, {"o", "0"}, {"cl", "d"},
                                    {"e", "c"},  {"h", "b"},  {"i", "l"}, {"n", "u"}, {"a", "o"},
                                    {"s", "5"},  {"g", "q"},  {"t", "f"}, {"v", "y"}};
static const struct pair sounds[] = {
    {"ph", "f"},  {"ck", "k"},  {"ie", "y"},  {"ee", "ea"}, {"ei", "ie"}, {"sch", "sh"},
    {"th", "t"},  {"ll", "l"},  {"nn", "n"},  {"tt", "t"},  {"ss", "s"},  {"mb", "m"},
    {"ch", "sh"}, {"ow", "ou"}, {"ea", "ee"}, {"c", "k"},   {"k", "c"},   {"s", "z"},
    {"y", "i"},   {"v", "f"},   {"d", "t"},   {"er", "a"},  {"ai", "ay"}, {"j", "g"},
    {"p", "b"},   {"o", "a"},   {"i", "y"},   {"a", "e"}};

/* Put `wrong` in place of `length` bytes at an offset, in the case of what stood there. */
static const char *replace(struct arena *work, const char *text, size_t at, size_t length,
                           const char *wrong)
{
    struct buffer out = {.arena = work};
    bool upper = isupper((unsigned char)text[at]);
    buffer_add(&out, text, at);
    for (const char *c = wrong; *c; c++)
        buffer_char(&out, (char)(upper && c == wrong ? toupper((unsigned char)*c) : *c));
    buffer_text(&out, text + at + length);
    return buffer_string(&out);
}

static const char *use_pair(struct arena *work, struct dice *dice, const char *text,
                            const struct pair *pairs, size_t count)
{
    size_t start = dice_below(dice, (uint32_t)count);
    for (size_t i = 0; i < count; i++) {
        const struct pair *pair = &pairs[(start + i) % count];
        const char *at = strstr(text + 1, pair->right);
        if (at)
            return replace(work, text, (size_t)(at - text), strlen(pair->right), pair->wrong);
    }
    return text;
}

static const char *press_neighbour(struct arena *work, struct dice *dice, const char *text,
                                   size_t at)
{
    int letter = tolower((unsigned char)text[at]);
    if (letter < 'a' || letter > 'z')
        return text;
    const char *near = neighbours[letter - 'a'];
    char wrong[2] = {near[dice_below(dice, (uint32_t)strlen(near))], '\0'};
    return replace(work, text, at, 1, wrong);
}

static const char *swap_letters(struct arena *work, const char *text, size_t at)
{
    char *out = arena_strdup(work, text);
    if (!isalnum((unsigned char)out[at]) || !isalnum((unsigned char)out[at - 1]) || at < 2)
        return out;
    char kept = out[at];
    out[at] = out[at - 1];
    out[at - 1] = kept;
    return out;
}

const char *noise_slip(struct arena *work, struct dice *dice, const char *text,
                       const unsigned weights[SLIP_COUNT])
{
    size_t length = strlen(text);
    if (length < 3 || !text_is_ascii(text))
        return text;
    enum slip slip = (enum slip)dice_weighted(dice, weights, SLIP_COUNT);
    size_t at = 1 + dice_below(dice, (uint32_t)length - 1);
    size_t cut = 1 + (length > 6 ? dice_below(dice, 3) : 0);
    char twice[3] = {text[at], text[at], '\0'};
    switch (slip) {
    case SLIP_KEY:
        return press_neighbour(work, dice, text, at);
    case SLIP_OCR:
        return use_pair(work, dice, text, scans, COUNT_OF(scans));
    case SLIP_SOUND:
        return use_pair(work, dice, text, sounds, COUNT_OF(sounds));
    case SLIP_SWAP:
        return swap_letters(work, text, at);
    case SLIP_CUT:
        return arena_strndup(work, text, length - cut);
    case SLIP_DROP:
        return replace(work, text, at, 1, "");
    case SLIP_DOUBLE:
        return replace(work, text, at, 1, twice);
    case SLIP_COUNT:
        break;
    }
    return text;
}

const char *noise_digit(struct arena *work, struct dice *dice, const char *text)
{
    char *out = arena_strdup(work, text);
    size_t length = strlen(out);
    size_t at = length - 1 - dice_below(dice, length < 5 ? (uint32_t)length : 5);
    unsigned step = 1 + dice_below(dice, 9);
    if (isdigit((unsigned char)out[at]))
        out[at] = (char)('0' + ((unsigned)(out[at] - '0') + step) % 10);
    return out;
}

const char *noise_fold(struct arena *work, struct dice *dice, const char *text)
{
    if (text_is_ascii(text))
        return text;
    static const struct pair umlauts[] = {{"ä", "ae"}, {"ö", "oe"}, {"ü", "ue"}, {"Ö", "Oe"}};
    bool short_form = dice_chance(dice, 500);
    for (size_t i = 0; i < COUNT_OF(umlauts); i++) {
        char single[2] = {umlauts[i].wrong[0], '\0'};
        const char *at;
        while ((at = strstr(text, umlauts[i].right)) != NULL)
            text = replace(work, text, (size_t)(at - text), strlen(umlauts[i].right),
                           short_form ? single : umlauts[i].wrong);
    }
    return text;
}

const char *noise_upper(struct arena *work, const char *text)
{
    char *out = arena_strdup(work, text);
    for (char *c = out; *c; c++)
        *c = (char)(*c >= 'a' && *c <= 'z' ? *c - 32 : *c);
    return out;
}
