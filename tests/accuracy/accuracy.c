/*
 * Accuracy: how well the shipped model resolves labelled sets, without labels and without tuning.
 *
 *     accuracy                        a line for each set below $AXLE_SHARED/data
 *     accuracy SET...                 only those; or a folder that tests/data/generate or elsewhere.mjs wrote ("./made")
 *     accuracy --wrong SET [COUNT]    its false and missed pairs, explained
 *     accuracy --keys SET             what each of its blocking keys brings together
 *     accuracy --weights SET          how many pairs of a weight are true
 *
 * Ends with status 1 when a set is resolved worse than is wanted of it.
 */
#include <dirent.h>
#include <math.h>
#include <unistd.h>

#include "hub/base/hash.h"
#include "hub/match/doubts.h"
#include "hub/match/evaluate.h"
#include "tests/accuracy/inspect.h"
#include "tests/accuracy/trained.h"

#define FILES_MOST 4

static const struct set {
    const char *name;
    struct {
        const char *file, *mapping;
    } files[FILES_MOST];
    struct {
        double f1, b3, clusters,
            precision; /* F1 of pairs, B-cubed, whole clusters; precision of pairs */
        size_t exact;  /* entities found exactly */
    } wanted;
} sets[] = {
    {"febrl1", {{"records.csv", "febrl1"}}, {.f1 = 0.996}},
    {"febrl2", {{"records.csv", "febrl2"}}, {.f1 = 0.998}},
    {"febrl3", {{"records.csv", "febrl3"}}, {.f1 = 0.997}},
    {"dsgen_A_1000", {{"records.csv", "dsgen_A_1000"}}, {.f1 = 0}},
    {"dsgen_C_1000", {{"records.csv", "dsgen_C_1000"}}, {.f1 = 0.985}},
    {"fake_1000", {{"records.csv", "fake_1000"}}, {.f1 = 0.91}},
    {"RLdata500", {{"records.csv", "RLdata500"}}, {.f1 = 0.97}},
    {"senzing_truthset",
     {{"customers.csv", "customers"},
      {"reference.csv", "reference"},
      {"watchlist.csv", "watchlist"}},
     {.f1 = 0.95, .exact = 80}},
};

/* What tests/data/generate writes. */
static const struct set made_up = {
    NULL,
    {{"mail.jsonl", "mail"},
     {"callcenter.csv", "callcenter"},
     {"web.jsonl", "web"},
     {"warranty.csv", "warranty"}},
    {.f1 = 0.965, .b3 = 0.985, .clusters = 0.94, .precision = 0.97},
};

/* What elsewhere.mjs writes. */
static const struct set elsewhere = {NULL, {{"records.csv", "elsewhere"}}, {.f1 = 0}};

struct run {
    struct arena *arena;
    const struct dictionary *dictionary;
    const struct model *model;
    const char *data, *mappings; /* of the labelled sets */
};

static bool is_folder(const char *name)
{
    return strchr(name, '/') != NULL;
}

static bool load_set(const struct run *run, const struct set *set, struct samples *samples,
                     struct error *err)
{
    struct loader loader = {run->arena, run->dictionary, run->model, "schemas/source.xsd"};
    bool shipped = text_equal(set->files[0].mapping, made_up.files[0].mapping);
    const char *mappings = shipped ? "mappings" : run->mappings;
    const char *folder =
        is_folder(set->name) ? set->name : arena_printf(run->arena, "%s/%s", run->data, set->name);
    for (size_t i = 0; i < FILES_MOST && set->files[i].file; i++) {
        const char *mapping =
            arena_printf(run->arena, "%s/%s.xml", mappings, set->files[i].mapping);
        const char *file = arena_printf(run->arena, "%s/%s", folder, set->files[i].file);
        if (!load_file(&loader, mapping, file, samples, err))
            return false;
    }
    return load_truth(&loader, arena_printf(run->arena, "%s/truth.csv", folder), samples, err);
}

