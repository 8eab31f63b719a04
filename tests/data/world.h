/*
 * World: who there is, before anybody writes it down: households of people, companies, and how they are reached.
 *
 * Days count from 2015-01-01; a change (a move, a marriage, a new mobile) has the day it happened, so
 * that records before and after differ.  Phones are their ten digits.
 */
#pragma once

#include "hub/base/map.h"
#include "tests/data/names.h"
#include "tests/data/places.h"

#define WORLD_DAYS 3650
#define HOUSEHOLD_MOST 6

struct date {
    int year, month, day;
};

struct company {
    unsigned entity;
    const char *core, *trade; /* "Walker & Sons", "Plumbing" */
    const char *trading_name; /* another name it goes by, or NULL */
    const char *domain, *mailbox;
    const char *phone;
    struct address address;
};

struct person {
    unsigned entity;
    bool female, has_double; /* someone at the address bears the same name */
    enum culture culture;
    const char *given, *middle, *family, *suffix, *title;
    const char *former; /* surname before marriage; NULL: always the same */
    struct date born;
    unsigned married, renumbered; /* days; 0: before all records, or never */
    const char *mobile, *old_mobile;
    const char *email, *second_email, *work_email;
    const struct company *company;
};

struct household {
    unsigned id;
    struct address now, before;
    unsigned moved;                                /* 0: never */
    const char *landline, *old_landline, *mailbox; /* NULL: none */
    struct person person[HOUSEHOLD_MOST];
    size_t count;
};

struct world;
struct world *world_new(struct arena *process, struct dice *dice, unsigned records);
/* The next people, numbered on; they live in `work`. */
struct household *world_household(struct world *world, struct arena *work, struct dice *dice);
/* The next company that is a customer itself, NULL when there are no more. */
const struct company *world_company(struct world *world);
const struct names *world_names(const struct world *world);
