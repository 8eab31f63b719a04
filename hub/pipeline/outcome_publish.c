#include "hub/golden/golden.h"
#include "hub/pipeline/outcome.h"
#include "sql.gen.h"

/* The records of the customers that were touched, as the store has them, customer by customer. */
struct member_rows {
    struct rows rows;
    struct record *records; /* in step with rows */
    struct map by_id;       /* struct record */
};

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

static bool load_members(struct resolution *r, const struct uuid *customers, size_t count,
                         struct member_rows *members, struct error *err)
{
    struct rows *rows = &members->rows;
    if (!db_run(r->work, r->hub->db, &SQL_MEMBER_LIST, PARAMS(db_uuids(r->work, customers, count)),
                rows, err))
        return false;
    members->records = NEW_ARRAY(r->work, struct record, rows->count + 1);
    members->by_id.arena = r->work;
    for (size_t i = 0; i < rows->count; i++) {
        struct record *record = &members->records[i];
        *record = (struct record){.id = rows_int(rows, i, 1),
                                  .source = rows_text(rows, i, 2),
                                  .key = rows_text(rows, i, 3),
                                  .part = rows_text(rows, i, 4),
                                  .class_name = rows_text(rows, i, 5),
                                  .region = rows_text(rows, i, 6),
                                  .effective = rows_text(rows, i, 7)};
        map_put(&members->by_id, (uint64_t)record->id, record);
        if (!record_from_json(r->work, r->hub->dictionary, record->class_name,
                              rows_text(rows, i, 9), record, err))
            return false;
    }
    return true;
}

struct golden_columns {
    struct uuid *customer;
    int32_t *records;
    const char **kind, **name, **doc, **lineage;
    size_t count;
};

static void build(struct resolution *r, const struct member_rows *members, size_t first,
                  size_t count, struct golden_columns *to)
{
    struct golden golden;
    struct member *list = NEW_ARRAY(r->work, struct member, count);
    for (size_t i = 0; i < count; i++)
        list[i] = (struct member){.record = &members->records[first + i],
                                  .trust = (unsigned)rows_int(&members->rows, first + i, 8)};
    golden_build(r->work, r->hub->dictionary, list, count, &golden);
    size_t n = to->count++;
    to->customer[n] = rows_uuid(&members->rows, first, 0);
    to->records[n] = (int32_t)count;
    to->kind[n] = golden.kind;
    to->name[n] = golden.display_name;
    to->doc[n] = golden.doc;
    to->lineage[n] = golden.lineage;
}

static bool write_goldens(struct resolution *r, const struct member_rows *members,
                          struct error *err)
{
    struct arena *work = r->work;
    size_t room = members->rows.count + 1;
    struct golden_columns c = {.customer = NEW_ARRAY(work, struct uuid, room),
                               .records = NEW_ARRAY(work, int32_t, room),
                               .kind = NEW_ARRAY(work, const char *, room),
                               .name = NEW_ARRAY(work, const char *, room),
                               .doc = NEW_ARRAY(work, const char *, room),
                               .lineage = NEW_ARRAY(work, const char *, room)};
    for (size_t first = 0, end; first < members->rows.count; first = end) {
        struct uuid customer = rows_uuid(&members->rows, first, 0);
        for (end = first + 1; end < members->rows.count; end++)
            if (uuid_compare(rows_uuid(&members->rows, end, 0), customer) != 0)
                break;
        build(r, members, first, end - first, &c);
    }
    return !c.count ||
           db_run(work, r->hub->db, &SQL_GOLDEN_PUT,
                  PARAMS(db_uuids(work, c.customer, c.count), db_int4s(work, c.records, c.count),
                         db_texts(work, c.kind, c.count), db_texts(work, c.name, c.count),
                         db_texts(work, c.doc, c.count), db_texts(work, c.lineage, c.count)),
                  NULL, err);
}

static const char *moved_json(struct arena *work, const struct identity_event *event,
                              const struct member_rows *members)
{
    struct json_writer writer = {.out = {.arena = work}};
    char from[UUID_TEXT], to[UUID_TEXT];
    json_open(&writer, '[');
    for (size_t i = 0; i < event->moved_count; i++) {
        const struct membership *m = event->moved[i];
        const struct record *record = map_get(&members->by_id, (uint64_t)m->record_id);
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
                         const struct identity_changes *changes, const struct member_rows *members,
                         struct error *err)
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
                           db_text(moved_json(r->work, event, members)), db_text("match"),
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
    struct member_rows members = {0};
    struct uuid *touched = list_touched(r, outcome, &count);
    return !count ||
           (load_members(r, touched, count, &members, err) && write_goldens(r, &members, err) &&
            write_events(r, outcome, changes, &members, err));
}
