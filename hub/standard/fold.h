/*
 * Fold: the forms of a name or other text that comparison works on.
 *
 * A folded text holds tokens with one blank between them: case folded, accents and apostrophes gone
 * ("O'Brien" is "obrien"), hyphens and other punctuation as blanks, Latin, Cyrillic and Greek letters as
 * ASCII.  Other scripts keep their own characters.  Folding never fails; a text of nothing but
 * punctuation folds to "".  Results are remembered per thread, so folding the same text again is cheap.
 */
#pragma once

#include "hub/base/text.h"

/* The form that may bring records together: "Jürgen" is "jurgen", "Пушкин" is "pushkin". */
const char *fold_name(struct arena *arena, const char *text) RETURNS_NONNULL;

/* The German way of writing it in ASCII ("Jürgen" is "juergen", "Søren" is "soeren"), or NULL when that
 * is the same as fold_name(). */
const char *fold_german(struct arena *arena, const char *text);

/* Han, kana, hangul, Arabic and the like read out in Latin letters, or NULL when fold_name() is ASCII
 * already.  Different names often read alike: never match on this alone. */
const char *fold_weak(struct arena *arena, const char *text);
