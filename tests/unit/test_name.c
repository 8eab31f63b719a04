/* Full names into parts, organisations, suffixes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/standard/name.h"

static const struct {
    const char *full, *prefix, *given, *middle, *family, *suffix, *nickname;
} people[] = {
    {"John Smith", NULL, "John", NULL, "Smith", NULL, NULL},
    {"John Q. Smith", NULL, "John", "Q.", "Smith", NULL, NULL},
    {"Smith, John", NULL, "John", NULL, "Smith", NULL, NULL},
    {"Smith, John Q. Jr", NULL, "John", "Q.", "Smith", "Jr", NULL},
    {"Smith Jr, John", NULL, "John", NULL, "Smith", "Jr", NULL},
    {"Smith, John, Jr.", NULL, "John", NULL, "Smith", "Jr", NULL},
    {"John Smith, Jr.", NULL, "John", NULL, "Smith", "Jr", NULL},
    {"John Smith III", NULL, "John", NULL, "Smith", "III", NULL},
    {"John Smith Senior", NULL, "John", NULL, "Smith", "Sr", NULL},
    {"John Smith Jr MD", NULL, "John", NULL, "Smith", "Jr MD", NULL},
    {"Dr. Mary-Jane van der Berg", "Dr.", "Mary-Jane", NULL, "van der Berg", NULL, NULL},
    {"Prof. Dr. Karl Weiss", "Prof. Dr.", "Karl", NULL, "Weiss", NULL, NULL},
    {"Berg, Mary-Jane van der", NULL, "Mary-Jane", NULL, "van der Berg", NULL, NULL},
    {"Mrs Jones", "Mrs", NULL, NULL, "Jones", NULL, NULL},
    {"Mr. J. R. R. Doe", "Mr.", "J.", "R. R.", "Doe", NULL, NULL},
    {"William \"Bill\" Smith", NULL, "William", NULL, "Smith", NULL, "Bill"},
    {"William (Bill) Smith", NULL, "William", NULL, "Smith", NULL, "Bill"},
    {"ВАСИЛЬЕВ, Александр Павлович", NULL, "Александр", "Павлович", "ВАСИЛЬЕВ", NULL, NULL},
    {"ВАСИЛЬЕВ Александр Павлович", NULL, "Александр", "Павлович", "ВАСИЛЬЕВ", NULL, NULL},
    {"JOHN SMITH", NULL, "JOHN", NULL, "SMITH", NULL, NULL},
    {"Michael Co", NULL, "Michael", NULL, "Co", NULL, NULL},
    {"Charlotte Church", NULL, "Charlotte", NULL, "Church", NULL, NULL},
    {"فيصل صديقي", NULL, "فيصل", NULL, "صديقي", NULL, NULL},
};

static const char *const not_people[] = {
    "",
    " ",
    ",",
    ", ,",
    "Madonna",
    "王杰",
    "山田 太郎",
    "John & Mary Smith",
    "John and Mary Smith",
    "Acme Pty Ltd",
    "a, b, c, d",
    "User 123",
    "ann@example.org",
    "Smith,",
    ",John",
    "a b c d e f g h i j k l m n o p q r s t u v w x y z",
    "Jr",
    "Jr Sr",
    "\"\"",
    "()",
};

static const struct {
    const char *text;
    bool organization;
} organizations[] = {
    {"Acme Pty Ltd", true},
    {"Acme Pty. Ltd.", true},
    {"ACME PTY LTD", true},
    {"Müller GmbH & Co. KG", true},
    {"Smith & Co", true},
    {"Ford Motor Co.", true},
    {"Widgets, Inc.", true},
    {"Widgets LLC", true},
    {"Volvo AB", true},
    {"Siemens AG", true},
    {"ООО Ромашка", true},
    {"山田株式会社", true},
    {"University of Nowhere", true},
    {"Green Plumbing", true},
    {"Michael Co", false},
    {"JOHN AG", false},
    {"John Smith", false},
    {"Inc", false},
    {"", false},
};

static size_t wrong;

static void same(const char *full, const char *part, const char *expected)
{
    if (expected ? part && text_equal(part, expected) : !part)
        return;
    print_error("%s: '%s' instead of '%s'\n", full, part ? part : "", expected ? expected : "");
    wrong++;
}

static void test_people(void **state)
{
    (void)state;
    wrong = 0;
    for (size_t i = 0; i < COUNT_OF(people); i++) {
        ARENA(work);
        struct name name;
        const char *full = people[i].full;
        same(full, name_parse(work, full, &name) ? "read" : NULL, "read");
        same(full, name.prefix, people[i].prefix);
        same(full, name.given, people[i].given);
        same(full, name.middle, people[i].middle);
        same(full, name.family, people[i].family);
        same(full, name.suffix, people[i].suffix);
        same(full, name.nickname, people[i].nickname);
    }
    assert_int_equal(wrong, 0);
}

static void test_former(void **state)
{
    (void)state;
    static const struct {
        const char *full, *family, *former, *nickname;
    } cases[] = {
        {"O’Brien, Zoë (née Smith)", "O’Brien", "Smith", NULL},
        {"Anna Berg (geb. von Stein)", "Berg", "von Stein", NULL},
        {"Mary Jones (nee Lee)", "Jones", "Lee", NULL},
        {"Mary Jones (Nee)", "Jones", NULL, "Nee"},
        {"Mary Jones (nee )", "Jones", NULL, "nee "},
        {"Watchman Nee", "Nee", NULL, NULL},
    };
    wrong = 0;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        ARENA(work);
        struct name name;
        const char *full = cases[i].full;
        same(full, name_parse(work, full, &name) ? "read" : NULL, "read");
        same(full, name.family, cases[i].family);
        same(full, name.former, cases[i].former);
        same(full, name.nickname, cases[i].nickname);
    }
    assert_int_equal(wrong, 0);
}

static void test_not_people(void **state)
{
    (void)state;
    wrong = 0;
    for (size_t i = 0; i < COUNT_OF(not_people); i++) {
        ARENA(work);
        struct name name;
        same(not_people[i], name_parse(work, not_people[i], &name) ? "read" : NULL, NULL);
    }
    assert_int_equal(wrong, 0);
}

static void test_organizations(void **state)
{
    (void)state;
    wrong = 0;
    for (size_t i = 0; i < COUNT_OF(organizations); i++)
        same(organizations[i].text, name_is_organization(organizations[i].text) ? "yes" : "no",
             organizations[i].organization ? "yes" : "no");
    assert_int_equal(wrong, 0);
}

static void test_suffixes(void **state)
{
    (void)state;
    ARENA(work);
    assert_string_equal(name_suffix(work, "Jr."), "Jr");
    assert_string_equal(name_suffix(work, "JUNIOR"), "Jr");
    assert_string_equal(name_suffix(work, "3rd"), "III");
    assert_string_equal(name_suffix(work, "Ph.D."), "PhD");
    assert_null(name_suffix(work, "Smith"));
    assert_null(name_suffix(work, ""));
    assert_true(name_is_prefix("Mr."));
    assert_false(name_is_prefix("John"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_people),     cmocka_unit_test(test_former),
        cmocka_unit_test(test_not_people), cmocka_unit_test(test_organizations),
        cmocka_unit_test(test_suffixes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
