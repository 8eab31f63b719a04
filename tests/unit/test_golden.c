/* Survivorship: strategies, groups, addresses, display names; and that the order of records is nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "hub/golden/golden.h"

#define ELEMENT(number, name, ...)                                            \
    {                                                                         \
        .id = (number), .path = (name), .class_name = "customer", __VA_ARGS__ \
    }
#define PART(number, name) \
    ELEMENT(number, name, .composite = "address", .many = true, .survivorship = "union")
#define NAME(number, name) ELEMENT(number, name, .survivorship = "trust", .group = "name")

static const struct element elements[] = {
    ELEMENT(0, "kind", .survivorship = "trust"),
    NAME(1, "name.full"),
    NAME(2, "name.prefix"),
    NAME(3, "name.given"),
    NAME(4, "name.middle"),
    NAME(5, "name.family"),
    NAME(6, "name.suffix"),
    NAME(7, "name.organization"),
    ELEMENT(8, "birth_date", .survivorship = "trust", .standardiser = "date"),
    ELEMENT(9, "occupation", .survivorship = "recent"),
    ELEMENT(10, "birth_place", .survivorship = "longest"),
    ELEMENT(11, "tier", .survivorship = "frequent"),
    ELEMENT(12, "email", .survivorship = "union", .many = true),
    ELEMENT(13, "phone", .survivorship = "union", .many = true),
    PART(14, "address.line"),
    PART(15, "address.street"),
    PART(16, "address.unit"),
    PART(17, "address.city"),
    PART(18, "address.postcode"),
    PART(19, "address.country"),
    ELEMENT(20, "identifier", .survivorship = "union", .many = true),
    ELEMENT(21, "sector", .survivorship = "trust", .group = "trade"),
    ELEMENT(22, "sector_code", .survivorship = "trust", .group = "trade"),
    {.id = 23, .path = "name", .class_name = "product"},
};
static const struct object_class classes[] = {
    {.name = "customer", .first = 0, .count = COUNT_OF(elements) - 1},
    {.name = "product", .first = COUNT_OF(elements) - 1, .count = 1},
};
static const struct dictionary dictionary = {.classes = classes,
                                             .class_count = COUNT_OF(classes),
                                             .elements = elements,
                                             .element_count = COUNT_OF(elements)};

#define VALUES_MOST 8
#define RECORDS_MOST 5

/* "path=text", behind which may stand "|attribute=text": group, kind, scheme, country, trust;
 * "|derived", "|verified", "|evidence". */
struct given {
    int64_t id;
    const char *source;
    unsigned trust;
    const char *effective;
    const char *values[VALUES_MOST];
};

struct example {
    const char *what;
    struct given records[RECORDS_MOST];
    const char *kind, *display_name, *doc, *lineage; /* NULL: not looked at */
};

