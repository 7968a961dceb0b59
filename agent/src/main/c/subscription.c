#include "subscription.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "below.h"
#include "loop.h"
#include "ours.h"
#include "text.h"

#define INSIDE \
    (IN_CREATE | IN_DELETE | IN_MODIFY | IN_ATTRIB | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF | IN_EXCL_UNLINK)
#define ITSELF (IN_MODIFY | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF)
#define MERGED_US 100000
/* The other half of a rename is right behind the first, unless whoever renames has to wait between the two. */
#define PAIRED_US 100000
#define FORGOTTEN 1u /* in the place of a hash */

/* ---- what is said ---- */

static void say_failed(struct talk *talk, uint32_t number, enum watch_whose whose, uint32_t detail) {
    talk_begin(talk, WATCH_REPLY_FAILED);
    talk_u32(talk, number);
    talk_u8(talk, (uint8_t)whose);
    talk_u32(talk, detail);
    talk_end(talk);
}

/* False when it would be too long to be a path. */
static bool shown(const struct subscription *subscription, const char *below, char path[PATH_MAX], char room[PATH_MAX], const char **text) {
    const char *start = *below == 0 ? subscription->path : subscription->prefix;
    size_t length = strlen(start), rest = strlen(below);
    if (length + rest >= PATH_MAX) return false;
    memcpy(path, start, length);
    memcpy(path + length, below, rest + 1);
    *text = text_shown(path, room, PATH_MAX);
    return true;
}

static void say(struct subscription *subscription, enum watch_kind kind, bool directory, const char *below, const char *old) {
    char path[PATH_MAX], room[PATH_MAX], old_path[PATH_MAX], old_room[PATH_MAX];
    const char *text, *old_text = "";
    if (!shown(subscription, below, path, room, &text)) return;
    if (old != NULL && !shown(subscription, old, old_path, old_room, &old_text)) return;
    struct talk *talk = subscription->talk;
    talk_begin(talk, WATCH_REPLY_EVENT);
    talk_u32(talk, subscription->number);
    talk_u8(talk, (uint8_t)kind);
    talk_u8(talk, directory);
    talk_u64(talk, wall_clock_ms());
    talk_text(talk, text);
    talk_text(talk, old_text);
    talk_end(talk);
}

