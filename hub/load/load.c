#include "hub/load/load.h"

#include <unistd.h>

#include "hub/store/hold.h"
#include "sql.gen.h"

#define STORED_SHARE 100 /* to settle that many costs as much as to resolve one on its own */
#define PAUSE_US 100000

bool load_worthwhile(const struct outlook *outlook, const struct stage *stage, size_t least,
                     int64_t stored)
{
    bool numbered = stage->staged->first_id != 0; /* begun in bulk: it can be gone on with */
    if (numbered && stage->source->mapping->from.snapshot)
        return false; /* a newer snapshot may have come since: the pipeline knows */
    return outlook->plain &&
           (numbered || outlook->records >= least + (size_t)stored / STORED_SHARE);
}

/* All that is stored is right, and can be found. */
static bool put_right(const struct hub *hub, const struct settle_settings *settings,
                      struct error *err)
{
    return indexes_make(hub->db, settings, err) && settle_all(hub, settings, err);
}

/* Hold the hub; what another left half done is finished first. */
static bool hold(const struct load *load, struct error *err)
{
    const struct settle_settings *settings = load->settings;
    bool broken_off;
    while (!hold_begin(load->hub->db, &broken_off, err)) {
        if (err->kind != ERROR_CONFLICT)
            return false;
        if (settings->tick && !settings->tick(settings->to, "waiting for another load", 0, 0))
            return error_set(err, ERROR_RETRY, "interrupted");
        (void)usleep(PAUSE_US);
    }
    /* Indexes alone: it is settled with all that comes now. */
    return !broken_off || indexes_make(load->hub->db, settings, err);
}

bool load_begin(struct arena *arena, struct load *load, size_t records, struct error *err)
{
    if (!hold(load, err) || !indexes_drop(load->hub->db, &load->fresh, err))
        return false;
    load->known = known_new(arena, records);
    load->begun = true;
    return true;
}

bool load_file(const struct load *load, struct stage *stage, const struct outlook *outlook,
               struct error *err)
{
    const struct settle_settings *settings = load->settings;
    const struct take_in to = {.hub = load->hub,
                               .dsn = settings->dsn,
                               .stage = stage,
                               .known = load->known,
                               .fresh = load->fresh,
                               .cores = settings->cores ? settings->cores : 1,
                               .memory = settings->memory};
    return take_in(&to, outlook, err);
}

bool load_end(const struct load *load, struct error *err)
{
    return settle_all(load->hub, load->settings, err) &&
           indexes_make(load->hub->db, load->settings, err) && hold_end(load->hub->db, err);
}

/* What fails is left for another time. */
static bool recover(const struct hub *hub, const struct settle_settings *settings,
                    struct error *err)
{
    struct error ignored;
    if (put_right(hub, settings, err))
        return hold_end(hub->db, err);
    (void)!hold_leave(hub->db, &ignored);
    return false;
}

bool load_recover(const struct hub *hub, const struct settle_settings *settings, bool *busy,
                  struct error *err)
{
    bool noted, broken_off;
    *busy = false;
    if (!hold_noted(hub->db, &noted, err))
        return false;
    if (!noted)
        return true;
    if (!hold_begin(hub->db, &broken_off, err))
        return err->kind == ERROR_CONFLICT;
    *busy = broken_off;
    return broken_off ? recover(hub, settings, err) : hold_end(hub->db, err);
}
