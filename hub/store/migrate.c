#include "hub/store/migrate.h"

#include "hub/base/file.h"
#include "hub/base/hash.h"
#include "sql.gen.h"

#define MIGRATION_BYTES_MOST ((size_t)4 * 1024 * 1024)

struct migration {
    int64_t number;
    const char *name, *text, *checksum;
};

struct migrations {
    struct migration *list;
    size_t count;
};

/* "…/0001_hub.sql" -> 1, "hub". */
static bool read_name(struct arena *arena, const char *path, struct migration *migration,
                      struct error *err)
{
    const char *file = strrchr(path, '/') + 1;
    if (strlen(file) < 10 || file[4] != '_' || !text_ends(file, ".sql") ||
        !text_to_int(arena_strndup(arena, file, strspn(file, "0123456789")), 1, 9999,
                     &migration->number))
        return error_set(err, ERROR_FATAL, "%s: a migration is named NNNN_name.sql", path);
    migration->name = arena_strndup(arena, file + 5, strlen(file) - 9);
    return true;
}

static bool read_all(struct arena *arena, const char *directory, struct migrations *all,
                     struct error *err)
{
    size_t count;
    const char *const *paths = file_list(arena, directory, "*.sql", &count);
    if (!count)
        return error_set(err, ERROR_FATAL, "%s: no migrations there", directory);

    all->list = NEW_ARRAY(arena, struct migration, count);
    for (size_t i = 0; i < count; i++) {
        struct migration *migration = &all->list[all->count++];
        struct slice text;
        if (!read_name(arena, paths[i], migration, err) ||
            !file_read(arena, paths[i], MIGRATION_BYTES_MOST, &text, err))
            return false;
        migration->text = text.bytes;
        migration->checksum = sha256_hex(arena, text.bytes, text.size);
        if (migration->number != (int64_t)i + 1)
            return error_set(err, ERROR_FATAL, "%s: number %zu is missing or stands twice",
                             directory, i + 1);
    }
    return true;
}

static bool list_done(struct arena *arena, struct db *db, struct rows *done, struct error *err)
{
    struct rows exists;
    *done = (struct rows){0};
    if (!db_run(arena, db, &SQL_MIGRATION_EXISTS, NO_PARAMS, &exists, err))
        return false;
    return !rows_bool(&exists, 0, 0) ||
           db_run(arena, db, &SQL_MIGRATION_LIST, NO_PARAMS, done, err);
}

static bool check_done(const struct migrations *all, const struct rows *done, struct error *err)
{
    for (size_t i = 0; i < done->count; i++) {
        if (i >= all->count)
            return error_set(err, ERROR_FATAL,
                             "the database is at schema %zu and this program knows %zu: "
                             "a newer Axle has been here, run that one",
                             done->count, all->count);
        if (!text_equal(all->list[i].checksum, rows_text(done, i, 1)))
            return error_set(err, ERROR_FATAL,
                             "migration %04zu_%s.sql has changed since it ran: restore the file, "
                             "and put the change into a new one",
                             i + 1, all->list[i].name);
    }
    return true;
}

static bool run_one(struct db *db, const struct migration *migration, struct error *err)
{
    ARENA(work);
    struct tx *tx = tx_begin(work, db, err);
    if (!tx || !db_script(db, migration->text, err) ||
        !db_run(work, db, &SQL_MIGRATION_ADD,
                PARAMS(db_int(work, migration->number), db_text(migration->name),
                       db_text(migration->checksum)),
                NULL, err) ||
        !tx_commit(tx, err))
        return error_wrap(err, "migration %04d_%s.sql", (int)migration->number, migration->name);
    return true;
}

static void unlock(void *db)
{
    struct error ignored;
    (void)!db_script(db, "select pg_advisory_unlock(hashtext('axle migrate'))", &ignored);
}

bool migrate(struct db *db, const char *directory, unsigned *ran, struct error *err)
{
    ARENA(work);
    struct migrations all = {0};
    struct rows done;
    *ran = 0;
    if (!read_all(work, directory, &all, err) ||
        !db_script(db, "select pg_advisory_lock(hashtext('axle migrate'))", err))
        return false;
    arena_defer(work, unlock, db);
    if (!list_done(work, db, &done, err) || !check_done(&all, &done, err))
        return false;
    for (size_t i = done.count; i < all.count; i++, ++*ran)
        if (!run_one(db, &all.list[i], err))
            return false;
    return db_run(work, db, &SQL_INSTANCE_CREATE, PARAMS(db_uuid(work, uuid_new())), NULL, err);
}

bool migrate_check(struct db *db, struct error *err)
{
    ARENA(work);
    struct rows done;
    if (!list_done(work, db, &done, err))
        return false;
    if (done.count == 0)
        return error_set(err, ERROR_FATAL, "there is no hub in this database: run 'axle init'");
    if (done.count < SCHEMA_NUMBER)
        return error_set(err, ERROR_FATAL,
                         "the database is at schema %zu and this program needs %d: run 'axle init'",
                         done.count, SCHEMA_NUMBER);
    if (done.count > SCHEMA_NUMBER)
        return error_set(err, ERROR_FATAL,
                         "the database is at schema %zu and this program knows %d: "
                         "a newer Axle has been here, run that one",
                         done.count, SCHEMA_NUMBER);
    return true;
}
