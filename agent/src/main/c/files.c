#include "files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "accounts.h"
#include "entry.h"
#include "ours.h"
#include "place.h"
#include "talk.h"
#include "filetree.h"
#include "writing.h"

#define WANTED_DESCRIPTORS 8192
/* Files such as those of /proc say that they are empty, and are not. */
#define MOST_OF_UNKNOWN_SIZE (4u << 20)

static struct talk talk;

static void done(uint64_t number) {
    talk_begin(&talk, FILES_REPLY_DONE);
    talk_u64(&talk, number);
    talk_end(&talk);
}

static void failed(enum files_whose whose, int error, uint64_t number) {
    talk_begin(&talk, FILES_REPLY_FAILED);
    talk_u8(&talk, (uint8_t)whose);
    talk_u32(&talk, (uint32_t)error);
    talk_u64(&talk, number);
    talk_end(&talk);
}

static void answer(int error) {
    if (error == 0) done(0);
    else failed(WHOSE_FIRST, error, 0);
}

/* ---- looking ---- */

static void stat_one(uint8_t flags, const char *path) {
    int error = entry_say(&talk, AT_FDCWD, path, flags & FILES_FOLLOW ? 0 : AT_SYMLINK_NOFOLLOW, "");
    if (error != 0) failed(WHOSE_FIRST, error, 0);
}

/* Directories that are still to be listed, as paths below the first. */
struct pending {
    struct pending *next;
    int level;
    char path[];
};

static int push(struct pending **pending, const char *path, int level) {
    size_t length = strlen(path) + 1;
    struct pending *one = malloc(sizeof *one + length);
    if (one == NULL) return ENOMEM;
    one->next = *pending;
    one->level = level;
    memcpy(one->path, path, length);
    *pending = one;
    return 0;
}

/* Says all that is in the directory, which it closes. What is gone before it was looked at is left out. */
static int list_one(DIR *directory, const struct pending *here, int32_t depth, bool hidden, struct pending **pending, uint64_t *count) {
    struct dirent *entry;
    while (!talk.gone && (entry = readdir(directory)) != NULL) {
        char path[PATH_MAX];
        bool is_directory;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 || (entry->d_name[0] == '.' && !hidden)) continue;
        if (is_ours(entry->d_name)) continue;
        int length = snprintf(path, sizeof path, "%s%s%s", here->path, *here->path ? "/" : "", entry->d_name);
        /* No request could name what is longer. */
        if (length < 0 || (size_t)length >= sizeof path) continue;
        if (entry_say_listed(&talk, dirfd(directory), entry->d_name, path, &is_directory) != 0) continue;
        (*count)++;
        if (is_directory && (depth < 0 || here->level < depth)) {
            int error = push(pending, path, here->level + 1);
            if (error != 0) return error;
        }
    }
    return 0;
}

static DIR *open_listed(int root, const char *path) {
    int fd = *path == 0 ? fcntl(root, F_DUPFD_CLOEXEC, 3) : open_beneath(root, path, O_RDONLY | O_DIRECTORY);
    DIR *directory = fd < 0 ? NULL : fdopendir(fd);
    if (directory == NULL && fd >= 0) close(fd);
    return directory;
}

static void list(int32_t depth, uint8_t flags, const char *path) {
    int root = open(path, O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC);
    if (root < 0) {
        failed(WHOSE_FIRST, errno, 0);
        return;
    }
    struct pending *pending = NULL;
    uint64_t count = 0;
    int error = push(&pending, "", 1);
    while (pending != NULL) {
        struct pending *here = pending;
        pending = here->next;
        DIR *directory = error != 0 || talk.gone ? NULL : open_listed(root, here->path);
        /* Nobody can read it, or it went: that hides what is in it, and nothing else. */
        if (directory != NULL) {
            error = list_one(directory, here, depth, (flags & FILES_HIDDEN) != 0, &pending, &count);
            closedir(directory);
        }
        free(here);
    }
    close(root);
    if (error == 0) done(count);
    else failed(WHOSE_FIRST, error, 0);
}

/* ---- reading ---- */

static int open_regular(const char *path, struct stat *facts) {
    /* Looked at first: to open the reading end of a pipe is felt at the other. */
    if (stat(path, facts) == 0 && !S_ISREG(facts->st_mode)) {
        errno = S_ISDIR(facts->st_mode) ? EISDIR : ENXIO;
        return -1;
    }
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0) return -1;
    if (fstat(fd, facts) == 0 && S_ISREG(facts->st_mode)) return fd;
    close(fd);
    errno = ENXIO;
    return -1;
}

static void say_content(uint64_t size, uint64_t length) {
    talk_begin(&talk, FILES_REPLY_CONTENT);
    talk_u64(&talk, size);
    talk_u64(&talk, length);
    talk_end(&talk);
    talk_flush(&talk);
}

