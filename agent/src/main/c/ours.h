/*
 * Names that the service gives: of what is being written, copied or removed, and of the places that code runs from. They are told
 * of nowhere. Only what looks wholly like one is taken for it: a user's own .elevo-notes is his, and shown.
 */
#ifndef ELEVO_OURS_H
#define ELEVO_OURS_H

#include <stdbool.h>

bool is_ours(const char *name);

#endif
