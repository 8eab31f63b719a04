/*
 * Standardisers: any text is read or refused; what comes out is text, never empty, and reads as itself.
 */
#include <assert.h>

#include "hub/standard/address.h"
#include "hub/standard/clean.h"
#include "hub/standard/duration.h"
#include "hub/standard/email.h"
#include "hub/standard/fold.h"
#include "hub/standard/iso_date.h"
#include "hub/standard/iso_time.h"
#include "hub/standard/money.h"
#include "hub/standard/name.h"
#include "hub/standard/phone.h"
#include "hub/standard/postcode.h"
#include "hub/standard/website.h"
#include "tests/fuzz/fuzz.h"

static const struct {
    const char *(*read)(struct arena *arena, const char *text);
} readers[] = {
    {clean_name},    {clean_identifier}, {email_read}, {iso_date_read},
    {iso_time_read}, {duration_read},    {money_read}, {website_read},
};

static void is_text(const char *text)
{
    size_t bad;
    assert(!text || (*text && text_check(text, strlen(text), &bad)));
}

static void read_parts(struct arena *arena, const char *text)
{
    struct name name;
    struct address address;
    if (name_parse(arena, text, &name)) {
        const char *parts[] = {name.prefix, name.given,  name.middle,
                               name.family, name.suffix, name.nickname};
        for (size_t i = 0; i < COUNT_OF(parts); i++)
            is_text(parts[i]);
    }
    if (address_parse(arena, text, "", NULL, &address)) {
        const char *parts[] = {address.unit,   address.street,   address.city,
                               address.region, address.postcode, address.country};
        for (size_t i = 0; i < COUNT_OF(parts); i++)
            is_text(parts[i]);
    }
}

static void fold(struct arena *arena, const char *text)
{
    const char *folded = fold_name(arena, text);
    is_text(*folded ? folded : NULL);
    is_text(fold_german(arena, text));
    is_text(fold_weak(arena, text));
    assert(text_equal(fold_name(arena, folded), folded));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const regions[] = {"", "US", "AU", "GB", "CA", "DE", "XX"};
    size_t bad;
    if (!text_check((const char *)data, size, &bad))
        return 0;
    ARENA(work);
    const char *text = arena_strndup(work, (const char *)data, size);
    for (size_t i = 0; i < COUNT_OF(readers); i++) {
        const char *once = readers[i].read(work, text);
        is_text(once);
        if (once)
            assert(text_equal(readers[i].read(work, once), once));
    }
    for (size_t i = 0; i < COUNT_OF(regions); i++) {
        is_text(phone_read(work, text, regions[i]));
        is_text(phone_read_by_rules(work, text, regions[i]));
        is_text(postcode_read(work, text, regions[i]));
    }
    read_parts(work, clean_text(work, text));
    fold(work, text);
    return 0;
}
