#include "hub/match/model.h"

#define LINE 100 /* bytes, about */

/* Names of levels, keys and schemes, and tables, are text that stands for itself but for these. */
static void add_escaped(struct buffer *out, struct slice text)
{
    for (size_t i = 0; i < text.size; i++) {
        char c = text.bytes[i];
        if (c == '&' || c == '<' || c == '"')
            buffer_text(out, c == '&' ? "&amp;" : c == '<' ? "&lt;" : "&quot;");
        else
            buffer_char(out, c);
    }
}

/* Words, in lines that can be read. */
static void add_table(struct buffer *out, struct slice table)
{
    size_t line = 0;
    for (size_t at = 0, end; at < table.size; at = end) {
        const char *blank = memchr(table.bytes + at, ' ', table.size - at);
        end = blank ? (size_t)(blank - table.bytes) + 1 : table.size;
        add_escaped(out, (struct slice){table.bytes + at, blank ? end - at - 1 : end - at});
        bool full = (line += end - at) > LINE;
        if (blank)
            buffer_char(out, full ? '\n' : ' ');
        line = full ? 0 : line;
    }
}

static void add_ratio(struct buffer *out, const char *name, struct ratio ratio)
{
    if (ratio.numerator)
        buffer_printf(out, " %s=\"%s\"", name, ratio_text(out->arena, ratio));
}

static void add_names(struct buffer *out, const char *of, const struct names_stated *names)
{
    buffer_printf(out, "<frequencies of=\"%s\"", of);
    add_ratio(out, "unknown", names->unknown);
    add_ratio(out, "least", names->least);
    buffer_text(out, ">\n");
    add_table(out, names->table);
    buffer_text(out, "</frequencies>\n");
    if (!names->rest.numerator)
        return;
    buffer_printf(out, "<seen of=\"%s\"", of);
    add_ratio(out, "rest", names->rest);
    buffer_text(out, ">\n");
    add_table(out, names->seen);
    buffer_text(out, "</seen>\n");
}

static void add_levels(struct buffer *out, const struct stated *stated)
{
    for (int c = 0; c < COMPARISONS; c++) {
        buffer_printf(out, "<compare element=\"%s\">\n", comparisons[c].name);
        for (int l = 0; comparisons[c].levels[l]; l++) {
            const struct level_stated *level = &stated->levels[c][l];
            buffer_printf(out, "  <level name=\"%s\"", comparisons[c].levels[l]);
            add_ratio(out, "m", level->m);
            add_ratio(out, "u", level->u);
            add_ratio(out, "household", level->household);
            add_ratio(out, "frequency", level->frequency);
            buffer_text(out, "/>\n");
        }
        buffer_text(out, "</compare>\n");
    }
}

static void add_settings(struct buffer *out, const struct stated *stated)
{
    buffer_text(out, "<prior");
    add_ratio(out, "duplicates", stated->duplicates);
    buffer_printf(out, " least=\"%u\"/>\n<threshold", stated->least);
    add_ratio(out, "match", stated->match);
    add_ratio(out, "review", stated->review);
    add_ratio(out, "precision", stated->precision);
    buffer_text(out, "/>\n<household");
    add_ratio(out, "prior", stated->household_prior);
    add_ratio(out, "match", stated->household_match);
    buffer_text(out, "/>\n<generic");
    add_ratio(out, "most", stated->generic);
    buffer_text(out, "/>\n<conflict");
    add_ratio(out, "ratio", stated->conflict);
    buffer_text(out, "/>\n");
}

static void add_keys(struct buffer *out, const struct blocking_rule *blocking)
{
    for (int k = 0; k < BLOCKINGS; k++)
        buffer_printf(out, "<key name=\"%s\"%s limit=\"%u\" holders=\"%u\"/>\n", blocking_names[k],
                      blocking[k].on ? "" : " use=\"no\"", blocking[k].limit, blocking[k].holders);
}

const char *model_text(struct arena *arena, const struct model *model)
{
    const struct stated *stated = &model->stated;
    struct buffer out = {.arena = arena};
    buffer_text(&out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                      "<matching xmlns=\"urn:axle:matching:1\">\n");
    add_settings(&out, stated);
    add_names(&out, "given", &stated->given);
    add_names(&out, "family", &stated->family);
    buffer_text(&out, "<nicknames>\n");
    add_table(&out, stated->nicknames);
    buffer_text(&out, "</nicknames>\n");
    add_levels(&out, stated);
    for (size_t i = 0; i < stated->schemes.count; i++) {
        buffer_text(&out, "<single name=\"");
        add_escaped(&out, (struct slice){stated->schemes.list[i], strlen(stated->schemes.list[i])});
        buffer_text(&out, "\"/>\n");
    }
    add_keys(&out, stated->blocking);
    buffer_text(&out, "</matching>\n");
    return buffer_string(&out);
}