static const char *name_of(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

static bool matches(const struct pattern *pattern, const char *text) {
    char room[PATH_MAX];
    const char *told = text_shown(text, room, sizeof room);
    return pattern_matches(pattern, told, strlen(told));
}

static bool is_excluded(const struct subscription *subscription, const char *below) {
    if (is_ours(name_of(below))) return true;
    for (unsigned i = 0; i < subscription->excluded_count; i++) {
        if (matches(subscription->excluded[i], subscription->whole_path[i] ? below : name_of(below))) return true;
    }
    return false;
}

static bool is_wanted(const struct subscription *subscription, const char *below) {
    const char *name = *below == 0 ? name_of(subscription->path) : name_of(below);
    return (subscription->include == NULL || matches(subscription->include, name)) && !is_excluded(subscription, below);
}

static bool wants_kind(const struct subscription *subscription, enum watch_kind kind) {
    return (subscription->kinds & (1u << kind)) != 0;
}

static void tell(struct subscription *subscription, enum watch_kind kind, bool directory, const char *below) {
    if (wants_kind(subscription, kind) && is_wanted(subscription, below)) say(subscription, kind, directory, below, NULL);
}

/* Who wants to hear of one of the two names only hears that it came or went. */
static void tell_rename(struct subscription *subscription, bool directory, const char *old, const char *below) {
    bool before = is_wanted(subscription, old), now = is_wanted(subscription, below);
    if (before && now && wants_kind(subscription, WATCH_RENAMED)) say(subscription, WATCH_RENAMED, directory, below, old);
    else if (before && !now) tell(subscription, WATCH_DELETED, directory, old);
    else if (now && !before) tell(subscription, WATCH_CREATED, directory, below);
}

/* ---- changes of content, merged ---- */

static uint64_t hash(uint64_t start, const char *text) {
    uint64_t value = start ^ 0xcbf29ce484222325u;
    for (; *text != 0; text++) value = (value ^ (uint8_t)*text) * 0x100000001b3u;
    return value <= FORGOTTEN ? FORGOTTEN + 1 : value;
}

static void say_modified(struct subscription *subscription, size_t at) {
    struct modified *modified = &subscription->modified[at];
    say(subscription, WATCH_MODIFIED, modified->directory, modified->path, NULL);
    free(modified->path);
    subscription->modified_count--;
    memmove(modified, modified + 1, (subscription->modified_count - at) * sizeof *modified);
}

static size_t find_modified(const struct subscription *subscription, const char *below) {
    uint64_t wanted = hash(0, below);
    size_t at = 0;
    while (at < subscription->modified_count
           && (subscription->modified[at].hash != wanted || strcmp(subscription->modified[at].path, below) != 0)) {
        at++;
    }
    return at;
}

/* Before something else is said of the same path. */
static void flush_modified(struct subscription *subscription, const char *below) {
    size_t at = find_modified(subscription, below);
    if (at < subscription->modified_count) say_modified(subscription, at);
}

static void note_modified(struct subscription *subscription, const char *below, bool directory) {
    if (!wants_kind(subscription, WATCH_MODIFIED) || !is_wanted(subscription, below)) return;
    if (find_modified(subscription, below) < subscription->modified_count) return;
    if (subscription->modified_count == MOST_MODIFIED) say_modified(subscription, 0);
    char *copy = strdup(below);
    if (copy == NULL) _exit(70);
    subscription->modified[subscription->modified_count++] = (struct modified){
        .path = copy, .hash = hash(0, below), .directory = directory, .due_us = monotonic_us() + MERGED_US};
}

/* ---- names that were told already ---- */

static uint64_t *recent_place(struct subscription *subscription, uint64_t value) {
    size_t at = value % RECENT_ROOM;
    while (subscription->recent[at] != 0 && subscription->recent[at] != value) at = (at + 1) % RECENT_ROOM;
    return &subscription->recent[at];
}

static uint64_t recent_value(const struct node *node, const char *name) { return hash((uint64_t)(uintptr_t)node, name); }

/* Where there is no room for more, something is told twice. */
static void add_recent(struct subscription *subscription, const struct node *node, const char *name) {
    if (subscription->recent_count >= RECENT_ROOM / 4 * 3) return;
    uint64_t value = recent_value(node, name), *place = recent_place(subscription, value);
    if (*place == 0) subscription->recent_count++;
    *place = value;
}

static bool take_recent(struct subscription *subscription, const struct node *node, const char *name) {
    if (subscription->recent_count == 0) return false;
    uint64_t *place = recent_place(subscription, recent_value(node, name));
    if (*place == 0) return false;
    *place = FORGOTTEN;
    return true;
}

void subscription_drained(struct subscription *subscription) {
    if (subscription->recent_count == 0) return;
    memset(subscription->recent, 0, sizeof subscription->recent);
    subscription->recent_count = 0;
}

/* ---- what we write ourselves, in the place of what was there ---- */

static void add_replaced(struct subscription *subscription, const char *temporary) {
    subscription->replaced[subscription->replaced_next] = hash(0, temporary);
    subscription->replaced_next = (subscription->replaced_next + 1) % REPLACED_ROOM;
}

static bool take_replaced(struct subscription *subscription, const char *temporary) {
    uint64_t wanted = hash(0, temporary);
    for (size_t i = 0; i < REPLACED_ROOM; i++) {
        if (subscription->replaced[i] != wanted) continue;
        subscription->replaced[i] = 0;
        return true;
    }
    return false;
}

/* ---- what is watched ---- */

/* What is watched, if it is there still under its path; else -1. */
static int open_root(const struct subscription *subscription) {
    struct stat facts;
    int fd = open(subscription->path, O_PATH | O_CLOEXEC);
    if (fd < 0) return -1;
    if (fstat(fd, &facts) == 0 && facts.st_dev == subscription->device && facts.st_ino == subscription->inode) return fd;
    close(fd);
    return -1;
}

static void forget(struct subscription *subscription, struct node *node) {
    for (size_t i = 0; i < subscription->half_count; i++) {
        if (subscription->halves[i].node == node) subscription->halves[i].node = NULL;
    }
    watched_remove(&subscription->watched, node);
}

static void unwatch(struct subscription *subscription, struct node *top) {
    for (bool last = false; !last;) {
        struct node *node = watched_leaf(top);
        last = node == top;
        if (node->wd >= 0) inotify_rm_watch(subscription->notify, node->wd);
        forget(subscription, node);
    }
}

static void scan_entries(struct subscription *subscription, struct node *node, int fd, bool report) {
    char block[32 << 10] __attribute__((aligned(8)));
    long length;
    while ((length = syscall(SYS_getdents64, fd, block, sizeof block)) > 0) {
        for (long at = 0; at < length;) {
            const struct record *record = (const struct record *)(void *)(block + at);
            char below[PATH_MAX];
            uint8_t type;
            at += record->length;
            if (!record_counts(fd, record, &type) || !watched_path(node, record->name, below)) continue;
            if (report) {
                tell(subscription, WATCH_CREATED, type == DT_DIR, below);
                add_recent(subscription, node, record->name);
            }
            if (type != DT_DIR || !subscription->recursive || is_excluded(subscription, below)) continue;
            /* One that is known already is found by its number. */
            watched_add(&subscription->watched, node, record->name);
        }
    }
}

/* 0, or why it cannot be watched. What is not there any more, or not for this user, is nothing to complain of. */
static int watch_one(struct subscription *subscription, int root, struct node **place, bool report) {
    struct node *node = *place;
    char below[PATH_MAX];
    if (!watched_path(node, NULL, below)) return 0;
    int fd = open_below(root, below, O_RDONLY | O_NONBLOCK);
    if (fd < 0) return 0;
    int wd = fchdir(fd) == 0 ? inotify_add_watch(subscription->notify, ".", INSIDE | IN_ONLYDIR) : -1;
    int error = wd < 0 ? errno : 0;
    if (wd >= 0) {
        struct node *known = watched_find(&subscription->watched, wd);
        if (known == NULL) {
            watched_number(&subscription->watched, node, wd);
        } else if (known != node) {
            /* It was moved here, which we have not heard yet. */
            watched_move(known, node->parent, node->name);
            watched_remove(&subscription->watched, node);
            node = *place = known;
        }
        node->round = subscription->round;
        scan_entries(subscription, node, fd, report);
    }
    close(fd);
    return error == ENOSPC || error == ENOMEM ? error : 0;
}

/* What comes behind all that is below. */
static struct node *behind(struct node *node, const struct node *top) {
    while (node != top && node->next == NULL) node = node->parent;
    return node == top ? NULL : node->next;
}

static struct node *following(struct node *node, const struct node *top) {
    return node->child != NULL ? node->child : behind(node, top);
}

static bool is_within(const struct node *node, const struct node *top) {
    while (node != NULL && node != top) node = node->parent;
    return node == top;
}

/* Everything from here on down; a directory before what is in it. False when there are more than may be. */
static bool watch_tree(struct subscription *subscription, struct node *top, bool report, enum watch_whose *whose, uint32_t *limit) {
    int root = open_root(subscription), error = 0;
    bool too_many = false;
    for (struct node *node = root < 0 ? NULL : top; node != NULL && error == 0 && !too_many;) {
        error = watch_one(subscription, root, &node, report);
        too_many = subscription->watched.count > WATCH_MOST_DIRECTORIES;
        /* Moved in from elsewhere in the tree: it is watched already, with all below it. */
        node = is_within(node, top) ? following(node, top) : NULL;
    }
    if (root >= 0) close(root);
    /* Where we are is never told to be removed either. */
    if (chdir("/") != 0) _exit(70);
    *whose = error != 0 ? WATCH_KERNEL : WATCH_DIRECTORIES;
    *limit = error != 0 ? (uint32_t)error : WATCH_MOST_DIRECTORIES;
    return error == 0 && !too_many;
}

static void watch_more(struct subscription *subscription, struct node *parent, const char *name, bool report) {
    enum watch_whose whose;
    uint32_t limit;
    struct node *node = watched_child(parent, name);
    if (node == NULL) node = watched_add(&subscription->watched, parent, name);
    if (watch_tree(subscription, node, report, &whose, &limit) || subscription->told_of_limit) return;
    subscription->told_of_limit = true;
    say_failed(subscription->talk, subscription->number, whose, limit);
}

/* After events were lost: what is there is watched, and what is gone is not. */
static void look_again(struct subscription *subscription) {
    enum watch_whose whose;
    uint32_t limit;
    struct watched *watched = &subscription->watched;
    subscription->round++;
    subscription->told_of_limit = !watch_tree(subscription, watched->root, false, &whose, &limit);
    if (subscription->told_of_limit) say_failed(subscription->talk, subscription->number, whose, limit);
    for (struct node *node = watched->root, *next; node != NULL; node = next) {
        bool gone = node != watched->root && node->round != subscription->round;
        next = gone ? behind(node, watched->root) : following(node, watched->root);
        if (gone) unwatch(subscription, node);
    }
}

/* ---- what the kernel tells ---- */

static void drop_half(struct subscription *subscription, size_t at) {
    struct half *half = &subscription->halves[at];
    free(half->path);
    subscription->half_count--;
    memmove(half, half + 1, (subscription->half_count - at) * sizeof *half);
}

/* Nobody says where it went: out of what is watched. */
static void tell_gone(struct subscription *subscription, size_t at) {
    struct half *half = &subscription->halves[at];
    tell(subscription, WATCH_DELETED, half->directory, half->path);
    if (half->node != NULL) unwatch(subscription, half->node);
    drop_half(subscription, at);
}

static void moved_from(struct subscription *subscription, struct node *parent, const struct inotify_event *event, const char *below) {
    if (subscription->half_count == MOST_MOVES) tell_gone(subscription, 0);
    bool directory = (event->mask & IN_ISDIR) != 0;
    char *copy = strdup(below);
    if (copy == NULL) _exit(70);
    subscription->halves[subscription->half_count++] = (struct half){.cookie = event->cookie, .path = copy, .directory = directory,
        .node = directory ? watched_child(parent, event->name) : NULL, .due_us = monotonic_us() + PAIRED_US};
}

static void came(struct subscription *subscription, struct node *parent, const struct inotify_event *event, const char *below) {
    bool directory = (event->mask & IN_ISDIR) != 0;
    if (take_recent(subscription, parent, event->name)) return;
    tell(subscription, WATCH_CREATED, directory, below);
    if (directory && subscription->recursive && !is_excluded(subscription, below)) {
        watch_more(subscription, parent, event->name, true);
    }
}

static void moved_to(struct subscription *subscription, struct node *parent, const struct inotify_event *event, const char *below) {
    size_t at = 0;
    while (at < subscription->half_count && subscription->halves[at].cookie != event->cookie) at++;
    if (at == subscription->half_count) {
        came(subscription, parent, event, below);
        return;
    }
    struct half half = subscription->halves[at];
    bool told = take_recent(subscription, parent, event->name);
    if (!half.directory && is_ours(name_of(half.path))) {
        /* It took the place of another: what is new has its name from the start. */
        add_replaced(subscription, half.path);
        if (!told) note_modified(subscription, below, false);
        drop_half(subscription, at);
        return;
    }
    if (is_ours(event->name) && take_replaced(subscription, below)) {
        /* The other one, which goes. */
        drop_half(subscription, at);
        return;
    }
    if (told) tell(subscription, WATCH_DELETED, half.directory, half.path);
    else tell_rename(subscription, half.directory, half.path, below);
    bool excluded = half.directory && is_excluded(subscription, below);
    if (half.node != NULL && excluded) {
        unwatch(subscription, half.node);
    } else if (half.node != NULL) {
        struct node *there = watched_child(parent, event->name);
        if (there != NULL && there != half.node) unwatch(subscription, there);
        watched_move(half.node, parent, event->name);
    } else if (half.directory && subscription->recursive && !excluded) {
        watch_more(subscription, parent, event->name, true);
    }
    for (at = 0; at < subscription->half_count; at++) {
        if (subscription->halves[at].cookie == half.cookie) break;
    }
    if (at < subscription->half_count) drop_half(subscription, at);
}

static void gone(struct subscription *subscription, struct node *parent, const struct inotify_event *event, const char *below) {
    flush_modified(subscription, below);
    take_recent(subscription, parent, event->name);
    tell(subscription, WATCH_DELETED, (event->mask & IN_ISDIR) != 0, below);
}

/* The kernel calls a file without a name by its number, "#123"; there may also be one that is called so. */
static bool is_nameless(const struct subscription *subscription, const char *name, const char *below) {
    if (name[0] != '#' || name[1] == 0 || name[1 + strspn(name + 1, "0123456789")] != 0) return false;
    int root = open_root(subscription);
    if (root < 0) return true;
    int fd = open_below(root, below, O_PATH);
    bool is_there = fd >= 0 || errno == ENOTDIR;
    if (fd >= 0) close(fd);
    close(root);
    return !is_there;
}

static void happened(struct subscription *subscription, struct node *node, const struct inotify_event *event) {
    char below[PATH_MAX];
    if (!watched_path(node, event->name, below)) return;
    if (event->mask & IN_CREATE) {
        came(subscription, node, event, below);
    } else if (event->mask & IN_MOVED_TO) {
        flush_modified(subscription, below);
        moved_to(subscription, node, event, below);
    } else if (event->mask & IN_MOVED_FROM) {
        flush_modified(subscription, below);
        take_recent(subscription, node, event->name);
        moved_from(subscription, node, event, below);
    } else if (event->mask & IN_DELETE) {
        gone(subscription, node, event, below);
    } else if (event->mask & (IN_MODIFY | IN_ATTRIB)) {
        if (!is_nameless(subscription, event->name, below)) note_modified(subscription, below, (event->mask & IN_ISDIR) != 0);
    }
}

/* Whoever writes a file anew, as we do and editors, has another in its place: it is the same to those who watch it. */
static bool watch_successor(struct subscription *subscription) {
    struct stat facts;
    struct node *root = subscription->watched.root;
    if (subscription->is_directory || stat(subscription->path, &facts) != 0 || S_ISDIR(facts.st_mode)) return false;
    int wd = inotify_add_watch(subscription->notify, subscription->path, ITSELF);
    if (wd < 0) return false;
    if (wd != root->wd) {
        inotify_rm_watch(subscription->notify, root->wd);
        watched_renumber(&subscription->watched, root, wd);
    }
    subscription->device = facts.st_dev;
    subscription->inode = facts.st_ino;
    note_modified(subscription, "", false);
    return true;
}

static bool end_removed(struct subscription *subscription) {
    if (watch_successor(subscription)) return true;
    flush_modified(subscription, "");
    tell(subscription, WATCH_DELETED, subscription->is_directory, "");
    subscription_end(subscription, WATCH_REMOVED);
    return false;
}

/* False when the root is gone. */
static bool take_event(struct subscription *subscription, const struct inotify_event *event) {
    if (event->mask & IN_Q_OVERFLOW) {
        say(subscription, WATCH_OVERFLOW, subscription->is_directory, "", NULL);
        if (subscription->is_directory) look_again(subscription);
        return true;
    }
    struct node *node = watched_find(&subscription->watched, event->wd);
    if (node == NULL) return true;
    bool is_root = node == subscription->watched.root;
    if (is_root && (event->mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_IGNORED))) {
        return end_removed(subscription);
    }
    if (event->mask & IN_IGNORED) {
        if (node->child == NULL) forget(subscription, node);
        else unwatch(subscription, node);
    } else if (event->len > 0) {
        happened(subscription, node, event);
    } else if (!subscription->is_directory && (event->mask & (IN_MODIFY | IN_ATTRIB))) {
        /* Of a file that somebody still has open the kernel says no more than this when its name is gone. */
        int root = open_root(subscription);
        if (root < 0) return end_removed(subscription);
        close(root);
        note_modified(subscription, "", false);
    }
    return true;
}

