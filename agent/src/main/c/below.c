#include "below.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Older C libraries do not know it. */
enum { CALL_OPENAT2 = 437 };

int open_below(int root, const char *path, int flags) {
    struct open_how how = {
        .flags = (unsigned)(flags | O_DIRECTORY | O_CLOEXEC),
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
    };
    return (int)syscall(CALL_OPENAT2, root, *path == 0 ? "." : path, &how, sizeof how);
}

static uint8_t type_of(int directory, const char *name) {
    struct stat facts;
    if (fstatat(directory, name, &facts, AT_SYMLINK_NOFOLLOW) != 0) return DT_UNKNOWN;
    return (uint8_t)IFTODT(facts.st_mode);
}

bool record_counts(int directory, const struct record *record, uint8_t *type) {
    const char *name = record->name;
    if (name[0] == '.' && (name[1] == 0 || (name[1] == '.' && name[2] == 0))) return false;
    *type = record->type == DT_UNKNOWN ? type_of(directory, name) : record->type;
    return *type != DT_UNKNOWN;
}
