/*
 * Migrate: bring the hub's own tables to the version that this build knows.
 *
 * Migrations are schemas/migrations/NNNN_name.sql, run in order, forward only, each in a transaction
 * with the note that it ran.  A file that changed after it ran is an error, and so is a database with
 * migrations that this build does not know: a newer Axle has been here.
 */
#pragma once

#include "hub/store/db.h"

/* The highest migration that this build knows. */
#define SCHEMA_NUMBER 18

/* Run what is missing; *ran is how many did.  Safe to call from several processes at once. */
bool migrate(struct db *db, const char *directory, unsigned *ran, struct error *err) MUST_CHECK;
/* FATAL unless the database is exactly at SCHEMA_NUMBER: what every daemon asks first. */
bool migrate_check(struct db *db, struct error *err) MUST_CHECK;
