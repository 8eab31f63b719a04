#include "tests/data/dice.h"

#include <assert.h>

static uint64_t split_mix(uint64_t *state)
{
    uint64_t mixed = *state += 0x9e3779b97f4a7c15U;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebU;
    return mixed ^ (mixed >> 31);
}

void dice_seed(struct dice *dice, uint64_t seed)
{
    for (size_t i = 0; i < COUNT_OF(dice->state); i++)
        dice->state[i] = split_mix(&seed);
}

static uint64_t rotate(uint64_t bits, unsigned by)
{
    return (bits << by) | (bits >> (64 - by));
}

uint64_t dice_next(struct dice *dice)
{
    uint64_t *state = dice->state;
    uint64_t result = rotate(state[1] * 5, 7) * 9;
    uint64_t shifted = state[1] << 17;
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= shifted;
    state[3] = rotate(state[3], 45);
    return result;
}

uint32_t dice_below(struct dice *dice, uint32_t count)
{
    assert(count > 0);
    return (uint32_t)(((dice_next(dice) >> 32) * count) >> 32);
}

int dice_between(struct dice *dice, int least, int most)
{
    return least + (int)dice_below(dice, (uint32_t)(most - least + 1));
}

bool dice_chance(struct dice *dice, unsigned per_mille)
{
    return dice_below(dice, 1000) < per_mille;
}

size_t dice_weighted(struct dice *dice, const unsigned *weights, size_t count)
{
    uint32_t total = 0;
    for (size_t i = 0; i < count; i++)
        total += weights[i];
    uint32_t roll = dice_below(dice, total);
    size_t i = 0;
    while (roll >= weights[i])
        roll -= weights[i++];
    return i;
}

void words_weigh(struct arena *arena, struct words *words, unsigned flat)
{
    uint64_t sum = 0;
    words->upto = NEW_ARRAY(arena, uint64_t, words->count);
    for (size_t rank = 0; rank < words->count; rank++) {
        sum += 1000000000U / (rank + flat);
        words->upto[rank] = sum;
    }
}

size_t dice_rank(struct dice *dice, const struct words *words)
{
    uint64_t roll = dice_next(dice) % words->upto[words->count - 1];
    size_t low = 0, high = words->count - 1;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (roll < words->upto[middle])
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

const char *dice_word(struct dice *dice, const struct words *words)
{
    return words->word[dice_rank(dice, words)];
}
