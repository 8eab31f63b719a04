/* Uuid: customer ids are UUIDv7 (RFC 9562): minted here, ordered by their birth. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "hub/base/arena.h"

struct uuid {
    unsigned char bytes[16];
};

#define UUID_TEXT 37 /* room for the text and its NUL */

/* A new one; within a process each is greater than the one before. */
struct uuid uuid_new(void);
void uuid_text(struct uuid uuid, char text[UUID_TEXT]);
bool uuid_read(const char *text, struct uuid *uuid) MUST_CHECK;
/* As memcmp: the older is the smaller. */
int uuid_compare(struct uuid left, struct uuid right);
bool uuid_is_nil(struct uuid uuid);