static uint64_t length_from(uint64_t size, uint64_t offset, uint64_t length) {
    uint64_t there = offset < size ? size - offset : 0;
    return length < there ? length : there;
}

static void send_unknown(int fd, uint64_t offset, uint64_t length, uint64_t most) {
    uint8_t *bytes = malloc(MOST_OF_UNKNOWN_SIZE);
    size_t size = 0;
    ssize_t got = bytes == NULL ? -1 : 1;
    while (got > 0 && size < MOST_OF_UNKNOWN_SIZE) {
        got = read(fd, bytes + size, MOST_OF_UNKNOWN_SIZE - size);
        if (got > 0) size += (size_t)got;
    }
    uint64_t wanted = length_from(size, offset, length);
    if (got < 0) {
        failed(WHOSE_FIRST, bytes == NULL ? ENOMEM : errno, 0);
    } else if (wanted > most) {
        failed(WHOSE_FIRST, EFBIG, size);
    } else {
        say_content(size, wanted);
        if (wanted > 0) talk_raw(&talk, bytes + offset, wanted);
    }
    free(bytes);
}

/* Exactly what was announced, whatever becomes of the file meanwhile: one that shrinks ends the conversation. */
static void send_known(int fd, uint64_t size, uint64_t offset, uint64_t length) {
    say_content(size, length);
    off_t at = (off_t)offset;
    while (length > 0 && !talk.gone) {
        ssize_t sent = sendfile(talk.fd, fd, &at, length < (1u << 30) ? (size_t)length : 1u << 30);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) {
            talk.gone = true;
        } else {
            length -= (uint64_t)sent;
        }
    }
}

static void read_one(uint64_t offset, uint64_t length, uint64_t most, const char *path) {
    struct stat facts;
    int fd = open_regular(path, &facts);
    if (fd < 0) {
        failed(WHOSE_FIRST, errno, 0);
        return;
    }
    uint64_t size = (uint64_t)facts.st_size, wanted = length_from(size, offset, length);
    if (size == 0) {
        send_unknown(fd, offset, length, most);
    } else if (wanted > most) {
        failed(WHOSE_FIRST, EFBIG, size);
    } else {
        send_known(fd, size, offset, wanted);
    }
    close(fd);
}

/* ---- changing ---- */

static void make_directory(uint8_t flags, uint32_t mode, const char *path) {
    struct place place;
    struct stat facts;
    int error = place_open(path, (flags & FILES_PARENTS) != 0, &place);
    bool made = false;
    if (error == 0) {
        made = mkdirat(place.directory, place.name, 0700) == 0;
        if (made) {
            error = fchmodat(place.directory, place.name, mode & 07777, 0) == 0 ? 0 : errno;
        } else if (errno != EEXIST || fstatat(place.directory, place.name, &facts, 0) != 0 || !S_ISDIR(facts.st_mode)) {
            error = errno == 0 ? EEXIST : errno;
            if (error != EEXIST && error != ENOENT) place_undo(&place);
            if (error == ENOENT) error = EEXIST;
        }
    }
    place_close(&place);
    if (error == 0) done(made);
    else failed(WHOSE_FIRST, error, 0);
}

/* How the two of a copy or a move end. */
static void answer_transfer(const struct transfer_failure *failure, const char *to) {
    int error = failure->error;
    if (error == 0) error = entry_say(&talk, AT_FDCWD, to, AT_SYMLINK_NOFOLLOW, "");
    if (error != 0) failed(failure->error != 0 && !failure->at_target ? WHOSE_FIRST : WHOSE_SECOND, error, 0);
}

static void answer_entry(int error, const char *path) {
    if (error == 0) error = entry_say(&talk, AT_FDCWD, path, 0, "");
    if (error != 0) failed(WHOSE_FIRST, error, 0);
}

static void change_owner(uint8_t flags, const char *path, const char *owner, const char *group) {
    struct account account;
    struct change change = {.uid = (uid_t)-1, .gid = (gid_t)-1, .keeps_mode = true};
    if (!account_by_name(owner, &account) || (*group != 0 && !group_by_name(group, &change.gid))) {
        failed(WHOSE_OWNER, ENOENT, 0);
        return;
    }
    change.uid = account.uid;
    answer_entry(tree_change(path, (flags & FILES_RECURSIVE) != 0, &change), path);
}

/* ---- requests ---- */

static bool handle_two_paths(uint8_t type, struct reader *in) {
    uint8_t flags = take_u8(in);
    const char *from = take_text(in), *to = take_text(in), *temporary = take_text(in);
    if (in->bad) return false;
    struct transfer_failure failure = {0, false};
    if (type == FILES_COPY) tree_copy(flags, from, to, temporary, &failure);
    else tree_move(flags, from, to, temporary, &failure);
    answer_transfer(&failure, to);
    return true;
}

