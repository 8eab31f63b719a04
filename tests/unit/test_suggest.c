/* Suggestions: what the columns of files are taken for, right and how surely, with known truths. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <unistd.h>

#include "hub/base/file.h"
#include "hub/mapping/mapping.h"
#include "tests/data/customers.h"
#include "tests/unit/profiles.h"
#include "tests/unit/scratch.h"
#include "tests/unit/shared.h"

#define PLACED_LEAST 80 /* of a hundred columns */
#define FILE_MOST ((size_t)64 << 20)

/* What a column is right to be placed as: element paths with a bar between, or the uses key, part and
 * qualifier; a column that is not named here must not be placed with high confidence. */
struct truth {
    const char *column, *right;
};

static const struct truth rldata[] = {
    {"id", "key"},
    {"fname_c1", "name.given"},
    {"lname_c1", "name.family"},
    {"fname_c2", "name.middle|name.given"},
    {"by", "birth_date"},
    {"lname_c2", "name.former|name.family"},
    {"bm", "part"},
    {"bd", "part"},
    {0},
};
static const struct truth febrl[] = {
    {"id", "key"},
    {"given_name", "name.given"},
    {"surname", "name.family"},
    {"street_number", "address.number"},
    {"address_1", "address.street|address.line"},
    {"address_2", "address.unit"},
    {"suburb", "address.city|address.district"},
    {"postcode", "address.postcode"},
    {"state", "address.region"},
    {"date_of_birth", "birth_date"},
    {"phone_number", "phone"},
    {"soc_sec_id", "identifier"},
    {0},
};
static const struct truth fake[] = {
    {"id", "key"},
    {"first_name", "name.given"},
    {"surname", "name.family"},
    {"dob", "birth_date"},
    {"city", "address.city"},
    {"email", "email"},
    {0},
};
static const struct truth persons[] = {
    {"RECORD_ID", "key"},
    {"RECORD_TYPE", "kind"},
    {"PRIMARY_NAME_FULL", "name.full"},
    {"NATIVE_NAME_FULL", "name.full"},
    {"PRIMARY_NAME_ORG", "name.organization"},
    {"SECONDARY_NAME_ORG", "name.organization"},
    {"PRIMARY_NAME_FIRST", "name.given"},
    {"PRIMARY_NAME_MIDDLE", "name.middle"},
    {"PRIMARY_NAME_LAST", "name.family"},
    {"GENDER", "sex"},
    {"DATE_OF_BIRTH", "birth_date"},
    {"PASSPORT_NUMBER", "identifier"},
    {"PASSPORT_COUNTRY", "qualifier"},
    {"DRIVERS_LICENSE_NUMBER", "identifier"},
    {"SSN_NUMBER", "identifier"},
    {"NATIONAL_ID_NUMBER", "identifier"},
    {"NATIONAL_ID_TYPE", "qualifier"},
    {"NATIONAL_ID_COUNTRY", "qualifier"},
    {"TAX_ID_NUMBER", "identifier"},
    {"TAX_ID_TYPE", "qualifier"},
    {"TAX_ID_COUNTRY", "qualifier"},
    {"LEI_NUMBER", "identifier"},
    {"EMAIL_ADDRESS", "email"},
    {"ADDR_FULL", "address.line"},
    {"ADDR_LINE1", "address.street|address.line"},
    {"ADDR_CITY", "address.city"},
    {"ADDR_STATE", "address.region"},
    {"ADDR_POSTAL_CODE", "address.postcode"},
    {"ADDR_COUNTRY", "address.country"},
    {"ADDR_TYPE", "qualifier"},
    {"PHONE_NUMBER", "phone"},
    {"PHONE_TYPE", "qualifier"},
    {"EMPLOYER", "employer"},
    {"STATUS", "status"},
    {"CATEGORY", "tier"},
    {0},
};
static const struct truth mail[] = {
    {"/message_id", "key"},
    {"/from/name", "name.full"},
    {"/from/address", "email"},
    {"/signature/phone", "phone"},
    {"/signature/company", "employer|name.organization"},
    {"/signature/street", "address.street|address.line"},
    {"/signature/city", "address.city"},
    {"/signature/region", "address.region"},
    {"/signature/postcode", "address.postcode"},
    {0},
};
static const struct truth callcenter[] = {
    {"case_id", "key|number"},    {"opened", "opened"},
    {"caller_name", "name.full"}, {"phone", "phone"},
    {"alt_phone", "phone"},       {"address", "address.line"},
    {"dob", "birth_date"},        {0},
};
static const struct truth web[] = {
    {"/account", "key"},
    {"/profile/first", "name.given"},
    {"/profile/last", "name.family"},
    {"/profile/email", "email"},
    {"/profile/dob", "birth_date"},
    {"/profile/phones/*", "phone"},
    {"/address/street", "address.street|address.line"},
    {"/address/unit", "address.unit"},
    {"/address/city", "address.city"},
    {"/address/state", "address.region"},
    {"/address/postcode", "address.postcode"},
    {"/address/country", "address.country"},
    {"/company", "name.organization|employer"},
    {"/loyalty", "tier"},
    {0},
};
static const struct truth warranty[] = {
    {"card_no", "key"},
    {"title", "name.prefix"},
    {"given", "name.given"},
    {"middle", "name.middle"},
    {"surname", "name.family"},
    {"maiden", "name.former"},
    {"suffix", "name.suffix"},
    {"birth", "birth_date"},
    {"street", "address.street|address.line"},
    {"suburb", "address.city|address.district"},
    {"state", "address.region"},
    {"postcode", "address.postcode"},
    {"email", "email"},
    {"mobile", "phone"},
    {0},
};

