#include "hub/base/nearest.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define LENGTH_MOST 100

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static bool same(char left, char right)
{
    return tolower((unsigned char)left) == tolower((unsigned char)right);
}

size_t edit_distance(const char *left, const char *right)
{
    size_t rows[3][LENGTH_MOST + 1];
    size_t height = strlen(left), width = strlen(right);
    if (height > LENGTH_MOST || width > LENGTH_MOST)
        return SIZE_MAX;
    for (size_t i = 0; i <= height; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= width; j++) {
            if (i == 0) {
                row[j] = j;
                continue;
            }
            size_t change = above[j - 1] + !same(left[i - 1], right[j - 1]);
            row[j] = least(change, least(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && same(left[i - 1], right[j - 2]) &&
                same(left[i - 2], right[j - 1]))
                row[j] = least(row[j], before[j - 2] + 1);
        }
    }
    return rows[height % 3][width];
}

void nearest_offer(struct nearest *nearest, const char *candidate)
{
    size_t distance = edit_distance(nearest->word, candidate);
    size_t most = strlen(nearest->word) / 3;
    if (distance > (most ? most : 1))
        return;
    if (nearest->best && distance >= nearest->distance)
        return;
    nearest->best = candidate;
    nearest->distance = distance;
}

const char *nearest_hint(struct arena *arena, const char *x)
{
    return x ? arena_printf(arena, "; did you mean '%s'?", x) : "";
}