static bool handle_change(uint8_t type, struct reader *in) {
    uint8_t flags = take_u8(in);
    uint32_t mode = type == FILES_MKDIR || type == FILES_CHMOD ? take_u32(in) : 0;
    const char *path = take_text(in);
    const char *owner = type == FILES_CHOWN ? take_text(in) : "", *group = type == FILES_CHOWN ? take_text(in) : "";
    if (in->bad) return false;
    switch (type) {
    case FILES_MKDIR: make_directory(flags, mode, path); break;
    case FILES_DELETE: answer(tree_delete(path, (flags & FILES_RECURSIVE) != 0)); break;
    case FILES_CHMOD: {
        struct change change = {.mode = mode & 07777, .uid = (uid_t)-1, .gid = (gid_t)-1};
        answer_entry(tree_change(path, (flags & FILES_RECURSIVE) != 0, &change), path);
        break;
    }
    default: change_owner(flags, path, owner, group); break;
    }
    return true;
}

static void say_written(bool created, uint64_t bytes) {
    talk_begin(&talk, FILES_REPLY_WRITTEN);
    talk_u8(&talk, created);
    talk_u64(&talk, bytes);
    talk_end(&talk);
}

/* Content follows. False ends the conversation: the protocol is broken, or the rest of the content not wanted. */
static bool write_one(struct reader *in) {
    uint8_t flags = take_u8(in);
    uint32_t mode = take_u32(in);
    const char *path = take_text(in), *temporary = take_text(in);
    if (in->bad) return false;
    int error = writing_begin(flags, mode & 07777, path, temporary);
    if (error != 0) {
        failed(WHOSE_FIRST, error, writing_count());
        writing_drop();
        return true;
    }
    talk_begin(&talk, FILES_REPLY_READY);
    talk_end(&talk);
    talk_flush(&talk);
    struct frame frame;
    while (talk_receive(&talk, &frame)) {
        if (frame.type == FILES_DATA) {
            error = writing_add(frame.payload.at, frame.payload.left);
        } else if (frame.type == FILES_END) {
            error = writing_end();
            if (error == 0 && flags & FILES_STAGED) done(0);
            else if (error == 0) error = writing_commit(say_written);
        } else if (frame.type == FILES_ABORT) {
            writing_drop();
            done(0);
            return true;
        } else {
            break;
        }
        if (error != 0) {
            failed(WHOSE_FIRST, error, writing_failed());
            writing_drop();
            return frame.type == FILES_END;
        }
        if (frame.type == FILES_END) return true;
    }
    writing_drop();
    return false;
}

static bool handle(struct frame *frame) {
    struct reader *in = &frame->payload;
    entry_forget_names();
    switch (frame->type) {
    case FILES_STAT: {
        uint8_t flags = take_u8(in);
        const char *path = take_text(in);
        if (!in->bad) stat_one(flags, path);
        return !in->bad;
    }
    case FILES_LIST: {
        int32_t depth = (int32_t)take_u32(in);
        uint8_t flags = take_u8(in);
        const char *path = take_text(in);
        if (!in->bad) list(depth, flags, path);
        return !in->bad;
    }
    case FILES_READ: {
        uint64_t offset = take_u64(in), length = take_u64(in), most = take_u64(in);
        const char *path = take_text(in);
        if (!in->bad) read_one(offset, length, most, path);
        return !in->bad;
    }
    case FILES_WRITE: return write_one(in);
    case FILES_COMMIT: {
        int error = writing_commit(say_written);
        if (error != 0) failed(WHOSE_FIRST, error, writing_failed());
        writing_drop();
        return true;
    }
    case FILES_ABORT:
        writing_drop();
        done(0);
        return true;
    case FILES_COPY:
    case FILES_MOVE: return handle_two_paths(frame->type, in);
    case FILES_MKDIR:
    case FILES_DELETE:
    case FILES_CHMOD:
    case FILES_CHOWN: return handle_change(frame->type, in);
    default: return false;
    }
}

/* A batch holds all its files open, and a copy a directory of each level. */
static void raise_descriptors(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= WANTED_DESCRIPTORS) return;
    limit.rlim_cur = limit.rlim_max < WANTED_DESCRIPTORS ? limit.rlim_max : WANTED_DESCRIPTORS;
    setrlimit(RLIMIT_NOFILE, &limit);
}

void files_serve(int fd) {
    struct frame frame;
    talk.fd = fd;
    raise_descriptors();
    while (talk_receive(&talk, &frame) && handle(&frame)) talk_flush(&talk);
    talk_flush(&talk);
    writing_drop();
}
