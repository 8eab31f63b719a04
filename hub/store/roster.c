#include "hub/store/roster.h"

#include "hub/base/file.h"

bool roster_write(const struct instance *instance, const struct sources *sources, struct error *err)
{
    ARENA(work);
    struct buffer out = {.arena = work};
    for (size_t i = 0; i < sources->count; i++) {
        const struct mapping *mapping = sources->list[i].mapping;
        if (transport_pulls(&mapping->from))
            buffer_printf(&out, "%s %s\n", mapping->source, mapping->connector);
    }
    return file_write(arena_printf(work, "%s/run/sources", instance->home), 0644,
                      buffer_string(&out), err);
}
