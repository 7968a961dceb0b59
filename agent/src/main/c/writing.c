#include "writing.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files.h"
#include "place.h"

#define MOST_STAGED 1024u

struct staged {
    struct place place;
    int file;
    uint8_t flags;
    mode_t mode;
    bool exists;
    struct stat old;
    bool appends; /* to what is there; else it takes its place */
    int rewritten; /* what is there, where nothing can take its place: it gets the content itself, when all of it has come */
    bool named;   /* has the temporary name */
    bool published, replaced; /* has its own name; and the temporary one is that of what was there */
    uint64_t bytes;
    char temporary[NAME_MAX + 1];
};

static struct staged *all;
static size_t count, room, at_fault;

uint64_t writing_count(void) { return count == 0 ? 0 : count - 1; }

uint64_t writing_failed(void) { return at_fault; }

static struct staged *add(void) {
    if (count == MOST_STAGED) return NULL;
    if (count == room) {
        size_t larger = room == 0 ? 4 : room * 2;
        struct staged *moved = realloc(all, larger * sizeof *all);
        if (moved == NULL) return NULL;
        all = moved;
        room = larger;
    }
    all[count] = (struct staged){.file = -1, .rewritten = -1, .place = {.directory = -1}};
    return &all[count++];
}

/* What is there already; 0, or why it cannot be written. */
static int examine(struct staged *staged) {
    int directory = staged->place.directory;
    const char *name = staged->place.name;
    if (fstatat(directory, name, &staged->old, AT_SYMLINK_NOFOLLOW) != 0) return errno == ENOENT ? 0 : errno;
    staged->exists = true;
    if (S_ISDIR(staged->old.st_mode)) return EISDIR;
    if (!S_ISREG(staged->old.st_mode)) return ENXIO;
    if (!(staged->flags & (FILES_OVERWRITE | FILES_APPEND))) return EEXIST;
    /* A new file in its place needs no right to the old one; to write it needs one all the same. */
    return faccessat(directory, name, W_OK, AT_EACCESS) == 0 ? 0 : errno;
}

