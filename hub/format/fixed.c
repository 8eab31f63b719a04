#include "hub/format/decode.h"

/* The byte where the character begins that is `count` ones behind; the end where there are not so many. */
static const char *forward(const char *at, const char *end, size_t count)
{
    while (count-- && at < end)
        while (++at < end && ((unsigned char)*at & 0xc0) == 0x80)
            ;
    return at;
}

/* What is padded with blanks to its width comes without them; NULL where the line ends before it. */
static const char *column_text(const struct decoding *decoding, const struct format_column *column)
{
    const char *end = decoding->text.bytes + decoding->text.size;
    const char *from = forward(decoding->text.bytes, end, column->from - 1);
    if (from == end)
        return NULL;
    const char *to = forward(from, end, column->to - column->from + 1);
    return text_trim(decoding->arena, arena_strndup(decoding->arena, from, (size_t)(to - from)));
}

const struct fields *fixed_decode(const struct decoding *decoding)
{
    const struct format *format = decoding->format;
    size_t count = format->column_count;
    const char **names = NEW_ARRAY(decoding->arena, const char *, count + 1);
    const char **texts = NEW_ARRAY(decoding->arena, const char *, count + 1);
    struct slice text = decoding->text;
    const char *line_end = text.size ? memchr(text.bytes, '\n', text.size) : NULL;
    if (!line_end && text.size)
        line_end = memchr(text.bytes, '\r', text.size);
    if (line_end)
        return decode_refuse(decoding, "lines", (size_t)(line_end - text.bytes),
                             "the record goes on behind the end of its line");
    for (size_t i = 0; i < count; i++) {
        names[i] = format->columns[i].name;
        texts[i] = column_text(decoding, &format->columns[i]);
    }
    struct fields *fields = NEW(decoding->arena, struct fields);
    *fields =
        (struct fields){.arena = decoding->arena, .names = names, .texts = texts, .count = count};
    return fields;
}

bool fixed_has_column(const struct format *format, const char *name)
{
    for (size_t i = 0; i < format->column_count; i++)
        if (text_equal(format->columns[i].name, name))
            return true;
    return false;
}
