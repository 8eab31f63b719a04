/* Curve: how precision and recall go with the threshold, everything resolved in memory at each. */
#pragma once

#include "hub/base/json.h"
#include "hub/match/evaluate.h"
#include "hub/programs/axle/version.h"

#define CURVE_POINTS 12
struct curve_point {
    double match;   /* the probability from which a pair is a match */
    int32_t weight; /* the same as a weight, for so many records */
    bool active;    /* it is that of the version the hub works with */
    struct evaluation evaluation;
};

/* The records, each with its id where its cluster stands, and any number where the hub has no such record. */
bool curve_make(struct version_desk *desk, const struct assignment *records, size_t count,
                struct curve_point points[CURVE_POINTS], struct error *err) MUST_CHECK;
void curve_print(const struct curve_point points[CURVE_POINTS]);
/* As the value of a member. */
void curve_json(struct json_writer *json, const struct curve_point points[CURVE_POINTS]);
