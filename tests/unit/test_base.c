/* Arena, map, hashes, ids, errors and findings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "hub/base/arena.h"
#include "hub/base/error.h"
#include "hub/base/file.h"
#include "hub/base/finding.h"
#include "hub/base/hash.h"
#include "hub/base/map.h"
#include "hub/base/text.h"
#include "hub/base/uuid.h"

static void test_arena(void **state)
{
    (void)state;
    ARENA(work);
    for (size_t size = 0; size < 300000; size = size * 2 + 1) {
        unsigned char *memory = arena_alloc(work, size);
        assert_int_equal((uintptr_t)memory % _Alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(memory[i], 0);
        if (size)
            memset(memory, 0xff, size);
    }
    assert_string_equal(arena_strdup(work, "text"), "text");
    assert_string_equal(arena_strndup(work, "text", 2), "te");
    assert_string_equal(arena_strndup(work, NULL, 0), "");
    assert_string_equal(arena_printf(work, "%d-%s", 7, "x"), "7-x");
    int *numbers = NEW_ARRAY(work, int, 3);
    assert_int_equal(numbers[0] + numbers[1] + numbers[2], 0);
    arena_free(NULL);
}

static void note(void *arg)
{
    struct buffer *notes = *(struct buffer **)arg;
    buffer_char(notes, 'x');
    buffer_printf(notes, "%zu", notes->length);
}

static void note_last(void *arg)
{
    buffer_text(*(struct buffer **)arg, "last ");
}

static void leave_early(struct buffer *notes, bool early)
{
    ARENA(work);
    struct buffer **arg = NEW(work, struct buffer *); /* must still be there when the call comes */
    *arg = notes;
    arena_defer(work, note, arg);
    arena_defer(work, note_last, arg);
    if (early)
        return;
    buffer_text(notes, "through ");
}

static void test_defer(void **state)
{
    (void)state;
    ARENA(work);
    struct buffer notes = {.arena = work};
    leave_early(&notes, true);
    assert_string_equal(buffer_string(&notes), "last x6");
    leave_early(&notes, false);
    assert_string_equal(buffer_string(&notes), "last x6through last x21");
}

static void test_map(void **state)
{
    (void)state;
    ARENA(work);
    struct map ids = {.arena = work}, texts = {.arena = work};
    assert_null(map_get(&ids, 0));
    assert_null(map_get_text(&texts, ""));
    for (uint64_t i = 0; i < 5000; i++) {
        uint64_t id = i % 2 ? i : i << 40;
        char *text = arena_printf(work, "%llu", (unsigned long long)id);
        map_put(&ids, id, text);
        map_put_text(&texts, text, text);
    }
    assert_int_equal(ids.count, 5000);
    assert_int_equal(texts.count, 5000);
    for (uint64_t i = 0; i < 5000; i++) {
        uint64_t id = i % 2 ? i : i << 40;
        const char *text = arena_printf(work, "%llu", (unsigned long long)id);
        assert_string_equal(map_get(&ids, id), text);
        assert_string_equal(map_get_text(&texts, text), text);
        assert_null(map_get(&ids, (i << 40) + 2));
    }
    char other[] = "other";
    map_put(&ids, 3, other);
    map_put_text(&texts, "3", other);
    assert_int_equal(ids.count, 5000);
    assert_ptr_equal(map_get(&ids, 3), other);
    assert_ptr_equal(map_get_text(&texts, "3"), other);
}

