#include "hub/pipeline/identity.h"

#include "hub/base/hash.h"
#include "hub/base/map.h"

/* A living or retired id, and the cluster that holds most of its records. */
struct claim {
    struct uuid id;
    int64_t cluster; /* 0: none of its records is left */
    size_t records;  /* of it in that cluster */
    bool kept;
};

/* Records of one id in one cluster. */
struct share {
    struct uuid id;
    int64_t cluster;
    size_t records;
};

struct shares {
    struct share *list;
    size_t count;
};

struct claims {
    struct claim *list;
    size_t count;
};

static int by_id_then_cluster(const void *left, const void *right)
{
    const struct share *l = left, *r = right;
    int order = uuid_compare(l->id, r->id);
    return order ? order : (l->cluster > r->cluster) - (l->cluster < r->cluster);
}

/* Equal (id, cluster) pairs become one share with their number. */
static void gather(struct shares *shares)
{
    size_t kept = 0;
    if (shares->count)
        qsort(shares->list, shares->count, sizeof(*shares->list), by_id_then_cluster);
    for (size_t i = 0; i < shares->count; i++) {
        if (kept && by_id_then_cluster(&shares->list[kept - 1], &shares->list[i]) == 0)
            shares->list[kept - 1].records += shares->list[i].records;
        else
            shares->list[kept++] = shares->list[i];
    }
    shares->count = kept;
}

/* Each id claims the cluster with most of its records; of equals the one with the smallest record. */
static struct claims make_claims(struct arena *arena, const struct shares *shares)
{
    struct claims claims = {.list = NEW_ARRAY(arena, struct claim, shares->count + 1)};
    for (size_t i = 0; i < shares->count; i++) {
        const struct share *share = &shares->list[i];
        struct claim *last = claims.count ? &claims.list[claims.count - 1] : NULL;
        if (!last || uuid_compare(last->id, share->id) != 0)
            claims.list[claims.count++] = (struct claim){.id = share->id};
        last = &claims.list[claims.count - 1];
        if (share->cluster && share->records > last->records) {
            last->cluster = share->cluster;
            last->records = share->records;
        }
    }
    return claims;
}

static struct shares living_shares(struct arena *arena, const struct membership *members,
                                   size_t count)
{
    struct shares shares = {.list = NEW_ARRAY(arena, struct share, count + 1)};
    for (size_t i = 0; i < count; i++)
        if (!uuid_is_nil(members[i].before))
            shares.list[shares.count++] = (struct share){members[i].before, members[i].cluster, 1};
    gather(&shares);
    return shares;
}

static struct shares retired_shares(struct arena *arena, const struct membership *members,
                                    size_t count, const struct retired *retired,
                                    size_t retired_count)
{
    size_t room = 0;
    struct map cluster_of = {.arena = arena};
    for (size_t i = 0; i < retired_count; i++)
        room += retired[i].count;
    struct shares shares = {.list = NEW_ARRAY(arena, struct share, room + 1)};
    for (size_t i = 0; i < count && retired_count; i++) {
        int64_t *cluster = NEW(arena, int64_t);
        *cluster = members[i].cluster;
        map_put(&cluster_of, (uint64_t)members[i].record_id, cluster);
    }
    for (size_t i = 0; i < retired_count; i++)
        for (size_t r = 0; r < retired[i].count; r++) {
            const int64_t *cluster = map_get(&cluster_of, (uint64_t)retired[i].records[r]);
            if (cluster && *cluster)
                shares.list[shares.count++] = (struct share){retired[i].id, *cluster, 1};
        }
    gather(&shares);
    return shares;
}

/* The oldest id that claims a cluster carries it; claims are in order of age. */
static void grant(struct claims *claims, struct map *carrier)
{
    for (size_t i = 0; i < claims->count; i++) {
        struct claim *claim = &claims->list[i];
        if (!claim->cluster || map_get(carrier, (uint64_t)claim->cluster))
            continue;
        claim->kept = true;
        map_put(carrier, (uint64_t)claim->cluster, claim);
    }
}

static void note(struct identity_changes *changes, struct uuid id, enum identity_fate fate)
{
    changes->list[changes->count++] = (struct identity_change){id, fate};
}

void identity_assign(struct arena *arena, struct membership *members, size_t count,
                     const struct retired *retired, size_t retired_count,
                     struct identity_changes *changes)
{
    struct map carrier = {.arena = arena};
    struct shares living = living_shares(arena, members, count);
    struct claims claims = make_claims(arena, &living);
    struct shares past = retired_shares(arena, members, count, retired, retired_count);
    struct claims returning = make_claims(arena, &past);
    *changes =
        (struct identity_changes){.list = NEW_ARRAY(arena, struct identity_change,
                                                    claims.count + returning.count + count + 1)};

