/* axle-mail: see connectors/README.md. */
#include "connectors/connector.h"

int main(int argc, char **argv)
{
    return connector_main("mail", argc, argv);
}
