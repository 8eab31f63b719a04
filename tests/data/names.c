#include "tests/data/names.h"

#include <ctype.h>

#include "hub/base/hash.h"
#include "hub/base/text.h"

#define FLAT_FAMILY 8
#define FLAT_GIVEN 8

static bool is_new(struct map *seen, const char *word)
{
    uint64_t id = hash64_text(word);
    if (map_get(seen, id))
        return false;
    map_put(seen, id, seen);
    return true;
}

static const char *piece(struct dice *dice, const char **pieces, size_t count)
{
    const char *chosen = pieces[dice_below(dice, (uint32_t)count)];
    return text_equal(chosen, "-") ? "" : chosen;
}

/* The common names first, then as many rare ones as their parts yield. */
static struct words make_words(struct arena *process, const char *common, const struct rare *rare,
                               unsigned flat)
{
    ARENA(work);
    size_t commons, stems, links, ends;
    const char **common_word = text_split(process, common, ' ', &commons);
    const char **stem = text_split(work, rare->stems, ' ', &stems);
    const char **link = text_split(work, rare->links, ' ', &links);
    const char **end = text_split(work, rare->ends, ' ', &ends);
    struct map seen = {.arena = work};
    struct words words = {.word = NEW_ARRAY(process, const char *, commons + rare->most)};
    for (size_t i = 0; i < commons; i++)
        if (is_new(&seen, common_word[i]))
            words.word[words.count++] = common_word[i];
    struct dice dice;
    dice_seed(&dice, rare->most);
    for (size_t tries = 0; words.count < rare->most && tries < rare->most * 20; tries++) {
        const char *first = piece(&dice, stem, stems);
        const char *middle = piece(&dice, link, links);
        const char *last = piece(&dice, end, ends);
        char *word = arena_printf(work, "%s%s%s%s", first, middle, rare->joint, last);
        size_t room = strlen(first);
        if (room > 1 && first[room - 1] == '\'')
            word[room] = (char)toupper((unsigned char)word[room]);
        if (is_new(&seen, word))
            words.word[words.count++] = arena_strdup(process, word);
    }
    words_weigh(process, &words, flat);
    return words;
}

const struct names *names_new(struct arena *process)
{
    struct names *names = NEW(process, struct names);
    for (size_t i = 0; i < CULTURE_COUNT; i++) {
        const struct culture_row *row = &culture_rows[i];
        names->family[i] = make_words(process, row->family, &row->rare_family, FLAT_FAMILY);
        names->male[i] = make_words(process, row->male, &row->rare_male, FLAT_GIVEN);
        names->female[i] = make_words(process, row->female, &row->rare_female, FLAT_GIVEN);
    }
    names->nicknames.arena = process;
    for (size_t i = 0; i < nickname_count; i++) {
        struct words *words = NEW(process, struct words);
        words->word = text_split(process, nickname_rows[i], ' ', &words->count);
        const char *formal = words->word[0];
        words->word++;
        words->count--;
        words_weigh(process, words, 1);
        map_put_text(&names->nicknames, formal, words);
    }
    return names;
}

enum culture names_culture(struct dice *dice)
{
    unsigned shares[CULTURE_COUNT];
    for (size_t i = 0; i < CULTURE_COUNT; i++)
        shares[i] = culture_rows[i].share;
    return (enum culture)dice_weighted(dice, shares, CULTURE_COUNT);
}

const char *names_family(const struct names *names, struct dice *dice, enum culture culture)
{
    return dice_word(dice, &names->family[culture]);
}

const char *names_given(const struct names *names, struct dice *dice, enum culture culture,
                        bool female)
{
    enum culture drawn = dice_chance(dice, 500) ? CULTURE_ENGLISH : culture;
    return dice_word(dice, female ? &names->female[drawn] : &names->male[drawn]);
}

const char *names_like(const struct names *names, struct dice *dice, enum culture culture,
                       bool female, const char *given)
{
    const char *found = given;
    for (int tries = 0; tries < 60; tries++) {
        found = names_given(names, dice, culture, female);
        if (!text_equal(found, given) && strncmp(found, given, 2) == 0)
            return found;
    }
    return found;
}

const char *names_nickname(const struct names *names, struct dice *dice, const char *given)
{
    const struct words *words = map_get_text(&names->nicknames, given);
    return words ? dice_word(dice, words) : NULL;
}
