/*
 * clusters: records to clusters in memory, on all processors.
 *
 *     clusters FOLDER...       folders that tests/data/generate wrote, the smallest first
 *     clusters --keep FILE FOLDER    write the vectors of a folder, for
 *     clusters FILE...
 *
 * THREADS, MEMORY (MiB), TYPES=1 (pairs by type of key) and AXLE_MATCHING (a site's model) are taken from the environment.
 */
#include <fcntl.h>
#include <math.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hub/base/clock.h"
#include "hub/base/crew.h"
#include "hub/base/hash.h"
#include "hub/base/mapped.h"
#include "hub/mapping/mapping.h"
#include "hub/resolver/resolver.h"
#include "hub/standard/standard.h"

static const struct {
    const char *file, *mapping;
} sources[] = {
    {"mail.jsonl", "mappings/mail.xml"},
    {"callcenter.csv", "mappings/callcenter.xml"},
    {"web.jsonl", "mappings/web.xml"},
    {"warranty.csv", "mappings/warranty.xml"},
};

/* One set of records on its way to vectors, by several processes. */
struct making {
    struct arena *arena;
    const struct dictionary *dictionary;
    const struct model *model;
    const char *folder;
    size_t processes;
    FILE **files; /* of each process */
};

/* In a file of vectors each has this before it. */
struct head {
    int64_t record;
    uint64_t size;
};

static void write_vector(FILE *to, int64_t record, struct slice packed)
{
    struct head head = {record, packed.size};
    if (fwrite(&head, sizeof(head), 1, to) != 1 ||
        fwrite(packed.bytes, 1, packed.size, to) != packed.size)
        abort();
}

static void make_vector(const struct making *making, const struct mapping *mapping,
                        struct slice header, const struct cut *cut, FILE *to)
{
    ARENA(work);
    struct reject reject;
    struct mapped mapped;
    if (cut->reject)
        return;
    const struct fields *fields =
        format_decode(work, &mapping->format, header, cut->raw, cut->line, &reject);
    if (!fields || !mapping_apply(work, mapping, fields, &mapped, &reject))
        return;
    for (size_t i = 0; i < mapped.count; i++) {
        if (!text_equal(mapped.records[i]->class_name, "customer"))
            continue;
        standard_record(work, making->dictionary, mapped.records[i]);
        const struct features *features = features_make(work, making->model, mapped.records[i]);
        write_vector(to, mapped.records[i]->id, features_pack(work, features));
    }
}

static bool make_source(const struct making *making, size_t process, size_t source,
                        struct error *err)
{
    ARENA(work);
    struct findings findings = {.arena = work};
    struct slice content, header = {NULL, 0};
    const struct mapping *mapping = mapping_load(work, making->dictionary, "schemas/source.xsd",
                                                 sources[source].mapping, &findings);
    if (!mapping)
        return error_set(err, ERROR_FATAL, "%s", finding_first(work, &findings));
    const char *path = arena_printf(work, "%s/%s", making->folder, sources[source].file);
    if (!mapped_open(work, path, &content, err))
        return false;
    struct splitter *splitter = splitter_new(work, &mapping->format, content);
    struct cut cut;
    for (size_t i = 0; splitter_next(splitter, &cut); i++)
        if (cut.is_header)
            header = cut.raw;
        else if (i % making->processes == process)
            make_vector(making, mapping, header, &cut, making->files[process]);
    return true;
}

static bool make_part(void *to, size_t process, struct error *err)
{
    const struct making *making = to;
    for (size_t s = 0; s < COUNT_OF(sources); s++)
        if (!make_source(making, process, s, err))
            return false;
    return fflush(making->files[process]) == 0;
}

static bool make_vectors(struct making *making, struct error *err)
{
    making->files = NEW_ARRAY(making->arena, FILE *, making->processes);
    for (size_t i = 0; i < making->processes; i++)
        if (!(making->files[i] = tmpfile()))
            return error_set(err, ERROR_FATAL, "no temporary file");
    return crew_run(&(struct crew){.count = making->processes, .work = make_part, .to = making},
                    err);
}

/* Call for each vector of a file. */
static bool each_vector(FILE *file, bool (*take)(void *to, int64_t record, struct slice packed),
                        void *to)
{
    struct head head;
    static char bytes[1 << 17];
    rewind(file);
    while (fread(&head, sizeof(head), 1, file) == 1)
        if (head.size > sizeof(bytes) || fread(bytes, 1, head.size, file) != head.size ||
            !take(to, head.record, (struct slice){bytes, head.size}))
            return false;
    return true;
}

static bool add(void *to, int64_t record, struct slice packed)
{
    struct error err;
    return resolver_add(to, record, packed, &err);
}

static bool keep(void *to, int64_t record, struct slice packed)
{
    write_vector(to, record, packed);
    return true;
}

static int64_t setting(const char *name)
{
    int64_t value = 0;
    const char *text = getenv(name);
    return text && text_to_int(text, 0, INT32_MAX, &value) ? value : 0;
}

