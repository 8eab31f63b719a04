/* How the values of a column are written: amounts, times, codes. */
#include <ctype.h>

#include "hub/profile/suggest.h"

#define FORMS_MOST 12 /* of times */

/* What the signs of numbers show. */
struct style {
    size_t comma, point; /* texts in which it can only be the decimal sign */
    size_t unsure;       /* "1.234" */
    size_t blanks, quotes, groups, currencies;
};

/* The number within a text that may have a currency beside it; NULL when it holds none. */
static const char *number_in(struct arena *arena, const char *text, bool *currency)
{
    size_t from = strcspn(text, "0123456789"), to = strlen(text);
    while (to > from && !isdigit((unsigned char)text[to - 1]))
        to--;
    const char *number = arena_strndup(arena, text + from, to - from);
    size_t around = from + strlen(text) - to;
    bool sign = (from == 1 && strchr("+-(", *text)) || from == 0;
    bool tail = strlen(text) - to == 0 || (strlen(text) - to == 1 && strchr("-)", text[to]));
    *currency = !sign || !tail;
    bool digits = to > from && to - from <= 20 && !number[strspn(number, "0123456789., '")];
    return digits && around <= 6 ? number : NULL;
}

static void look_at(struct style *style, const char *number)
{
    const char *comma = strrchr(number, ','), *point = strrchr(number, '.');
    const char *last = comma > point ? comma : point;
    style->blanks += strchr(number, ' ') != NULL;
    style->quotes += strchr(number, '\'') != NULL;
    if (!last)
        return;
    bool both = comma && point, again = strchr(number, *last) != last;
    bool three = strlen(last + 1) == 3 && last - number <= 3 && *number != '0';
    size_t *decimal = *last == ',' ? &style->comma : &style->point;
    size_t *other = *last == ',' ? &style->point : &style->comma;
    style->groups += both || again;
    if (again)
        (*other)++;
    else if (both || !three)
        (*decimal)++;
    else
        style->unsure++;
}

unsigned suggest_amounts(const struct column *column)
{
    size_t amounts = 0;
    bool currency;
    for (size_t i = 0; i < column->sample_count; i++) {
        ARENA(scratch);
        amounts += number_in(scratch, column->sample[i], &currency) != NULL;
    }
    return column->sample_count ? (unsigned)(amounts * 1000 / column->sample_count) : 0;
}

static bool is_numeric(const struct element *element)
{
    enum domain_kind kind = element->domain->kind;
    return kind == DOMAIN_MONEY || kind == DOMAIN_NUMBER || kind == DOMAIN_INTEGER;
}

static struct style style_of(const struct column *column)
{
    struct style style = {.comma = 0};
    for (size_t i = 0; i < column->sample_count; i++) {
        ARENA(scratch);
        bool currency;
        const char *number = number_in(scratch, column->sample[i], &currency);
        if (number)
            look_at(&style, number);
        style.currencies += number && currency;
    }
    return style;
}

/* What stands between thousands, or NULL. */
static const char *group_of(const struct style *style, bool comma)
{
    if (style->blanks || style->quotes)
        return style->blanks ? "space" : "'";
    if (comma)
        return style->groups + style->unsure ? "." : NULL;
    return style->groups ? "," : NULL;
}

static void choose_number(struct arena *arena, struct suggestion *suggestion)
{
    struct style style = style_of(suggestion->column);
    bool comma = style.comma > style.point;
    if (style.unsure && !style.comma && !style.point) {
        suggestion->note =
            "no value tells whether its sign stands before decimals or thousands: ask";
        suggestion->confidence = CONFIDENCE_LOW;
    }
    const char *group = group_of(&style, comma);
    const char *groups = group ? arena_printf(arena, " group=\"%s\"", group) : "";
    if (style.currencies || comma || group)
        suggestion->steps =
            arena_printf(arena, "<%s decimal=\"%s\"%s/>", style.currencies ? "money" : "number",
                         comma ? "," : ".", groups);
}