bool subscription_read(struct subscription *subscription) {
    char block[64 << 10] __attribute__((aligned(__alignof__(struct inotify_event))));
    ssize_t length = read(subscription->notify, block, sizeof block);
    for (ssize_t at = 0; at < length;) {
        const struct inotify_event *event = (const struct inotify_event *)(void *)(block + at);
        at += (ssize_t)(sizeof *event + event->len);
        if (!take_event(subscription, event)) return false;
    }
    return true;
}

/* ---- time ---- */

bool subscription_check_time(struct subscription *subscription, int64_t now_us) {
    while (subscription->half_count > 0 && subscription->halves[0].due_us <= now_us) tell_gone(subscription, 0);
    while (subscription->modified_count > 0 && subscription->modified[0].due_us <= now_us) say_modified(subscription, 0);
    if (subscription->ends_us > now_us) return true;
    subscription_end(subscription, WATCH_TIMEOUT);
    return false;
}

int64_t subscription_next_time(const struct subscription *subscription) {
    int64_t next = subscription->ends_us;
    if (subscription->half_count > 0 && subscription->halves[0].due_us < next) next = subscription->halves[0].due_us;
    if (subscription->modified_count > 0 && subscription->modified[0].due_us < next) next = subscription->modified[0].due_us;
    return next;
}

