#include "hub/mapping/read_transport.h"

#include <fnmatch.h>

#define OVERLAP_USUAL_MS 60000
#define SETTLED_USUAL_MS 3000
#define PAGE_USUAL 1000
#define NUMBER_MOST 1000000

enum setting_kind { SETTING_TEXT, SETTING_TIME, SETTING_NUMBER, SETTING_YES };

/* Which of them an element has, and which it must have, says source.xsd. */
static const struct {
    const char *name;
    enum setting_kind kind;
    size_t offset;
} settings[] = {
#define SETTING(name, kind, member)                              \
    {                                                            \
        name, SETTING_##kind, offsetof(struct transport, member) \
    }
    SETTING("pattern", TEXT, pattern),
    SETTING("snapshot", YES, snapshot),
    SETTING("url", TEXT, url),
    SETTING("user", TEXT, user),
    SETTING("password-file", TEXT, password_file),
    SETTING("key-file", TEXT, key_file),
    SETTING("ca-file", TEXT, ca_file),
    SETTING("host-key", TEXT, host_key),
    SETTING("token-url", TEXT, token_url),
    SETTING("client", TEXT, client),
    SETTING("secret-file", TEXT, secret_file),
    SETTING("scope", TEXT, scope),
    SETTING("token-file", TEXT, token_file),
    SETTING("header", TEXT, header),
    SETTING("every", TIME, every_ms),
    SETTING("settled", TIME, settled_ms),
    SETTING("overlap", TIME, overlap_ms),
    SETTING("id", TEXT, id),
    SETTING("mark", TEXT, mark),
    SETTING("query", TEXT, query),
    SETTING("dsn-file", TEXT, dsn_file),
    SETTING("paging", TEXT, paging),
    SETTING("next", TEXT, next),
    SETTING("since", TEXT, since),
    SETTING("page", TEXT, page),
    SETTING("size", TEXT, size),
    SETTING("page-size", NUMBER, page_size),
    SETTING("of", TEXT, of),
    SETTING("sender", TEXT, sender),
    SETTING("origins", TEXT, origins),
    SETTING("rate", NUMBER, rate),
#undef SETTING
};

/* What an element stands for; `every_ms` and `pattern` where it says nothing of them. */
static const struct {
    const char *name;
    enum transport_kind kind;
    unsigned every_ms;
    const char *pattern;
    const char *schemes;   /* of its URL, with commas between; NULL: it has none */
    const char *connector; /* the only one that has it; NULL: all */
} kinds[] = {
    {"directory", TRANSPORT_DIRECTORY, 1000, "*", NULL, NULL},
    {"push", TRANSPORT_PUSH, 0, NULL, NULL, NULL},
    {"http", TRANSPORT_HTTP, 60000, NULL, "https,http", NULL},
    {"sftp", TRANSPORT_SFTP, 60000, "*", "sftp", NULL},
    {"postgresql", TRANSPORT_POSTGRESQL, 10000, NULL, NULL, NULL},
    {"imap", TRANSPORT_IMAP, 60000, NULL, "imaps,imap", "mail"},
    {"attachment", TRANSPORT_ATTACHMENT, 0, "*", NULL, "mail"},
};

/* "10s", "5m", "250ms", "2h", in milliseconds. */
static bool read_time(const char *text, unsigned *ms)
{
    static const struct {
        const char *unit;
        int64_t ms;
    } units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}};
    for (size_t i = 0; i < COUNT_OF(units); i++) {
        ARENA(scratch);
        int64_t number;
        if (!text_ends(text, units[i].unit))
            continue;
        const char *digits = arena_strndup(scratch, text, strlen(text) - strlen(units[i].unit));
        if (!text_to_int(digits, 0, 604800000LL / units[i].ms, &number))
            continue;
        *ms = (unsigned)(number * units[i].ms);
        return true;
    }
    return false;
}

static void read_setting(const struct checking *checking, const struct xml_attribute *at,
                         struct transport *transport, size_t which)
{
    int64_t number;
    void *to = (char *)transport + settings[which].offset;
    switch (settings[which].kind) {
    case SETTING_TEXT:
        *(const char **)to = at->value;
        return;
    case SETTING_YES:
        *(bool *)to = text_equal(at->value, "yes");
        return;
    case SETTING_TIME:
        if (!read_time(at->value, to))
            CHECK_SAY(checking, at, "%s cannot be '%s'; it is a time such as 500ms, 30s, 5m, 2h",
                      at->name, at->value);
        return;
    case SETTING_NUMBER:
        if (text_to_int(at->value, 1, NUMBER_MOST, &number))
            *(unsigned *)to = (unsigned)number;
        else
            CHECK_SAY(checking, at, "%s cannot be '%s'; it is a number from 1 to %d", at->name,
                      at->value, NUMBER_MOST);
        return;
    }
}

