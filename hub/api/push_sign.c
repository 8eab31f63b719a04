#include "hub/api/push_sign.h"

#include <sodium.h>

#define SECRET_PREFIX "whsec_"
#define SECRET_MOST 256 /* bytes */
#define ID_MOST 200
#define SIGNATURES_MOST 16
#define MAC_BYTES crypto_auth_hmacsha256_BYTES

static const char *or_usual(const char *header)
{
    return header ? header : "webhook-signature";
}

bool signature_given(const struct request *request, const char *header)
{
    return request_header(request, or_usual(header));
}

/* The bytes to sign with; 0 when the secret is none. */
static size_t key_of(const char *secret, unsigned char key[SECRET_MOST])
{
    size_t size = strlen(secret), prefix = strlen(SECRET_PREFIX);
    if (!text_starts(secret, SECRET_PREFIX)) {
        size = size < SECRET_MOST ? size : SECRET_MOST;
        memcpy(key, secret, size);
        return size;
    }
    if (sodium_base642bin(key, SECRET_MOST, secret + prefix, size - prefix, NULL, &size, NULL,
                          sodium_base64_VARIANT_ORIGINAL) != 0)
        return 0;
    return size;
}

static void add(crypto_auth_hmacsha256_state *state, const char *bytes, size_t size)
{
    (void)crypto_auth_hmacsha256_update(state, (const unsigned char *)bytes, size);
}

/* What the signature must be: of the body, behind ID and TIMESTAMP where there are such. */
static bool sign(const struct signing *signing, const char *id, const char *timestamp,
                 struct slice body, unsigned char mac[MAC_BYTES])
{
    crypto_auth_hmacsha256_state state;
    unsigned char key[SECRET_MOST];
    size_t size = key_of(signing->secret, key);
    (void)crypto_auth_hmacsha256_init(&state, key, size);
    sodium_memzero(key, sizeof(key));
    if (id) {
        add(&state, id, strlen(id));
        add(&state, ".", 1);
        add(&state, timestamp, strlen(timestamp));
        add(&state, ".", 1);
    }
    add(&state, body.bytes, body.size);
    (void)crypto_auth_hmacsha256_final(&state, mac);
    return size > 0;
}

static bool check_hex(const struct request *request, const struct signing *signing,
                      struct error *err)
{
    unsigned char wanted[MAC_BYTES], given[MAC_BYTES];
    const char *text = request_header(request, signing->header);
    text += text_starts(text, "sha256=") ? strlen("sha256=") : 0;
    bool signs = sign(signing, NULL, NULL, request->body, wanted);
    if (!text_unhex(text, given, sizeof(given)) || !signs ||
        sodium_memcmp(wanted, given, sizeof(given)) != 0)
        return error_set(err, ERROR_REJECT, "the signature in '%.100s' is not that of this body",
                         signing->header);
    return true;
}

/* Is one of "v1,BASE64 v1,BASE64" the right one?  Other versions are passed over. */
static bool one_fits(const char *list, const unsigned char wanted[MAC_BYTES])
{
    bool fits = false;
    for (int i = 0; *list && i < SIGNATURES_MOST; i++) {
        unsigned char given[MAC_BYTES];
        size_t length = strcspn(list, " "), size = 0;
        if (length > 3 && memcmp(list, "v1,", 3) == 0 &&
            sodium_base642bin(given, sizeof(given), list + 3, length - 3, NULL, &size, NULL,
                              sodium_base64_VARIANT_ORIGINAL) == 0 &&
            size == sizeof(given))
            fits = sodium_memcmp(wanted, given, sizeof(given)) == 0 || fits;
        list += length;
        list += strspn(list, " ");
    }
    return fits;
}

static bool check_standard(const struct request *request, const struct signing *signing,
                           struct error *err)
{
    unsigned char wanted[MAC_BYTES];
    int64_t at;
    const char *id = request_header(request, "webhook-id");
    const char *timestamp = request_header(request, "webhook-timestamp");
    if (!id || !*id || strlen(id) > ID_MOST)
        return error_set(err, ERROR_REJECT,
                         "a signed delivery needs 'webhook-id', of at most %d "
                         "bytes",
                         ID_MOST);
    if (!timestamp || !text_to_int(timestamp, 0, INT64_MAX / 2, &at))
        return error_set(err, ERROR_REJECT,
                         "a signed delivery needs 'webhook-timestamp', in seconds since 1970");
    if (at < signing->now - SIGNATURE_SECONDS || at > signing->now + SIGNATURE_SECONDS)
        return error_set(err, ERROR_REJECT,
                         "'webhook-timestamp' is more than %d seconds away from the time here",
                         SIGNATURE_SECONDS);
    bool signs = sign(signing, id, timestamp, request->body, wanted);
    if (!one_fits(request_header(request, or_usual(NULL)), wanted) || !signs)
        return error_set(err, ERROR_REJECT,
                         "no signature in 'webhook-signature' is that of this "
                         "delivery");
    return true;
}

bool signature_check(const struct request *request, const struct signing *signing,
                     struct error *err)
{
    if (!signature_given(request, signing->header))
        return error_set(err, ERROR_REJECT, "the delivery is not signed: there is no '%.100s'",
                         or_usual(signing->header));
    return signing->header ? check_hex(request, signing, err)
                           : check_standard(request, signing, err);
}
