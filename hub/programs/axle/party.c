#include "hub/programs/axle/party.h"

#include "sql.gen.h"

struct asking {
    struct arena *arena;
    const struct hub *hub;
};

static void take_records(const struct asking *asking, struct party *party, const struct rows *rows)
{
    party->count = rows->count;
    party->list = NEW_ARRAY(asking->arena, struct one, rows->count + 1);
    for (size_t i = 0; i < rows->count; i++)
        party->list[i] = (struct one){
            .name = {rows_int(rows, i, 0), rows_text(rows, i, 1), rows_text(rows, i, 2),
                     rows_text(rows, i, 3)},
            .customer = rows_uuid(rows, i, 4),
        };
}

static bool find_customer(const struct asking *asking, struct party *party, struct uuid id,
                          struct error *err)
{
    struct rows rows;
    party->is_customer = true;
    if (!db_run(asking->arena, asking->hub->db, &SQL_CUSTOMER_MEMBERS,
                PARAMS(db_uuid(asking->arena, id)), &rows, err))
        return false;
    take_records(asking, party, &rows);
    if (party->count)
        return true;
    if (!db_run(asking->arena, asking->hub->db, &SQL_CUSTOMER_WHEREABOUTS,
                PARAMS(db_uuid(asking->arena, id)), &rows, err))
        return false;
    struct buffer now = {.arena = asking->arena};
    for (size_t i = 0; i < rows.count; i++) {
        char text[UUID_TEXT];
        uuid_text(rows_uuid(&rows, i, 0), text);
        buffer_printf(&now, "%s%s", i ? ", " : "", text);
    }
    if (rows.count)
        return error_set(err, ERROR_NOT_FOUND, "customer %s is retired; its records are now in %s",
                         party->given, buffer_string(&now));
    return error_set(err, ERROR_NOT_FOUND, "no customer %s; 'axle export xref' lists them all",
                     party->given);
}

static bool look_up(const struct asking *asking, struct party *party, const char *source,
                    const char *key, const char *part, struct error *err)
{
    struct rows rows;
    if (!db_run(asking->arena, asking->hub->db, &SQL_RECORD_FIND,
                PARAMS(db_text(source), db_text(key), db_text(part)), &rows, err))
        return false;
    take_records(asking, party, &rows);
    /* Without a part the record itself is meant, where it has one such. */
    if (!part && party->count && !*party->list[0].name.part)
        party->count = 1;
    return true;
}

/* A key may hold '#' and '/'; the name of a source holds neither. */
static bool find_record(const struct asking *asking, struct party *party, struct error *err)
{
    const char *slash = strchr(party->given, '/'), *hash = strrchr(party->given, '#');
    const char *source =
        slash ? arena_strndup(asking->arena, party->given, (size_t)(slash - party->given)) : "";
    if (!slash || !slash[1] || slash == party->given)
        return error_set(err, ERROR_FATAL,
                         "'%s' is neither SOURCE/KEY, SOURCE/KEY#PART nor a customer id",
                         party->given);
    if (hash > slash &&
        !look_up(asking, party, source,
                 arena_strndup(asking->arena, slash + 1, (size_t)(hash - slash - 1)), hash + 1,
                 err))
        return false;
    if (!party->count && !look_up(asking, party, source, slash + 1, NULL, err))
        return false;
    if (party->count)
        return true;
    if (!sources_by_name(asking->hub->sources, source))
        return error_set(err, ERROR_NOT_FOUND, "no source '%s'; 'axle check' shows the mappings",
                         source);
    return error_set(err, ERROR_NOT_FOUND,
                     "no current customer record '%s'; 'axle export xref' lists them, 'axle export "
                     "rejects' what was set aside",
                     party->given);
}

bool party_find(struct arena *arena, const struct hub *hub, struct party *party, struct error *err)
{
    struct asking asking = {arena, hub};
    struct uuid id;
    return uuid_read(party->given, &id) ? find_customer(&asking, party, id, err)
                                        : find_record(&asking, party, err);
}
