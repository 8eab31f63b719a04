/* Read: the profile of a whole file, and the format to read it with. */
#pragma once

#include "hub/profile/profile.h"
#include "hub/profile/sniff.h"

/* Called now and then: bytes read so far. */
struct profile_watch {
    void (*progress)(void *to, size_t done);
    void *to;
};

struct profile_rejects {
    size_t count;
    const char *first; /* of the first one its place and message, or NULL */
};

/* The profile of all records that can be cut and decoded. */
const struct profile *profile_read(struct arena *arena, const struct witness *witness,
                                   const struct format *format, struct slice content,
                                   const struct profile_watch *watch,
                                   struct profile_rejects *rejects);

/* The format that was sniffed, for reading. */
bool sniffed_format(struct arena *arena, const struct sniffed *sniffed, struct format *format,
                    struct error *err) MUST_CHECK;

/* What a mapping's <format> holds for it. */
const char *format_element(struct arena *arena, const struct format *format);

/* A text as it stands within an attribute of XML; control characters as blanks. */
const char *xml_attribute_text(struct arena *arena, const char *text);