static void test_hash(void **state)
{
    (void)state;
    ARENA(work);
    /* FIPS 180-4's own example, and the hash of nothing. */
    assert_string_equal(sha256_hex(work, "abc", 3),
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_string_equal(sha256_hex(work, "", 0),
                        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    struct sha256 *sha = sha256_new(work);
    unsigned char digest[SHA256_SIZE];
    sha256_add(sha, "a", 1);
    sha256_add(sha, "bc", 2);
    sha256_end(sha, digest);
    assert_string_equal(text_hex(work, digest, sizeof(digest)), sha256_hex(work, "abc", 3));

    /* XXH3's published value for no input: stored ids hang on it never changing. */
    assert_true(hash64("", 0) == UINT64_C(0x2d06800538d394c2));
    assert_true(hash64_text("abc") == hash64("abc", 3));
    assert_true(hash64_mix(1, 2) != hash64_mix(2, 1));
}

static void test_uuid(void **state)
{
    (void)state;
    char text[UUID_TEXT];
    struct uuid before = uuid_new(), read;
    for (int i = 0; i < 10000; i++) {
        struct uuid uuid = uuid_new();
        assert_true(uuid_compare(before, uuid) < 0);
        assert_int_equal(uuid.bytes[6] >> 4, 7);
        assert_int_equal(uuid.bytes[8] >> 6, 2);
        before = uuid;
    }
    uuid_text(before, text);
    assert_int_equal(strlen(text), UUID_TEXT - 1);
    assert_true(uuid_read(text, &read));
    assert_int_equal(uuid_compare(read, before), 0);
    assert_true(uuid_read("00000000-0000-0000-0000-000000000000", &read) && uuid_is_nil(read));
    assert_false(uuid_is_nil(before));
    static const char *const bad[] = {
        "",
        "00000000-0000-0000-0000-00000000000",
        "00000000-0000-0000-0000-0000000000000",
        "00000000-0000-0000-0000-00000000000g",
        "000000000-000-0000-0000-000000000000",
        "0000000000000000-0000-0000-000000000",
    };
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        assert_false(uuid_read(bad[i], &read));
}

static void test_error(void **state)
{
    (void)state;
    struct error err = {0};
    assert_false(error_set(&err, ERROR_RETRY, "no %s", "route"));
    assert_false(error_wrap(&err, "%s: cannot pull", "shop"));
    assert_int_equal(err.kind, ERROR_RETRY);
    assert_string_equal(err.text, "shop: cannot pull: no route");
    for (int i = 0; i < 100; i++)
        assert_false(error_wrap(&err, "a long context that is wrapped around it again and again"));
    assert_true(strlen(err.text) < sizeof(err.text));
    assert_true(text_starts(err.text, "a long context"));
}

static void test_findings(void **state)
{
    (void)state;
    ARENA(work);
    struct findings findings = {.arena = work};
    assert_string_equal(finding_first(work, &findings), "");
    finding_warn(&findings, "a.xml", 1, 2, "%s", "odd");
    assert_string_equal(finding_first(work, &findings), "");
    finding_add(&findings, "a.xml", 3, 4, "'%s' is unknown", "x");
    finding_add(&findings, "b.xml", 0, 0, "worse");
    assert_string_equal(finding_first(work, &findings), "a.xml:3:4: 'x' is unknown");
    assert_int_equal(findings.errors, 2);
    assert_int_equal(findings.warnings, 1);
    assert_true(findings.first->warning && !findings.first->next->warning);
    assert_string_equal(findings.last->message, "worse");
}

/* What is in a directory, whatever the directory itself is called. */
static void test_list(void **state)
{
    (void)state;
    ARENA(work);
    struct error err;
    size_t count;
    char *directory = arena_strdup(work, "/tmp/axle-[a]*?\\b-XXXXXX");
    assert_non_null(mkdtemp(directory));
    static const char *const names[] = {"b.xml", "a.xml", "c.txt"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        assert_true(file_write(arena_printf(work, "%s/%s", directory, names[i]), 0600, "x", &err));
    const char *const *paths = file_list(work, directory, "*.xml", &count);
    assert_int_equal(count, 2);
    assert_string_equal(paths[0], arena_printf(work, "%s/a.xml", directory));
    assert_string_equal(paths[1], arena_printf(work, "%s/b.xml", directory));
    assert_null(paths[2]);
    for (size_t i = 0; i < COUNT_OF(names); i++)
        assert_int_equal(unlink(arena_printf(work, "%s/%s", directory, names[i])), 0);
    assert_int_equal(rmdir(directory), 0);
}

/* Nobody writes into the pipe: who waited for that would wait for ever. */
static void test_read_pipe(void **state)
{
    (void)state;
    ARENA(work);
    struct error err;
    struct slice content;
    char *directory = arena_strdup(work, "/tmp/axle-pipe-XXXXXX");
    assert_non_null(mkdtemp(directory));
    const char *pipe = arena_printf(work, "%s/dealers.csv", directory);
    assert_int_equal(mkfifo(pipe, 0600), 0);
    (void)alarm(10);
    assert_false(file_read(work, pipe, 100, &content, &err));
    (void)alarm(0);
    assert_non_null(strstr(err.text, "not a regular file"));
    assert_int_equal(unlink(pipe), 0);
    assert_int_equal(rmdir(directory), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_arena),     cmocka_unit_test(test_defer),
        cmocka_unit_test(test_map),       cmocka_unit_test(test_hash),
        cmocka_unit_test(test_uuid),      cmocka_unit_test(test_error),
        cmocka_unit_test(test_findings),  cmocka_unit_test(test_list),
        cmocka_unit_test(test_read_pipe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
