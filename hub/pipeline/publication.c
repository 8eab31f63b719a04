#include "hub/pipeline/publication.h"

#include "hub/golden/golden.h"
#include "sql.gen.h"

static bool read_records(struct arena *work, const struct hub *hub, const struct rows *rows,
                         struct record *records, struct map *by_id, struct error *err)
{
    for (size_t i = 0; i < rows->count; i++) {
        struct record *record = &records[i];
        *record = (struct record){.id = rows_int(rows, i, 1),
                                  .source = rows_text(rows, i, 2),
                                  .key = rows_text(rows, i, 3),
                                  .part = rows_text(rows, i, 4),
                                  .class_name = rows_text(rows, i, 5),
                                  .region = rows_text(rows, i, 6),
                                  .effective = rows_text(rows, i, 7)};
        map_put(by_id, (uint64_t)record->id, record);
        if (!record_from_json(work, hub->dictionary, record->class_name, rows_text(rows, i, 9),
                              record, err))
            return false;
    }
    return true;
}

static void build(struct arena *work, const struct hub *hub, struct uuid customer,
                  const struct member *members, size_t count, struct publication *to)
{
    struct golden golden;
    golden_build(work, hub->dictionary, members, count, &golden);
    size_t n = to->count++;
    to->customer[n] = customer;
    to->records[n] = (int32_t)count;
    to->kind[n] = golden.kind;
    to->name[n] = golden.display_name;
    to->doc[n] = golden.doc;
    to->lineage[n] = golden.lineage;
}

bool publication_make(struct arena *work, const struct hub *hub, const struct uuid *customers,
                      size_t count, struct publication *publication, struct error *err)
{
    struct rows rows;
    if (!db_run(work, hub->db, &SQL_MEMBER_LIST, PARAMS(db_uuids(work, customers, count)), &rows,
                err))
        return false;
    struct record *records = NEW_ARRAY(work, struct record, rows.count + 1);
    struct member *members = NEW_ARRAY(work, struct member, rows.count + 1);
    *publication = (struct publication){.customer = NEW_ARRAY(work, struct uuid, rows.count + 1),
                                        .records = NEW_ARRAY(work, int32_t, rows.count + 1),
                                        .kind = NEW_ARRAY(work, const char *, rows.count + 1),
                                        .name = NEW_ARRAY(work, const char *, rows.count + 1),
                                        .doc = NEW_ARRAY(work, const char *, rows.count + 1),
                                        .lineage = NEW_ARRAY(work, const char *, rows.count + 1),
                                        .by_id.arena = work};
    if (!read_records(work, hub, &rows, records, &publication->by_id, err))
        return false;
    for (size_t i = 0; i < rows.count; i++)
        members[i] =
            (struct member){.record = &records[i], .trust = (unsigned)rows_int(&rows, i, 8)};
    for (size_t first = 0, end; first < rows.count; first = end) {
        struct uuid customer = rows_uuid(&rows, first, 0);
        for (end = first + 1; end < rows.count; end++)
            if (uuid_compare(rows_uuid(&rows, end, 0), customer) != 0)
                break;
        build(work, hub, customer, &members[first], end - first, publication);
    }
    return true;
}

bool publication_run(struct arena *work, const struct hub *hub, const struct publication *p,
                     const struct stmt *stmt, struct rows *rows, struct error *err)
{
    return db_run(work, hub->db, stmt,
                  PARAMS(db_uuids(work, p->customer, p->count),
                         db_int4s(work, p->records, p->count), db_texts(work, p->kind, p->count),
                         db_texts(work, p->name, p->count), db_texts(work, p->doc, p->count),
                         db_texts(work, p->lineage, p->count)),
                  rows, err);
}
