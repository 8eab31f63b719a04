/* JSON: any bytes parse or are refused with a place; what parses is written, read and written alike. */
#include <assert.h>
#include <stdint.h>

#include "hub/base/json.h"
#include "tests/fuzz/fuzz.h"

static const char *write(struct arena *arena, const struct json *value)
{
    struct json_writer writer = {.out = {.arena = arena}};
    json_value(&writer, value);
    return buffer_string(&writer.out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA(work);
    struct json_fault fault = {0};
    const struct json *value = json_parse(work, (const char *)data, size, &fault);
    if (!value) {
        assert(fault.line && fault.column && fault.offset <= size && fault.message);
        return 0;
    }
    const char *first = write(work, value);
    const struct json *again = json_parse(work, first, strlen(first), &fault);
    assert(again && again->count == value->count);
    assert(text_equal(write(work, again), first));
    (void)json_pointer(value, "/0/a~1b/1");
    return 0;
}
