#include "connectors/sftp/sftp_login.h"

#include <sodium.h>

#include "connectors/secret.h"
#include "hub/base/file.h"
#include "hub/base/hash.h"

#define KEY_FILE_MOST 65536
#define REFUSED_MOST 2 /* before it is believed */

struct sftp_login {
    const char *host_key; /* what the mapping names; NULL: nothing */
    char seen[64];        /* "SHA256:..", of the server that answered last */
    const char *seen_kind;
    bool stranger; /* and it is not the one */
    int *refused;  /* how often in a row, in this process */
    bool is_rsa;   /* our own key */
};

static const char *kind_name(enum curl_khtype kind)
{
    switch (kind) {
    case CURLKHTYPE_RSA:
        return "an RSA";
    case CURLKHTYPE_ECDSA:
        return "an ECDSA";
    case CURLKHTYPE_ED25519:
        return "an ED25519";
    case CURLKHTYPE_RSA1:
    case CURLKHTYPE_DSS:
    case CURLKHTYPE_UNKNOWN:
        break;
    }
    return "a";
}

/* Is it among those that the mapping names, blanks between them?  Some write the padding of base64. */
static bool is_named(const char *names, const char *seen)
{
    ARENA(scratch);
    size_t count;
    const char **list = text_split(scratch, text_or_empty(names), ' ', &count);
    for (size_t i = 0; i < count; i++) {
        size_t length = strcspn(list[i], "=");
        if (length == strlen(seen) && strncmp(list[i], seen, length) == 0)
            return true;
    }
    return false;
}

static int on_host_key(void *context, int kind, const char *key, size_t size)
{
    struct sftp_login *login = context;
    ARENA(scratch);
    unsigned char digest[SHA256_SIZE];
    char base64[sodium_base64_ENCODED_LEN(SHA256_SIZE, sodium_base64_VARIANT_ORIGINAL_NO_PADDING)];
    struct sha256 *sha = sha256_new(scratch);
    sha256_add(sha, key, size);
    sha256_end(sha, digest);
    (void)sodium_bin2base64(base64, sizeof(base64), digest, sizeof(digest),
                            sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
    (void)snprintf(login->seen, sizeof(login->seen), "SHA256:%s", base64);
    login->seen_kind = kind_name((enum curl_khtype)kind);
    login->stranger = !is_named(login->host_key, login->seen);
    return login->stranger ? CURLKHMATCH_MISMATCH : CURLKHMATCH_OK;
}

/* "ssh-rsa", wherever it falls in base64, or said by a file's first line. */
static bool says_rsa(struct arena *arena, struct slice key)
{
    static const char *const signs[] = {"BEGIN RSA PRIVATE KEY", "c3NoLXJz", "zc2gtcn", "NzaC1yc2"};
    struct buffer joined = {.arena = arena};
    for (size_t i = 0; i < key.size; i++)
        if (key.bytes[i] && key.bytes[i] != '\n' && key.bytes[i] != '\r')
            buffer_char(&joined, key.bytes[i]);
    for (size_t i = 0; i < COUNT_OF(signs); i++)
        if (strstr(buffer_string(&joined), signs[i]))
            return true;
    return false;
}

static bool set_key(struct arena *arena, struct sftp_login *login, struct transfer *transfer,
                    const char *file, struct error *err)
{
    ARENA(scratch);
    struct slice key;
    const char *first_line, *path = secret_path(arena, transfer->pull, file);
    /* The same care for it as for any secret; then libcurl reads it. */
    if (!secret_read(scratch, transfer->pull, file, &first_line, err) ||
        !file_read(scratch, path, KEY_FILE_MOST, &key, err))
        return false;
    login->is_rsa = says_rsa(scratch, key);
    (void)curl_easy_setopt(transfer->curl, CURLOPT_SSH_AUTH_TYPES, (long)CURLSSH_AUTH_PUBLICKEY);
    (void)curl_easy_setopt(transfer->curl, CURLOPT_SSH_PRIVATE_KEYFILE, path);
    return true;
}

static bool set_password(struct transfer *transfer, const struct transport *from, struct error *err)
{
    ARENA(scratch);
    const char *password;
    if (!secret_read(scratch, transfer->pull, from->password_file, &password, err))
        return false;
    if (from->key_file) { /* then it opens the key */
        (void)curl_easy_setopt(transfer->curl, CURLOPT_KEYPASSWD, password);
        return true;
    }
    (void)curl_easy_setopt(transfer->curl, CURLOPT_SSH_AUTH_TYPES,
                           (long)(CURLSSH_AUTH_PASSWORD | CURLSSH_AUTH_KEYBOARD));
    (void)curl_easy_setopt(transfer->curl, CURLOPT_PASSWORD, password);
    return true;
}

/* What outlives a session. */
static int *find_count(const struct pull *pull)
{
    static const char name[] = "sftp: refused";
    int *count = map_get_text(pull->told, name);
    if (count)
        return count;
    count = NEW(pull->told->arena, int);
    map_put_text(pull->told, name, count);
    return count;
}

struct sftp_login *sftp_login_new(struct arena *arena, struct transfer *transfer, struct error *err)
{
    const struct transport *from = &transfer->pull->source->mapping->from;
    struct sftp_login *login = NEW(arena, struct sftp_login);
    CURL *curl = transfer->curl;
    *login = (struct sftp_login){
        .host_key = from->host_key, .seen_kind = "a", .refused = find_count(transfer->pull)};
    (void)curl_easy_setopt(curl, CURLOPT_SSH_HOSTKEYFUNCTION, on_host_key);
    (void)curl_easy_setopt(curl, CURLOPT_SSH_HOSTKEYDATA, login);
    if (from->user)
        (void)curl_easy_setopt(curl, CURLOPT_USERNAME, from->user);
    if (!from->key_file && !from->password_file) {
        (void)error_set(err, ERROR_FATAL, "say key-file=\"..\" or password-file=\"..\" to log in");
        return NULL;
    }
    if ((from->key_file && !set_key(arena, login, transfer, from->key_file, err)) ||
        (from->password_file && !set_password(transfer, from, err)))
        return NULL;
    return login;
}

static bool explain_stranger(const struct sftp_login *login, struct error *err)
{
    if (login->host_key)
        return error_set(err, ERROR_FATAL,
                         "the server is not the one that host-key names: it has %s key, %s; if "
                         "whoever runs it says so too, write that there",
                         login->seen_kind, login->seen);
    return error_set(err, ERROR_FATAL,
                     "nothing says which server it should be: this one has %s key, %s; if "
                     "whoever runs it says so too, write host-key=\"%s\"",
                     login->seen_kind, login->seen, login->seen);
}

bool sftp_login_done(const struct sftp_login *login, CURLcode code, struct error *err)
{
    if (code != CURLE_LOGIN_DENIED && !login->stranger) {
        *login->refused = 0;
        return code == CURLE_OK;
    }
    if (login->stranger)
        return explain_stranger(login, err);
    if (login->is_rsa)
        (void)error_wrap(err, "our key is an RSA key, in a form that servers refuse since OpenSSH "
                              "8.8; make another one by ssh-keygen -t ed25519");
    /* A connection that breaks in the middle of it looks like that, too. */
    if (++*login->refused <= REFUSED_MOST)
        err->kind = ERROR_RETRY;
    return false;
}
