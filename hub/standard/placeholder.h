/* Placeholder: what people and systems write where nothing is known. */
#pragma once

#include <stdbool.h>

/* A word or phrase that stands for "not known", folded ("unknown", "n a"). */
bool placeholder_is_word(const char *folded);
/* The same, or what fills a field that must not be empty: nothing but zeros, or crosses, or marks. */
bool placeholder_is_filler(const char *folded);
