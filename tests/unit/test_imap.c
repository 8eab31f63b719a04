/* What IMAP servers say, and what no server should. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "connectors/mail/imap.h"

/* An answer in a line; of a broken one what is said of it. */
static const char *say(struct arena *arena, const struct imap_answer *answer)
{
    static const char *const results[] = {"OK", "NO", "BAD", "BYE", "PREAUTH"};
    switch (answer->kind) {
    case IMAP_OTHER:
        return "other";
    case IMAP_CONTINUE:
        return "continue";
    case IMAP_TAGGED:
    case IMAP_STATE:
        return arena_printf(arena, "%s %s [%s %s] %s", answer->tag ? answer->tag : "*",
                            results[answer->result], text_or_empty(answer->code),
                            text_or_empty(answer->value), answer->text);
    case IMAP_CAPABILITY:
        return arena_printf(arena, "can%s", answer->words);
    case IMAP_LIST:
        return arena_printf(arena, "list %s%s",
                            imap_folder_name(arena, answer->folder, answer->delimiter),
                            answer->closed ? " (closed)" : "");
    case IMAP_STATUS:
        return arena_printf(arena, "status %s %ld %ld", answer->folder, (long)answer->uid_next,
                            (long)answer->uid_validity);
    case IMAP_FETCH:
        return arena_printf(arena, "fetch %ld uid %ld size %ld%s%.*s", (long)answer->number,
                            (long)answer->uid, (long)answer->size, answer->has_body ? " body " : "",
                            (int)answer->body.size, text_or_empty(answer->body.bytes));
    case IMAP_EXISTS:
        return arena_printf(arena, "exists %ld", (long)answer->number);
    case IMAP_EXPUNGE:
        return arena_printf(arena, "expunge %ld", (long)answer->number);
    }
    return NULL;
}

/* What all answers of some bytes say, with " / " between, read `part` bytes at a time. */
static const char *read_all(struct arena *arena, struct slice bytes, size_t part)
{
    struct imap_reader *reader = NEW(arena, struct imap_reader);
    struct buffer out = {.arena = arena};
    struct imap_answer answer;
    imap_begin(reader, arena, 100);
    for (size_t at = 0; at < bytes.size && !reader->fault; at += part) {
        struct slice piece = {bytes.bytes + at, bytes.size - at < part ? bytes.size - at : part};
        while (imap_take(reader, &piece, &answer) == IMAP_ANSWER)
            buffer_printf(&out, "%s%s", out.length ? " / " : "", say(arena, &answer));
    }
    if (reader->fault)
        buffer_printf(&out, "%s!%s", out.length ? " / " : "", reader->fault);
    return buffer_string(&out);
}

static void answers_are_read_however_they_are_divided(void **state)
{
    static const struct {
        const char *bytes, *said;
    } cases[] = {
        {"* OK [CAPABILITY IMAP4rev1 IDLE] ready\r\n", "* OK [CAPABILITY IMAP4rev1 IDLE] ready"},
        {"* ok hello {3}\r\n+ idling\r\n", "* OK [ ] hello {3} / continue"},
        {"* CAPABILITY IMAP4rev1 idle\r\n", "can IMAP4REV1 IDLE "},
        {"x1 OK [READ-ONLY] done\n", "x1 OK [READ-ONLY ] done"},
        {"x2 NO [uidnext 4]\r\n", "x2 NO [UIDNEXT 4] "},
        {"* LIST (\\HasNoChildren) \".\" \"Caf&AOk-.a\\\"b\"\r\n", "list Café/a\"b"},
        {"* LIST (\\Noselect \\Marked) NIL {5}\r\nother\r\n", "list other (closed)"},
        {"* LIST () \"/\" \"&2D3eCg- &-\"\r\n", "list 😊 &"},
        {"* LIST () \"/\" \"&2D0-\"\r\n", "list &2D0-"},
        {"* LIST () \"/\" \"&!!!!-\"\r\n", "list &!!!!-"},
        {"* STATUS \"a b\" (UIDNEXT 4 UIDVALIDITY 1 X 9)\r\n", "status a b 4 1"},
        {"* 3 EXISTS\r\n* 2 EXPUNGE\r\n* 0 RECENT\r\n", "exists 3 / expunge 2 / other"},
        {"* 2 FETCH (UID 7 FLAGS (\\Seen (x \"y)\")) RFC822.SIZE 12 BODY[] {4}\r\na\r\nb)\r\n",
         "fetch 2 uid 7 size 12 body a\r\nb"},
        {"* 1 FETCH (BODY[]<0> \"abc\" UID 5)\r\n", "fetch 1 uid 5 size 0 body abc"},
        {"* 1 FETCH (BODY[HEADER.FIELDS (A B)] {0}\r\n UID 5)\r\n", "fetch 1 uid 5 size 0"},
        {"* 1 FETCH (BODY[] NIL UID 5)\r\n", "fetch 1 uid 5 size 0"},
        {"* 1 FETCH (BODY[] {0}\r\n UID 5)\r\n", "fetch 1 uid 5 size 0 body "},
        {"* BYE [ALERT] too bad\r\n", "* BYE [ALERT ] too bad"},
        /* hostile */
        {"* 1 FETCH (UID 5 BODY[] {101}\r\n", ""},
        {"* 1 FETCH (UID -5)\r\n", "!an answer cannot be read"},
        {"* 1 FETCH (UID 4294967296)\r\n", "!an answer cannot be read"},
        {"* 1 FETCH (UID 5\r\n* 2 EXISTS\r\n", "!an answer cannot be read"},
        {"* 1 FETCH (UID \"5)\r\n", "!an answer cannot be read"},
        {"* LIST () \"//\" a\r\n", "!an answer cannot be read"},
        {"x1 BYE bye\r\n", "!an answer cannot be read"},
        {"\r\n", "!an answer cannot be read"},
        {"* X {1}\r\na{1}\r\na{1}\r\na{1}\r\na{1}\r\na{1}\r\na{1}\r\na{1}\r\na{1}\r\n",
         "!an answer has too many literals"},
    };
    (void)state;
    ARENA(work);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct slice bytes = {cases[i].bytes, strlen(cases[i].bytes)};
        for (size_t part = 1; part < 5; part++)
            assert_string_equal(read_all(work, bytes, part), cases[i].said);
        assert_string_equal(read_all(work, bytes, bytes.size), cases[i].said);
    }
}

