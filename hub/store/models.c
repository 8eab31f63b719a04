#include "hub/store/models.h"

#include "sql.gen.h"

static struct model_version version_of(const struct rows *rows)
{
    if (!rows->count)
        return (struct model_version){
            .hash = "", .form = "", .body = "", .origin = "", .base = "", .made_at = ""};
    return (struct model_version){
        .number = rows_int(rows, 0, 0),
        .hash = rows_text(rows, 0, 1),
        .form = rows_text(rows, 0, 2),
        .body = rows_text(rows, 0, 3),
        .origin = rows_text(rows, 0, 4),
        .base = rows_text(rows, 0, 5),
        .made_at = rows_text(rows, 0, 6),
    };
}

bool models_active(struct arena *arena, struct db *db, struct model_version *version,
                   struct error *err)
{
    struct rows rows;
    if (!db_run(arena, db, &SQL_MODEL_ACTIVE, NO_PARAMS, &rows, err))
        return false;
    *version = version_of(&rows);
    return true;
}

bool models_find(struct arena *arena, struct db *db, int64_t number, struct model_version *version,
                 struct error *err)
{
    struct rows rows;
    if (!db_run(arena, db, &SQL_MODEL_FIND, PARAMS(db_int(arena, number)), &rows, err))
        return false;
    *version = version_of(&rows);
    return rows.count ||
           error_set(err, ERROR_NOT_FOUND, "there is no model version %lld", (long long)number);
}

const struct model *models_read(struct arena *arena, const char *schemas,
                                const struct model_version *version, struct error *err)
{
    struct findings findings = {.arena = arena};
    const char *name = arena_printf(arena, "model version %lld", (long long)version->number);
    const struct model *model = model_read(arena, arena_printf(arena, "%s/matching.xsd", schemas),
                                           name, version->body, &findings);
    if (model && text_equal(model_hash(model), version->hash))
        return model;
    if (model)
        (void)error_set(err, ERROR_FATAL,
                        "%s was made by another release than this program is of: run 'axle init'",
                        name);
    else
        (void)error_set(err, ERROR_FATAL, "%s cannot be read any more: %s; run 'axle init'", name,
                        finding_first(arena, &findings));
    return NULL;
}

const struct model *models_load(struct arena *arena, struct db *db, const char *schemas,
                                struct error *err)
{
    struct model_version version;
    if (!models_active(arena, db, &version, err))
        return NULL;
    if (version.number)
        return models_read(arena, schemas, &version, err);
    (void)error_set(err, ERROR_FATAL, "the hub has no matching model yet: run 'axle init'");
    return NULL;
}

bool models_number(struct db *db, const struct model *model, int64_t *number, struct error *err)
{
    ARENA(work);
    struct rows rows;
    if (!db_run(work, db, &SQL_MODEL_NUMBER, PARAMS(db_text(model_hash(model))), &rows, err))
        return false;
    *number = rows.count ? rows_int(&rows, 0, 0) : 0;
    return true;
}

bool models_register(struct db *db, const struct model *model, const char *base, const char *report,
                     struct registered *registered, struct error *err)
{
    ARENA(work);
    struct rows rows;
    if (!db_run(work, db, &SQL_MODEL_REGISTER,
                PARAMS(db_text(model_hash(model)), db_text(model_form(model)),
                       db_text(model_text(work, model)), db_text(base ? "trained" : "shipped"),
                       db_text(text_or_empty(base)), db_text(report)),
                &rows, err))
        return false;
    registered->added = rows.count > 0;
    if (!registered->added)
        return models_number(db, model, &registered->number, err);
    registered->number = rows_int(&rows, 0, 0);
    return true;
}

bool models_follow(struct models_now *now, struct db *db, const char *schemas, struct error *err)
{
    ARENA(work);
    struct rows rows;
    if (!db_run(work, db, &SQL_MODEL_HASH, NO_PARAMS, &rows, err))
        return false;
    const char *hash = rows.count ? rows_text(&rows, 0, 0) : "";
    if (now->model && text_equal(model_hash(now->model), hash))
        return true;
    struct arena *arena = arena_new();
    const struct model *model = models_load(arena, db, schemas, err);
    arena_free(model ? now->arena : arena);
    if (model)
        *now = (struct models_now){model, arena};
    return model != NULL;
}