static const struct example examples[] = {
    {"trust decides, whatever the time",
     {{1, "a", 60, NULL, {"birth_date=1970-01-02"}},
      {2, "b", 50, "2024-01-01T00:00:00Z", {"birth_date=1980-01-02"}}},
     "person",
     "k1",
     "{\"birth_date\":\"1970-01-02\"}",
     "{\"birth_date\":[[\"1\",\"trust\"]]}"},
    {"at equal trust the later; unknown is oldest",
     {{1, "a", 50, NULL, {"birth_date=1970-01-02"}},
      {2, "b", 50, "2020-01-01T00:00:00Z", {"birth_date=1980-01-02"}},
      {3, "c", 50, "2019-01-01T00:00:00Z", {"birth_date=1990-01-02"}}},
     NULL,
     NULL,
     "{\"birth_date\":\"1980-01-02\"}",
     NULL},
    {"a value's own trust stands for its source's",
     {{1, "a", 60, NULL, {"birth_date=1970-01-02|trust=40", "tier=x"}},
      {2, "b", 50, NULL, {"birth_date=1980-01-02"}},
      {3, "c", 10, NULL, {"occupation=baker|trust=90"}},
      {4, "d", 80, NULL, {"occupation=actor|trust=0"}}},
     NULL,
     NULL,
     "{\"birth_date\":\"1980-01-02\",\"occupation\":\"baker\",\"tier\":\"x\"}",
     NULL},
    {"an address is trusted as its least trusted part",
     {{1, "a", 60, NULL, {"address.street=Hay St 1", "address.city=Perth|trust=20"}},
      {2, "b", 50, NULL, {"address.street=King St 2", "address.city=Hobart"}}},
     NULL,
     NULL,
     "{\"address\":[{\"street\":\"King St 2\",\"city\":\"Hobart\"},"
     "{\"street\":\"Hay St 1\",\"city\":\"Perth\"}]}",
     NULL},
    {"then what more sources say, not more records",
     {{1, "a", 50, NULL, {"birth_date=1970-01-02"}},
      {2, "a", 50, NULL, {"birth_date=1970-01-02"}},
      {3, "a", 50, NULL, {"birth_date=1970-01-02"}},
      {4, "b", 50, NULL, {"birth_date=1980-01-02"}},
      {5, "c", 50, NULL, {"birth_date=1980-01-02"}}},
     NULL,
     NULL,
     "{\"birth_date\":\"1980-01-02\"}",
     "{\"birth_date\":[[\"4\",\"trust\"]]}"},
    {"then what more records say, then the smaller id",
     {{1, "a", 50, NULL, {"birth_date=1970-01-02"}},
      {2, "a", 50, NULL, {"birth_date=1980-01-02"}},
      {3, "a", 50, NULL, {"birth_date=1980-01-02"}}},
     NULL,
     NULL,
     "{\"birth_date\":\"1980-01-02\"}",
     "{\"birth_date\":[[\"2\",\"trust\"]]}"},
    {"ids may be negative",
     {{-7, "a", 50, NULL, {"birth_date=1970-01-02"}},
      {3, "b", 50, NULL, {"birth_date=1980-01-02"}}},
     NULL,
     NULL,
     "{\"birth_date\":\"1970-01-02\"}",
     "{\"birth_date\":[[\"-7\",\"trust\"]]}"},
    {"what is verified is not overwritten, neither by more trust nor by what is newer",
     {{1, "a", 20, NULL, {"birth_date=1970-01-02|verified", "occupation=baker|verified"}},
      {2, "b", 90, "2024-01-01T00:00:00Z", {"birth_date=1980-01-02", "occupation=actor"}}},
     NULL,
     NULL,
     "{\"birth_date\":\"1970-01-02\",\"occupation\":\"baker\"}",
     NULL},
    {"where somebody called from is not his number, unless he says so elsewhere",
     {{1, "a", 60, NULL, {"phone=+61400000001|evidence", "phone=+61400000002|evidence"}},
      {2, "b", 10, NULL, {"phone=+61400000002"}}},
     NULL,
     NULL,
     "{\"phone\":[{\"value\":\"+61400000002\"}]}",
     "{\"phone\":[[\"2\",\"union\"]]}"},
    {"nor by what says more",
     {{1, "a", 20, NULL, {"address.city=Perth|verified", "address.postcode=6000|verified"}},
      {2, "b", 50, NULL, {"address.street=King St 2", "address.city=Hobart"}}},
     NULL,
     NULL,
     "{\"address\":[{\"city\":\"Perth\",\"postcode\":\"6000\"},"
     "{\"street\":\"King St 2\",\"city\":\"Hobart\"}]}",
     NULL},
    {"an address is verified when all of it is",
     {{1, "a", 20, NULL, {"address.street=Hay St 1|verified", "address.city=Perth|verified"}},
      {2, "b", 50, NULL, {"address.street=King St 2|verified", "address.city=Hobart"}}},
     NULL,
     NULL,
     "{\"address\":[{\"street\":\"Hay St 1\",\"city\":\"Perth\"},"
     "{\"street\":\"King St 2\",\"city\":\"Hobart\"}]}",
     NULL},
    {"what was read out of another value yields to what was stated",
     {{1, "a", 50, NULL, {"birth_date=1970-01-02|derived"}},
      {2, "b", 50, NULL, {"birth_date=1980-01-02"}}},
     NULL,
     NULL,
     "{\"birth_date\":\"1980-01-02\"}",
     NULL},
    {"a partial date gives way to the same one in full, at equal trust only",
     {{1, "a", 50, "2024-01-01T00:00:00Z", {"birth_date=1978"}},
      {2, "b", 50, NULL, {"birth_date=1978-11-12"}},
      {3, "c", 50, "2023-01-01T00:00:00Z", {"birth_date=1979-11-12"}},
      {4, "d", 40, "2023-01-01T00:00:00Z", {"birth_date=1978-03-03"}}},
     NULL,
     NULL,
     "{\"birth_date\":\"1978-11-12\"}",
     "{\"birth_date\":[[\"2\",\"fuller\"]]}"},
    {"recent, longest, frequent",
     {{1, "a", 90, "2019-01-01T00:00:00Z", {"occupation=Clerk", "birth_place=Ulm", "tier=gold"}},
      {2,
       "b",
       10,
       "2020-01-01T00:00:00Z",
       {"occupation=Judge", "birth_place=Ulm/Donau", "tier=silver"}},
      {3, "c", 10, NULL, {"tier=silver"}}},
     NULL,
     NULL,
     "{\"occupation\":\"Judge\",\"birth_place\":\"Ulm/Donau\",\"tier\":\"silver\"}",
     "{\"occupation\":[[\"2\",\"recent\"]],\"birth_place\":[[\"2\",\"longest\"]],"
     "\"tier\":[[\"2\",\"frequent\"]]}"},
    {"mixed case is preferred to capitals where sources agree",
     {{1, "a", 50, "2024-01-01T00:00:00Z", {"name.given=ANN", "name.family=O'BRIEN"}},
      {2, "b", 50, NULL, {"name.given=Ann", "name.family=O'Brien"}},
      {3, "c", 50, NULL, {"name.given=Eve", "name.family=Lee"}}},
     "person",
     "Ann O'Brien",
     "{\"name.given\":\"Ann\",\"name.family\":\"O'Brien\"}",
     "{\"name.given\":[[\"2\",\"spelling\"]],\"name.family\":[[\"2\",\"spelling\"]]}"},
    {"but nothing is invented, and trust is not outdone",
     {{1, "a", 60, NULL, {"name.given=ANN", "name.family=LEE"}},
      {2, "b", 50, NULL, {"name.given=Ann", "name.family=Lee"}}},
     "person",
     "ANN LEE",
     NULL,
     NULL},
    {"a name comes from one record",
     {{1, "a", 60, NULL, {"name.given=Ann", "name.family=Lee"}},
      {2, "b", 50, NULL, {"name.given=Anna", "name.middle=Maria", "name.family=Lee-Jones"}}},
     "person",
     "Ann Lee",
     "{\"name.given\":\"Ann\",\"name.family\":\"Lee\"}",
     NULL},
    {"and is completed by those that agree with it",
     {{1, "a", 60, NULL, {"name.given=Ann", "name.family=Lee"}},
      {2, "b", 50, NULL, {"name.given=Anna", "name.middle=Zoe", "name.family=Lee"}},
      {3,
       "c",
       40,
       NULL,
       {"name.prefix=Dr", "name.given=ANN", "name.middle=Maria", "name.family=LEE"}}},
     "person",
     "Ann Lee",
     "{\"name.prefix\":\"Dr\",\"name.given\":\"Ann\",\"name.middle\":\"Maria\",\"name.family\":"
     "\"Lee\"}",
     "{\"name.prefix\":[[\"3\",\"completed\"]],\"name.given\":[[\"1\",\"trust\"]],"
     "\"name.middle\":[[\"3\",\"completed\"]],\"name.family\":[[\"1\",\"trust\"]]}"},
    {"given and family name before an initial, one of them, or the whole in one text",
     {{1, "a", 90, NULL, {"name.full=Lee, Ann"}},
      {2, "a", 80, NULL, {"name.family=Lee"}},
      {3, "a", 70, NULL, {"name.given=A.", "name.family=Lee"}},
      {4, "b", 10, NULL, {"name.given=Ann", "name.family=Lee"}}},
     "person",
     "Ann Lee",
     "{\"name.given\":\"Ann\",\"name.family\":\"Lee\"}",
     NULL},
    {"only a full name",
     {{1, "a", 50, NULL, {"name.full=Madonna"}}},
     "person",
     "Madonna",
     "{\"name.full\":\"Madonna\"}",
     NULL},
    {"an organization goes by its name, not by its contact's",
     {{1,
       "a",
       50,
       NULL,
       {"kind=organization", "name.organization=Acme Pty Ltd", "name.given=Ann",
        "name.family=Lee"}},
      {2, "b", 60, NULL, {"name.given=Bob", "name.family=Ray"}}},
     "organization",
     "Acme Pty Ltd",
     NULL,
     NULL},
    {"nobody says what it is: its name tells",
     {{1, "a", 50, NULL, {"name.organization=Acme Pty Ltd", "email=info@acme.example"}}},
     "organization",
     "Acme Pty Ltd",
     NULL,
     NULL},
    {"a person known by an e-mail address, a phone, or nothing",
     {{1, "a", 50, NULL, {"phone=+61299990000", "email=ann@example.org"}}},
     "person",
     "ann@example.org",
     NULL,
     NULL},
    {"by a phone",
     {{1, "a", 50, NULL, {"phone=+61299990000"}}},
     "person",
     "+61299990000",
     NULL,
     NULL},
    {"by the key of the most trusted record",
     {{1, "a", 50, NULL, {NULL}}, {9, "b", 70, NULL, {NULL}}},
     "person",
     "k9",
     "{}",
     "{}"},
    {"many values: each once, best first; what one leaves out another says",
     {{1, "a", 50, NULL, {"phone=+61299990000", "phone=+61411111111|kind=mobile"}},
      {2, "b", 60, NULL, {"phone=+61411111111"}},
      {3, "c", 40, NULL, {"phone=+61299990000|kind=home"}}},
     NULL,
     NULL,
     "{\"phone\":[{\"value\":\"+61411111111\",\"kind\":\"mobile\"},"
     "{\"value\":\"+61299990000\",\"kind\":\"home\"}]}",
     "{\"phone\":[[\"2\",\"union\"],[\"1\",\"union\"]]}"},
    {"identifiers are told apart by scheme and country",
     {{1,
       "a",
       50,
       NULL,
       {"identifier=X1|scheme=passport|country=AU", "identifier=X1|scheme=loyalty"}},
      {2,
       "b",
       40,
       NULL,
       {"identifier=X1|scheme=passport|country=NZ", "identifier=x1|scheme=loyalty"}}},
     NULL,
     NULL,
     "{\"identifier\":[{\"value\":\"X1\",\"scheme\":\"passport\",\"country\":\"AU\"},"
     "{\"value\":\"X1\",\"scheme\":\"loyalty\"},"
     "{\"value\":\"X1\",\"scheme\":\"passport\",\"country\":\"NZ\"}]}",
     NULL},
    {"what cannot be read never wins",
     {{1, "a", 90, NULL, {"birth_date=?", "email=?", "address.city=?"}},
      {2, "b", 10, NULL, {"birth_date=1970-01-02"}}},
     NULL,
     NULL,
     "{\"birth_date\":\"1970-01-02\"}",
     NULL},
    {"an address is never stitched from two",
     {{1, "a", 60, NULL, {"address.street=1 High St", "address.city=Perth"}},
      {2,
       "b",
       50,
       NULL,
       {"address.street=2 Low Rd", "address.unit=Flat 3", "address.postcode=6000"}}},
     NULL,
     NULL,
     "{\"address\":[{\"street\":\"1 High St\",\"city\":\"Perth\"},"
     "{\"street\":\"2 Low Rd\",\"unit\":\"Flat 3\",\"postcode\":\"6000\"}]}",
     "{\"address\":[[\"1\",\"union\"],[\"2\",\"union\"]]}"},
    {"the same address said more fully stands in its place; its kind stays",
     {{1, "a", 60, NULL, {"address.street=1 HIGH ST|kind=home", "address.city=PERTH|kind=home"}},
      {2, "b", 55, NULL, {"address.street=2 Low Rd"}},
      {3,
       "c",
       50,
       NULL,
       {"address.street=1 High St", "address.city=Perth", "address.postcode=6000"}},
      {4, "d", 90, NULL, {"address.country=AU"}}},
     NULL,
     NULL,
     "{\"address\":[{\"street\":\"1 High "
     "St\",\"city\":\"Perth\",\"postcode\":\"6000\",\"kind\":\"home\"},"
     "{\"street\":\"2 Low Rd\"},{\"country\":\"AU\"}]}",
     "{\"address\":[[\"3\",\"union\"],[\"2\",\"union\"],[\"4\",\"union\"]]}"},
    {"two addresses of one record",
     {{1,
       "a",
       60,
       NULL,
       {"address.street=1 High St|group=home|kind=home",
        "address.street=2 Low Rd|group=work|kind=work", "address.city=Perth|group=home|kind=home",
        "address.city=Fremantle|group=work|kind=work"}}},
     NULL,
     NULL,
     "{\"address\":[{\"street\":\"1 High St\",\"city\":\"Perth\",\"kind\":\"home\"},"
     "{\"street\":\"2 Low Rd\",\"city\":\"Fremantle\",\"kind\":\"work\"}]}",
     NULL},
    {"an abbreviated street is no other address",
     {{1, "a", 60, NULL, {"address.street=13 Carwell Street", "address.city=Perth"}},
      {2, "b", 50, NULL, {"address.street=13 Carwell St.", "address.city=Perth"}},
      {3, "c", 40, NULL, {"address.street=13 Carwell Rd", "address.city=Perth"}},
      {4, "d", 30, NULL, {"address.street=13 carwell st", "address.postcode=6000"}}},
     NULL,
     NULL,
     "{\"address\":[{\"street\":\"13 Carwell Street\",\"city\":\"Perth\"},"
     "{\"street\":\"13 Carwell Rd\",\"city\":\"Perth\"},"
     "{\"street\":\"13 carwell st\",\"postcode\":\"6000\"}]}",
     "{\"address\":[[\"1\",\"union\"],[\"3\",\"union\"],[\"4\",\"union\"]]}"},
    {"a line and the parts read out of it are one address with the parts another gives",
     {{1,
       "a",
       60,
       NULL,
       {"address.line=1 High St, Perth", "address.street=1 High St|derived",
        "address.city=Perth|derived"}},
      {2,
       "b",
       50,
       NULL,
       {"address.street=1 high st", "address.city=perth", "address.postcode=6000"}}},
     NULL,
     NULL,
     "{\"address\":[{\"street\":\"1 high st\",\"city\":\"perth\",\"postcode\":\"6000\"}]}",
     NULL},
    {"any other group goes by its first element",
     {{1, "a", 60, NULL, {"sector_code=17"}},
      {2, "b", 50, NULL, {"sector=Mining"}},
      {3, "c", 40, NULL, {"sector=mining", "sector_code=05"}},
      {4, "d", 40, NULL, {"sector=Paper", "sector_code=17"}}},
     NULL,
     NULL,
     "{\"sector\":\"Mining\",\"sector_code\":\"05\"}",
     "{\"sector\":[[\"2\",\"trust\"]],\"sector_code\":[[\"3\",\"completed\"]]}"},
};