static const struct {
    const char *file;
    const struct truth *truth;
} sets[] = {
    {"RLdata500/records.csv", rldata},
    {"dsgen_A_1000/records.csv", febrl},
    {"dsgen_C_1000/records.csv", febrl},
    {"fake_1000/records.csv", fake},
    {"febrl1/records.csv", febrl},
    {"febrl2/records.csv", febrl},
    {"febrl3/records.csv", febrl},
    {"senzing_truthset/customers.csv", persons},
    {"senzing_truthset/reference.csv", persons},
    {"senzing_truthset/watchlist.csv", persons},
};
static const struct {
    const char *file;
    const struct truth *truth;
} made_up[] = {
    {"mail.jsonl", mail},
    {"callcenter.csv", callcenter},
    {"web.jsonl", web},
    {"warranty.csv", warranty},
};

static const char *placed_as(const struct suggestion *suggestion)
{
    switch (suggestion->use) {
    case USE_NONE:
        return NULL;
    case USE_VALUE:
        return suggestion->element->path;
    case USE_KEY:
        return "key";
    case USE_PART:
        return "part";
    case USE_QUALIFIER:
        return "qualifier";
    }
    return NULL;
}

static bool is_right(struct arena *arena, const struct suggestion *suggestion,
                     const struct truth *truth)
{
    size_t count;
    const char *as = placed_as(suggestion);
    for (; as && truth->column; truth++) {
        const char **right = text_split(arena, truth->right, '|', &count);
        for (size_t i = 0; i < count && text_equal(truth->column, suggestion->column->label); i++)
            if (text_equal(right[i], as))
                return true;
    }
    return false;
}

/* The share of the columns that are placed rightly, per cent. */
static size_t measure(struct arena *arena, const char *name, const struct suggestions *all,
                      const struct truth *truth)
{
    size_t right = 0, wrong = 0;
    for (size_t i = 0; i < all->count; i++) {
        const struct suggestion *suggestion = &all->list[i];
        bool fits = is_right(arena, suggestion, truth);
        right += fits;
        if (fits || suggestion->use == USE_NONE)
            continue;
        wrong++;
        (void)printf("  %s: '%s' is taken for %s, confidence %s\n", name, suggestion->column->label,
                     placed_as(suggestion), confidence_names[suggestion->confidence]);
        if (suggestion->confidence == CONFIDENCE_HIGH)
            fail_msg("%s: '%s' is wrongly taken for %s with high confidence", name,
                     suggestion->column->label, placed_as(suggestion));
    }
    size_t share = right * 100 / (all->count ? all->count : 1);
    (void)printf("%s: %zu of %zu columns placed rightly (%zu %%), %zu wrongly\n", name, right,
                 all->count, share, wrong);
    return share;
}

