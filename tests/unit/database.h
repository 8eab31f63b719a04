/*
 * Database: a fresh, empty database for a test program, on the server that AXLE_DSN names
 * (tests/with-postgres); it goes away with its arena.  Without a server a test fails, it does not skip.
 */
#pragma once

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "hub/store/db.h"

#define MIGRATIONS "schemas/migrations"

struct test_database {
    struct db *admin;
    const char *name;
};

/* Ends the test program: what comes next could not work. */
static inline void database_must(bool done, const struct error *err)
{
    if (done)
        return;
    (void)fprintf(stderr, "%s\n", err->text);
    abort();
}

static inline void database_drop(void *arg)
{
    const struct test_database *database = arg;
    char sql[100];
    struct error err;
    (void)snprintf(sql, sizeof(sql), "drop database %s with (force)", database->name);
    database_must(db_script(database->admin, sql, &err), &err);
}

/* Its connection string. */
static inline const char *database_new(struct arena *arena)
{
    static int made;
    const char *dsn = getenv("AXLE_DSN");
    struct test_database *database = NEW(arena, struct test_database);
    struct error err = {.text =
                            "AXLE_DSN is not set: run this test by tests/with-postgres PROGRAM"};
    database_must(dsn && *dsn, &err);
    database->admin = db_open(arena, dsn, "test", &err);
    database_must(database->admin, &err);
    database->name = arena_printf(arena, "test_%d_%d", (int)getpid(), ++made);
    database_must(
        db_script(database->admin, arena_printf(arena, "create database %s", database->name), &err),
        &err);
    arena_defer(arena, database_drop, database);
    return arena_printf(arena, "%s dbname=%s", dsn, database->name);
}

static inline struct db *database_open(struct arena *arena, const char *dsn)
{
    struct error err;
    struct db *db = db_open(arena, dsn, "test", &err);
    database_must(db, &err);
    return db;
}

/* Run an ad-hoc statement that has to succeed. */
static inline struct rows database_run(struct arena *arena, struct db *db, const char *sql)
{
    static int made;
    struct error err;
    struct rows rows;
    struct stmt *stmt = NEW(arena, struct stmt);
    *stmt = (struct stmt){.name = arena_printf(arena, "test_%d", ++made), .text = sql};
    bool done = db_run(arena, db, stmt, NO_PARAMS, &rows, &err);
    if (!done)
        (void)fprintf(stderr, "%s\n", sql);
    database_must(done, &err);
    return rows;
}