/* ---- beginning and end ---- */

static void say_number(struct talk *talk, uint8_t type, uint32_t number) {
    talk_begin(talk, type);
    talk_u32(talk, number);
}

void subscription_end(struct subscription *subscription, enum watch_reason reason) {
    while (subscription->half_count > 0) tell_gone(subscription, 0);
    while (subscription->modified_count > 0) say_modified(subscription, 0);
    say_number(subscription->talk, WATCH_REPLY_ENDED, subscription->number);
    talk_u8(subscription->talk, (uint8_t)reason);
    talk_end(subscription->talk);
}

void subscription_close(struct subscription *subscription) {
    if (subscription->notify >= 0) close(subscription->notify);
    if (subscription->watched.table != NULL) watched_close(&subscription->watched);
    for (size_t i = 0; i < subscription->modified_count; i++) free(subscription->modified[i].path);
    for (size_t i = 0; i < subscription->half_count; i++) free(subscription->halves[i].path);
    for (unsigned i = 0; i < subscription->excluded_count; i++) pattern_close(subscription->excluded[i]);
    if (subscription->include != NULL) pattern_close(subscription->include);
    free(subscription->path);
    free(subscription->prefix);
    free(subscription);
}

/* False when it was refused, or the reader is bad. */
static bool take_patterns(struct subscription *subscription, struct reader *reader) {
    const char *include = take_text(reader);
    uint32_t count = take_u32(reader);
    if (count > MOST_EXCLUDED) reader->bad = true;
    if (reader->bad) return false;
    if (*include != 0 && (subscription->include = pattern_glob(include)) == NULL) {
        say_failed(subscription->talk, subscription->number, WATCH_INCLUDE, 0);
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        const char *text = take_text(reader);
        if (text == NULL) return false;
        struct pattern *pattern = pattern_glob(text);
        if (pattern == NULL) {
            say_failed(subscription->talk, subscription->number, WATCH_EXCLUDE, i);
            return false;
        }
        subscription->whole_path[i] = strchr(text, '/') != NULL;
        subscription->excluded[subscription->excluded_count++] = pattern;
    }
    return true;
}

