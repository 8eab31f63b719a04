/* Customers: so many records of made-up customers in four sources, and the truth about them. */
#pragma once

#include <stdint.h>

#include "hub/base/error.h"

struct customers {
    int64_t seed, records;
    int64_t dirt;          /* per cent of the usual slips and placeholders: 100 is the default */
    const char *directory; /* which exists */
};

/* Write the sources, truth.csv and households.csv: the same bytes for the same request, everywhere. */
bool customers_write(const struct customers *customers, struct error *err) MUST_CHECK;
