/*
 * compare: what it costs to compare a candidate pair, on one core.
 *
 *     clusters --keep FILE FOLDER    the vectors of what tests/data/generate wrote
 *     compare FILE
 *
 * Ends with status 1 when a pair that reaches the review weight was ruled out.
 */
#include <stdio.h>
#include <sys/resource.h>

#include "hub/base/file.h"
#include "hub/base/list.h"
#include "hub/match/features.h"
#include "hub/match/kernels.h"
#include "hub/match/outline.h"
#include "hub/resolver/resolver.h"

#define FILE_MOST ((size_t)4 << 30)
/* Outlines that are on their way while one is looked at, as the resolver does it. */
#define AHEAD 8

struct pair {
    uint32_t left, right;
};

struct bench {
    struct arena *arena;
    const struct model *model;
    const struct features **records;
    struct outline *outlines;
    struct map places; /* by record id: of records[] */
    size_t count;
    struct {
        struct pair *list;
        size_t count, room;
    } pairs;
    struct generic_keys generic;
    int32_t floor;
};

static double user_seconds(void)
{
    struct rusage usage;
    (void)getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec / 1e6;
}

static double nanoseconds(double since, size_t count)
{
    return count ? (user_seconds() - since) * 1e9 / (double)count : 0;
}

static bool read_vectors(struct bench *bench, const char *path, struct resolver *resolver,
                         struct error *err)
{
    struct slice content;
    struct {
        const struct features **list;
        size_t count, room;
    } records = {NULL, 0, 0};
    if (!file_read(bench->arena, path, FILE_MOST, &content, err))
        return false;
    while (content.size) {
        struct {
            int64_t record;
            uint64_t size;
        } head;
        if (content.size < sizeof(head))
            return error_set(err, ERROR_FATAL, "%s: cut short", path);
        memcpy(&head, content.bytes, sizeof(head));
        struct slice packed = {content.bytes + sizeof(head), head.size};
        const struct features *features =
            content.size - sizeof(head) < head.size
                ? NULL
                : features_unpack(bench->arena, head.record, packed, err);
        if (!features || !resolver_add(resolver, head.record, packed, err))
            return error_wrap(err, "%s", path);
        LIST_ADD(bench->arena, &records, features);
        content.bytes += sizeof(head) + head.size;
        content.size -= sizeof(head) + head.size;
    }
    bench->records = records.list;
    bench->count = records.count;
    return true;
}

static void collect(void *context, unsigned thread, const struct resolver_pair *pair,
                    const struct generic_keys *generic)
{
    struct bench *bench = context;
    (void)thread;
    for (size_t i = 0; !bench->pairs.count && i < generic->keys.room; i++)
        if (generic->keys.slots[i].value)
            map_put(&bench->generic.keys, generic->keys.slots[i].id, bench);
    const uint32_t *left = map_get(&bench->places, (uint64_t)pair->left->record);
    const uint32_t *right = map_get(&bench->places, (uint64_t)pair->right->record);
    LIST_ADD(bench->arena, &bench->pairs, ((struct pair){*left, *right}));
}

static void place_records(struct bench *bench)
{
    uint32_t *places = NEW_ARRAY(bench->arena, uint32_t, bench->count + 1);
    char *room = arena_alloc_array(bench->arena, sizeof(struct outline), bench->count + 1);
    bench->outlines = (void *)(room + (-(uintptr_t)room & (sizeof(struct outline) - 1)));
    bench->places.arena = bench->arena;
    for (uint32_t i = 0; i < bench->count; i++) {
        places[i] = i;
        map_put(&bench->places, (uint64_t)bench->records[i]->record, &places[i]);
    }
}

static void bench_outlines(const struct bench *bench)
{
    double start = user_seconds();
    for (size_t i = 0; i < bench->count; i++)
        outline_make(bench->model, bench->records[i], &bench->outlines[i]);
    printf("outlines made          %8.0f ns a record\n", nanoseconds(start, bench->count));
}

/* How many pairs outlines leave; a pass alone, as the resolver does it. */
static size_t sift(const struct bench *bench, struct pair *left_over)
{
    size_t kept = 0, count = bench->pairs.count;
    for (size_t i = 0; i < count; i++) {
        const struct pair *pair = &bench->pairs.list[i];
        __builtin_prefetch(&bench->outlines[pair[i + AHEAD < count ? AHEAD : 0].right]);
        if (outlines_may_reach(bench->model, &bench->outlines[pair->left],
                               &bench->outlines[pair->right], bench->floor))
            left_over[kept++] = *pair;
    }
    return kept;
}

static const struct features *ahead(const struct bench *bench, const struct pair *pairs, size_t at,
                                    size_t count)
{
    return bench->records[pairs[at < count ? at : 0].right];
}

/* With what is compared soon on its way. */
static size_t reach(const struct bench *bench, const struct pair *pairs, size_t count)
{
    size_t reached = 0;
    struct judgement judgement;
    for (size_t i = 0; i < count; i++) {
        __builtin_prefetch(ahead(bench, pairs, i + 9, count));
        __builtin_prefetch(ahead(bench, pairs, i + 6, count)->terms);
        __builtin_prefetch(ahead(bench, pairs, i + 3, count)->terms->text);
        __builtin_prefetch(ahead(bench, pairs, i + 3, count)->terms->text + 64);
        reached += compare_reaches(bench->model, &bench->generic, bench->records[pairs[i].left],
                                   bench->records[pairs[i].right], bench->floor, &judgement);
    }
    return reached;
}