static int open_existing(struct staged *staged, int flags, int *file) {
    *file = openat(staged->place.directory, staged->place.name,
        O_WRONLY | flags | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (*file < 0) return errno;
    if (fstat(*file, &staged->old) != 0) return errno;
    return S_ISREG(staged->old.st_mode) ? 0 : ENXIO;
}

static int open_to_append(struct staged *staged) {
    staged->appends = true;
    return open_existing(staged, O_APPEND, &staged->file);
}

static int open_to_rewrite(struct staged *staged) {
    int error = open_existing(staged, 0, &staged->rewritten);
    if (error != 0) return error;
    staged->file = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (staged->file < 0) staged->file = memfd_create("content", MFD_CLOEXEC);
    return staged->file < 0 ? errno : 0;
}

static int open_without_name(struct staged *staged) {
    staged->file = openat(staged->place.directory, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
    if (staged->file >= 0) return 0;
    /* The file system does not know such files. */
    if (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL && errno != ENOENT) return errno;
    staged->file = openat(staged->place.directory, staged->temporary,
        O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    staged->named = staged->file >= 0;
    return staged->named ? 0 : errno;
}

int writing_begin(uint8_t flags, uint32_t mode, const char *path, const char *temporary) {
    at_fault = count;
    struct staged *staged = add();
    if (staged == NULL) return ENOMEM;
    if (strlen(temporary) > NAME_MAX) return ENAMETOOLONG;
    strcpy(staged->temporary, temporary);
    staged->flags = flags;
    staged->mode = mode;
    int error = place_open(path, (flags & FILES_PARENTS) != 0, &staged->place);
    if (error == 0) error = place_follow(&staged->place);
    if (error == 0) error = examine(staged);
    if (error != 0) return error;
    if (staged->exists && flags & FILES_APPEND) return open_to_append(staged);
    error = open_without_name(staged);
    /* A file may be its user's where the directory is not. */
    bool barred = error == EACCES || error == EPERM || error == EROFS;
    return barred && staged->exists ? open_to_rewrite(staged) : error;
}

int writing_add(const uint8_t *bytes, size_t length) {
    struct staged *staged = &all[count - 1];
    at_fault = count - 1;
    while (length > 0) {
        ssize_t written = write(staged->file, bytes, length);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return errno;
        bytes += written;
        length -= (size_t)written;
        staged->bytes += (uint64_t)written;
    }
    return 0;
}

int writing_end(void) {
    struct staged *staged = &all[count - 1];
    at_fault = count - 1;
    int kept = staged->appends ? staged->file : staged->rewritten;
    if (kept >= 0) {
        if (!(staged->flags & FILES_MODE)) return 0;
        return fchmod(kept, staged->mode) == 0 ? 0 : errno;
    }
    mode_t mode = staged->exists && !(staged->flags & FILES_MODE) ? staged->old.st_mode & 07777 : staged->mode;
    /* It stays with its owner where we may say so; where not, it is ours, and its privileges would be too. */
    if (staged->exists && (staged->old.st_uid != geteuid() || staged->old.st_gid != getegid())
        && fchown(staged->file, staged->old.st_uid, staged->old.st_gid) != 0) {
        mode &= (mode_t)~06000;
    }
    return fchmod(staged->file, mode) == 0 ? 0 : errno;
}

/* ---- names ---- */

int rename_into(int directory, const char *temporary, const char *name, bool overwrite) {
    if (overwrite) return renameat(directory, temporary, directory, name) == 0 ? 0 : errno;
    /* A link is never made over a name, and whoever watches sees that something is new; only directories have none. */
    if (linkat(directory, temporary, directory, name, 0) == 0) {
        unlinkat(directory, temporary, 0);
        return 0;
    }
    if (errno == EEXIST) return EEXIST;
    if (renameat2(directory, temporary, directory, name, RENAME_NOREPLACE) == 0) return 0;
    if (errno != EINVAL && errno != ENOSYS) return errno;
    if (faccessat(directory, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0) return EEXIST;
    return renameat(directory, temporary, directory, name) == 0 ? 0 : errno;
}

static int link_as(const struct staged *staged, const char *name) {
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", staged->file);
    return linkat(AT_FDCWD, path, staged->place.directory, name, AT_SYMLINK_FOLLOW) == 0 ? 0 : errno;
}

/* In the place of what is there, which keeps the temporary name until it is known whether it has to come back. */
static int replace(struct staged *staged, bool undoable) {
    int directory = staged->place.directory;
    if (!staged->named) {
        int error = link_as(staged, staged->temporary);
        if (error != 0) return error;
        staged->named = true;
    }
    if (undoable && renameat2(directory, staged->temporary, directory, staged->place.name, RENAME_EXCHANGE) == 0) {
        staged->replaced = true;
        return 0;
    }
    if (undoable && errno != ENOENT) return errno;
    return rename_into(directory, staged->temporary, staged->place.name, true);
}

/* Its blocks first, of which none may be missing half-way. */
static int make_room(const struct staged *staged) {
    if (staged->rewritten < 0 || staged->bytes == 0) return 0;
    if (fallocate(staged->rewritten, FALLOC_FL_KEEP_SIZE, 0, (off_t)staged->bytes) == 0) return 0;
    return errno == EOPNOTSUPP ? 0 : errno;
}

static int rewrite(const struct staged *staged) {
    for (off_t from = 0; (uint64_t)from < staged->bytes;) {
        ssize_t length = sendfile(staged->rewritten, staged->file, &from, (size_t)(staged->bytes - (uint64_t)from));
        if (length < 0 && errno == EINTR) continue;
        if (length < 0) return errno;
        if (length == 0) return EIO;
    }
    return ftruncate(staged->rewritten, (off_t)staged->bytes) == 0 ? 0 : errno;
}

static int publish(struct staged *staged, bool undoable) {
    if (staged->appends || staged->rewritten >= 0) return 0;
    if (!staged->exists) {
        int error = staged->named ? rename_into(staged->place.directory, staged->temporary, staged->place.name, false)
                                  : link_as(staged, staged->place.name);
        if (error != EEXIST || !(staged->flags & FILES_OVERWRITE)) return error;
        /* It was made meanwhile. */
    }
    return replace(staged, undoable);
}

static void take_back(struct staged *staged) {
    if (!staged->published || staged->appends || staged->rewritten >= 0) return;
    if (staged->replaced) {
        renameat(staged->place.directory, staged->temporary, staged->place.directory, staged->place.name);
    } else {
        unlinkat(staged->place.directory, staged->place.name, 0);
    }
    staged->named = false;
}

static void forget(void) {
    for (size_t i = 0; i < count; i++) {
        if (all[i].file >= 0) close(all[i].file);
        if (all[i].rewritten >= 0) close(all[i].rewritten);
        place_close(&all[i].place);
    }
    free(all);
    all = NULL;
    count = room = 0;
}

/* What cannot be taken back comes last. */
static int publish_all(void) {
    for (at_fault = 0; at_fault < count; at_fault++) {
        int error = make_room(&all[at_fault]);
        if (error != 0) return error;
    }
    for (at_fault = 0; at_fault < count; at_fault++) {
        int error = publish(&all[at_fault], count > 1);
        if (error != 0) return error;
        all[at_fault].published = true;
    }
    for (at_fault = 0; at_fault < count; at_fault++) {
        int error = all[at_fault].rewritten < 0 ? 0 : rewrite(&all[at_fault]);
        if (error != 0) return error;
    }
    return 0;
}

int writing_commit(void (*each)(bool created, uint64_t bytes)) {
    int error = publish_all();
    if (error != 0) return error;
    for (size_t i = 0; i < count; i++) {
        if (all[i].replaced) unlinkat(all[i].place.directory, all[i].temporary, 0);
        each(!all[i].exists, all[i].bytes);
    }
    forget();
    return 0;
}

/* Unless others have appended meanwhile: what is theirs stays, and ours before it. */
static bool take_back_appended(const struct staged *staged) {
    struct stat now;
    if (fstat(staged->file, &now) != 0 || (uint64_t)now.st_size != (uint64_t)staged->old.st_size + staged->bytes) return true;
    return ftruncate(staged->file, staged->old.st_size) == 0;
}

void writing_drop(void) {
    for (size_t i = count; i-- > 0;) {
        struct staged *staged = &all[i];
        take_back(staged);
        if (staged->appends && !take_back_appended(staged)) continue; /* whoever holds it has sealed it */
        if (staged->named) unlinkat(staged->place.directory, staged->temporary, 0);
        place_undo(&staged->place);
    }
    forget();
}
