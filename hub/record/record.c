#include "hub/record/record.h"

#include "hub/base/hash.h"

int64_t record_id(const char *source, const char *key, const char *part)
{
    uint64_t id = hash64_mix(hash64_mix(hash64_text(source), hash64_text(key)), hash64_text(part));
    return id ? (int64_t)id : 1;
}

/* A whole number without leading zeros, its sign apart. */
struct whole {
    bool is_number, negative;
    const char *digits;
    size_t size;
};

static struct whole read_whole(const char *text)
{
    struct whole whole = {.negative = *text == '-'};
    whole.digits = text + whole.negative;
    size_t size = strspn(whole.digits, "0123456789");
    whole.is_number = size && !whole.digits[size];
    while (size > 1 && *whole.digits == '0') {
        whole.digits++;
        size--;
    }
    whole.size = size;
    whole.negative = whole.negative && !text_equal(whole.digits, "0");
    return whole;
}

int record_order_compare(const char *left, const char *right)
{
    struct whole a = read_whole(left), b = read_whole(right);
    if (!a.is_number || !b.is_number)
        return a.is_number == b.is_number ? strcmp(left, right) : b.is_number - a.is_number;
    if (a.negative != b.negative)
        return b.negative - a.negative;
    int order = (a.size > b.size) - (a.size < b.size);
    if (!order)
        order = memcmp(a.digits, b.digits, a.size);
    return a.negative ? -order : order;
}

bool rank_is_after(struct rank left, struct rank right)
{
    int compared = left.order && right.order ? record_order_compare(left.order, right.order) : 0;
    return compared ? compared > 0 : left.seq > right.seq;
}

const struct value *record_value(const struct record *record, const char *path)
{
    for (size_t i = 0; i < record->count; i++)
        if (record->values[i].standard && text_equal(record->values[i].element->path, path))
            return &record->values[i];
    return NULL;
}

const char *record_text(const struct record *record, const char *path)
{
    const struct value *value = record_value(record, path);
    return value ? value->standard : NULL;
}

static void write_value(struct json_writer *writer, const struct value *value)
{
    bool differs = value->raw && (!value->standard || !text_equal(value->raw, value->standard));
    json_open(writer, '{');
    json_member(writer, "v", value->standard);
    json_member(writer, "r", differs ? value->raw : NULL);
    json_member(writer, "f", value->flag);
    json_member(writer, "g", text_or_null(value->group));
    json_member(writer, "k", text_or_null(value->kind));
    json_member(writer, "s", text_or_null(value->scheme));
    json_member(writer, "c", text_or_null(value->country));
    json_member(writer, "y", value->verified ? "y" : NULL);
    json_member(writer, "w", value->evidence ? "y" : NULL);
    json_member(writer, "d", value->derived ? "y" : NULL);
    json_member(writer, "o", value->kept ? "y" : NULL);
    if (value->trusted)
        json_member_int(writer, "t", value->trust);
    json_close(writer, '}');
}

void record_write_relations(struct json_writer *writer, const char *name,
                            const struct record *record)
{
    if (!record->relation_count)
        return;
    json_name(writer, name);
    json_open(writer, '[');
    for (size_t i = 0; i < record->relation_count; i++) {
        const struct relation *relation = &record->relations[i];
        json_open(writer, '{');
        json_member(writer, "role", relation->role);
        json_member(writer, "source", relation->source);
        json_member(writer, "key", relation->key);
        json_member(writer, "part", relation->part);
        json_close(writer, '}');
    }
    json_close(writer, ']');
}

static void write_absences(struct json_writer *writer, const struct record *record)
{
    if (!record->absence_count)
        return;
    json_name(writer, "?");
    json_open(writer, '[');
    for (size_t i = 0; i < record->absence_count; i++) {
        const struct absence *absence = &record->absences[i];
        json_open(writer, '{');
        json_member(writer, "e", absence->path);
        json_member(writer, "k", absence->kind);
        json_member(writer, "s", absence->scheme);
        json_member(writer, "g", absence->group);
        json_member(writer, "o", absence->from.order);
        json_member_int(writer, "q", absence->from.seq);
        json_close(writer, '}');
    }
    json_close(writer, ']');
}

/* Stable insertion sort: records have a dozen values. */
static const struct value **in_dictionary_order(struct arena *arena, const struct record *record)
{
    const struct value **sorted = NEW_ARRAY(arena, const struct value *, record->count + 1);
    for (size_t i = 0; i < record->count; i++) {
        size_t at = i;
        for (; at && sorted[at - 1]->element->id > record->values[i].element->id; at--)
            sorted[at] = sorted[at - 1];
        sorted[at] = &record->values[i];
    }
    return sorted;
}

