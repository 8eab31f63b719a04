#include "hub/match/evaluate.h"

#include <stdlib.h>

/* A record as seen from one side: groups are clusters, then entities; the other side is `minor`. */
struct item {
    uint64_t major, minor;
    size_t major_size, minor_size; /* of the groups, once that side was walked */
};

/* What one side comes to. */
struct side {
    size_t groups, largest;
    uint64_t pairs;  /* within groups */
    uint64_t common; /* of them, together on the other side too */
    size_t exact;    /* groups that are a group of the other side; needs minor_size */
    double
        purity; /* sum over records of the share of their group that is with them on the other side */
};

static int compare_uint64(uint64_t left, uint64_t right)
{
    return (left > right) - (left < right);
}

static int compare_items(const void *left, const void *right)
{
    const struct item *a = left, *b = right;
    int order = compare_uint64(a->major, b->major);
    return order ? order : compare_uint64(a->minor, b->minor);
}

static uint64_t pairs_of(size_t records)
{
    return (uint64_t)records * (records - 1) / 2;
}

/* One group, its records in order of `minor`: each run of them is what both sides put together. */
static void walk_group(struct item *group, size_t size, struct side *side)
{
    side->groups++;
    side->pairs += pairs_of(size);
    if (size > side->largest)
        side->largest = size;
    for (size_t at = 0, run; at < size; at += run) {
        for (run = 0; at + run < size && group[at + run].minor == group[at].minor; run++)
            group[at + run].major_size = size;
        side->common += pairs_of(run);
        side->purity += (double)run * (double)run / (double)size;
        if (run == size && group[at].minor_size == size)
            side->exact++;
    }
}

static struct side walk_side(struct item *items, size_t count)
{
    struct side side = {0};
    qsort(items, count, sizeof(*items), compare_items);
    for (size_t at = 0, size; at < count; at += size) {
        for (size = 1; at + size < count && items[at + size].major == items[at].major;)
            size++;
        walk_group(&items[at], size, &side);
    }
    return side;
}

static double share(double part, double whole)
{
    return whole > 0 ? part / whole : 1;
}

/* The harmonic mean, from the sums, so that it stands where precision or recall is 0 / 0. */
static struct measure measure(double hits, double predicted, double actual)
{
    return (struct measure){.precision = share(hits, predicted),
                            .recall = share(hits, actual),
                            .f1 = share(2 * hits, predicted + actual)};
}

void evaluate_clusters(const struct assignment *records, size_t count,
                       struct evaluation *evaluation)
{
    ARENA(work);
    struct item *items = NEW_ARRAY(work, struct item, count + 1);
    for (size_t i = 0; i < count; i++)
        items[i] = (struct item){.major = records[i].entity, .minor = records[i].cluster};
    struct side entities = walk_side(items, count);
    for (size_t i = 0; i < count; i++)
        items[i] = (struct item){
            .major = items[i].minor, .minor = items[i].major, .minor_size = items[i].major_size};
    struct side clusters = walk_side(items, count);

    double precision = share(clusters.purity, (double)count);
    double recall = share(entities.purity, (double)count);
    *evaluation = (struct evaluation){
        .n = count,
        .entities = entities.groups,
        .clusters = clusters.groups,
        .largest_cluster = clusters.largest,
        .pair = measure((double)clusters.common, (double)clusters.pairs, (double)entities.pairs),
        .b3 = {.precision = precision,
               .recall = recall,
               .f1 = share(2 * precision * recall, precision + recall)},
        .cluster =
            measure((double)clusters.exact, (double)clusters.groups, (double)entities.groups),
    };
}