static bool take_path(struct subscription *subscription, const char *path) {
    size_t length = strlen(path);
    subscription->path = strdup(path);
    subscription->prefix = malloc(length + 2);
    if (subscription->path == NULL || subscription->prefix == NULL || length == 0) return false;
    memcpy(subscription->prefix, path, length + 1);
    if (path[length - 1] != '/') strcpy(subscription->prefix + length, "/");
    return true;
}

static bool begin(struct subscription *subscription, enum watch_whose *whose, uint32_t *detail) {
    struct stat facts;
    *whose = WATCH_PATH;
    if (stat(subscription->path, &facts) != 0) {
        *detail = (uint32_t)errno;
        return false;
    }
    subscription->device = facts.st_dev;
    subscription->inode = facts.st_ino;
    subscription->notify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (subscription->notify < 0) {
        *whose = WATCH_KERNEL;
        *detail = (uint32_t)errno;
        return false;
    }
    watched_open(&subscription->watched);
    subscription->is_directory = S_ISDIR(facts.st_mode);
    if (subscription->is_directory && access(subscription->path, R_OK) == 0) {
        if (!watch_tree(subscription, subscription->watched.root, false, whose, detail)) return false;
        *detail = ENOENT;
        return subscription->watched.root->wd >= 0;
    }
    int wd = inotify_add_watch(subscription->notify, subscription->path, ITSELF);
    if (wd < 0) {
        *whose = errno == ENOSPC || errno == ENOMEM ? WATCH_KERNEL : WATCH_PATH;
        *detail = (uint32_t)errno;
        return false;
    }
    watched_number(&subscription->watched, subscription->watched.root, wd);
    return true;
}

struct subscription *subscription_open(struct talk *talk, uint32_t number, struct reader *reader) {
    struct subscription *subscription = calloc(1, sizeof *subscription);
    if (subscription == NULL) _exit(70);
    subscription->talk = talk;
    subscription->number = number;
    subscription->notify = -1;
    subscription->recursive = (take_u8(reader) & WATCH_RECURSIVE) != 0;
    subscription->kinds = take_u8(reader);
    uint32_t time_ms = take_u32(reader), detail = 0;
    subscription->ends_us = time_ms == 0 ? INT64_MAX : monotonic_us() + (int64_t)time_ms * 1000;
    const char *path = take_text(reader);
    enum watch_whose whose;
    if (reader->bad || !take_path(subscription, path)) {
        reader->bad = true;
    } else if (take_patterns(subscription, reader)) {
        if (begin(subscription, &whose, &detail)) {
            say_number(talk, WATCH_REPLY_SUBSCRIBED, number);
            talk_end(talk);
            return subscription;
        }
        say_failed(talk, number, whose, detail);
    }
    subscription_close(subscription);
    return NULL;
}