static size_t compare_fully(const struct bench *bench)
{
    size_t reached = 0;
    for (size_t i = 0; i < bench->pairs.count; i++) {
        const struct pair *pair = &bench->pairs.list[i];
        struct judgement judgement = compare_records(
            bench->model, &bench->generic, bench->records[pair->left], bench->records[pair->right]);
        reached += !judgement.veto && judgement.weight >= bench->floor;
    }
    return reached;
}

static bool bench_pairs(const struct bench *bench)
{
    size_t count = bench->pairs.count;
    struct pair *left_over = NEW_ARRAY(bench->arena, struct pair, count + 1);
    double start = user_seconds();
    size_t kept = sift(bench, left_over);
    double sifting = nanoseconds(start, count);
    start = user_seconds();
    size_t reached = reach(bench, left_over, kept);
    double reaching = nanoseconds(start, count), each = nanoseconds(start, kept);
    start = user_seconds();
    size_t wanted = compare_fully(bench);
    double full = nanoseconds(start, count);
    printf("candidate pairs        %8zu, %.1f a record\n", count,
           (double)count / (double)bench->count);
    printf("  ruled out by outlines %6.1f %%, %.1f %% reach the review weight\n",
           100.0 * (double)(count - kept) / (double)count, 100.0 * (double)reached / (double)count);
    printf("outlines               %8.0f ns a pair\n", sifting);
    printf("compare_reaches        %8.0f ns a pair that they leave\n", each);
    printf("both                   %8.0f ns a pair on average\n", sifting + reaching);
    printf("compare_records        %8.0f ns a pair, %.1f times as long\n", full,
           full / (sifting + reaching));
    if (reached != wanted)
        printf("%zu pairs reach the review weight, but %zu were let through\n", wanted, reached);
    return reached == wanted;
}

static unsigned all_edits(struct slice left, struct slice right)
{
    return levenshtein(left, right, KERNEL_MOST);
}

static unsigned all_swaps(struct slice left, struct slice right)
{
    return damerau(left, right, KERNEL_MOST);
}

/* On full names, and what DuckDB's do on a core of such a machine. */
static const struct {
    const char *name;
    unsigned (*kernel)(struct slice left, struct slice right);
    double duckdb; /* million pairs a second */
} kernels[] = {
    {"Jaro-Winkler", jaro_winkler, 8.3},
    {"Levenshtein", all_edits, 6.0},
    {"Damerau", all_swaps, 1.4},
};

static struct slice name_of(struct arena *arena, const struct features *features)
{
    if (!term_count(features, SLOT_GIVEN))
        return (struct slice){"", 0};
    const char *name = arena_printf(arena, "%s %s", term_at(features, SLOT_GIVEN, 0)->text,
                                    term_at(features, SLOT_FAMILY, 0)->text);
    return (struct slice){name, strlen(name)};
}

static void bench_kernels(const struct bench *bench)
{
    struct slice *names = NEW_ARRAY(bench->arena, struct slice, bench->count + 1);
    size_t named = 0, rounds = 1 + 2000000 / (bench->count + 1);
    for (size_t i = 0; i < bench->count; i++) {
        names[named] = name_of(bench->arena, bench->records[i]);
        named += names[named].size > 1;
    }
    for (size_t k = 0; k < COUNT_OF(kernels); k++) {
        uint64_t sum = 0;
        double start = user_seconds();
        for (size_t r = 1; r <= rounds; r++)
            for (size_t i = 0; i + r < named; i++)
                sum += kernels[k].kernel(names[i], names[i + r]);
        double million = (double)(rounds * named) / (user_seconds() - start) / 1e6;
        printf("%-22s %8.1f million full names a second (mean %.1f); DuckDB %.1f, ratio %.1f\n",
               kernels[k].name, million, (double)sum / (double)(rounds * named), kernels[k].duckdb,
               million / kernels[k].duckdb);
    }
}

static bool run(struct bench *bench, const char *file, bool *exact, struct error *err)
{
    struct resolver *resolver =
        resolver_new(bench->arena, bench->model, &(struct resolver_settings){.threads = 1});
    if (!read_vectors(bench, file, resolver, err))
        return false;
    place_records(bench);
    if (!resolver_pairs(resolver, collect, bench, err))
        return false;
    bench->floor =
        model_review_weight(bench->model, model_step(bench->model, (int64_t)bench->count));
    bench_outlines(bench);
    *exact = bench_pairs(bench);
    bench_kernels(bench);
    return true;
}

int main(int argc, char **argv)
{
    ARENA(process);
    struct findings findings = {.arena = process};
    struct error err;
    bool exact = false;
    struct bench bench = {
        .arena = process,
        .generic.keys.arena = process,
        .model =
            model_load(process, "schemas/matching.xsd", "schemas/matching.xml", NULL, &findings),
    };
    if (argc != 2 || !bench.model) {
        (void)fprintf(stderr, "%s\n",
                      bench.model ? "usage: compare FILE" : finding_first(process, &findings));
        return 2;
    }
    if (!run(&bench, argv[1], &exact, &err)) {
        (void)fprintf(stderr, "compare: %s\n", err.text);
        return 2;
    }
    return !exact;
}
