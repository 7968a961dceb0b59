#include "archive.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "inodes.h"

/* Of all directories on the way to where it is. What has no room waits for who comes from the other side. */
enum { MOST_NAMES = 1 << 20 };

struct look {
    const int32_t *is_over;
    bool wants_files;
    size_t used;
    char names[MOST_NAMES]; /* each with its end; the last one is looked at next */
};

static bool goes_on(const struct look *look) {
    return __atomic_load_n(look->is_over, __ATOMIC_RELAXED) == 0;
}

static void list(struct look *look, DIR *directory) {
    const struct dirent *found;
    while (goes_on(look) && (found = readdir(directory)) != NULL) {
        size_t length = strlen(found->d_name) + 1;
        if (strcmp(found->d_name, ".") == 0 || strcmp(found->d_name, "..") == 0) continue;
        if (!look->wants_files && found->d_type != DT_DIR && found->d_type != DT_UNKNOWN) continue;
        if (length > sizeof look->names - look->used) return;
        memcpy(look->names + look->used, found->d_name, length);
        look->used += length;
    }
}

static size_t last_name(const struct look *look) {
    size_t at = look->used - 1;
    while (at > 0 && look->names[at - 1] != 0) at--;
    return at;
}

static void look_beneath(struct look *look, int opened, int depth) {
    DIR *directory = opened < 0 ? NULL : fdopendir(opened);
    if (directory == NULL) {
        if (opened >= 0) close(opened);
        return;
    }
    size_t others = look->used;
    list(look, directory);
    while (look->used > others && goes_on(look)) {
        size_t at = last_name(look);
        const char *name = look->names + at;
        struct statx stat;
        if (statx(opened, name, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, STATX_BASIC_STATS, &stat) == 0 && S_ISDIR(stat.stx_mode)
            && depth < MOST_DEPTH) {
            look_beneath(look, openat(opened, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NOATIME | O_CLOEXEC), depth + 1);
        }
        look->used = at;
    }
    closedir(directory);
}

static bool has_tables(int root) {
    struct inodes *inodes = root < 0 ? NULL : inodes_open(root);
    inodes_close(inodes);
    return inodes != NULL;
}

void archive_look(const char *root, int32_t wants_files, const int32_t *is_over) {
    struct look *look = malloc(sizeof *look);
    if (look == NULL) return;
    look->is_over = is_over;
    look->used = 0;
    int opened = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    look->wants_files = wants_files != 0 || !has_tables(opened);
    look_beneath(look, opened, 1);
    free(look);
}
