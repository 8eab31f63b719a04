/* Which records are compared: those who should meet share a key, and nobody meets by a placeholder. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/people.h"

static struct arena *arena;
static const struct model *model;

static const struct {
    const char *left, *right, *key; /* a key that both hold; NULL: they share none */
} cases[] = {
    {"email=Ann.Lee@Example.net", "email=ann.lee@example.net", "email"},
    {"email=ann.lee5@fastpost.net", "email=anm.lee5@fastpost.net", "email-front"},
    {"phone=+17029191300", "phone=7029191300", "phone"},
    {"phone=+17029191300", "phone=919-1300", "phone"},
    {"identifier[ssn]=294-66-9999", "identifier[tax]=294669999", "identifier"},
    {"name.given=Ann; name.family=Ashcombe", "name.given=Ashcombe; name.family=Ann", "name"},
    {"name.given=Bob; name.family=Meyer", "name.given=Robert; name.family=Maier", "name"},
    {"name.given=Peggy; name.family=Meyer", "name.given=Margaret; name.family=Mayr", "name"},
    {"name.family=Lee; birth_date=1978-11-12", "name.given=Li; birth_date=1978-03-04", "name-year"},
    {"name.family=Lee; birth_date=1978-11-12", "name.family=Fox; birth_date=1978-11-12", "birth"},
    {"name.family=Lee; address.city=Ely", "name.given=Lee; address.city=Ely", "name-place"},
    {"address.street=12 Mill Rd; address.city=Ely", "address.line=12 Mill Road, Ely CB7 4AA",
     "address"},
    {"name.given=Rosalind; name.family=Ashcombe", "name.given=Rosalynn; name.family=Ashkombe",
     "fragment"},
    {"name.organization=Zellweger Tools", "name.organization=Zelweger Tools Ltd", "company"},
    {"name.organization=Zellweger Tools; address.city=Ely",
     "name.organization=Zelwegger Tools Ltd; address.city=Ely", "company"},

    {"name.given=Ann; name.family=Lee", "name.given=Peter; name.family=Fox", NULL},
    {"name.organization=Zellweger Tools", "name.organization=Fox Tools", NULL},
    {"phone=000-0000", "phone=000-0000", NULL},
    {"email=test@example.net", "email=test@example.net", NULL},
    {"birth_date=1900-01-01", "birth_date=1900-01-01", NULL},
    {"name.family=unknown", "name.family=unknown", NULL},
    {"identifier[ssn]=999999999", "identifier[ssn]=999999999", NULL},
    {"address.street=n/a", "address.street=n/a", NULL},
};

static const char *shared_key(const char *left, const char *right, const char *wanted)
{
    const struct blocking_key *l, *r;
    const char *shared = NULL;
    size_t lefts = blocking_keys(arena, model, person(arena, model, 1, left), &l);
    size_t rights = blocking_keys(arena, model, person(arena, model, 2, right), &r);
    for (size_t i = 0; i < lefts; i++)
        for (size_t j = 0; j < rights; j++)
            if (l[i].key == r[j].key) {
                assert_int_equal(l[i].type, r[j].type);
                shared = blocking_name(model, l[i].type);
                if (wanted && strcmp(shared, wanted) == 0)
                    return shared;
            }
    return shared;
}

static void test_who_meets(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const char *key = shared_key(cases[i].left, cases[i].right, cases[i].key);
        if (!text_equal(key ? key : "", cases[i].key ? cases[i].key : ""))
            fail_msg("%s and %s meet by %s", cases[i].left, cases[i].right, key ? key : "nothing");
    }
}

/* Different people of one mailbox have different refines; the same person has the same one. */
static void test_refines(void **state)
{
    (void)state;
    const char *said[] = {"name.given=Ann; name.family=Meyer; email=box@example.net",
                          "name.given=Anna; name.family=Maier; email=box@example.net",
                          "name.given=Peter; name.family=Meyer; email=box@example.net",
                          "email=box@example.net"};
    int32_t refines[COUNT_OF(said)] = {0};
    for (size_t i = 0; i < COUNT_OF(said); i++) {
        const struct blocking_key *keys;
        size_t count = blocking_keys(arena, model, person(arena, model, 1, said[i]), &keys);
        for (size_t k = 0; k < count; k++)
            if (strcmp(blocking_name(model, keys[k].type), "email") == 0)
                refines[i] = keys[k].refine;
    }
    assert_int_equal(refines[0], refines[1]);
    assert_int_not_equal(refines[0], refines[2]);
    assert_int_not_equal(refines[0], 0);
    assert_int_equal(refines[3], 0);
}

static void test_each_once_and_not_many(void **state)
{
    (void)state;
    const struct blocking_key *keys;
    size_t count = blocking_keys(
        arena, model,
        person(arena, model, 1,
               "name.given=Ann; name.family=Meyer; birth_date=1978-11-12; phone=+17029191300;"
               "email=ann.meyer@example.net; address.street=12 Mill Rd; address.city=Ely;"
               "address.postcode=CB7 4AA; identifier[ssn]=294-66-9999"),
        &keys);
    assert_in_range(count, 12, 24);
    for (size_t i = 0; i < count; i++) {
        assert_true(blocking_limit(model, keys[i].type) > 0);
        assert_true(blocking_holders(model, keys[i].type, false) >=
                    blocking_limit(model, keys[i].type));
        for (size_t j = i + 1; j < count; j++)
            assert_true(keys[i].key != keys[j].key);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_meets),
        cmocka_unit_test(test_refines),
        cmocka_unit_test(test_each_once_and_not_many),
    };
    ARENA(process);
    arena = process;
    model = people_model(process, NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
