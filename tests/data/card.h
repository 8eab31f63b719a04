/*
 * Card: what one record says of one customer, before it takes its source's shape.
 *
 * A text that is not said is NULL.  `shows` remembers which true facts can still be read from it, so
 * that the generator can keep hopeless records rare: see card_links().
 */
#pragma once

#include "tests/data/world.h"

enum source { SOURCE_MAIL, SOURCE_CALLCENTER, SOURCE_WEB, SOURCE_WARRANTY, SOURCE_COUNT };

struct card {
    enum source source;
    unsigned day, shows;
    struct date born; /* year 0: not said */
    const char *given, *middle, *family, *former, *suffix, *title;
    const char *phone[2], *email, *company;
    const char *unit, *street, *suburb, *state, *postcode;
};

/* Who writes the cards. */
struct scribe {
    struct arena *work;
    struct dice *dice;
    const struct names *names;
    unsigned dirt; /* per cent of the usual slips and placeholders */
};

struct card card_person(const struct scribe *scribe, const struct household *household,
                        const struct person *person, enum source source, unsigned day);
struct card card_company(const struct scribe *scribe, const struct company *company,
                         enum source source, unsigned day);
/* Do the facts that both cards show suffice to know that they speak of one person? */
bool card_links(const struct card *left, const struct card *right, const struct person *person);
