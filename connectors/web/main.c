/* axle-web: see connectors/README.md. */
#include "connectors/connector.h"

int main(void)
{
    return connector_main("web");
}
