#include "hub/format/csv_write.h"

void csv_write(struct csv_writer *writer, const char *text)
{
    struct buffer *out = &writer->out;
    if (writer->fields++)
        buffer_char(out, ',');
    if (!text)
        return;
    if (!text[strcspn(text, ",\"\r\n")]) {
        buffer_text(out, text);
        return;
    }
    buffer_char(out, '"');
    for (const char *c = text; *c; c++) {
        if (*c == '"')
            buffer_char(out, '"');
        buffer_char(out, *c);
    }
    buffer_char(out, '"');
}

void csv_write_end(struct csv_writer *writer)
{
    if (writer->out.length == writer->start)
        buffer_text(&writer->out, "\"\"");
    buffer_char(&writer->out, '\n');
    writer->fields = 0;
    writer->start = writer->out.length;
}