/* Which of the texts the code list does not know. */
static void ask_for_codes(struct arena *arena, struct suggestion *suggestion)
{
    const struct column *column = suggestion->column;
    struct buffer unknown = {.arena = arena};
    size_t count = 0;
    for (size_t i = 0; i < column->value_count; i++)
        if (!domain_code(suggestion->element->domain, column->values[i].text) && ++count <= 12)
            buffer_printf(&unknown, "%s'%s'", count > 1 ? ", " : "", column->values[i].text);
    if (!count)
        return;
    suggestion->note = arena_printf(
        arena, "no code of %s%s: %s%s; give each an <entry from=... to=...> of a <map>",
        suggestion->element->domain->name, count > 1 ? " are" : " is", buffer_string(&unknown),
        count > 12 || column->more_values ? ", ..." : "");
    if (suggestion->confidence == CONFIDENCE_HIGH)
        suggestion->confidence = CONFIDENCE_MEDIUM;
}

void suggest_values(struct arena *arena, const struct dictionary *dictionary,
                    struct suggestions *all)
{
    (void)dictionary;
    for (size_t i = 0; i < all->count; i++) {
        struct suggestion *suggestion = &all->list[i];
        if (suggestion->use != USE_VALUE || !suggestion->column->texts || suggestion->template ||
            suggestion->branch_count)
            continue;
        if (is_numeric(suggestion->element))
            choose_number(arena, suggestion);
        if (suggestion->element->domain->permitted)
            ask_for_codes(arena, suggestion);
    }
}

/* Hours, minutes and seconds that stand here; NULL when they do not. */
static const char *clock_form(struct buffer *form, const char *text)
{
    size_t hours = strspn(text, "0123456789");
    if (hours < 1 || hours > 2 || text[hours] != ':')
        return NULL;
    buffer_text(form, hours == 1 ? "h" : "hh");
    text += hours;
    for (size_t part = 0; part < 2 && *text == ':'; part++) {
        if (strspn(text + 1, "0123456789") != 2)
            return NULL;
        buffer_text(form, part ? ":ss" : ":mm");
        text += 3;
    }
    size_t fraction = *text == '.' ? strspn(text + 1, "0123456789") : 0;
    if (fraction)
        buffer_text(form, ".SSS");
    return text + (fraction ? fraction + 1 : 0);
}

/* How the time is written, or NULL: "T10:22:05Z" is "Thh:mm:ssZ". */
static const char *time_form(struct arena *arena, const char *text)
{
    struct buffer form = {.arena = arena};
    while (*text && strchr(" T,", *text))
        buffer_char(&form, *text++);
    text = clock_form(&form, text);
    if (!text)
        return NULL;
    if (text_same(text, "am") || text_same(text, "pm") || text_same(text, " am") ||
        text_same(text, " pm")) {
        buffer_text(&form, *text == ' ' ? " AM" : "AM");
        return buffer_string(&form);
    }
    if (*text && strchr("Z+-", *text)) {
        buffer_char(&form, 'Z');
        text += 1 + strspn(text + 1, "0123456789:");
    }
    return *text ? NULL : buffer_string(&form);
}

/* Where the time begins, or the end: of "3 Mar 2024 10:22" the last blank before the first colon. */
static const char *time_of(const char *text)
{
    const char *colon = strchr(text, ':'), *start = colon;
    while (start && start > text && !strchr(" T", *start))
        start--;
    return start && start > text ? start : text + strlen(text);
}

struct times {
    const char *forms[FORMS_MOST];
    size_t count;
};

static void add_form(struct times *times, const char *form)
{
    for (size_t i = 0; i < times->count; i++)
        if (text_equal(times->forms[i], form))
            return;
    if (times->count < FORMS_MOST)
        times->forms[times->count++] = form;
}

const char *suggest_times(struct arena *arena, const struct column *column, const char *region,
                          bool *unsure, bool *mixed)
{
    struct column dates = *column;
    struct times times = {.count = 0};
    struct buffer out = {.arena = arena};
    const char **sample = NEW_ARRAY(arena, const char *, column->sample_count + 1);
    for (size_t i = 0; i < column->sample_count; i++) {
        const char *start = time_of(column->sample[i]);
        const char *form = *start ? time_form(arena, start) : "";
        sample[i] = arena_strndup(arena, column->sample[i], (size_t)(start - column->sample[i]));
        if (form)
            add_form(&times, form);
    }
    dates.sample = sample;
    const char *found = column_date(arena, &dates, region, unsure, mixed);
    size_t count = 0;
    const char **list = found ? text_split(arena, found, '|', &count) : NULL;
    for (size_t d = 0; d < count; d++)
        for (size_t f = 0; f < times.count; f++)
            buffer_printf(&out, "%s%s%s", out.length ? "|" : "", list[d], times.forms[f]);
    return out.length ? buffer_string(&out) : NULL;
}
