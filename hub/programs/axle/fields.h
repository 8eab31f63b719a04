/* Fields: what sources send beside or without what their mappings expect, for people and as JSON. */
#pragma once

#include "hub/base/json.h"
#include "hub/store/db.h"

/* Both take rows of SQL_DRIFT_LIST; what is only ignored is no drift. */
void fields_print_drift(struct arena *arena, const struct rows *rows);
void fields_write_drift(struct json_writer *json, const struct rows *rows);
