/* Every mistake that a dictionary file can have: its message and its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/base/text.h"
#include "hub/dictionary/dictionary.h"

#define SCHEMA "schemas/dictionary.xsd"
#define SHIPPED "schemas/dictionary.xml"

#define SHOE(more)                                                                              \
    "<class name='customer'><element name='shoe' label='S' domain='text' sensitivity='public' " \
    "survivorship='trust' " more "><definition>The shoe.</definition></element></class>"

#define MANY(name)                                                                                \
    "<element name='" name "' label='M' domain='text' sensitivity='public' survivorship='union' " \
    "many='yes'><definition>M.</definition></element>"

static const struct {
    const char *inside, *message;
} mistakes[] = {
    {"<class name='customer'><definition>Again.</definition></class>",
     "2:24: the class 'customer' is defined already; only elements can be added to it"},
    {"<class name='boat'/>", "2:1: the class 'boat' needs a <definition>"},
    {"<class name='customer'><element name='email' label='E' domain='text' "
     "sensitivity='public' survivorship='trust'><definition>E.</definition></element></class>",
     "2:33: the element 'customer.email' is defined already; <refine> changes what can be "
     "changed "
     "of it"},
    {"<class name='customer'><element name='name_family' label='E' domain='text' "
     "sensitivity='public' survivorship='trust'><definition>E.</definition></element></class>",
     "2:33: the element 'customer.name_family' would share the column 'name_family' with "
     "another"},
    {"<class name='customer'><element name='x' label='E' domain='texd' "
     "sensitivity='public' survivorship='trust'><definition>E.</definition></element></class>",
     "2:52: there is no domain 'texd'; did you mean 'text'?"},
    {"<class name='customer'><element name='x' label='E' domain='text' "
     "sensitivity='pubic' survivorship='trust'><definition>E.</definition></element></class>",
     "2:66: sensitivity cannot be 'pubic'; it is one of: public, internal, personal, "
     "sensitive; did you mean 'public'?"},
    {"<domain name='sex' length='3'/>",
     "2:1: the domain 'sex' is defined already; only codes can be added to a code list"},
    {"<domain name='sex'><code value='male' label='Man'/></domain>",
     "2:20: the code 'male' is defined already; only synonyms can be added to it"},
    {"<domain name='sex'><code value='male' synonyms='woman'/></domain>",
     "2:39: 'woman' stands for 'female' already, it cannot stand for 'male' too"},
    {"<domain name='sex'><code value='neither'/></domain>",
     "2:20: the new code 'neither' needs a label"},
    {"<domain name='new'><code value='-' label='a'/></domain>",
     "2:26: '-' has no letter or digit, or is too long"},
    {"<refine of='customer.statsu' label='S'/>",
     "2:9: there is no element 'customer.statsu'; did you mean 'customer.status'?"},
    {"<refine of='customer.status' domain='sex'/>",
     "2:30: 'customer.status' cannot have the domain 'sex', which permits 'female', which "
     "'status' does not; only a narrower one will do"},
    {"<refine of='customer.occupation' domain='line'/>",
     "2:34: 'customer.occupation' cannot have the domain 'line', which permits more than the "
     "200 characters of 'text'; only a narrower one will do"},
    {"<refine of='interaction.score' domain='count'/>",
     "2:32: 'interaction.score' cannot have the domain 'count', which permits less than 1, the "
     "minimum of 'score'; only a narrower one will do"},
    {"<refine of='interaction.score' domain='text'/>",
     "2:32: 'interaction.score' cannot have the domain 'text', which is of another kind than "
     "'score'; only a narrower one will do"},
    {"<refine of='customer.birth_date' domain='day'/>",
     "2:34: 'customer.birth_date' cannot have the domain 'day', which permits more than the "
     "next year, the maximum of 'date'; only a narrower one will do"},
    {"<refine of='customer.email' sensitivity='public'/>",
     "2:29: 'customer.email' is personal; it can be more sensitive, not less"},
    {"<refine of='customer.email' retention='forever'/>",
     "2:29: retention cannot be 'forever'; its form is a number of days, months or years, such as "
     "7y"},
    {"<refine of='customer.email' purpose='marketng'/>",
     "2:29: there is no purpose 'marketng' in the domain 'purpose'; did you mean 'marketing'?"},
    {"<domain name='few' narrows='statis'/>",
     "2:20: there is no domain 'statis' before this one; did you mean 'status'?"},
    {"<domain name='few' narrows='status'><code value='led'/></domain>",
     "2:43: 'led' is no code of 'status', which 'few' narrows; did you mean 'lead'?"},
    {"<domain name='big' narrows='score' maximum='11'/>",
     "2:1: the domain 'big' permits more than 10, the maximum of 'score'; it must be narrower"},
    {"<domain name='big' narrows='short' length='31'/>",
     "2:1: the domain 'big' permits more than the 30 characters of 'short'; it must be "
     "narrower"},
    {"<domain name='big' narrows='percent' unit='km'/>",
     "2:1: the domain 'big' is not in % as 'percent' is; it must be narrower"},
    {"<domain name='none' kind='integer' minimum='2' maximum='1'/>",
     "2:1: no value of 'none' can be at least 2 and at most 1"},
    {"<domain name='odd' kind='integer' minimum='one'/>",
     "2:35: minimum must be a number like 10 or -0.5, not 'one'"},
    {"<domain name='odd' kind='date' maximum='9'/>",
     "2:32: maximum must be a date like 2030-12-31, not '9'"},
    {"<domain name='odd' maximum='9'/>",
     "2:20: maximum stands only where values are numbers or dates, not '9'"},
    {"<domain name='odd' unit='s'/>", "2:1: 'odd' has a unit, but its values are no numbers"},
    {"<domain name='odd' kind='integer' check='luhn'/>",
     "2:1: 'odd' has a check digit, but its values are no texts"},
    {"<domain name='odd' kind='boolean'/>",
     "2:1: the domain 'odd' has the kind boolean and needs the codes 'yes' and 'no', and no "
     "others"},
    {"<domain name='odd' kind='code'/>", "2:1: the domain 'odd' has the kind code, and no codes"},
    {"<domain name='odd' kind='integer'><code value='1' label='One'/></domain>",
     "2:1: the domain 'odd' has codes, so its kind cannot be another than code"},
    {"<domain name='odd' length='2'><code value='one' label='One'/></domain>",
     "2:37: the code 'one' is longer than the 2 characters of its domain"},
    {"<class name='offer'><identity of='code nam'/></class>",
     "2:31: the class 'offer' has no element 'nam'; did you mean 'name'?"},
    {"<class name='customer'><identity of='email'/></class>",
     "2:34: 'email' can stand many times in a record; it names no thing"},
    {"<class name='customer'><element name='source' label='S' domain='text' "
     "sensitivity='public' survivorship='trust'><definition>S.</definition></element></class>",
     "2:33: the element 'customer.source' has the name of a column that every view has; choose "
     "another"},
    {"<class name='customer'><element name='offer_id' label='S' domain='text' "
     "sensitivity='public' survivorship='trust'><definition>S.</definition></element></class>",
     "2:24: 'customer.offer_id' has the name of the column for related records of the class "
     "'offer'; choose another"},
    {"<class name='customer'><element name='shoe' label='S' domain='text' "
     "sensitivity='public' survivorship='trust'><definition> </definition></element></class>",
     "2:24: the element 'customer.shoe' has an empty definition"},
    {"<class name='xref'><definition>X.</definition></class>",
     "2:1: the name of the view of 'xref', axle.xref, is that of another already; choose another "
     "name"},
    {"<class name='customer_email'><definition>X.</definition></class>",
     "2:1: the name of the view of 'customer_email', axle.customer_email, is that of another "
     "already; choose another name"},
    {"<class name='a'><definition>A.</definition>" MANY(
         "b_c") "</class>"
                "<class name='a_b'><definition>A.</definition>" MANY("c") "</class>",
     "2:231: the name of the view of 'a_b.c', axle.a_b_c, is that of another already; choose "
     "another name"},
    {"<class name='a_class_with_a_name_that_is_rather_long'><definition>A.</definition>" MANY(
         "an_element_with_a_long_name") "</class>",
     "2:82: the name of the view of 'a_class_with_a_name_that_is_rather_long."
     "an_element_with_a_long_name', axle.a_class_with_a_name_that_is_rather_long_"
     "an_element_with_a_long_name, is too long; 63 letters can be published"},
    {SHOE("status='old'"), "2:111: status cannot be 'old'; it is one of: candidate, standard, "
                           "retired"},
    {"<clas name='x'/>",
     "2:1: <clas> is not expected here; expected is <class>, <domain> or <refine>; "
     "did you mean <class>?"},
};

static void mistakes_have_their_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(mistakes); i++) {
        ARENA(work);
        struct findings findings = {.arena = work};
        const char *site =
            arena_printf(work, "<dictionary xmlns='urn:axle:dictionary:1'>\n%s\n</dictionary>",
                         mistakes[i].inside);
        assert_null(dictionary_read(work, SCHEMA, SHIPPED, "site",
                                    (struct slice){site, strlen(site)}, &findings));
        assert_string_equal(finding_first(work, &findings),
                            arena_printf(work, "site:%s", mistakes[i].message));
        assert_int_equal(findings.errors, 1);
    }
}

/* One more than a dictionary, a domain, or an element can have. */
static const struct {
    const char *before, *each, *after, *message;
    unsigned count;
} sizes[] = {
    {"<class name='pet'><definition>A pet.</definition>",
     "<element name='e#' label='E' domain='text' sensitivity='public' survivorship='trust'>"
     "<definition>E.</definition></element>",
     "</class>", "is one too many; a dictionary has at most 2000 elements", 2000},
    {"<class name='pet'><definition>A pet.</definition>",
     "<element name='e#' label='E' domain='text' sensitivity='public' survivorship='trust'>"
     "<definition>E.</definition></element>",
     "</class>", "is one too many; of one class 1500 single ones can be published", 1501},
    {"", "<class name='c#'><definition>C.</definition></class>", "",
     "is one too many; a dictionary has at most 100", 100},
    {"<domain name='many'>", "<code value='c#' label='L#'/>", "</domain>",
     "the domain 'many' has more than 5000 codes", 5001},
    {"<domain name='sex'><code value='other' synonyms='", "s#|", "s'/></domain>",
     "'other' has more than 200 synonyms", 200},
    {"<refine of='customer.email' synonyms='", "s#|", "s'/>",
     "'customer.email' has too many synonyms; fewer than 200 can stand", 200},
};

/* `each` that many times, with its number for each '#'. */
static void add_many(struct buffer *out, const char *each, unsigned count)
{
    for (unsigned n = 0; n < count; n++)
        for (const char *c = each; *c; c++) {
            if (*c != '#')
                buffer_char(out, *c);
            else
                buffer_printf(out, "%u", n);
        }
}

static void sizes_have_limits(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        ARENA(work);
        struct findings findings = {.arena = work};
        struct buffer site = {.arena = work};
        buffer_printf(&site, "<dictionary xmlns='urn:axle:dictionary:1'>%s", sizes[i].before);
        add_many(&site, sizes[i].each, sizes[i].count);
        buffer_printf(&site, "%s</dictionary>", sizes[i].after);
        assert_null(dictionary_read(work, SCHEMA, SHIPPED, "site",
                                    (struct slice){site.data, site.length}, &findings));
        assert_non_null(strstr(finding_first(work, &findings), sizes[i].message));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mistakes_have_their_place),
        cmocka_unit_test(sizes_have_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
