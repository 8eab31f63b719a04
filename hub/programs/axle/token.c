#include "hub/api/token.h"
#include "hub/base/json.h"
#include "hub/programs/axle/desk.h"
#include "sql.gen.h"

#define DAYS_MOST 36500

static enum exit_status create(const struct call *call, struct db *db, struct error *err)
{
    int64_t days = 0;
    struct token_terms terms = {0};
    terms.scopes =
        text_split(call->arena, call_text(call, "scopes", "read"), ',', &terms.scope_count);
    if (!call_int(call, "days", 1, DAYS_MOST, &days, err))
        return EXIT_WRONG;
    terms.days = (unsigned)days;
    const char *token = token_create(call->arena, db, call->arguments[1], terms, err);
    if (!token)
        return EXIT_WRONG;
    if (call_has(call, "json")) {
        struct json_writer json = {.out = {.arena = call->arena}};
        json_open(&json, '{');
        json_member(&json, "name", call->arguments[1]);
        json_member(&json, "token", token);
        json_close(&json, '}');
        (void)puts(buffer_string(&json.out));
    } else {
        (void)puts(token);
        (void)fputs("keep it: it is not shown again\n", stderr);
    }
    return EXIT_DONE;
}

static enum exit_status revoke(const struct call *call, struct db *db, struct error *err)
{
    if (!token_revoke(db, call->arguments[1], err))
        return EXIT_WRONG;
    (void)fputs("revoked; it may be believed for some seconds more\n", stderr);
    return EXIT_DONE;
}

static const char *const columns[] = {"token_id",   "name",       "scopes",      "created_at",
                                      "expires_at", "revoked_at", "last_used_at"};

static const char *cell(struct arena *arena, const struct rows *rows, size_t row, int column)
{
    char id[UUID_TEXT];
    struct buffer scopes = {.arena = arena};
    size_t count;
    if (column == 0) {
        uuid_text(rows_uuid(rows, row, 0), id);
        return arena_strdup(arena, id);
    }
    if (column != 2)
        return rows_text(rows, row, column);
    const char *const *list = rows_texts(arena, rows, row, 2, &count);
    for (size_t i = 0; i < count; i++)
        buffer_printf(&scopes, "%s%s", i ? "," : "", list[i]);
    return buffer_string(&scopes);
}

static void print_json(struct arena *arena, const struct rows *rows)
{
    struct json_writer json = {.out = {.arena = arena}};
    json_open(&json, '[');
    for (size_t row = 0; row < rows->count; row++) {
        json_open(&json, '{');
        for (size_t i = 0; i < COUNT_OF(columns); i++)
            json_member(&json, columns[i], cell(arena, rows, row, (int)i));
        json_close(&json, '}');
    }
    json_close(&json, ']');
    (void)puts(buffer_string(&json.out));
}

static void print_table(struct arena *arena, const struct rows *rows)
{
    (void)printf("%-36s  %-16s  %-24s  %-27s  %s\n", "token_id", "name", "scopes", "last used",
                 "state");
    for (size_t row = 0; row < rows->count; row++) {
        const char *used = rows_text(rows, row, 6), *expires = rows_text(rows, row, 4);
        const char *state = expires ? arena_printf(arena, "expires %s", expires) : "in use";
        (void)printf("%-36s  %-16s  %-24s  %-27s  %s\n", cell(arena, rows, row, 0),
                     rows_text(rows, row, 1), cell(arena, rows, row, 2), used ? used : "never",
                     rows_is_null(rows, row, 5) ? state : "revoked");
    }
}

static enum exit_status list(const struct call *call, struct db *db, struct error *err)
{
    struct rows rows;
    if (!db_run(call->arena, db, &SQL_TOKEN_LIST, NO_PARAMS, &rows, err))
        return EXIT_WRONG;
    if (call_has(call, "json"))
        print_json(call->arena, &rows);
    else
        print_table(call->arena, &rows);
    return EXIT_DONE;
}

static const struct {
    const char *name;
    size_t arguments;
    enum exit_status (*run)(const struct call *call, struct db *db, struct error *err);
} actions[] = {{"create", 2, create}, {"list", 1, list}, {"revoke", 2, revoke}};

static enum exit_status token(const struct call *call, struct error *err)
{
    for (size_t i = 0; i < COUNT_OF(actions); i++) {
        if (!text_equal(actions[i].name, call->arguments[0]) || actions[i].arguments != call->count)
            continue;
        struct db *db = desk_connect(call, err);
        return db ? actions[i].run(call, db, err) : EXIT_WRONG;
    }
    (void)error_set(err, ERROR_FATAL, "usage: axle token %s", call->command->usage);
    return EXIT_WRONG;
}

const struct command command_token = {
    .name = "token",
    .usage = "create NAME [--scopes S,...] [--days N] | list | revoke NAME",
    .summary = "who may use the API, and for what",
    .help = "Scopes: read, read:sensitive, push:SOURCE, steward, admin, and all for every one.\n"
            "Only a hash of a token is stored: its text is shown once.",
    .options = (const struct option[]){{"scopes", "S,...", "what it may do (usually: read)"},
                                       {"days", "N", "it expires after so many days"},
                                       {"json", NULL, "as JSON"},
                                       {0}},
    .least = 1,
    .most = 2,
    .run = token,
};
