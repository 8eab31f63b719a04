/*
 * Sftp: the files of a folder of an SFTP server.
 *
 * Nothing there is changed.  A file is taken when it has been the same in two looks, and again whenever its
 * size or time is another one; it comes over into AXLE_HOME/run, and what was cut off goes on where it
 * ended.  The server must be the one whose key the mapping names.
 */
#pragma once

#include "connectors/connector.h"

extern const struct connector sftp_connector;