static bool has_word(const char *words, const char *word, size_t length)
{
    for (const char *at = words; at; at = strchr(at, ',')) {
        at += *at == ',';
        if (strncmp(at, word, length) == 0 && (at[length] == ',' || !at[length]))
            return true;
    }
    return false;
}

/* Does it lead to this machine itself?  There nobody listens in. */
static bool is_loopback(const char *host)
{
    static const char *const names[] = {"127.", "localhost", "[::1]"};
    const char *at = strchr(host, '@');
    host = at ? at + 1 : host;
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (text_starts(host, names[i]))
            return true;
    return false;
}

static void check_url(const struct checking *checking, const struct xml_attribute *at,
                      const char *schemes)
{
    const char *colon = strstr(at->value, "://");
    size_t length = colon ? (size_t)(colon - at->value) : 0;
    if (!colon || !has_word(schemes, at->value, length)) {
        CHECK_SAY(checking, at, "the URL cannot be '%s'; it begins with %.*s://", at->value,
                  (int)strcspn(schemes, ","), schemes);
        return;
    }
    if (memchr(colon + 3, '@', strcspn(colon + 3, "/?#")))
        CHECK_SAY(checking, at,
                  "the URL holds a user; say user=\"..\", and its password in a file");
    /* The first scheme is the safe one. */
    if (!has_word(schemes, "sftp", 4) && length == strlen("http") && !is_loopback(colon + 3))
        CHECK_SAY(checking, at,
                  "'%s' would send passwords and people's data unencrypted; use %.*s://", at->value,
                  (int)strcspn(schemes, ","), schemes);
}

/* What says nothing without another one. */
static void check_needs(const struct checking *checking, const struct xml_node *node)
{
    static const struct {
        const char *element, *name, *value, *needs; /* NULL: any */
    } rows[] = {
        {"http", "paging", "cursor", "next"},     {"http", "paging", "cursor", "page"},
        {"http", "paging", "page", "page"},       {"http", "since", NULL, "mark"},
        {"http", "next", NULL, "paging"},         {"http", "user", NULL, "password-file"},
        {"http", "header", NULL, "key-file"},     {NULL, "token-url", NULL, "client"},
        {NULL, "token-url", NULL, "secret-file"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct xml_attribute *at = xml_attribute(node, rows[i].name);
        bool meant = at && (!rows[i].element || text_equal(rows[i].element, node->name)) &&
                     (!rows[i].value || text_equal(rows[i].value, at->value));
        if (meant && !xml_attribute(node, rows[i].needs))
            CHECK_SAY(checking, at, "%s=\"%s\" needs %s=\"..\" beside it", at->name, at->value,
                      rows[i].needs);
    }
}

void read_transport(const struct checking *checking, const struct xml_node *source,
                    struct transport *transport)
{
    const struct xml_node *node = xml_child(source, "from")->first;
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        if (!text_equal(kinds[i].name, node->name))
            continue;
        *transport = (struct transport){.kind = kinds[i].kind,
                                        .pattern = kinds[i].pattern,
                                        .every_ms = kinds[i].every_ms,
                                        .settled_ms = SETTLED_USUAL_MS,
                                        .overlap_ms = OVERLAP_USUAL_MS,
                                        .page_size = PAGE_USUAL};
        const struct xml_attribute *url = xml_attribute(node, "url");
        if (url && kinds[i].schemes)
            check_url(checking, url, kinds[i].schemes);
        const struct xml_attribute *connector = xml_attribute(source, "connector");
        if (kinds[i].connector && connector && !text_equal(connector->value, kinds[i].connector))
            CHECK_SAY(checking, connector, "<%s> is read by connector=\"%s\" alone", node->name,
                      kinds[i].connector);
    }
    const struct xml_attribute *token_url = xml_attribute(node, "token-url");
    if (token_url)
        check_url(checking, token_url, "https,http");
    check_needs(checking, node);
    for (size_t i = 0; i < COUNT_OF(settings); i++) {
        const struct xml_attribute *at = xml_attribute(node, settings[i].name);
        if (at)
            read_setting(checking, at, transport, i);
    }
}

bool transport_takes(const struct transport *transport, const char *name)
{
    ARENA(scratch);
    size_t length = strlen(name), plain = text_ends(name, ".gz") ? length - strlen(".gz") : 0;
    return fnmatch(transport->pattern, name, 0) == 0 ||
           (plain && fnmatch(transport->pattern, arena_strndup(scratch, name, plain), 0) == 0);
}

bool transport_pulls(const struct transport *transport)
{
    return transport->kind != TRANSPORT_PUSH && transport->kind != TRANSPORT_ATTACHMENT;
}