static void evaluate(const struct samples *samples, const int64_t *clusters,
                     struct evaluation *evaluation)
{
    ARENA(scratch);
    struct assignment *list = NEW_ARRAY(scratch, struct assignment, samples->count + 1);
    for (size_t i = 0; i < samples->count; i++)
        list[i] = (struct assignment){(uint64_t)clusters[i], samples->list[i].entity};
    evaluate_clusters(list, samples->count, evaluation);
}

/* The share of true pairs that some key brought together. */
static double blocking_recall(const struct samples *samples, const struct resolution *resolution)
{
    ARENA(scratch);
    struct map sizes = {.arena = scratch};
    double all = 0, met = 0;
    for (size_t i = 0; i < samples->count; i++) {
        size_t *size = map_get(&sizes, samples->list[i].entity);
        if (!size)
            map_put(&sizes, samples->list[i].entity, size = NEW(scratch, size_t));
        all += (double)(*size)++;
    }
    for (size_t i = 0; i < resolution->pair_count; i++)
        met += samples->list[resolution->pairs[i].left].entity ==
               samples->list[resolution->pairs[i].right].entity;
    return all > 0 ? met / all : 1;
}

static double best_f1(const struct run *run, const struct samples *samples,
                      const struct resolution *resolution, int32_t *at)
{
    ARENA(scratch);
    int64_t *clusters = NEW_ARRAY(scratch, int64_t, samples->count + 1);
    double best = 0;
    for (int32_t weight = resolution->match - 8000; weight <= resolution->match + 8000;
         weight += 1000) {
        struct evaluation evaluation;
        resolve_at(run->model, samples, resolution, weight, clusters);
        evaluate(samples, clusters, &evaluation);
        if (evaluation.pair.f1 > best) {
            best = evaluation.pair.f1;
            *at = weight - resolution->match;
        }
    }
    return best;
}

/* Questions that a steward would be asked. */
static size_t count_reviews(const struct run *run, const struct samples *samples,
                            const struct resolution *resolution)
{
    ARENA(scratch);
    size_t edge_count = 0, reviews;
    int64_t *records = NEW_ARRAY(scratch, int64_t, samples->count + 1);
    struct match_edge *edges = NEW_ARRAY(scratch, struct match_edge, resolution->pair_count + 1);
    for (size_t i = 0; i < samples->count; i++)
        records[i] = samples->list[i].record->id;
    for (size_t i = 0; i < resolution->pair_count; i++) {
        const struct scored *pair = &resolution->pairs[i];
        if (!pair->veto && pair->weight >= resolution->review)
            edges[edge_count++] =
                (struct match_edge){records[pair->left], records[pair->right], pair->weight};
    }
    (void)doubts_find(
        scratch, run->model, model_step(run->model, (int64_t)samples->count),
        &(struct clustered){records, resolution->clusters, samples->count, edges, edge_count},
        &reviews);
    return reviews;
}

static size_t exact_count(const struct evaluation *e)
{
    return (size_t)llround(e->cluster.recall * (double)e->entities);
}

/* By the run's model. */
static struct evaluation print_resolved(const struct run *run, const char *name,
                                        const struct samples *samples)
{
    struct resolution resolution;
    struct evaluation e;
    int32_t at = 0;
    double start = seconds();
    resolve(run->arena, run->model, samples, &resolution);
    double took = seconds() - start;
    evaluate(samples, resolution.clusters, &e);
    double best = samples->count <= 200000 ? best_f1(run, samples, &resolution, &at) : e.pair.f1;
    printf("%-16s %7zu %7zu %7zu  %.4f %.4f %.4f  %.4f %.4f %4zu/%zu  %.4f %+3d  %9zu %.4f %6zu  "
           "%.2f %5.0f\n",
           name, e.n, e.entities, e.clusters, e.pair.precision, e.pair.recall, e.pair.f1, e.b3.f1,
           e.cluster.f1, exact_count(&e), e.entities, best, at / 1000, resolution.pair_count,
           blocking_recall(samples, &resolution), count_reviews(run, samples, &resolution), took,
           resolution.pair_count ? resolution.comparing * 1e9 / (double)resolution.pair_count : 0);
    (void)fflush(stdout);
    return e;
}