static void a_nul_in_a_line_ends_it_and_one_in_a_literal_does_not(void **state)
{
    static const char line[] = "* OK a\0b\r\n",
                      literal[] = "* 1 FETCH (UID 1 BODY[] {3}\r\na\0b)\r\n";
    (void)state;
    ARENA(work);
    assert_string_equal(read_all(work, (struct slice){line, sizeof(line) - 1}, 3),
                        "!a line holds a NUL");
    struct imap_reader *reader = NEW(work, struct imap_reader);
    struct imap_answer answer;
    struct slice input = {literal, sizeof(literal) - 1};
    imap_begin(reader, work, 3);
    assert_int_equal(imap_take(reader, &input, &answer), IMAP_ANSWER);
    assert_int_equal(answer.body.size, 3);
    assert_memory_equal(answer.body.bytes, "a\0b", 3);
    assert_int_equal(reader->literals_most, 0);
}

static void of_a_literal_that_is_too_long_the_start_is_kept(void **state)
{
    static const char start[] = "* 1 FETCH (UID 1 BODY[] {99999999999999999999999}\r\n";
    (void)state;
    ARENA(work);
    struct imap_reader *reader = NEW(work, struct imap_reader);
    struct imap_answer answer;
    struct slice input = {start, sizeof(start) - 1};
    char *body = memset(arena_alloc(work, 100000), 'a', 100000);
    imap_begin(reader, work, 1000);
    assert_int_equal(imap_take(reader, &input, &answer), IMAP_MORE);
    input = (struct slice){body, 100000};
    assert_int_equal(imap_take(reader, &input, &answer), IMAP_BROKEN);
    assert_int_equal(reader->head.size, IMAP_HEAD_MOST);
    assert_memory_equal(reader->head.bytes, body, IMAP_HEAD_MOST);
    assert_true(reader->announced > 1ULL << 60);
}

static void lines_have_a_limit(void **state)
{
    (void)state;
    ARENA(work);
    char *line = memset(arena_alloc(work, IMAP_LINE_MOST + 2), 'a', IMAP_LINE_MOST + 1);
    assert_string_equal(read_all(work, (struct slice){line, IMAP_LINE_MOST + 1}, 1000),
                        "!a line is longer than 64 KiB");
}

/* Does it go on for ever with what is said again and again? */
static bool goes_on(const char *said)
{
    size_t size = strlen(said);
    ARENA(work);
    struct imap_reader *reader = NEW(work, struct imap_reader);
    imap_begin(reader, work, 0);
    for (size_t done = 0; done <= 2 * IMAP_TALK_MOST; done += size) {
        struct slice input = {said, size};
        struct imap_answer answer;
        if (imap_take(reader, &input, &answer) != IMAP_ANSWER)
            return false;
    }
    return true;
}

static void who_talks_without_end_is_stopped(void **state)
{
    (void)state;
    ARENA(work);
    char *word = arena_alloc(work, 1001);
    memset(word, 'a', 1000);
    word[1000] = '\0';
    assert_false(goes_on(arena_printf(work, "* OK %s\r\n", word)));
    assert_false(goes_on(arena_printf(work, "* LIST () \"/\" %s\r\n", word)));
    assert_false(goes_on(arena_printf(work, "* 1 FETCH (X \"%s\")\r\n", word)));
    assert_true(goes_on("* 1 FETCH (UID 12345678 RFC822.SIZE 12345678)\r\n"));
}

static void a_literal_that_began_is_within(void **state)
{
    (void)state;
    ARENA(work);
    struct imap_reader *reader = NEW(work, struct imap_reader);
    struct imap_answer answer;
    static const char begun[] = "* LIST () \"/\" {3}\r\na";
    struct slice input = {begun, sizeof(begun) - 1};
    imap_begin(reader, work, 3);
    assert_int_equal(imap_take(reader, &input, &answer), IMAP_MORE);
    assert_true(imap_is_within(reader));
    input = (struct slice){"bc\r\n", 4};
    assert_int_equal(imap_take(reader, &input, &answer), IMAP_ANSWER);
    assert_false(imap_is_within(reader));
}

static void names_are_quoted(void **state)
{
    (void)state;
    ARENA(work);
    assert_string_equal(imap_quote(work, "a \"b\\c"), "\"a \\\"b\\\\c\"");
    assert_null(imap_quote(work, "a\r\nx1 DELETE b"));
    assert_true(imap_can(" IMAP4REV1 IDLE ", "IDLE"));
    assert_false(imap_can(" IMAP4REV1 XIDLE ", "IDLE"));
    assert_false(imap_can(NULL, "IDLE"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_are_read_however_they_are_divided),
        cmocka_unit_test(a_nul_in_a_line_ends_it_and_one_in_a_literal_does_not),
        cmocka_unit_test(of_a_literal_that_is_too_long_the_start_is_kept),
        cmocka_unit_test(lines_have_a_limit),
        cmocka_unit_test(who_talks_without_end_is_stopped),
        cmocka_unit_test(a_literal_that_began_is_within),
        cmocka_unit_test(names_are_quoted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
