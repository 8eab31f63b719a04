#include <math.h>
#include <stdlib.h>

#include "hub/base/hash.h"
#include "hub/match/trainer.h"

#define PRIOR 6000.0     /* names that the table stands for */
#define SHARE_MOST 0.1   /* no name is borne by more, or says so little */
#define NAMES_MOST 20000 /* in a version */

/* The commonest first. */
static int by_count(const void *left, const void *right)
{
    const struct name_count *const *a = left, *const *b = right;
    if ((*a)->count != (*b)->count)
        return (*a)->count > (*b)->count ? -1 : 1;
    return strcmp((*a)->text, (*b)->text);
}

static double share_in_table(const struct rarities *rarities, const char *name)
{
    const int32_t *known = map_get(&rarities->by_hash, hash64_text(name));
    return exp2(-(double)(known ? *known : rarities->unknown) / 1000);
}

/* A name as tables have them: one word. */
static bool add_name(struct buffer *out, const char *name)
{
    size_t start = out->length;
    for (const char *c = name; *c; c++) {
        if (*c == '_' || *c == ',' || (unsigned char)*c < ' ') {
            out->length = start;
            return false;
        }
        if (*c == ' ')
            buffer_char(out, '_');
        else
            buffer_char(out, *c);
    }
    return true;
}

size_t train_names(struct arena *arena, const struct rarities *rarities,
                   const struct name_counts *names, double own, struct names_stated *stated)
{
    double all = (double)names->all + PRIOR, least = ratio_double(stated->least);
    struct buffer out = {.arena = arena};
    size_t count = 0;
    if (!names->count)
        return 0;
    struct name_count **list = NEW_ARRAY(arena, struct name_count *, names->count);
    memcpy(list, names->list, names->count * sizeof(struct name_count *));
    qsort(list, names->count, sizeof(struct name_count *), by_count);
    for (size_t i = 0; i < names->count && count < NAMES_MOST; i++) {
        double table = share_in_table(rarities, list[i]->text);
        double others = fmax((double)list[i]->count - 1 - own, 0);
        double share = (others + PRIOR * table) / all;
        if (share <= least || !add_name(&out, list[i]->text))
            continue;
        struct ratio million = ratio_of(share < SHARE_MOST ? share * 1e6 : SHARE_MOST * 1e6);
        buffer_printf(&out, " %s ", ratio_text(arena, million));
        count++;
    }
    if (out.length)
        out.data[--out.length] = '\0';
    stated->seen = (struct slice){buffer_string(&out), out.length};
    stated->rest = ratio_of(PRIOR / all);
    return count;
}
