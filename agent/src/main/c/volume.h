/* Volumes: mounted into sandboxes, and looked after from outside. */
#ifndef ELEVO_VOLUME_H
#define ELEVO_VOLUME_H

#include <stdbool.h>

/*
 * Mounts the directory SUB of the volume in IMAGE at AT, a path inside ROOT. Both are paths in trees that sandboxes write to: a link in
 * them leads nowhere outside. What is missing of AT is made, and of SUB where it may be written; it belongs to whom what is around it
 * belongs to. The ids are shifted as the user namespace says.
 */
int volume_mount(const char *image, const char *sub, bool read_only, const char *root, const char *at, int user_namespace);

/*
 * In a mount namespace of its own:
 *
 *   usage IMAGE…      says of each in a line what it can hold and what is used, in bytes; "-" where that cannot be told
 *   grow IMAGE BYTES  to this size, in use or not
 *   cut IMAGE         whoever has it mounted gets errors from now on, and what it held is given back to the host
 *
 * Returns the exit code; NOT_ALLOWED where the kernel does not let us do it.
 */
enum { NOT_ALLOWED = 77 };
int volume_do(int count, char **arguments);

#endif