static const struct element *element_of(const char *path)
{
    for (size_t i = 0; i < COUNT_OF(elements); i++)
        if (text_equal(elements[i].path, path))
            return &elements[i];
    fail_msg("no element %s", path);
    return NULL;
}

static struct value read_given(struct arena *arena, const char *given)
{
    size_t count;
    const char **pieces = text_split(arena, given, '|', &count);
    const char *text = strchr(pieces[0], '=') + 1;
    struct value value = {
        .element = element_of(arena_strndup(arena, pieces[0], (size_t)(text - pieces[0] - 1))),
        .raw = text,
        .standard = text_equal(text, "?") ? NULL : text,
        .group = "",
        .kind = "",
        .scheme = "",
        .country = "",
    };
    const struct {
        const char *name;
        const char **to;
    } attributes[] = {{"group=", &value.group},
                      {"kind=", &value.kind},
                      {"scheme=", &value.scheme},
                      {"country=", &value.country}};
    for (size_t i = 1; i < count; i++) {
        int64_t trust;
        value.derived = value.derived || text_equal(pieces[i], "derived");
        value.verified = value.verified || text_equal(pieces[i], "verified");
        value.evidence = value.evidence || text_equal(pieces[i], "evidence");
        if (text_starts(pieces[i], "trust=")) {
            assert_true(text_to_int(pieces[i] + strlen("trust="), 0, 100, &trust));
            value.trusted = true;
            value.trust = (unsigned)trust;
        }
        for (size_t a = 0; a < COUNT_OF(attributes); a++)
            if (text_starts(pieces[i], attributes[a].name))
                *attributes[a].to = pieces[i] + strlen(attributes[a].name);
    }
    return value;
}

