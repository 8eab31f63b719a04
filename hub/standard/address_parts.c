#include "hub/standard/parts.h"

void parts_of_addresses(const struct parts *parts)
{
    (void)parts;
}
