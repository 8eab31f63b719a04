#include "connectors/mail/login.h"

#include "connectors/secret.h"

/* Where the server's part of a URL ends. */
static size_t server_length(const char *url)
{
    const char *host = strstr(url, "://");
    host = host ? host + 3 : url;
    return (size_t)(host - url) + strcspn(host, "/?#");
}

const char *login_server(struct arena *arena, const char *url)
{
    return arena_strndup(arena, url, server_length(url));
}

const char *login_folder(struct arena *arena, const char *url)
{
    const char *path = url + server_length(url);
    int length = 0;
    if (!path[0] || !path[1])
        return "INBOX";
    char *plain = curl_easy_unescape(NULL, path + 1, 0, &length);
    if (!plain)
        return path + 1;
    arena_defer(arena, curl_free, plain);
    return text_repair(arena, plain, (size_t)length);
}

bool login_set(struct arena *arena, const struct transfer *transfer, struct oauth *oauth,
               struct error *err)
{
    const struct transport *from = &transfer->pull->source->mapping->from;
    CURL *curl = transfer->curl;
    const char *secret;
    if (!from->user || (!oauth && !from->password_file))
        return error_set(err, ERROR_FATAL,
                         "the mapping does not say how to log in: give user, and password-file or "
                         "the settings of a token");
    if (oauth ? !oauth_token(oauth, &secret, err)
              : !secret_read(arena, transfer->pull, from->password_file, &secret, err))
        return false;
    (void)curl_easy_setopt(curl, CURLOPT_URL, login_server(arena, from->url));
    (void)curl_easy_setopt(curl, CURLOPT_USERNAME, from->user);
    (void)curl_easy_setopt(curl, oauth ? CURLOPT_XOAUTH2_BEARER : CURLOPT_PASSWORD, secret);
    return true;
}
