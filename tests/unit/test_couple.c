#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/standard/couple.h"

static const struct {
    const char *text, *first, *second;
} cases[] = {
    {"John & Mary Smith", "John Smith", "Mary Smith"},
    {"John and Mary Smith", "John Smith", "Mary Smith"},
    {"JOHN AND MARY SMITH", "JOHN SMITH", "MARY SMITH"},
    {"John&Mary Smith", "John Smith", "Mary Smith"},
    {"John + Mary Smith", "John Smith", "Mary Smith"},
    {"John/Mary Smith", "John Smith", "Mary Smith"},
    {"J & M Smith", "J Smith", "M Smith"},
    {"J.P. & M. Smith", "J.P. Smith", "M. Smith"},
    {"John B. & Mary Smith", "John B. Smith", "Mary Smith"},
    {"John & Mary Ann Smith", "John Smith", "Mary Ann Smith"},
    {"John Smith & Mary Jones", "John Smith", "Mary Jones"},
    {"John Smith / Mary Smith", "John Smith", "Mary Smith"},
    {"John Smith & Mary", "John Smith", "Mary Smith"},
    {"Mr & Mrs John Smith", "Mr John Smith", "Mrs Smith"},
    {"Mr and Mrs J Smith", "Mr J Smith", "Mrs Smith"},
    {"Mr & Mrs Smith", "Mr Smith", "Mrs Smith"},
    {"Mr. J. and Mrs. M. Smith", "Mr. J. Smith", "Mrs. M. Smith"},
    {"Mr Smith & Mrs Jones", "Mr Smith", "Mrs Jones"},
    {"Mr John Smith & Dr Mary Jones", "Mr John Smith", "Dr Mary Jones"},
    {"Herr und Frau Müller", "Herr Müller", "Frau Müller"},
    {"Hans und Anna Müller", "Hans Müller", "Anna Müller"},
    {"Jan en Marie van der Berg", "Jan van der Berg", "Marie van der Berg"},
    {"Pierre et Marie Curie", "Pierre Curie", "Marie Curie"},
    {"Juan y María García", "Juan García", "María García"},
    {"Juan y María García López", "Juan García López", "María García López"},
    {"João e Maria da Silva Santos", "João da Silva Santos", "Maria da Silva Santos"},
    {"Smith, John & Mary", "John Smith", "Mary Smith"},
    {"van der Berg, Jan & Marie", "Jan van der Berg", "Marie van der Berg"},
    {"Smith, John & Jones, Mary", "John Smith", "Mary Jones"},
    /* one person */
    {"John Smith", "John Smith", NULL},
    {"Smith, John", "Smith, John", NULL},
    {"José Ortega y Gasset", "José Ortega y Gasset", NULL},
    {"Santiago Ramón y Cajal", "Santiago Ramón y Cajal", NULL},
    {"John Smith c/o Mary Jones", "John Smith c/o Mary Jones", NULL},
    {"", "", NULL},
    {"&", "&", NULL},
    {"John &", "John &", NULL},
    {"& Mary Smith", "& Mary Smith", NULL},
    {"John & M", "John & M", NULL},
    {"Smith, & Mary", "Smith, & Mary", NULL},
    /* organisations */
    {"Smith & Sons Pty Ltd", "Smith & Sons Pty Ltd", NULL},
    {"Smith & Sons", "Smith & Sons", NULL},
    {"Johnson & Johnson", "Johnson & Johnson", NULL},
    {"Smith & Wesson", "Smith & Wesson", NULL},
    {"Ben & Jerry's", "Ben & Jerry's", NULL},
    {"Ben & Jerry's Homemade", "Ben & Jerry's Homemade", NULL},
    {"Smith and Jones Lawyers", "Smith and Jones Lawyers", NULL},
    {"Miller & Co.", "Miller & Co.", NULL},
    {"The Smith & Jones Band", "The Smith & Jones Band", NULL},
    {"3 & 4 Motors Parade", "3 & 4 Motors Parade", NULL},
    /* more than two */
    {"John, Mary & Bob Smith", "John, Mary & Bob Smith", NULL},
    {"John & Mary & Bob Smith", "John & Mary & Bob Smith", NULL},
    {"a b c d e f g h i j k l m n o p q & r s", "a b c d e f g h i j k l m n o p q & r s", NULL},
};

static void reads_two_names(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        ARENA(work);
        struct couple couple = couple_read(work, cases[i].text);
        assert_string_equal(couple.first, cases[i].first);
        assert_string_equal(text_or_empty(couple.second), text_or_empty(cases[i].second));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_two_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
