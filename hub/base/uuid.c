#include "hub/base/uuid.h"

#include <sodium.h>
#include <time.h>

#include "hub/base/text.h"

struct uuid uuid_new(void)
{
    static uint64_t last; /* milliseconds << 12 | counter, as RFC 9562 section 6.2 method 3 */
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    uint64_t ms = (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
    uint64_t stamp = ms << 12 | (uint64_t)(now.tv_nsec % 1000000) * 4096 / 1000000;
    last = stamp > last ? stamp : last + 1;

    struct uuid uuid;
    randombytes_buf(uuid.bytes, sizeof(uuid.bytes));
    for (int i = 0; i < 6; i++)
        uuid.bytes[i] = (unsigned char)(last >> 12 >> (40 - 8 * i));
    uuid.bytes[6] = (unsigned char)(0x70 | (last >> 8 & 0x0f));
    uuid.bytes[7] = (unsigned char)last;
    uuid.bytes[8] = (unsigned char)(0x80 | (uuid.bytes[8] & 0x3f));
    return uuid;
}

void uuid_text(struct uuid uuid, char text[UUID_TEXT])
{
    const unsigned char *b = uuid.bytes;
    (void)snprintf(text, UUID_TEXT,
                   "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0],
                   b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13],
                   b[14], b[15]);
}

bool uuid_read(const char *text, struct uuid *uuid)
{
    char hex[33];
    size_t digits = 0;
    for (size_t i = 0; i < UUID_TEXT - 1; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (!text[i] || (text[i] == '-') != dash)
            return false;
        if (!dash)
            hex[digits++] = text[i];
    }
    hex[digits] = '\0';
    return !text[UUID_TEXT - 1] && text_unhex(hex, uuid->bytes, sizeof(uuid->bytes));
}

int uuid_compare(struct uuid left, struct uuid right)
{
    return memcmp(left.bytes, right.bytes, sizeof(left.bytes));
}

bool uuid_is_nil(struct uuid uuid)
{
    static const struct uuid nil;
    return uuid_compare(uuid, nil) == 0;
}
