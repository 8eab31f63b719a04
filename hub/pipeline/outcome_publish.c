#include "hub/pipeline/outcome.h"
#include "hub/pipeline/publication.h"
#include "sql.gen.h"

static void touch(struct map *touched, struct uuid *list, size_t *count, struct uuid id)
{
    char name[UUID_TEXT];
    if (uuid_is_nil(id))
        return;
    uuid_text(id, name);
    if (map_get_text(touched, name))
        return;
    list[(*count)++] = id;
    map_put_text(touched, arena_strdup(touched->arena, name), touched);
}

/* Customers whose records changed, or who won or lost one.  Ids that have ended find no records. */
static struct uuid *list_touched(struct resolution *r, const struct outcome *outcome, size_t *count)
{
    struct map touched = {.arena = r->work};
    struct uuid *list = NEW_ARRAY(r->work, struct uuid, outcome->count * 2 + 1);
    *count = 0;
    for (size_t i = 0; i < outcome->count; i++) {
        const struct membership *m = &outcome->members[i];
        if (!r->members.list[i]->job && uuid_compare(m->before, m->after) == 0)
            continue;
        touch(&touched, list, count, m->after);
        touch(&touched, list, count, m->before);
    }
    return list;
}

static const char *moved_json(struct arena *work, const struct identity_event *event,
                              const struct publication *publication)
{
    struct json_writer writer = {.out = {.arena = work}};
    char from[UUID_TEXT], to[UUID_TEXT];
    json_open(&writer, '[');
    for (size_t i = 0; i < event->moved_count; i++) {
        const struct membership *m = event->moved[i];
        const struct record *record = map_get(&publication->by_id, (uint64_t)m->record_id);
        uuid_text(m->before, from);
        uuid_text(m->after, to);
        json_open(&writer, '{');
        json_member(&writer, "source", record->source);
        json_member(&writer, "key", record->key);
        json_member(&writer, "part", record->part);
        json_member(&writer, "from", from);
        json_member(&writer, "to", to);
        json_close(&writer, '}');
    }
    json_close(&writer, ']');
    return buffer_string(&writer.out);
}

static bool write_events(struct resolution *r, const struct outcome *outcome,
                         const struct identity_changes *changes,
                         const struct publication *publication, struct error *err)
{
    static const char *const kinds[] = {"MERGE", "SPLIT", "MOVE"};
    struct identity_events events;
    identity_events(r->work, outcome->members, outcome->count, changes, &events);
    for (size_t i = 0; i < events.count; i++) {
        const struct identity_event *event = &events.list[i];
        if (!db_run(r->work, r->hub->db, &SQL_EVENT_ADD,
                    PARAMS(db_text(kinds[event->kind]),
                           db_uuids(r->work, event->from, event->from_count),
                           db_uuids(r->work, event->to, event->to_count),
                           db_text(moved_json(r->work, event, publication)), db_text("match"),
                           db_text("axle")),
                    NULL, err))
            return false;
    }
    return true;
}

bool outcome_publish(struct resolution *r, const struct outcome *outcome,
                     const struct identity_changes *changes, struct error *err)
{
    size_t count;
    struct publication publication;
    const struct uuid *touched = list_touched(r, outcome, &count);
    return !count || (publication_make(r->work, r->hub, touched, count, &publication, err) &&
                      publication_run(r->work, r->hub, &publication, &SQL_GOLDEN_PUT, NULL, err) &&
                      write_events(r, outcome, changes, &publication, err));
}
