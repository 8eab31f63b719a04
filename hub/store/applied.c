#include "hub/store/applied.h"

#include "sql.gen.h"

bool applied_newest(struct arena *arena, struct db *db, struct applied *applied, struct error *err)
{
    struct rows rows;
    *applied = (struct applied){.hash = "", .body = ""};
    if (!db_run(arena, db, &SQL_DICTIONARY_NEWEST, NO_PARAMS, &rows, err))
        return false;
    if (rows.count)
        *applied = (struct applied){
            .id = rows_int(&rows, 0, 0),
            .hash = rows_text(&rows, 0, 1),
            .body = rows_text(&rows, 0, 2),
            .at = rows_text(&rows, 0, 3),
        };
    return true;
}

const struct dictionary *applied_read(struct arena *arena, const char *schemas, const char *body,
                                      const char *file, struct findings *findings)
{
    return dictionary_read(arena, arena_printf(arena, "%s/dictionary.xsd", schemas),
                           arena_printf(arena, "%s/dictionary.xml", schemas), file,
                           (struct slice){*body ? body : NULL, strlen(body)}, findings);
}

static const struct dictionary *read_applied(struct arena *arena, const struct applied *applied,
                                             const char *schemas, struct error *err)
{
    struct findings findings = {.arena = arena};
    const struct dictionary *dictionary =
        applied_read(arena, schemas, applied->body, "dictionary.xml", &findings);
    if (dictionary && (!applied->id || text_equal(dictionary->hash, applied->hash)))
        return dictionary;
    if (dictionary)
        (void)error_set(err, ERROR_FATAL,
                        "the hub works with another dictionary than this program has read: "
                        "run 'axle init'");
    else
        (void)error_set(err, ERROR_FATAL,
                        "the dictionary that the hub works with cannot be read any more: %s",
                        finding_first(arena, &findings));
    return NULL;
}

const struct dictionary *applied_load(struct arena *arena, struct db *db, const char *schemas,
                                      struct error *err)
{
    struct applied applied;
    return applied_newest(arena, db, &applied, err) ? read_applied(arena, &applied, schemas, err)
                                                    : NULL;
}

static bool read_last(struct db *db, int64_t *id, struct error *err)
{
    ARENA(work);
    struct rows rows;
    if (!db_run(work, db, &SQL_DICTIONARY_LAST, NO_PARAMS, &rows, err))
        return false;
    *id = rows_int(&rows, 0, 0);
    return true;
}

bool applied_follow(struct applied_now *now, struct db *db, const char *schemas, struct error *err)
{
    int64_t id;
    if (!read_last(db, &id, err))
        return false;
    if (now->dictionary && now->id == id)
        return true;
    struct arena *arena = arena_new();
    const struct dictionary *dictionary = applied_load(arena, db, schemas, err);
    arena_free(dictionary ? now->arena : arena);
    if (dictionary) /* perhaps of a later one still: then it is read once more */
        *now = (struct applied_now){id, dictionary, arena};
    return dictionary != NULL;
}

/* Two statements: what the second sees is of after the lock. */
static bool enter(struct db *db, const struct dictionary *dictionary, const char *model, bool *held,
                  struct error *err)
{
    ARENA(work);
    struct rows rows;
    if (!db_run(work, db, &SQL_DICTIONARY_ENTER, NO_PARAMS, NULL, err) ||
        !db_run(work, db, &SQL_DICTIONARY_HASH, NO_PARAMS, &rows, err))
        return false;
    *held = rows_bool(&rows, 0, 1);
    const char *hash = rows_text(&rows, 0, 0);
    if (hash && !text_equal(hash, dictionary->hash))
        return error_set(err, ERROR_RETRY, "the hub works with another dictionary since");
    return !model || text_equal(rows_text(&rows, 0, 2), model) ||
           error_set(err, ERROR_RETRY, "the hub works with another matching model since");
}

bool applied_enter(struct db *db, const struct dictionary *dictionary, struct error *err)
{
    bool held;
    return enter(db, dictionary, NULL, &held, err);
}

bool applied_enter_work(struct db *db, const struct dictionary *dictionary, const char *model,
                        struct error *err)
{
    bool held;
    return enter(db, dictionary, model, &held, err) &&
           (!held || error_set(err, ERROR_RETRY, "a bulk load is going on: the rest waits for it"));
}
