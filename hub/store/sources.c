#include "hub/store/sources.h"

#include "sql.gen.h"

/* What golden records are made of: they follow, and nobody makes one in between. */
static bool change_trust(struct arena *work, struct db *db, const struct mapping *mapping,
                         struct error *err)
{
    struct rows rows;
    return db_run(work, db, &SQL_SOURCE_RETRUST,
                  PARAMS(db_text(mapping->source), db_int(work, mapping->trust)), &rows, err) &&
           (!rows.count ||
            (db_run(work, db, &SQL_RESOLVE_EXCLUDE, NO_PARAMS, NULL, err) &&
             db_run(work, db, &SQL_JOB_ADD_SOURCE, PARAMS(db_text(mapping->source)), NULL, err)));
}

static struct param names_param(struct arena *work, const char *const *names)
{
    size_t count = 0;
    while (names[count])
        count++;
    return db_texts(work, names, count);
}

/* What the new mapping expects is no drift any more. */
static bool settle_drift(struct arena *work, struct db *db, const struct mapping *mapping,
                         struct error *err)
{
    return db_run(work, db, &SQL_DRIFT_SETTLE,
                  PARAMS(db_text(mapping->source), names_param(work, mapping_paths(work, mapping)),
                         names_param(work, mapping->drops), names_param(work, mapping->ignores)),
                  NULL, err);
}

static bool keep_mapping(struct arena *work, struct db *db, const struct mapping *mapping,
                         struct error *err)
{
    return db_run(work, db, &SQL_MAPPING_REGISTER,
                  PARAMS(db_text(mapping->source), db_text(mapping->hash), db_text(mapping->body)),
                  NULL, err) &&
           (!mapping->tables || db_run(work, db, &SQL_MAPPING_TABLES,
                                       PARAMS(db_text(mapping->source), db_text(mapping->hash),
                                              db_text(mapping->tables)),
                                       NULL, err));
}

bool sources_register(struct db *db, const struct mapping *mapping,
                      const struct dictionary *dictionary, bool *changed, struct error *err)
{
    ARENA(work);
    struct rows rows;
    struct tx *tx = tx_begin(work, db, err);
    if (!tx || !applied_enter(db, dictionary, err) ||
        !db_run(work, db, &SQL_SOURCE_REGISTER, PARAMS(db_text(mapping->source)), NULL, err) ||
        !keep_mapping(work, db, mapping, err) || !change_trust(work, db, mapping, err) ||
        !db_run(work, db, &SQL_MAPPING_ACTIVATE,
                PARAMS(db_text(mapping->source), db_text(mapping->hash),
                       db_int(work, mapping->trust), db_text(mapping->connector)),
                &rows, err) ||
        (rows.count && !settle_drift(work, db, mapping, err)) || !tx_commit(tx, err))
        return error_wrap(err, "cannot register source '%s'", mapping->source);
    *changed = rows.count > 0;
    return true;
}

static bool read_stamp(struct db *db, int64_t *stamp, struct error *err)
{
    ARENA(work);
    struct rows rows;
    if (!db_run(work, db, &SQL_SOURCE_STAMP, NO_PARAMS, &rows, err))
        return false;
    *stamp = rows_int(&rows, 0, 0);
    return true;
}

/* The mapping as the hub keeps it, if that can be read by this dictionary. */
static struct source read_source(struct arena *arena, const struct dictionary *dictionary,
                                 const char *schema, const struct rows *rows, size_t i)
{
    struct findings findings = {.arena = arena};
    const char *name = rows_text(rows, i, 1);
    const struct mapping_copy copy = {.file = arena_printf(arena, "%s.xml", name),
                                      .body = rows_text(rows, i, 3),
                                      .tables = rows_text(rows, i, 5)};
    const struct mapping *mapping = mapping_restore(arena, dictionary, schema, &copy, &findings);
    struct source source = {.id = (int)rows_int(rows, i, 0),
                            .name = name,
                            .mapping_id = rows_int(rows, i, 2),
                            .mapping = mapping};
    if (mapping)
        return source;
    source.mistake = finding_first(arena, &findings);
    source.why = arena_printf(arena, "the live mapping of source '%s' cannot be read any more: %s",
                              name, source.mistake);
    return source;
}

static struct sources *load_by(struct arena *arena, struct db *db,
                               const struct dictionary *dictionary, const char *schemas,
                               struct error *err)
{
    struct sources *sources = NEW(arena, struct sources);
    struct rows rows;
    const char *schema = arena_printf(arena, "%s/source.xsd", schemas);
    sources->dictionary = dictionary;
    if (!db_run(arena, db, &SQL_SOURCE_LIST, NO_PARAMS, &rows, err))
        return NULL;
    struct source *list = NEW_ARRAY(arena, struct source, rows.count + 1);
    struct source *unreadable = NEW_ARRAY(arena, struct source, rows.count + 1);
    for (size_t i = 0; i < rows.count; i++) {
        struct source source = read_source(arena, dictionary, schema, &rows, i);
        if (source.mapping)
            list[sources->count++] = source;
        else
            unreadable[sources->unreadable_count++] = source;
    }
    sources->unreadable = unreadable;
    sources->list = list;
    return sources;
}

const struct sources *sources_load_by(struct arena *arena, struct db *db,
                                      const struct dictionary *dictionary, const char *schemas,
                                      struct error *err)
{
    return load_by(arena, db, dictionary, schemas, err);
}

const struct sources *sources_load(struct arena *arena, struct db *db, const char *schemas,
                                   struct error *err)
{
    int64_t stamp; /* from before: what changes meanwhile is read once more */
    if (!read_stamp(db, &stamp, err))
        return NULL;
    const struct dictionary *dictionary = applied_load(arena, db, schemas, err);
    struct sources *sources = dictionary ? load_by(arena, db, dictionary, schemas, err) : NULL;
    if (sources)
        sources->stamp = stamp;
    return sources;
}

bool sources_stale(const struct sources_now *now, struct db *db, bool *stale, struct error *err)
{
    int64_t stamp;
    if (!read_stamp(db, &stamp, err))
        return false;
    *stale = !now->sources || now->sources->stamp != stamp;
    return true;
}

bool sources_follow(struct sources_now *now, struct db *db, const char *schemas, struct error *err)
{
    bool stale;
    if (!sources_stale(now, db, &stale, err))
        return false;
    if (!stale)
        return true;
    struct arena *arena = arena_new();
    const struct sources *sources = sources_load(arena, db, schemas, err);
    arena_free(sources ? now->arena : arena);
    if (sources)
        *now = (struct sources_now){sources, arena};
    return sources != NULL;
}

const struct source *sources_by_id(const struct sources *sources, int64_t id)
{
    for (size_t i = 0; i < sources->count; i++)
        if (sources->list[i].id == id)
            return &sources->list[i];
    for (size_t i = 0; i < sources->unreadable_count; i++)
        if (sources->unreadable[i].id == id)
            return &sources->unreadable[i];
    return NULL;
}

const struct source *sources_by_name(const struct sources *sources, const char *name)
{
    for (size_t i = 0; i < sources->count; i++)
        if (text_equal(sources->list[i].mapping->source, name))
            return &sources->list[i];
    return NULL;
}
