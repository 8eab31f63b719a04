/* Push: what the routes by which records come share.  Only for hub/api. */
#pragma once

#include "hub/api/handlers.h"
#include "hub/api/push_body.h"

/* A source that takes what is pushed; NULL when there is none by that name. */
const struct source *push_source(const struct sources *sources, const char *name);
/* What names a delivery, so that it counts once: Idempotency-Key, or webhook-id; NULL: nothing does. */
const char *push_delivery(const struct call *call);

/*
 * May this sender go on, and has the inbox room?  False with err->kind ERROR_NONE when he was told: 429 or
 * 503, and when to come again.
 */
bool push_may(struct call *call, const struct source *source, const char *sender,
              struct error *err) MUST_CHECK;
/* Put it into the inbox, exactly once, and count it against the sender. */
bool push_stage(struct call *call, const struct source *source, const char *sender,
                const struct push_body *body, struct staged *staged, struct error *err) MUST_CHECK;

/* A token's holder. */
const char *push_sender(const struct call *call);
/* Read what must be exactly one record with that key; *key may be NULL: any, and it becomes the record's.
 * False with *reject, which is why; body->problem is UNPROCESSABLE unless it is not about the record. */
bool push_read_one(struct arena *work, const struct mapping *mapping,
                   const struct push_given *given, const char **key, struct push_body *body,
                   struct reject *reject) MUST_CHECK;

/* {"stage":"decode","code":"json","message":"..","line":1,"column":7} */
void push_write_reject(struct json_writer *json, const struct reject *reject);
/* 422, with the reject among what the problem says. */
void push_refuse(struct call *call, const struct reject *reject);
