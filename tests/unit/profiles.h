/* What tests of hub/profile begin with: dictionary and model, and a text profiled and suggested for. */
#pragma once

#include "hub/profile/read.h"
#include "hub/profile/suggest.h"

struct workshop {
    struct arena *process;
    const struct dictionary *dictionary;
    const struct model *model;
};

/* That of the test program: a group's set-up and tear-down open and close it. */
static struct workshop shop;

static inline int open_shop(void **state)
{
    (void)state;
    shop.process = arena_new();
    struct findings findings = {.arena = shop.process};
    shop.dictionary = dictionary_load(shop.process, "schemas/dictionary.xsd",
                                      "schemas/dictionary.xml", NULL, &findings);
    shop.model =
        model_load(shop.process, "schemas/matching.xsd", "schemas/matching.xml", NULL, &findings);
    return shop.dictionary && shop.model ? 0 : -1;
}

static inline int close_shop(void **state)
{
    (void)state;
    arena_free(shop.process);
    return 0;
}

static inline void workshop_quiet(void *to, size_t done)
{
    (void)to, (void)done;
}

static inline const struct profile *workshop_profile(struct arena *arena, struct slice text,
                                                     const char *region, struct format *format)
{
    struct sniffed sniffed;
    struct error err;
    struct profile_rejects rejects;
    struct witness *witness = NEW(arena, struct witness);
    *witness = (struct witness){shop.dictionary, shop.model, region};
    sniff(arena, text, true, &sniffed);
    if (!sniffed_format(arena, &sniffed, format, &err))
        return NULL;
    return profile_read(arena, witness, format, text, &(struct profile_watch){workshop_quiet, NULL},
                        &rejects);
}

static inline struct slice workshop_text(const char *text)
{
    return (struct slice){.bytes = text, .size = strlen(text)};
}
