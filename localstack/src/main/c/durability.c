/*
 * Preloaded into DynamoDB Local, whose SQLite asks the disk to confirm every single write: many milliseconds each, for a table that
 * outlives any crash of a process without it. Who must survive a power failure sets ELEVO_FSYNC=1.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

typedef int (*sync_function)(int);

static bool wanted(void) {
    const char *option = getenv("ELEVO_FSYNC");
    return option != NULL && strcmp(option, "1") == 0;
}

static int sync_or_not(const char *name, int file) {
    if (!wanted()) return 0;
    sync_function real = (sync_function)dlsym(RTLD_NEXT, name);
    if (real == NULL) {
        errno = ENOSYS;
        return -1;
    }
    return real(file);
}

int fsync(int file) {
    return sync_or_not("fsync", file);
}

int fdatasync(int file) {
    return sync_or_not("fdatasync", file);
}