const char *record_to_json(struct arena *arena, const struct record *record)
{
    struct json_writer writer = {.out = {.arena = arena}};
    const struct value **sorted = in_dictionary_order(arena, record);
    json_open(&writer, '{');
    for (size_t i = 0; i < record->count; i++) {
        bool first = !i || sorted[i - 1]->element != sorted[i]->element;
        bool last = i + 1 == record->count || sorted[i + 1]->element != sorted[i]->element;
        if (first) {
            json_name(&writer, sorted[i]->element->path);
            json_open(&writer, '[');
        }
        write_value(&writer, sorted[i]);
        if (last)
            json_close(&writer, ']');
    }
    record_write_relations(&writer, "~", record);
    json_member(&writer, "!", record->flag);
    write_absences(&writer, record);
    json_close(&writer, '}');
    return buffer_string(&writer.out);
}

/* Its attributes are named by a letter each. */
static void read_attribute(const struct json *member, struct value *value)
{
    const char *text = member->text;
    int64_t trust = 0;
    switch (*member->name) {
    case 'v':
        value->standard = text;
        break;
    case 'r':
        value->raw = text;
        break;
    case 'f':
        value->flag = text;
        break;
    case 'g':
        value->group = text_or_empty(text);
        break;
    case 'k':
        value->kind = text_or_empty(text);
        break;
    case 's':
        value->scheme = text_or_empty(text);
        break;
    case 'c':
        value->country = text_or_empty(text);
        break;
    case 'y':
        value->verified = true;
        break;
    case 'w':
        value->evidence = true;
        break;
    case 'd':
        value->derived = true;
        break;
    case 'o':
        value->kept = true;
        break;
    case 't':
        value->trusted = text && text_to_int(text, 0, 100, &trust);
        value->trust = (unsigned)trust;
        break;
    }
}

static void read_value(const struct json *item, const struct element *element, struct value *value)
{
    *value =
        (struct value){.element = element, .group = "", .kind = "", .scheme = "", .country = ""};
    if (item->type != JSON_OBJECT)
        return;
    for (const struct json *member = item->first; member; member = member->next)
        if (member->name[0] && !member->name[1])
            read_attribute(member, value);
    if (!value->raw)
        value->raw = value->standard;
}

static void read_relations(struct arena *arena, const struct json *list, struct record *record)
{
    struct relation *relations = NEW_ARRAY(arena, struct relation, list->count + 1);
    record->relations = relations;
    record->relation_count = 0;
    for (const struct json *item = list->first; item; item = item->next)
        relations[record->relation_count++] = (struct relation){
            .role = text_or_empty(json_get_text(item, "role")),
            .source = text_or_empty(json_get_text(item, "source")),
            .key = text_or_empty(json_get_text(item, "key")),
            .part = text_or_empty(json_get_text(item, "part")),
        };
}

static void read_absences(struct arena *arena, const struct json *list, struct record *record)
{
    record->absences = NEW_ARRAY(arena, struct absence, list->count + 1);
    record->absence_count = 0;
    for (const struct json *item = list->first; item; item = item->next) {
        struct absence *absence = &record->absences[record->absence_count++];
        const char *seq = json_get_text(item, "q");
        *absence = (struct absence){
            .path = text_or_empty(json_get_text(item, "e")),
            .kind = json_get_text(item, "k"),
            .scheme = json_get_text(item, "s"),
            .group = json_get_text(item, "g"),
            .from.order = json_get_text(item, "o"),
        };
        if (seq && !text_to_int(seq, 0, INT64_MAX, &absence->from.seq))
            absence->from.seq = 0;
    }
}

bool record_from_json(struct arena *arena, const struct dictionary *dictionary,
                      const char *class_name, const char *json, struct record *record,
                      struct error *err)
{
    struct json_fault fault;
    const struct json *root = json_parse(arena, json, strlen(json), &fault);
    if (!root)
        return error_set(err, ERROR_FATAL, "stored document of record %s/%s: %s at byte %zu",
                         record->source, record->key, fault.message, fault.offset);
    size_t room = 0;
    for (const struct json *list = root->first; list; list = list->next)
        room += list->count;
    record->values = NEW_ARRAY(arena, struct value, room + 1);
    record->count = 0;
    record->flag = json_get_text(root, "!");
    const struct json *relations = json_get(root, "~");
    if (relations)
        read_relations(arena, relations, record);
    const struct json *absences = json_get(root, "?");
    record->absence_count = 0;
    if (absences)
        read_absences(arena, absences, record);
    for (const struct json *list = root->first; list; list = list->next) {
        const struct element *element = dictionary_path(dictionary, class_name, list->name);
        if (element)
            for (const struct json *item = list->first; item; item = item->next)
                read_value(item, element, &record->values[record->count++]);
    }
    return true;
}
