#include "connectors/mail/imap.h"

static int base64_value(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";
    const char *at = c ? strchr(digits, c) : NULL;
    return at ? (int)(at - digits) : -1;
}

/* Add a unit of UTF-16; *high is the first half of a pair that waits for its second. */
static bool add_unit(struct buffer *out, uint32_t unit, uint32_t *high)
{
    bool is_low = unit >= 0xdc00 && unit <= 0xdfff;
    if (!unit || is_low != (*high != 0))
        return false;
    if (unit >= 0xd800 && unit <= 0xdbff) {
        *high = unit;
        return true;
    }
    buffer_code_point(out, *high ? 0x10000 + ((*high - 0xd800) << 10) + (unit - 0xdc00) : unit);
    *high = 0;
    return true;
}

/* What is shifted, up to its '-', where *at stops.  False when it cannot be read. */
static bool decode_shift(const char **at, struct buffer *out)
{
    uint32_t bits = 0, high = 0;
    unsigned have = 0;
    for (; **at && **at != '-'; (*at)++) {
        int value = base64_value(**at);
        if (value < 0)
            return false;
        bits = (bits << 6 | (uint32_t)value) & 0x3fffff;
        have += 6;
        if (have < 16)
            continue;
        have -= 16;
        if (!add_unit(out, bits >> have & 0xffff, &high))
            return false;
    }
    return **at == '-' && !high;
}

static bool decode(const char *name, char delimiter, struct buffer *out)
{
    for (; *name; name++) {
        if (*name == delimiter)
            buffer_char(out, '/');
        else if (*name != '&')
            buffer_char(out, *name);
        else if (name[1] == '-')
            buffer_char(out, *name++);
        else if (name++, !decode_shift(&name, out))
            return false;
    }
    return true;
}

const char *imap_folder_name(struct arena *arena, const char *name, char delimiter)
{
    struct buffer out = {.arena = arena};
    if (!decode(name, delimiter, &out))
        return text_repair(arena, name, strlen(name));
    return text_repair(arena, buffer_string(&out), out.length);
}
