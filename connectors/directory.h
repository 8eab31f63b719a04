/*
 * Directory: a drop folder, AXLE_HOME/in/SOURCE.
 *
 * A file is taken once, atomically: by renaming it into .taken/, where nobody writes any more.  When all
 * of it is staged it moves on to done/, or to failed/ when it cannot be read as a whole.  A crash at any
 * moment leaves it where the next look goes on.
 */
#pragma once

#include "connectors/connector.h"

extern const struct connector directory_connector;