/* What is printed is a mapping without mistakes. */
static void check_mapping(struct arena *arena, const struct suggestions *all,
                          const struct format *format, const char *file)
{
    struct findings findings = {.arena = arena};
    const char *text = suggest_mapping(arena, all, "found", file, format_element(arena, format), 1);
    if (!mapping_read(arena, shop.dictionary, "schemas/source.xsd", "found.xml",
                      workshop_text(text), &findings))
        fail_msg("%s\n%s", finding_first(arena, &findings), text);
}

static void run_set(const char *path, const char *name, const struct truth *truth)
{
    ARENA(work);
    struct slice content;
    struct error err;
    struct format format;
    if (!file_read(work, path, FILE_MOST, &content, &err))
        fail_msg("%s", err.text);
    const struct profile *profile = workshop_profile(work, content, "", &format);
    assert_non_null(profile);
    const struct suggestions *all = suggest(work, shop.dictionary, profile, "");
    size_t share = measure(work, name, all, truth);
    if (share < PLACED_LEAST)
        fail_msg("%s: only %zu %% of the columns are placed rightly", name, share);
    check_mapping(work, all, &format, name);
}

static void test_shared_sets(void **state)
{
    (void)state;
    ARENA(work);
    for (size_t i = 0; i < COUNT_OF(sets); i++) {
        const char *path = shared_path(work, arena_printf(work, "data/%s", sets[i].file));
        if (path)
            run_set(path, sets[i].file, sets[i].truth);
    }
}

static void remove_made_up(void *path)
{
    ARENA(work);
    static const char *const files[] = {"mail.jsonl",   "callcenter.csv", "web.jsonl",
                                        "warranty.csv", "truth.csv",      "households.csv"};
    for (size_t i = 0; i < COUNT_OF(files); i++)
        (void)unlink(arena_printf(work, "%s/%s", (const char *)path, files[i]));
    (void)rmdir(path);
}

static void test_made_up_sets(void **state)
{
    (void)state;
    ARENA(work);
    struct error err;
    char *directory = arena_strdup(work, "/tmp/axle-test-XXXXXX");
    assert_non_null(mkdtemp(directory));
    arena_defer(work, remove_made_up, directory);
    struct customers customers = {.seed = 7, .records = 2000, .dirt = 100, .directory = directory};
    if (!customers_write(&customers, &err))
        fail_msg("%s", err.text);
    for (size_t i = 0; i < COUNT_OF(made_up); i++)
        run_set(arena_printf(work, "%s/%s", directory, made_up[i].file), made_up[i].file,
                made_up[i].truth);
}

/* Names that no set has, and what they mean without looking into the column. */
static const struct {
    const char *name, *path;
} variants[] = {
    {"CUST_FIRST_NM", "name.given"},
    {"fname", "name.given"},
    {"FirstName", "name.given"},
    {"forename", "name.given"},
    {"Vorname", "name.given"},
    {"KD_NACHNAME", "name.family"},
    {"lname", "name.family"},
    {"contactLastName", "name.family"},
    {"surname_txt", "name.family"},
    {"Geburtsdatum", "birth_date"},
    {"DateOfBirth", "birth_date"},
    {"dateofbirth", "birth_date"},
    {"DOB", "birth_date"},
    {"customer.birthDate", "birth_date"},
    {"E-Mail", "email"},
    {"emailaddress", "email"},
    {"EMAIL_ADDR", "email"},
    {"Telefonnummer", "phone"},
    {"mob_no", "phone"},
    {"HomePhone", "phone"},
    {"tel", "phone"},
    {"PLZ", "address.postcode"},
    {"ZipCode", "address.postcode"},
    {"post_code", "address.postcode"},
    {"Wohnort", "address.city"},
    {"billing_city", "address.city"},
    {"Stra\xc3\x9f"
     "e",
     "address.street"},
    {"Hausnummer", "address.number"},
    {"shipping_country", "address.country"},
    {"Anrede", "name.prefix"},
    {"maiden_name", "name.former"},
    {"genders", "sex"},
    {"passport_no", "identifier"},
    {"drv_lic_no", "identifier"},
    {"companyname", "name.organization"},
    {"surnmae", "name.family"},
    {"BRTH_DT", "birth_date"},
    {"SRNM", "name.family"},
    {"HM_PH", "phone"},
    {"RES_SUBURB", "address.city"},
    /* of paths the last step; whom the steps around it speak of, but no prefixes */
    {"crm:site/crm:zip", "address.postcode"},
    {"crm:site/crm:town", "address.city"},
    {"crm:site/crm:street", "address.street"},
    {"c:work/c:phone/@c:nr", "phone"},
    {"/order/customer/lastName", "name.family"},
    {"x:contacts/x:contact/x:mail", "email"},
    {"/dealer/name", "nothing"},
    {"p:product/p:email", "nothing"},
    {"spouse_name", "nothing"},
};

