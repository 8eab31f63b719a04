/* Hub: a fresh database with all its tables, and one source in it. */
#pragma once

#include "hub/store/migrate.h"
#include "hub/store/sources.h"
#include "tests/unit/database.h"

struct test_hub {
    struct db *db;
    const char *dsn;
    const struct source *source;
};

static inline struct test_hub hub_new(struct arena *arena, const char *mapping_text)
{
    struct error err = {0};
    struct findings findings = {.arena = arena};
    unsigned ran;
    bool changed;
    const char *dsn = database_new(arena);
    struct db *db = database_open(arena, dsn);
    const struct dictionary *dictionary =
        dictionary_load(arena, "schemas/dictionary.xsd", "schemas/dictionary.xml", "", &findings);
    const struct mapping *mapping =
        mapping_read(arena, dictionary, "schemas/source.xsd", "shop.xml",
                     (struct slice){mapping_text, strlen(mapping_text)}, &findings);
    if (!mapping)
        (void)error_set(&err, ERROR_FATAL, "%s", finding_first(arena, &findings));
    database_must(mapping && migrate(db, MIGRATIONS, &ran, &err) &&
                      sources_register(db, mapping, dictionary, &changed, &err),
                  &err);
    const struct sources *sources = sources_load(arena, db, "schemas", &err);
    database_must(sources, &err);
    return (struct test_hub){db, dsn, sources->list};
}

static inline int64_t hub_number(const struct test_hub *hub, const char *sql)
{
    ARENA(work);
    struct rows rows = database_run(work, hub->db, arena_printf(work, "select (%s)::bigint", sql));
    return rows_int(&rows, 0, 0);
}