    grant(&claims, &carrier);
    for (size_t i = 0; i < claims.count; i++)
        if (!claims.list[i].kept)
            note(changes, claims.list[i].id, IDENTITY_RETIRED);
    grant(&returning, &carrier);
    for (size_t i = 0; i < returning.count; i++)
        if (returning.list[i].kept)
            note(changes, returning.list[i].id, IDENTITY_REVIVED);

    for (size_t i = 0; i < count; i++) {
        members[i].after = (struct uuid){0};
        if (!members[i].cluster)
            continue;
        struct claim *claim = map_get(&carrier, (uint64_t)members[i].cluster);
        if (!claim) {
            claim = NEW(arena, struct claim);
            claim->id = uuid_new();
            map_put(&carrier, (uint64_t)members[i].cluster, claim);
            note(changes, claim->id, IDENTITY_MINTED);
        }
        members[i].after = claim->id;
    }
}

static bool has_fate(const struct identity_changes *changes, struct uuid id,
                     enum identity_fate fate)
{
    for (size_t i = 0; i < changes->count; i++)
        if (changes->list[i].fate == fate && uuid_compare(changes->list[i].id, id) == 0)
            return true;
    return false;
}

/* Most events are of a few records, and there may be many: their lists grow by doubling. */
static void *with_room(struct arena *arena, void *list, size_t count, size_t size)
{
    if (count & (count - 1))
        return list;
    void *bigger = arena_alloc_array(arena, size, count ? count * 2 : 1);
    if (count)
        memcpy(bigger, list, count * size);
    return bigger;
}

static void add_unique(struct arena *arena, struct uuid **list, size_t *count, struct uuid id)
{
    for (size_t i = 0; i < *count; i++)
        if (uuid_compare((*list)[i], id) == 0)
            return;
    *list = with_room(arena, *list, *count, sizeof(**list));
    (*list)[(*count)++] = id;
}

/* Where a record went tells what happened: out of an id into a new (or returning) one, into the survivor
 * of its retired id, or from one living id to another. */
static enum event_kind kind_of(const struct membership *m, const struct identity_changes *changes)
{
    if (has_fate(changes, m->after, IDENTITY_MINTED) ||
        has_fate(changes, m->after, IDENTITY_REVIVED))
        return EVENT_SPLIT;
    return has_fate(changes, m->before, IDENTITY_RETIRED) ? EVENT_MERGE : EVENT_MOVE;
}

/* One event for each kind and its anchor: the survivor of a merge, the origin of a split or move. */
static struct identity_event *event_for(struct identity_events *events, enum event_kind kind,
                                        struct uuid anchor)
{
    for (size_t i = 0; i < events->count; i++) {
        struct identity_event *event = &events->list[i];
        struct uuid other = kind == EVENT_MERGE ? event->to[0] : event->from[0];
        if (event->kind == kind && uuid_compare(other, anchor) == 0)
            return event;
    }
    struct identity_event *event = &events->list[events->count++];
    *event = (struct identity_event){.kind = kind};
    return event;
}

void identity_events(struct arena *arena, const struct membership *members, size_t count,
                     const struct identity_changes *changes, struct identity_events *events)
{
    size_t moved = 0;
    for (size_t i = 0; i < count; i++)
        moved += !uuid_is_nil(members[i].before) && !uuid_is_nil(members[i].after) &&
                 uuid_compare(members[i].before, members[i].after) != 0;
    *events = (struct identity_events){.list = NEW_ARRAY(arena, struct identity_event, moved + 1)};
    for (size_t i = 0; i < count && moved; i++) {
        const struct membership *m = &members[i];
        if (uuid_is_nil(m->before) || uuid_is_nil(m->after) ||
            uuid_compare(m->before, m->after) == 0)
            continue;
        enum event_kind kind = kind_of(m, changes);
        struct identity_event *event =
            event_for(events, kind, kind == EVENT_MERGE ? m->after : m->before);
        if (kind == EVENT_MERGE) /* the survivor was there before */
            add_unique(arena, &event->from, &event->from_count, m->after);
        if (kind == EVENT_SPLIT && !has_fate(changes, m->before, IDENTITY_RETIRED))
            add_unique(arena, &event->to, &event->to_count, m->before); /* and the origin goes on */
        add_unique(arena, &event->from, &event->from_count, m->before);
        add_unique(arena, &event->to, &event->to_count, m->after);
        event->moved = with_room(arena, event->moved, event->moved_count, sizeof(void *));
        event->moved[event->moved_count++] = m;
    }
}