static struct member member_of(struct arena *arena, const struct given *given)
{
    struct record *record = NEW(arena, struct record);
    *record = (struct record){
        .id = given->id,
        .class_name = "customer",
        .source = given->source,
        .key = arena_printf(arena, "k%lld", (long long)given->id),
        .part = "",
        .values = NEW_ARRAY(arena, struct value, VALUES_MOST),
        .effective = given->effective,
    };
    while (record->count < VALUES_MOST && given->values[record->count]) {
        record->values[record->count] = read_given(arena, given->values[record->count]);
        record->count++;
    }
    return (struct member){.record = record, .trust = given->trust};
}

static size_t members_of(struct arena *arena, const struct example *example,
                         struct member members[RECORDS_MOST])
{
    size_t count = 0;
    for (; count < RECORDS_MOST && example->records[count].id; count++)
        members[count] = member_of(arena, &example->records[count]);
    return count;
}

static void test_examples(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(examples); i++) {
        ARENA(work);
        struct member members[RECORDS_MOST];
        struct golden golden;
        size_t count = members_of(work, &examples[i], members);
        golden_build(work, &dictionary, members, count, &golden);
        print_message("%s\n", examples[i].what);
        if (examples[i].kind)
            assert_string_equal(golden.kind, examples[i].kind);
        if (examples[i].display_name)
            assert_string_equal(golden.display_name, examples[i].display_name);
        if (examples[i].doc)
            assert_string_equal(golden.doc, examples[i].doc);
        if (examples[i].lineage)
            assert_string_equal(golden.lineage, examples[i].lineage);
    }
}

