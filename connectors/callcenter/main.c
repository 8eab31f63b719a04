/* axle-callcenter: see connectors/README.md. */
#include "connectors/connector.h"

int main(int argc, char **argv)
{
    return connector_main("callcenter", argc, argv);
}
