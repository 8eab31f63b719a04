/* Messages: any bytes that the look beforehand lets pass, read here and not in a child; what comes out is
 * an object of texts, and lists of such. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#include "hub/base/json.h"
#include "hub/mail/mail.h"
#include "hub/mail/scan.h"
#include "tests/fuzz/fuzz.h"

static struct arena *life; /* until the program ends */
static const struct mail_reader *reader;

static void end_life(void)
{
    arena_free(life);
}

static void check_text(const char *text)
{
    size_t bad;
    assert(text && text_check(text, strlen(text), &bad));
}

static void check_list(const struct json *list)
{
    assert(list->type == JSON_ARRAY && list->count <= MAIL_ITEMS_MOST);
    for (const struct json *item = list->first; item; item = item->next) {
        assert(item->type == JSON_OBJECT);
        for (const struct json *member = item->first; member; member = member->next)
            check_text(member->text);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!reader) {
        reader = mail_reader_new(life = arena_new());
        (void)atexit(end_life);
    }
    ARENA(work);
    struct mail_scan scan;
    struct mail_files files = {0};
    struct json_fault fault;
    const char *why = NULL;
    struct slice raw = mail_start((struct slice){(const char *)data, size});
    if (mail_scan(raw, &scan))
        return 0;
    const char *text = mail_to_json(work, reader, raw, &why);
    assert(text || why);
    const struct json *json = text ? json_parse(work, text, strlen(text), &fault) : NULL;
    assert(!text || (json && json->type == JSON_OBJECT));
    for (const struct json *member = json ? json->first : NULL; member; member = member->next) {
        if (member->type == JSON_ARRAY)
            check_list(member);
        else
            check_text(member->text);
        check_text(member->name);
    }
    assert(mail_files(work, reader, raw, &files, &why) == (text != NULL));
    return 0;
}
