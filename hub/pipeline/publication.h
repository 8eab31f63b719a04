/*
 * Publication: golden records of some customers, made from the records that are linked to them now.
 *
 * The parameters of `golden_put` and `golden_differ`: written by resolving, compared by verifying.
 */
#pragma once

#include "hub/pipeline/hub.h"

struct publication {
    size_t count; /* customers that have records */
    struct uuid *customer;
    int32_t *records;
    const char **kind, **name, **doc, **lineage;
    struct map by_id; /* struct record: all their records */
};

bool publication_make(struct arena *work, const struct hub *hub, const struct uuid *customers,
                      size_t count, struct publication *publication, struct error *err) MUST_CHECK;
/* Run a statement that takes a publication; rows may be NULL. */
bool publication_run(struct arena *work, const struct hub *hub,
                     const struct publication *publication, const struct stmt *stmt,
                     struct rows *rows, struct error *err) MUST_CHECK;