/* A seeded generator: xorshift64*. */
static uint64_t next_random(uint64_t *seed)
{
    *seed ^= *seed >> 12;
    *seed ^= *seed << 25;
    *seed ^= *seed >> 27;
    return *seed * UINT64_C(0x2545f4914f6cdd1d);
}

static const char *choose(uint64_t *seed, const char *const *list, size_t count)
{
    return list[next_random(seed) % count];
}

static void random_member(struct arena *arena, uint64_t *seed, int64_t id, struct member *member)
{
    static const char *const sources[] = {"web", "mail", "shop"};
    static const char *const times[] = {NULL, "2020-01-01T00:00:00Z", "2021-01-01T00:00:00Z"};
    static const char *const texts[] = {"Ann",     "ANN",       "ann",        "Lee",
                                        "LEE",     "1 High St", "Perth",      "1970-01-02",
                                        "1970-01", "A.",        "x@y.example"};
    static const char *const kinds[] = {"", "", "home", "work"};
    struct record *record = NEW(arena, struct record);
    *record = (struct record){.id = id,
                              .class_name = "customer",
                              .source = choose(seed, sources, COUNT_OF(sources)),
                              .key = "k",
                              .part = "",
                              .values = NEW_ARRAY(arena, struct value, 12),
                              .count = next_random(seed) % 12,
                              .effective = choose(seed, times, COUNT_OF(times))};
    for (size_t i = 0; i < record->count; i++)
        record->values[i] = (struct value){
            .element = &elements[next_random(seed) % COUNT_OF(elements)],
            .standard = choose(seed, texts, COUNT_OF(texts)),
            .group = choose(seed, kinds, COUNT_OF(kinds)),
            .kind = choose(seed, kinds, COUNT_OF(kinds)),
            .scheme = choose(seed, kinds, COUNT_OF(kinds)),
            .country = choose(seed, kinds, COUNT_OF(kinds)),
            .derived = next_random(seed) % 4 == 0,
            .verified = next_random(seed) % 4 == 0,
        };
    *member = (struct member){.record = record, .trust = (unsigned)(next_random(seed) % 3 * 10)};
}