static double cpu_seconds(void)
{
    struct rusage usage;
    (void)getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

struct measured {
    size_t records;
    double seconds;
};

static void print_heading(void)
{
    printf("%10s %7s %7s  %6s %6s %6s %6s  %10s %5s %9s %9s %7s %8s %7s %16s\n", "records", "s",
           "cpu s", "keys", "blocks", "pairs", "divide", "pairs", "ns", "edges", "clusters",
           "threads", "spill MB", "peak MB", "result");
}

/* The same for the same result. */
static uint64_t digest(const struct resolved *resolved)
{
    uint64_t hash = hash64(resolved->clusters, resolved->count * sizeof(*resolved->clusters));
    return hash64_mix(hash,
                      hash64(resolved->edges, resolved->edge_count * sizeof(*resolved->edges)));
}

static void print_run(const struct resolver *resolver, const struct resolved *resolved,
                      double seconds, double cpu)
{
    const struct resolver_figures *figures = &resolved->figures;
    struct rusage usage;
    size_t clusters = 0;
    for (size_t i = 0; i < resolved->count; i++)
        clusters += resolved->clusters[i] == i;
    (void)getrusage(RUSAGE_SELF, &usage);
    printf("%10zu %7.2f %7.2f  %6.2f %6.2f %6.2f %6.2f  %10llu %5.0f %9zu %9zu %7u %8zu %7ld "
           "%016llx\n",
           resolved->count, seconds, cpu, (double)figures->took[RESOLVER_KEYS] / 1e6,
           (double)figures->took[RESOLVER_BLOCKS] / 1e6,
           (double)figures->took[RESOLVER_PAIRS] / 1e6,
           (double)figures->took[RESOLVER_DIVIDE] / 1e6, (unsigned long long)figures->pairs,
           figures->pairs ? (double)figures->took[RESOLVER_PAIRS] * 1e3 *
                                resolver_threads(resolver) / (double)figures->pairs
                          : 0,
           resolved->edge_count, clusters, resolver_threads(resolver), figures->spilled >> 20,
           usage.ru_maxrss / 1024, (unsigned long long)digest(resolved));
    (void)fflush(stdout);
}

/* What each type of key brings together. */
static void print_types(const struct model *model, const struct resolver_figures *figures)
{
    for (uint8_t i = 0; i < BLOCKING_TYPES_MOST; i++)
        if (figures->met[i])
            printf("%10s %-14s %10llu pairs, %10llu by no earlier key; largest block %u\n", "",
                   blocking_name(model, i), (unsigned long long)figures->met[i],
                   (unsigned long long)figures->net[i], figures->largest[i]);
}

static bool measure(const struct model *model, FILE **files, size_t count,
                    struct measured *measured, struct error *err)
{
    ARENA(work);
    struct resolved resolved;
    struct resolver *resolver = resolver_new(work, model,
                                             &(struct resolver_settings){
                                                 .threads = (unsigned)setting("THREADS"),
                                                 .memory = (size_t)setting("MEMORY") << 20,
                                             });
    for (size_t i = 0; i < count; i++)
        if (!each_vector(files[i], add, resolver))
            return error_set(err, ERROR_FATAL, "these are no vectors of this version");
    double cpu = cpu_seconds();
    int64_t start = clock_us();
    if (!resolver_run(resolver, &resolved, err))
        return false;
    double seconds = (double)(clock_us() - start) / 1e6;
    print_run(resolver, &resolved, seconds, cpu_seconds() - cpu);
    if (setting("TYPES"))
        print_types(model, &resolved.figures);
    if (measured->records && measured->records < resolved.count)
        printf("%10s time grows as N^%.2f\n", "",
               log(seconds / measured->seconds) /
                   log((double)resolved.count / (double)measured->records));
    *measured = (struct measured){resolved.count, seconds};
    return true;
}

static bool run_one(struct making *making, const char *name, struct measured *measured,
                    struct error *err)
{
    struct stat status;
    making->folder = name;
    if (stat(name, &status) == 0 && S_ISDIR(status.st_mode)) {
        if (!make_vectors(making, err))
            return false;
        bool done = measure(making->model, making->files, making->processes, measured, err);
        for (size_t i = 0; i < making->processes; i++)
            (void)fclose(making->files[i]);
        return done;
    }
    FILE *file = fopen(name, "r");
    if (!file)
        return error_set(err, ERROR_FATAL, "cannot open %s", name);
    bool done = measure(making->model, &file, 1, measured, err);
    (void)fclose(file);
    return done;
}

static bool keep_vectors(struct making *making, const char *name, struct error *err)
{
    if (!make_vectors(making, err))
        return false;
    FILE *to = fopen(name, "w");
    for (size_t i = 0; to && i < making->processes; i++)
        (void)each_vector(making->files[i], keep, to);
    return (to && fclose(to) == 0) || error_set(err, ERROR_FATAL, "cannot write %s", name);
}

static bool run_all(struct making *making, int count, char **names, struct error *err)
{
    struct measured measured = {0, 0};
    if (count == 3 && text_equal(names[0], "--keep")) {
        making->folder = names[2];
        return keep_vectors(making, names[1], err);
    }
    print_heading();
    for (int i = 0; i < count; i++)
        if (!run_one(making, names[i], &measured, err))
            return false;
    return true;
}

int main(int argc, char **argv)
{
    ARENA(process);
    struct findings findings = {.arena = process};
    struct error err;
    struct making making = {
        .arena = process,
        .dictionary = dictionary_load(process, "schemas/dictionary.xsd", "schemas/dictionary.xml",
                                      NULL, &findings),
        .model = model_load(process, "schemas/matching.xsd", "schemas/matching.xml",
                            getenv("AXLE_MATCHING"), &findings),
        .processes = (size_t)sysconf(_SC_NPROCESSORS_ONLN),
    };
    if (!making.dictionary || !making.model) {
        fprintf(stderr, "%s\n", finding_first(process, &findings));
        return 2;
    }
    if (!run_all(&making, argc - 1, argv + 1, &err)) {
        fprintf(stderr, "%s\n", err.text);
        return 1;
    }
    return 0;
}
