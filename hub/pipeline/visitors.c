#include "hub/pipeline/visitors.h"

#include "hub/base/list.h"
#include "sql.gen.h"

bool visitors_enter(struct visitors *visitors, struct param touched,
                    const struct thing_rows *things, struct error *err)
{
    struct arena *work = visitors->work;
    struct visitor_ids all = {0};
    struct rows before;
    if (!db_run(work, visitors->db, &SQL_VISITOR_NAMED, PARAMS(touched), &before, err))
        return false;
    for (size_t i = 0; i < before.count; i++)
        LIST_ADD(work, &visitors->named, rows_int(&before, i, 0));
    for (size_t i = 0; i < before.count; i++)
        LIST_ADD(work, &all, rows_int(&before, i, 0));
    for (size_t i = 0; i < things->count; i++) {
        const struct thing_row *thing = &things->list[i];
        if (thing->visitor)
            LIST_ADD(work, &all, thing->visitor);
        if (thing->visitor && thing->customer)
            LIST_ADD(work, &visitors->named, thing->visitor);
    }
    return !all.count || db_run(work, visitors->db, &SQL_VISITOR_LOCK,
                                PARAMS(db_int8s(work, all.list, all.count)), NULL, err);
}

bool visitors_stitch(struct visitors *visitors, const struct thing_rows *things, struct error *err)
{
    struct arena *work = visitors->work;
    struct uuid *anonymous = NEW_ARRAY(work, struct uuid, things->count + 1);
    size_t count = 0;
    for (size_t i = 0; i < things->count; i++)
        if (things->list[i].visitor && !things->list[i].customer)
            anonymous[count++] = things->list[i].id;
    return (!count && !visitors->named.count) ||
           db_run(work, visitors->db, &SQL_VISITOR_STITCH,
                  PARAMS(db_uuids(work, anonymous, count),
                         db_int8s(work, visitors->named.list, visitors->named.count)),
                  NULL, err);
}