static void print_wanted(const struct set *set)
{
    printf("%-16s less than is wanted: F1 %.3f", "", set->wanted.f1);
    if (set->wanted.b3 > 0)
        printf(", B3 %.3f, clusters %.3f, precision %.3f", set->wanted.b3, set->wanted.clusters,
               set->wanted.precision);
    if (set->wanted.exact)
        printf(", %zu exact", set->wanted.exact);
    printf("\n");
}

static bool is_enough(const struct set *set, const struct evaluation *e)
{
    return e->pair.f1 >= set->wanted.f1 && e->b3.f1 >= set->wanted.b3 &&
           e->cluster.f1 >= set->wanted.clusters && e->pair.precision >= set->wanted.precision &&
           exact_count(e) >= set->wanted.exact;
}

/* By the shipped model, and by one trained on the set itself, without its labels. */
static bool print_lines(const struct run *run, const struct set *set, bool *enough,
                        struct error *err)
{
    struct samples samples = {.list = NULL};
    struct training training;
    struct run trained = *run;
    if (!load_set(run, set, &samples, err))
        return false;
    struct evaluation by_shipped = print_resolved(run, set->name, &samples);
    train_on(run->arena, run->model, &samples, &training);
    trained.model = training.model;
    struct evaluation by_trained = print_resolved(&trained, "  trained on it", &samples);
    *enough = is_enough(set, &by_shipped) && is_enough(set, &by_trained);
    if (!*enough)
        print_wanted(set);
    return true;
}

static void print_heading(void)
{
    printf("%-16s %7s %7s %7s  %-6s %-6s %-6s  %-6s %-6s %-8s  %-6s %-3s  %9s %-6s %6s  %-4s %5s\n",
           "set", "n", "entity", "cluster", "prec", "recall", "F1", "B3", "exactF", "exact", "best",
           "at", "pairs", "block", "review", "s", "ns");
}

static void print_record(const struct run *run, const struct sample *sample)
{
    printf("    %-16s %s\n", sample->key, record_to_json(run->arena, sample->record));
}

static void explain(const struct run *run, const struct resolution *resolution,
                    const struct sample *left, const struct sample *right)
{
    struct explanation explanation;
    explain_records(run->arena, run->model, &resolution->generic, left->features, right->features,
                    &explanation);
    print_record(run, left);
    print_record(run, right);
    for (size_t i = 0; i < explanation.count; i++) {
        const struct reason *reason = &explanation.reasons[i];
        printf("      %-12s %-10s %+7.2f %+6.2f  %s\n", reason->element, reason->level,
               reason->weight / 1000.0, reason->frequency / 1000.0, reason->words);
    }
    printf("      %-12s %-10s %+7.2f of %.2f%s\n\n", "", "all",
           explanation.judgement.weight / 1000.0, resolution->match / 1000.0,
           explanation.judgement.veto ? ", veto" : "");
}

static bool was_compared(const struct resolution *resolution, unsigned left, unsigned right)
{
    for (size_t i = 0; i < resolution->pair_count; i++)
        if (resolution->pairs[i].left == left && resolution->pairs[i].right == right)
            return true;
    return false;
}

static bool print_wrong(const struct run *run, const struct set *set, size_t most,
                        struct error *err)
{
    struct samples samples = {.list = NULL};
    struct resolution resolution;
    if (!load_set(run, set, &samples, err))
        return false;
    resolve(run->arena, run->model, &samples, &resolution);
    for (unsigned i = 0; i < samples.count && most; i++)
        for (unsigned j = i + 1; j < samples.count && most; j++) {
            bool joined = resolution.clusters[i] == resolution.clusters[j];
            if (joined == (samples.list[i].entity == samples.list[j].entity))
                continue;
            printf("  %s%s\n", joined ? "FALSE" : "MISSED",
                   was_compared(&resolution, i, j) ? "" : " (never compared)");
            explain(run, &resolution, &samples.list[i], &samples.list[j]);
            most--;
        }
    return true;
}

