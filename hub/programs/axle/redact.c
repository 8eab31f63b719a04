#include "hub/programs/axle/redact.h"

#include <inttypes.h>

static const char *hexadecimal(struct arena *arena, int64_t id)
{
    return arena_printf(arena, "%016" PRIx64, (uint64_t)id);
}

const char *redact_name(struct arena *arena, struct named named, bool redact)
{
    if (redact)
        return arena_printf(arena, "%s record %s", named.source, hexadecimal(arena, named.id));
    return *named.part ? arena_printf(arena, "%s/%s#%s", named.source, named.key, named.part)
                       : arena_printf(arena, "%s/%s", named.source, named.key);
}

void redact_write(struct json_writer *json, struct named named, bool redact)
{
    ARENA(scratch);
    json_member(json, "source", named.source);
    json_member(json, "key", redact ? NULL : named.key);
    json_member(json, "part", redact ? NULL : named.part);
    json_member(json, "record", redact ? hexadecimal(scratch, named.id) : NULL);
}
