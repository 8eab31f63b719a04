#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <unistd.h>

#include "hub/base/file.h"
#include "hub/base/hash.h"
#include "hub/base/map.h"
#include "tests/data/customers.h"

#define RECORDS 2000
#define FILE_MOST ((size_t)64 << 20)

/* Of the files below, in that order, for seed 1: the generator gives the same bytes everywhere. */
static const char pinned[] = "496d4ebca7ad6abfd7cabe5af77dc447ce2b4a6eb4a05405efba46e06be7be0c";

static const char *const files[] = {"mail.jsonl",   "callcenter.csv", "web.jsonl",
                                    "warranty.csv", "truth.csv",      "households.csv"};

static void remove_directory(void *path)
{
    ARENA(work);
    for (size_t i = 0; i < COUNT_OF(files); i++)
        (void)unlink(arena_printf(work, "%s/%s", (const char *)path, files[i]));
    (void)rmdir(path);
}

static const char *generate(struct arena *work, int64_t seed, int64_t records)
{
    char *directory = arena_strdup(work, "/tmp/axle-test-XXXXXX");
    struct error err = {0};
    assert_non_null(mkdtemp(directory));
    arena_defer(work, remove_directory, directory);
    struct customers customers = {
        .seed = seed, .records = records, .dirt = 100, .directory = directory};
    if (!customers_write(&customers, &err))
        fail_msg("%s", err.text);
    return directory;
}

static struct slice content(struct arena *work, const char *directory, const char *file)
{
    struct slice slice;
    struct error err = {0};
    if (!file_read(work, arena_printf(work, "%s/%s", directory, file), FILE_MOST, &slice, &err))
        fail_msg("%s", err.text);
    return slice;
}

static const char *digest(struct arena *work, const char *directory)
{
    struct buffer all = {.arena = work};
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        struct slice slice = content(work, directory, files[i]);
        buffer_add(&all, slice.bytes, slice.size);
    }
    return sha256_hex(work, all.data, all.length);
}

static void same_seed_same_bytes(void **state)
{
    (void)state;
    ARENA(work);
    assert_string_equal(digest(work, generate(work, 1, RECORDS)), pinned);
    assert_string_not_equal(digest(work, generate(work, 2, RECORDS)), pinned);
}

static void sample_is_what_the_generator_writes(void **state)
{
    (void)state;
    ARENA(work);
    assert_string_equal(digest(work, generate(work, 1, 300)), digest(work, "tests/data/sample"));
}

static size_t lines(struct slice slice)
{
    size_t count = 0;
    for (size_t i = 0; i < slice.size; i++)
        count += slice.bytes[i] == '\n';
    return count;
}

static size_t times(struct slice slice, const char *text)
{
    size_t count = 0;
    for (const char *at = slice.bytes; (at = strstr(at, text)) != NULL; at++)
        count++;
    return count;
}

static void truth_covers_every_record_once(void **state)
{
    (void)state;
    ARENA(work);
    const char *directory = generate(work, 1, RECORDS);
    size_t count, records = 0;
    const char **row = text_split(work, content(work, directory, "truth.csv").bytes, '\n', &count);
    struct map seen = {.arena = work};
    assert_int_equal(count, RECORDS + 2); /* the head, and nothing behind the last line end */
    for (size_t i = 1; i <= RECORDS; i++) {
        size_t cells;
        const char **cell = text_split(work, row[i], ',', &cells);
        assert_int_equal(cells, 3);
        const char *key = arena_printf(work, "%s,%s", cell[0], cell[1]);
        assert_null(map_get_text(&seen, key));
        map_put_text(&seen, key, &seen);
    }
    for (size_t i = 0; i < 4; i++) {
        struct slice slice = content(work, directory, files[i]);
        bool head = text_ends(files[i], ".csv");
        records += lines(slice) - head;
        const char *const *line = text_split(work, slice.bytes, '\n', &count);
        for (size_t l = head; l + 1 < count; l++) {
            const char *source = arena_strndup(work, files[i], strcspn(files[i], "."));
            const char *start = head ? line[l] : strchr(line[l], ':') + 2;
            size_t length = strcspn(start, head ? ",;" : "\"");
            const char *key = arena_strndup(work, start, length);
            assert_non_null(map_get_text(&seen, arena_printf(work, "%s,%s", source, key)));
        }
    }
    assert_int_equal(records, RECORDS);
}

/* Per mille of the records of a source, with the room that 2,000 records need. */
static void rates_are_as_documented(void **state)
{
    static const struct {
        const char *file, *text;
        size_t least, most;
    } rates[] = {
        {"mail.jsonl", "\"address\":", 940, 1000}, {"mail.jsonl", "\"signature\":", 450, 750},
        {"mail.jsonl", "family@", 20, 150},        {"web.jsonl", "\"dob\":", 500, 750},
        {"web.jsonl", "\"email\":", 780, 990},     {"web.jsonl", "\"unit\":", 80, 250},
        {"callcenter.csv", "/19", 350, 700},       {"callcenter.csv", " NSW", 100, 350},
        {"warranty.csv", "@", 350, 650},           {"warranty.csv", ";Mr", 150, 450},
    };
    (void)state;
    ARENA(work);
    const char *directory = generate(work, 1, RECORDS);
    for (size_t i = 0; i < COUNT_OF(rates); i++) {
        struct slice slice = content(work, directory, rates[i].file);
        size_t rate = times(slice, rates[i].text) * 1000 / (lines(slice) + 1);
        if (rate < rates[i].least || rate > rates[i].most)
            fail_msg("%s: '%s' in %zu of a thousand", rates[i].file, rates[i].text, rate);
    }
}

/* About 45 % of the customers have one record; nobody has more than twelve. */
static void sizes_are_skewed(void **state)
{
    (void)state;
    ARENA(work);
    size_t count, customers = 0, single = 0, most = 0;
    const char *truth = content(work, generate(work, 1, RECORDS), "truth.csv").bytes;
    const char **row = text_split(work, truth, '\n', &count);
    struct map sizes = {.arena = work};
    for (size_t i = 1; i + 1 < count; i++) {
        const char *entity = strrchr(row[i], ',') + 1;
        size_t *size = map_get_text(&sizes, entity);
        if (!size) {
            size = NEW(work, size_t);
            map_put_text(&sizes, entity, size);
            customers++;
        }
        single += *size == 0;
        single -= *size == 1;
        most = ++*size > most ? *size : most;
    }
    assert_in_range(single * 100, customers * 40, customers * 50);
    assert_in_range(most, 8, 12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_seed_same_bytes),
        cmocka_unit_test(sample_is_what_the_generator_writes),
        cmocka_unit_test(truth_covers_every_record_once),
        cmocka_unit_test(rates_are_as_documented),
        cmocka_unit_test(sizes_are_skewed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
