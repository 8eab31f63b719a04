/* Webhooks: three lines of headers, then a body that is checked and cut as a delivery of four sources.  No
 * signature fits by chance. */
#include <assert.h>
#include <stdint.h>

#include "hub/api/push_body.h"
#include "hub/api/push_sign.h"
#include "tests/fuzz/fuzz.h"

/* The next line, without its end; none of it is a NUL. */
static const char *take_line(struct arena *arena, struct slice *rest)
{
    const char *end = memchr(rest->bytes, '\n', rest->size);
    size_t size = end ? (size_t)(end - rest->bytes) : rest->size, bad;
    const char *line = arena_strndup(arena, rest->bytes, size);
    rest->bytes += size + (end != NULL);
    rest->size -= size + (end != NULL);
    return text_check(line, size, &bad) ? line : "";
}

static void cut(const struct format *format, const char *content_type, struct slice bytes)
{
    ARENA(work);
    struct push_body body;
    const struct mapping mapping = {
        .source = "s", .from = {.kind = TRANSPORT_PUSH, .id = "/id"}, .format = *format};
    const struct push_given given = {content_type, bytes, "delivery"};
    if (!push_body_read(work, &mapping, &given, &body))
        return;
    assert(body.items.count <= PUSH_RECORDS_MOST && body.faults.count <= body.items.count);
    for (size_t i = 0; i < body.items.count; i++) {
        const struct feed_item *item = &body.items.list[i];
        assert(item->name.size && item->remember);
        assert(item->raw.size <= item->length && item->length <= bytes.size * 6 + 64);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct format formats[] = {
        {.kind = FORMAT_JSON, .records = ""},
        {.kind = FORMAT_JSON, .records = "/items"},
        {.kind = FORMAT_JSONL},
        {.kind = FORMAT_CSV, .delimiter = ',', .quote = '"', .header = true},
    };
    ARENA(work);
    struct error err;
    struct slice rest = {(const char *)data, size};
    const char *timestamp = take_line(work, &rest), *signature = take_line(work, &rest);
    const char *content_type = take_line(work, &rest);
    const struct field fields[] = {{"webhook-id", "m", &fields[1]},
                                   {"webhook-timestamp", timestamp, &fields[2]},
                                   {"webhook-signature", signature, NULL}};
    const struct request request = {.header = fields, .body = rest};
    const struct signing standard = {"whsec_c2VjcmV0", NULL, 1000},
                         plain = {"secret", "webhook-signature", 1000};
    assert(!signature_check(&request, &standard, &err));
    assert(!signature_check(&request, &plain, &err));
    for (size_t i = 0; i < COUNT_OF(formats); i++)
        cut(&formats[i], *content_type ? content_type : NULL, rest);
    return 0;
}
