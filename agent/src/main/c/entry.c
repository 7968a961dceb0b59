#include "entry.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "accounts.h"
#include "files.h"

#define REMEMBERED 16

struct known {
    unsigned id;
    char name[MOST_FIELD];
};

static struct known users[REMEMBERED], groups[REMEMBERED];
static unsigned user_count, group_count;

void entry_forget_names(void) { user_count = group_count = 0; }

/* Of more ids than are remembered, the later ones are looked up each time. */
static const char *name_of(unsigned id, struct known *known, unsigned *count, bool group) {
    for (unsigned i = 0; i < *count; i++) {
        if (known[i].id == id) return known[i].name;
    }
    struct known *room = &known[*count < REMEMBERED ? (*count)++ : REMEMBERED - 1];
    struct account account;
    room->id = id;
    if (group ? !group_by_gid(id, room->name) : !account_by_uid(id, &account)) {
        snprintf(room->name, sizeof room->name, "%u", id);
    } else if (!group) {
        memcpy(room->name, account.name, sizeof room->name);
    }
    return room->name;
}

static uint8_t type_of(mode_t mode) {
    switch (mode & S_IFMT) {
    case S_IFDIR: return 'd';
    case S_IFLNK: return 'l';
    case S_IFBLK: return 'b';
    case S_IFCHR: return 'c';
    case S_IFIFO: return 'p';
    case S_IFSOCK: return 's';
    default: return 'f';
    }
}

static uint64_t nanos(struct statx_timestamp time) {
    return (uint64_t)time.tv_sec * 1000000000u + time.tv_nsec;
}

static int say(struct talk *talk, int directory, const char *name, int flags, const char *path, mode_t *mode) {
    struct statx facts;
    if (statx(directory, name, flags | AT_NO_AUTOMOUNT, STATX_BASIC_STATS | STATX_BTIME, &facts) != 0) return errno;
    char target[PATH_MAX];
    target[0] = 0;
    if (S_ISLNK(facts.stx_mode)) {
        ssize_t length = readlinkat(directory, name, target, sizeof target - 1);
        target[length < 0 ? 0 : length] = 0;
    }
    *mode = facts.stx_mode;
    talk_begin(talk, FILES_REPLY_ENTRY);
    talk_u8(talk, type_of(facts.stx_mode));
    talk_u32(talk, facts.stx_mode & 07777);
    talk_u64(talk, facts.stx_size);
    talk_u64(talk, nanos(facts.stx_mtime));
    talk_u64(talk, nanos(facts.stx_atime));
    talk_u64(talk, facts.stx_mask & STATX_BTIME ? nanos(facts.stx_btime) : UINT64_MAX);
    talk_text(talk, path);
    talk_text(talk, name_of(facts.stx_uid, users, &user_count, false));
    talk_text(talk, name_of(facts.stx_gid, groups, &group_count, true));
    talk_text(talk, target);
    talk_end(talk);
    return 0;
}

int entry_say(struct talk *talk, int directory, const char *name, int flags, const char *path) {
    mode_t mode;
    return say(talk, directory, name, flags, path, &mode);
}

int entry_say_listed(struct talk *talk, int directory, const char *name, const char *path, bool *is_directory) {
    mode_t mode;
    int error = say(talk, directory, name, AT_SYMLINK_NOFOLLOW, path, &mode);
    *is_directory = error == 0 && S_ISDIR(mode);
    return error;
}
