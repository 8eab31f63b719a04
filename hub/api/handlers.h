/* Handlers: what the rows of routes.c name, and what those share.  Only for hub/api. */
#pragma once

#include "hub/api/api.h"

bool get_health(struct call *call, struct error *err);
bool get_readiness(struct call *call, struct error *err);
bool get_metrics(struct call *call, struct error *err);
bool get_customer(struct call *call, struct error *err);
bool get_customer_records(struct call *call, struct error *err);
bool get_customer_lineage(struct call *call, struct error *err);
bool search_customers(struct call *call, struct error *err);
bool get_record(struct call *call, struct error *err);
bool put_record(struct call *call, struct error *err);
bool post_batch(struct call *call, struct error *err);
bool post_push(struct call *call, struct error *err);
bool options_push(struct call *call, struct error *err);

/* Write the customer in a row of SQL_CUSTOMER_SHOW, as far as the principal may see it. */
bool represent_customer(const struct call *call, const struct rows *rows, size_t row,
                        struct json_writer *json, struct error *err) MUST_CHECK;
