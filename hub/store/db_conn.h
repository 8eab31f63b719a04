/* What the files that speak libpq share: the connection, and what its errors mean. */
#pragma once

#include <libpq-fe.h>

#include "hub/store/db.h"

PGconn *db_conn(const struct db *db);
/* What went wrong, after `what`; the result may be NULL.  Always false. */
bool db_fail(const PGconn *conn, const PGresult *result, const char *what, struct error *err);
/* A big-endian two's complement number of 2, 4 or 8 bytes. */
int64_t db_read_int(const char *bytes, size_t size);