static void shuffle(uint64_t *seed, struct member *members, size_t count)
{
    for (size_t i = count; i > 1; i--) {
        size_t other = next_random(seed) % i;
        struct member held = members[i - 1];
        members[i - 1] = members[other];
        members[other] = held;
    }
}

/* Does some record give the street and the city of a published address in one group? */
static bool is_whole(const struct json *address, const struct member *members, size_t count)
{
    const char *street = json_get_text(address, "street"), *city = json_get_text(address, "city");
    for (size_t m = 0; street && city && m < count; m++)
        for (size_t a = 0; a < members[m].record->count; a++)
            for (size_t b = 0; b < members[m].record->count; b++) {
                const struct value *left = &members[m].record->values[a];
                const struct value *right = &members[m].record->values[b];
                if (text_equal(left->element->path, "address.street") &&
                    text_equal(right->element->path, "address.city") &&
                    text_equal(left->group, right->group) && text_equal(left->standard, street) &&
                    text_equal(right->standard, city))
                    return true;
            }
    return !street || !city;
}

static void test_order_is_nothing(void **state)
{
    (void)state;
    enum { ROUNDS = 1000, MEMBERS = 9 };
    uint64_t seed = (uint64_t)time(NULL) | 1;
    print_message("seed %llu\n", (unsigned long long)seed);
    for (size_t round = 0; round < ROUNDS; round++) {
        ARENA(work);
        struct member members[MEMBERS];
        struct golden first, again;
        size_t count = 1 + next_random(&seed) % MEMBERS;
        for (size_t i = 0; i < count; i++)
            random_member(work, &seed, (int64_t)i * 7 - 20, &members[i]);
        golden_build(work, &dictionary, members, count, &first);
        shuffle(&seed, members, count);
        golden_build(work, &dictionary, members, count, &again);
        assert_string_equal(first.doc, again.doc);
        assert_string_equal(first.lineage, again.lineage);
        assert_string_equal(first.kind, again.kind);
        assert_string_equal(first.display_name, again.display_name);

        struct json_fault fault;
        const struct json *doc = json_parse(work, first.doc, strlen(first.doc), &fault);
        assert_non_null(doc);
        const struct json *addresses = json_get(doc, "address");
        for (const struct json *a = addresses ? addresses->first : NULL; a; a = a->next)
            assert_true(is_whole(a, members, count));
    }
}

static void test_knows(void **state)
{
    (void)state;
    assert_true(golden_knows("trust"));
    assert_true(golden_knows("union"));
    assert_false(golden_knows("newest"));
    assert_false(golden_knows(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_examples),
        cmocka_unit_test(test_order_is_nothing),
        cmocka_unit_test(test_knows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
