/* The look at a message before it is read: any bytes; what it lets pass is within the limits. */
#include <assert.h>
#include <stdint.h>

#include "hub/mail/scan.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mail_scan scan;
    struct slice raw = mail_start((struct slice){(const char *)data, size});
    assert(raw.size <= size && raw.bytes + raw.size == (const char *)data + size);
    if (!mail_scan(raw, &scan))
        assert(scan.parts <= MAIL_PARTS_MOST && scan.depth <= MAIL_DEPTH_MOST &&
               scan.headers <= MAIL_HEADERS_MOST && scan.headers <= raw.size + 1 &&
               scan.longest <= raw.size && scan.lines);
    return 0;
}