static const char *setting(const char *name, const char *otherwise)
{
    const char *value = getenv(name);
    return value && *value ? value : otherwise;
}

/* What the command line asks for. */
struct task {
    int count;
    char **names;
    size_t wrong; /* so many wrong pairs, explained; 0: a line for each set */
    bool keys, weights;
    bool failed;
};

static bool print_inspection(const struct run *run, const struct set *set, const struct task *task,
                             struct error *err)
{
    struct samples samples = {.list = NULL};
    struct resolution resolution;
    if (!load_set(run, set, &samples, err))
        return false;
    resolve(run->arena, run->model, &samples, &resolution);
    if (task->keys)
        inspect_keys(run->model, &samples, &resolution);
    else
        inspect_weights(&samples, &resolution);
    return true;
}

static void run_set(const struct run *run, const struct set *set, struct task *task)
{
    struct error err;
    bool enough = true;
    if (!(task->wrong                     ? print_wrong(run, set, task->wrong, &err)
          : (task->keys || task->weights) ? print_inspection(run, set, task, &err)
                                          : print_lines(run, set, &enough, &err)))
        printf("%-16s skipped: %s\n", set->name, err.text);
    task->failed = task->failed || !enough;
}

static void run_folder(const struct run *run, const char *folder, struct task *task)
{
    bool records = access(arena_printf(run->arena, "%s/records.csv", folder), R_OK) == 0;
    struct set set = records ? elsewhere : made_up;
    set.name = folder;
    if (is_folder(folder))
        run_set(run, &set, task);
}

static bool is_asked_for(const char *set, const struct task *task)
{
    for (int i = 0; i < task->count; i++)
        if (text_equal(task->names[i], set))
            return true;
    return !task->count;
}

static bool read_task(int count, char **names, struct task *task, struct error *err)
{
    int64_t most = 40;
    *task = (struct task){.count = count, .names = names};
    task->keys = count && text_equal(names[0], "--keys");
    task->weights = count && text_equal(names[0], "--weights");
    if (task->keys || task->weights) {
        task->names++;
        task->count--;
        return true;
    }
    if (!count || !text_equal(names[0], "--wrong"))
        return true;
    if (count < 2 || (count > 2 && !text_to_int(names[2], 1, INT32_MAX, &most)))
        return error_set(err, ERROR_FATAL, "usage: accuracy [SET...] | --wrong SET [COUNT]");
    *task = (struct task){.count = 1, .names = names + 1, .wrong = (size_t)most};
    return true;
}

static void run_task(const struct run *run, struct task *task)
{
    if (!task->wrong && !task->keys && !task->weights)
        print_heading();
    for (size_t i = 0; i < COUNT_OF(sets); i++)
        if (is_asked_for(sets[i].name, task))
            run_set(run, &sets[i], task);
    for (int i = 0; i < task->count; i++)
        run_folder(run, task->names[i], task);
}

int main(int argc, char **argv)
{
    ARENA(process);
    struct findings findings = {.arena = process};
    struct error err;
    const char *shared = setting("AXLE_SHARED", "../shared");
    struct run run = {
        .arena = process,
        .dictionary = dictionary_load(process, "schemas/dictionary.xsd", "schemas/dictionary.xml",
                                      NULL, &findings),
        .model = model_load(process, "schemas/matching.xsd", "schemas/matching.xml",
                            getenv("AXLE_MATCHING"), &findings),
        .data = arena_printf(process, "%s/data", shared),
        .mappings = setting("AXLE_MAPPINGS", "tests/accuracy/mappings"),
    };
    if (!run.dictionary || !run.model) {
        fprintf(stderr, "%s\n", finding_first(process, &findings));
        return 2;
    }
    struct task task;
    if (!read_task(argc - 1, argv + 1, &task, &err)) {
        fprintf(stderr, "%s\n", err.text);
        return 2;
    }
    run_task(&run, &task);
    return task.failed;
}