static void test_names(void **state)
{
    (void)state;
    ARENA(work);
    struct namer *namer = namer_new(work, shop.dictionary);
    for (size_t i = 0; i < COUNT_OF(variants); i++) {
        struct reading reading;
        namer_read(namer, variants[i].name, &reading);
        const char *path = reading.best[0].score >= 60 ? reading.best[0].element->path : "nothing";
        if (!text_equal(path, variants[i].path))
            fail_msg("'%s' is read as %s (%u), not as %s", variants[i].name, path,
                     reading.best[0].score, variants[i].path);
    }
}

#define PEOPLE                                                                          \
    "7,Robert,Smith,24/06/1971,robert@smith.net,M,\"12 Park Road, Carlton VIC 3053\"\n" \
    "8,Mary,Johnson,03/01/1982,mj@example.org,F,\"5 High St, Ballarat VIC 3350\"\n"     \
    "9,John,Williams,30/11/1955,jw@example.org,M,\"9 Elm Avenue, Hobart TAS 7000\"\n"   \
    "10,Susan,Brown,14/02/1990,sb@example.com,F,\"77 Mill Lane, Geelong VIC 3220\"\n"   \
    "11,David,Miller,01/12/1963,david@miller.example.com,M,\"4 King Street, Bendigo VIC 3550\"\n"

/* Texts, and one column of each: what it is placed as, with which confidence, and its date form. */
static const struct {
    const char *text, *column, *path;
    enum confidence least, most;
    const char *date;
} cases[] = {
    /* no header, and names that say nothing */
    {PEOPLE, "2", "name.given", CONFIDENCE_LOW, CONFIDENCE_MEDIUM, NULL},
    {PEOPLE, "3", "name.family", CONFIDENCE_LOW, CONFIDENCE_MEDIUM, NULL},
    {PEOPLE, "4", "birth_date", CONFIDENCE_LOW, CONFIDENCE_MEDIUM, "D/M/YYYY"},
    {PEOPLE, "5", "email", CONFIDENCE_HIGH, CONFIDENCE_HIGH, NULL},
    {PEOPLE, "6", "sex", CONFIDENCE_LOW, CONFIDENCE_MEDIUM, NULL},
    {PEOPLE, "7", "address.line", CONFIDENCE_LOW, CONFIDENCE_HIGH, NULL},
    {"c1,c2,c3,c4,c5,c6,c7\n" PEOPLE, "c5", "email", CONFIDENCE_HIGH, CONFIDENCE_HIGH, NULL},
    {"c1,c2,c3,c4,c5,c6,c7\n" PEOPLE, "c1", "key", CONFIDENCE_NONE, CONFIDENCE_NONE, NULL},
    /* the order of day and month */
    {"id,dob\n1,13/02/1970\n2,01/02/1980\n", "dob", "birth_date", CONFIDENCE_HIGH, CONFIDENCE_HIGH,
     "D/M/YYYY"},
    {"id,dob\n1,02/13/1970\n2,01/02/1980\n", "dob", "birth_date", CONFIDENCE_HIGH, CONFIDENCE_HIGH,
     "M/D/YYYY"},
    {"id,dob\n1,02/03/1970\n2,01/02/1980\n", "dob", "birth_date", CONFIDENCE_LOW, CONFIDENCE_LOW,
     "D/M/YYYY"},
    {"id,dob\n1,13/02/1970\n2,14/02/1980\n3,02/15/1980\n", "dob", "birth_date", CONFIDENCE_LOW,
     CONFIDENCE_MEDIUM, "D/M/YYYY|M/D/YYYY"},
    {"id,dob\n1,13.2.1970\n2,1978-11-12\n", "dob", "birth_date", CONFIDENCE_HIGH, CONFIDENCE_HIGH,
     "YYYY-MM-DD|D.M.YYYY"},
    /* a date in three columns */
    {"id;birth_year;birth_month;birth_day\n1;1970;12;31\n2;1980;1;5\n", "birth_year", "birth_date",
     CONFIDENCE_HIGH, CONFIDENCE_HIGH, "YYYY-M-D"},
    /* a name that contradicts what stands in the column */
    {"id,phone\n1,blue\n2,green\n3,red\n4,white\n5,black\n6,pink\n", "phone", NULL, CONFIDENCE_NONE,
     CONFIDENCE_NONE, NULL},
    {"id,email\n1,yes\n2,no\n3,yes\n4,no\n5,no\n6,no\n", "email", NULL, CONFIDENCE_NONE,
     CONFIDENCE_NONE, NULL},
};

