/*
 * Files that are being written. Each is staged without a name of its own beside its target; a commit gives all of them their names,
 * or none. The first of them that goes wrong is where writing_failed says.
 */
#ifndef ELEVO_WRITING_H
#define ELEVO_WRITING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* These return 0 or the errno; the flags are those of files.h. */
int writing_begin(uint8_t flags, uint32_t mode, const char *path, const char *temporary);
int writing_add(const uint8_t *bytes, size_t length);
int writing_end(void);
int writing_commit(void (*each)(bool created, uint64_t bytes));
/* What is not committed leaves nothing. */
void writing_drop(void);
uint64_t writing_count(void);
uint64_t writing_failed(void);

/* Names what has a temporary one. */
int rename_into(int directory, const char *temporary, const char *name, bool overwrite);

#endif
