/* Records: how their versions are ordered, and that a stored document loses nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/record/record.h"

/* Each comes before all behind it. */
static const char *const orders[] = {
    "-99999999999999999999",
    "-2",
    "-1",
    "0",
    "1",
    "2",
    "10",
    "99",
    "100",
    "20240305",
    "99999999999999999999",
    "100000000000000000000",
    "2024-03-05T00:00:00.000000Z",
    "2024-03-05T00:00:00.500000Z",
    "2024-03-05T00:00:01.000000Z",
    "2024-12-01T00:00:00.000000Z",
};

static int sign(int number)
{
    return (number > 0) - (number < 0);
}

static void orders_are_total(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(orders); i++)
        for (size_t j = 0; j < COUNT_OF(orders); j++)
            assert_int_equal(sign(record_order_compare(orders[i], orders[j])), (i > j) - (i < j));
    assert_int_equal(record_order_compare("007", "7"), 0);
    assert_int_equal(record_order_compare("-0", "0"), 0);
}

static const struct element elements[] = {
    {.id = 0, .name = "customer.email", .path = "email", .class_name = "customer"},
    {.id = 1, .name = "customer.tier", .path = "tier", .class_name = "customer"},
};

static struct dictionary dictionary_of(struct arena *arena)
{
    struct dictionary dictionary = {
        .elements = elements, .element_count = COUNT_OF(elements), .by_name = {.arena = arena}};
    for (size_t i = 0; i < COUNT_OF(elements); i++) {
        struct element *element = NEW(arena, struct element);
        *element = elements[i];
        map_put_text(&dictionary.by_name, elements[i].name, element);
    }
    return dictionary;
}

static void documents_lose_nothing(void **state)
{
    (void)state;
    static const char *const documents[] = {
        "{}",
        "{\"email\":[{\"v\":\"a@example.org\",\"r\":\"A@Example.org\",\"k\":\"work\"}]}",
        "{\"email\":[{\"r\":\"x\",\"f\":\"email\"}],\"tier\":[{\"v\":\"gold\",\"t\":80}]}",
        "{\"tier\":[{\"v\":\"gold\",\"t\":0}]}",
        ("{\"tier\":[{\"v\":\"gold\"}],\"~\":[{\"role\":\"customer\",\"source\":\"shop\","
         "\"key\":\"17\",\"part\":\"\"},{\"role\":\"member\",\"source\":\"crm\",\"key\":\"\\\"\","
         "\"part\":\"p\"}]}"),
        ("{\"~\":[{\"role\":\"spouse\",\"source\":\"a\",\"key\":\"1\",\"part\":\"\"}],"
         "\"!\":\"version effective\"}"),
        "{\"!\":\"effective\"}",
        ("{\"?\":[{\"e\":\"birth_date\",\"o\":\"2\",\"q\":17},{\"e\":\"phone\",\"k\":\"\",\"s\":"
         "\"s\","
         "\"g\":\"g\",\"q\":0}]}"),
    };
    for (size_t i = 0; i < COUNT_OF(documents); i++) {
        ARENA(work);
        struct error err;
        struct dictionary dictionary = dictionary_of(work);
        struct record record = {.class_name = "customer", .source = "s", .key = "k", .part = ""};
        assert_true(record_from_json(work, &dictionary, "customer", documents[i], &record, &err));
        assert_string_equal(record_to_json(work, &record), documents[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(orders_are_total),
        cmocka_unit_test(documents_lose_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
