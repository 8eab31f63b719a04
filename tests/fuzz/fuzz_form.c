/* Forms: what is taken for one is JSON of texts; the first byte chooses the content type. */
#include <assert.h>
#include <stdint.h>

#include "hub/base/json.h"
#include "hub/http/form.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const types[] = {"application/x-www-form-urlencoded",
                                        "multipart/form-data; boundary=x",
                                        "multipart/form-data; charset=\"a;b\"; boundary=\"x y\""};
    ARENA(work);
    struct error err;
    struct json_fault fault;
    if (!size)
        return 0;
    const struct slice body = {(const char *)data + 1, size - 1};
    const char *json = form_read(work, types[data[0] % COUNT_OF(types)], body, &err);
    if (!json)
        return 0;
    const struct json *root = json_parse(work, json, strlen(json), &fault);
    assert(root && root->type == JSON_OBJECT && root->count <= FORM_FIELDS_MOST);
    for (const struct json *member = root->first; member; member = member->next)
        assert(!member->repeated && !member->unreadable &&
               (member->type == JSON_STRING || (member->type == JSON_ARRAY && member->count > 1)));
    return 0;
}