static const struct suggestion *find(const struct suggestions *all, const char *column)
{
    for (size_t i = 0; i < all->count; i++)
        if (text_equal(all->list[i].column->label, column))
            return &all->list[i];
    fail_msg("there is no column '%s'", column);
    return NULL;
}

static void test_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        ARENA(work);
        struct format format;
        const struct profile *profile =
            workshop_profile(work, workshop_text(cases[i].text), "", &format);
        const struct suggestions *all = suggest(work, shop.dictionary, profile, "");
        const struct suggestion *suggestion = find(all, cases[i].column);
        const char *as = placed_as(suggestion);
        if (!text_equal(text_or_empty(as), text_or_empty(cases[i].path)))
            fail_msg("case %zu: '%s' is taken for %s", i, cases[i].column, as ? as : "nothing");
        if (suggestion->confidence < cases[i].least || suggestion->confidence > cases[i].most)
            fail_msg("case %zu: the confidence is %s", i, confidence_names[suggestion->confidence]);
        if (!text_equal(text_or_empty(suggestion->date), text_or_empty(cases[i].date)))
            fail_msg("case %zu: the date form is %s", i, text_or_empty(suggestion->date));
        check_mapping(work, all, &format, "case.csv");
    }
}

static const struct {
    const char *text, *key;
} keys[] = {
    {"name,customer_no\nA,17\nB,18\n", "customer_no"},
    {"email,ref\na@example.com,x1\nb@example.com,x2\n", "ref"},
    {"branch,number\n1,1\n1,2\n2,1\n2,2\n", "{number}-{branch}"},
    {"code,other\n1,a\n2,\n3,c\n", "code"},
    {"balance;serial nr\n1,50;17\n2,50;18\n3,10;19\n", "serial nr"},
    {"post code;Num\xc3\xa9ro client;nom\n75002;17;Dupont\n69006;18;Durand\n",
     "Num\xc3\xa9ro client"},
};

static void test_keys(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        ARENA(work);
        struct format format;
        const struct profile *profile =
            workshop_profile(work, workshop_text(keys[i].text), "", &format);
        assert_string_equal(suggest(work, shop.dictionary, profile, "")->key, keys[i].key);
    }
}

static void test_couples(void **state)
{
    (void)state;
    ARENA(work);
    struct format format;
    const char *text = "id;name;tel\n1;Smith, John;03 9123 4567\n2;John & Mary Smith;03 9123 4568\n"
                       "3;Ann Lee;03 9123 4569\n4;Mr and Mrs J Brown;03 9123 4560\n";
    const struct profile *profile = workshop_profile(work, workshop_text(text), "AU", &format);
    const struct suggestions *all = suggest(work, shop.dictionary, profile, "AU");
    const char *mapping =
        suggest_mapping(work, all, "found", "couples.csv", format_element(work, &format), 4);
    assert_non_null(strstr(mapping, "<couple take=\"first\"/>"));
    assert_non_null(strstr(mapping, "<couple take=\"second\"/>"));
    assert_non_null(strstr(mapping, "<relation to=\"\" role=\"spouse\"/>"));
    check_mapping(work, all, &format, "couples.csv");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_keys),         cmocka_unit_test(test_couples),
        cmocka_unit_test(test_made_up_sets), cmocka_unit_test(test_shared_sets),
    };
    return cmocka_run_group_tests(tests, open_shop, close_shop);
}
