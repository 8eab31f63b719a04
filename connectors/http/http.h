/*
 * Http: the pages of another system's HTTP interface.
 *
 * Records are cut from an answer by the source's own format, and each is passed over where it came before and
 * did not change; so a page may come twice, and a list may be read again and again.  The cursor is a
 * round (round.h): whoever is killed goes on with the page it was at.
 */
#pragma once

#include "connectors/connector.h"

extern const struct connector http_connector;
