#include "hub/api/handlers.h"

#define SEARCH_PARAMETERS "email phone name birth_date postcode identifier q limit cursor"

/* schemas/openapi.yaml says the same to the outside; tests/unit/test_api.c compares the two. */
static const struct route list[] = {
    {"GET", "/healthz", .at_once = true, .handler = get_health, .summary = "Is the process up?"},
    {"GET", "/readyz", .handler = get_readiness, .summary = "Can it answer questions?"},
    {"GET", "/metrics", .handler = get_metrics, .produces = "text/plain",
     .summary = "Measurements"},
    {"GET", "/v1/customers", "read", SEARCH_PARAMETERS, .handler = search_customers,
     .summary = "Find customers"},
    {"GET", "/v1/customers/{id}", "read", .handler = get_customer, .summary = "One customer"},
    {"GET", "/v1/customers/{id}/records", "read", .handler = get_customer_records,
     .summary = "The source records of a customer"},
    {"GET", "/v1/customers/{id}/lineage", "read", .handler = get_customer_lineage,
     .summary = "Where each value of a customer came from"},
    {"GET", "/v1/sources/{source}/records/{key}", "read", .handler = get_record,
     .summary = "A source record by its key"},
    {"PUT", "/v1/sources/{source}/records/{key}", .parameters = "wait", .handler = put_record,
     .summary = "Deliver one record"},
    {"POST", "/v1/records:batch", .handler = post_batch, .summary = "Deliver records"},
    {"POST", "/v1/push/{source}", .parameters = "key", .handler = post_push,
     .summary = "Deliver what a system or a page sends"},
    {"OPTIONS", "/v1/push/{source}", .handler = options_push,
     .summary = "May a page of another site send?"},
};

const struct routes api_routes = {list, COUNT_OF(list)};
