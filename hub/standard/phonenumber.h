/*
 * Phonenumber: the one door to libphonenumber, which is C++ and optional.
 *
 * Only hub/standard/phone.c calls it, and only where the Makefile found the library
 * (HAVE_PHONENUMBER).
 */
#pragma once

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PHONENUMBER_ROOM 24

/*
 * E.164 of a number as written ("+61 2 ..." or as dialled within `region`, ISO 3166-1 alpha-2 or "")
 * into e164.  False when the library's plan of numbers has none of that length there.
 */
bool phonenumber_read(const char *written, const char *region, char e164[PHONENUMBER_ROOM]);

#ifdef __cplusplus
}
#endif
