#include "connectors/oauth.h"

#include "connectors/secret.h"
#include "connectors/transfer.h"
#include "hub/base/clock.h"
#include "hub/base/json.h"

#define ANSWER_MOST 65536
#define LIFETIME_MS 300000LL /* where the server does not say */
#define MARGIN_MS 30000LL

struct oauth {
    const struct pull *pull;
    const struct transport *from;
    struct transfer *transfer; /* NULL: the token stands in a file */
    struct arena *memory;      /* of the token at hand */
    const char *token;
    const char *bad; /* what was refused */
    int64_t until;
};

static void forget(void *oauth)
{
    arena_free(((struct oauth *)oauth)->memory);
}

bool oauth_open(struct arena *session, const struct pull *pull, struct oauth **oauth,
                struct error *err)
{
    const struct transport *from = &pull->source->mapping->from;
    *oauth = NULL;
    if (!from->token_url && !from->token_file)
        return true;
    struct oauth *made = NEW(session, struct oauth);
    *made = (struct oauth){.pull = pull, .from = from};
    arena_defer(session, forget, made);
    if (from->token_url &&
        !(made->transfer = transfer_open(session, pull, from->token_url, "https,http", err)))
        return false;
    *oauth = made;
    return true;
}

static void add_field(struct buffer *out, CURL *curl, const char *name, const char *value)
{
    char *escaped = curl_easy_escape(curl, value, 0);
    if (!escaped)
        abort(); /* out of memory */
    buffer_printf(out, "%s%s=%s", out->length ? "&" : "", name, escaped);
    curl_free(escaped);
}

static const char *percent(struct arena *arena, CURL *curl, const char *text)
{
    char *escaped = curl_easy_escape(curl, text, 0);
    if (!escaped)
        abort(); /* out of memory */
    const char *copy = arena_strdup(arena, escaped);
    curl_free(escaped);
    return copy;
}

static bool understand(struct oauth *oauth, const struct buffer *body, struct error *err)
{
    ARENA(work);
    struct json_fault fault;
    int64_t seconds;
    const struct json *root = json_parse(work, buffer_string(body), body->length, &fault);
    const char *token = root ? json_get_text(root, "access_token") : NULL;
    const char *kind = root ? json_get_text(root, "token_type") : NULL;
    const char *lifetime = root ? json_get_text(root, "expires_in") : NULL;
    if (!token || !*token || (kind && !text_same(kind, "bearer")) ||
        !text_equal(text_repair(work, token, strlen(token)), token))
        return error_set(err, ERROR_RETRY, "the token server's answer holds no bearer token");
    int64_t ms = LIFETIME_MS;
    if (lifetime && text_to_int(lifetime, 0, INT32_MAX, &seconds))
        ms = seconds * 1000;
    oauth->token = arena_strdup(oauth->memory, token);
    oauth->until = clock_ms() + (ms > 4 * MARGIN_MS ? ms - MARGIN_MS : ms * 3 / 4);
    return true;
}

/* With its secret as the standard has it, or within the form, as some servers want it. */
static bool ask(struct oauth *oauth, const char *secret, bool within, long *status,
                struct buffer *answer, struct error *err)
{
    ARENA(work);
    CURL *curl = oauth->transfer->curl;
    struct buffer form = {.arena = work};
    add_field(&form, curl, "grant_type", "client_credentials");
    if (oauth->from->scope)
        add_field(&form, curl, "scope", oauth->from->scope);
    if (within) {
        add_field(&form, curl, "client_id", oauth->from->client);
        add_field(&form, curl, "client_secret", secret);
    }
    (void)curl_easy_setopt(curl, CURLOPT_URL, oauth->from->token_url);
    (void)curl_easy_setopt(curl, CURLOPT_POST, 1L);
    (void)curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)form.length);
    (void)curl_easy_setopt(curl, CURLOPT_COPYPOSTFIELDS, buffer_string(&form));
    (void)curl_easy_setopt(curl, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
    (void)curl_easy_setopt(curl, CURLOPT_USERNAME,
                           within ? NULL : percent(work, curl, oauth->from->client));
    (void)curl_easy_setopt(curl, CURLOPT_PASSWORD, within ? NULL : percent(work, curl, secret));
    transfer_to_text(oauth->transfer, answer, ANSWER_MOST);
    if (!transfer_run(oauth->transfer, err))
        return false;
    (void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, status);
    return true;
}

static bool request(struct oauth *oauth, struct error *err)
{
    ARENA(work);
    long status = 0;
    const char *secret;
    struct buffer answer = {.arena = work}, other = {.arena = work};
    if (!secret_read(work, oauth->pull, oauth->from->secret_file, &secret, err) ||
        !ask(oauth, secret, false, &status, &answer, err))
        return false;
    if ((status == 400 || status == 401) && ask(oauth, secret, true, &status, &other, err))
        answer = other;
    return transfer_status(status, err) && understand(oauth, &answer, err);
}

static bool read_file(struct oauth *oauth, struct error *err)
{
    if (!secret_read(oauth->memory, oauth->pull, oauth->from->token_file, &oauth->token, err))
        return false;
    oauth->until = 0; /* whoever keeps it fresh says when it is another one */
    return !oauth->bad || !text_equal(oauth->bad, oauth->token) ||
           error_set(err, ERROR_FATAL, "the server refuses the token in '%s'",
                     secret_path(oauth->memory, oauth->pull, oauth->from->token_file));
}

bool oauth_token(struct oauth *oauth, const char **token, struct error *err)
{
    if (!oauth->token || clock_ms() >= oauth->until) {
        struct arena *old = oauth->memory;
        oauth->memory = arena_new();
        oauth->bad = oauth->bad ? arena_strdup(oauth->memory, oauth->bad) : NULL;
        oauth->token = NULL;
        arena_free(old);
        if (!(oauth->transfer ? request(oauth, err) : read_file(oauth, err))) {
            oauth->token = NULL;
            return error_wrap(err, "no token");
        }
    }
    *token = oauth->token;
    return true;
}

void oauth_refused(struct oauth *oauth)
{
    oauth->bad = oauth->token;
    oauth->until = 0;
}
