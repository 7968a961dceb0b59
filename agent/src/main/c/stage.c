#include "stage.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "confine.h"
#include "disk.h"
#include "fail.h"
#include "network.h"
#include "pool.h"
#include "volume.h"

/* The kernel takes a page of options. */
#define MOST_OPTIONS 4096

/* Older C libraries do not know them. */
#ifndef OPEN_TREE_CLONE
#define OPEN_TREE_CLONE 1
#define OPEN_TREE_CLOEXEC O_CLOEXEC
#endif
#define MOVE_FROM_EMPTY_PATH 0x4
#define ATTRIBUTE_IDMAP 0x00100000
#define ATTRIBUTE_READ_ONLY 0x00000001
#define ATTRIBUTE_NO_LINKS 0x00200000

enum { CALL_OPEN_TREE = 428, CALL_MOVE_MOUNT = 429, CALL_MOUNT_SETATTR = 442 };

struct attributes {
    unsigned long long set, clear, propagation, user_namespace;
};

static int user_namespace = -1;
static bool user_attributes;

static int write_file(const char *path, const char *text) {
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) return -1;
    ssize_t written = write(fd, text, strlen(text));
    close(fd);
    return written < 0 ? -1 : 0;
}

static int write_maps(pid_t child, const char *first, const char *count) {
    char path[64], map[64];
    /* The last is for what an overlay makes on a shifted disk for itself: the host's root, to whom nobody inside corresponds. */
    snprintf(map, sizeof map, "0 %s %s\n%s 0 1\n", first, count, count);
    snprintf(path, sizeof path, "/proc/%d/uid_map", child);
    if (write_file(path, map) != 0) return -1;
    snprintf(path, sizeof path, "/proc/%d/gid_map", child);
    if (write_file(path, map) != 0) return -1;
    snprintf(path, sizeof path, "/proc/%d/ns/user", child);
    user_namespace = open(path, O_RDONLY | O_CLOEXEC);
    return user_namespace < 0 ? -1 : 0;
}

/* An idmapped mount takes its map from a user namespace; ours lives in a child that does nothing else. */
static int make_user_namespace(const char *first, const char *count) {
    int ready[2];
    if (pipe2(ready, O_CLOEXEC) != 0) return -1;
    pid_t child = fork();
    if (child < 0) return -1;
    if (child == 0) {
        char answer = unshare(CLONE_NEWUSER) == 0 ? 0 : (char)errno;
        if (write(ready[1], &answer, 1) != 1) _exit(1);
        for (;;) pause();
    }
    close(ready[1]);
    char answer;
    int result = -1;
    if (read(ready[0], &answer, 1) == 1) {
        errno = answer;
        result = answer == 0 ? write_maps(child, first, count) : -1;
    }
    int reason = errno;
    close(ready[0]);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    errno = reason;
    return result;
}

static int clone_tree(const char *source) {
    int tree = (int)syscall(CALL_OPEN_TREE, AT_FDCWD, source, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
    return tree < 0 ? fail("cannot clone the mount of", source) : tree;
}

/* Mounts the tree, with the ids of the sandbox where there are any, and what else is set. */
static int mount_shifted(int tree, unsigned long long set, const char *source, const char *target) {
    struct attributes attributes = {.set = set};
    if (user_namespace >= 0) {
        attributes.set |= ATTRIBUTE_IDMAP;
        attributes.user_namespace = (unsigned long long)user_namespace;
    }
    if (syscall(CALL_MOUNT_SETATTR, tree, "", AT_EMPTY_PATH, &attributes, sizeof attributes) != 0) {
        return fail("cannot shift the ids of", source);
    }
    if (syscall(CALL_MOVE_MOUNT, tree, "", AT_FDCWD, target, MOVE_FROM_EMPTY_PATH) != 0) {
        return fail("cannot mount on", target);
    }
    close(tree);
    return 0;
}

static int clone_shifted(const char *source, const char *target) {
    int tree = clone_tree(source);
    return tree < 0 ? -1 : mount_shifted(tree, ATTRIBUTE_READ_ONLY, source, target);
}

static int overlay(char **paths) {
    char data[MOST_OPTIONS];
    int length = snprintf(data, sizeof data, "%slowerdir=%s,upperdir=%s,workdir=%s",
        user_attributes ? "userxattr," : "", paths[0], paths[1], paths[2]);
    if (length < 0 || (size_t)length >= sizeof data) {
        errno = ENAMETOOLONG;
        return fail("cannot overlay", paths[3]);
    }
    if (mount("overlay", paths[3], "overlay", 0, data) != 0) return fail("cannot overlay", paths[3]);
    /* The kernel falls back to a read-only overlay without an error when it cannot use the work directory. */
    if (access(paths[3], W_OK) != 0) return fail("not writable:", paths[3]);
    return 0;
}

int stage_leave_host(void) {
    static bool left;
    if (left) return 0;
    if (unshare(CLONE_NEWNS) != 0) return fail("cannot make", "a mount namespace");
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) return fail("cannot make private", "/");
    left = true;
    return 0;
}

static int die_with_parent(char **words) {
    (void)words;
    return prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 ? 0 : fail("cannot", "die with the parent");
}

static int keep_user_attributes(char **words) {
    (void)words;
    user_attributes = true;
    return 0;
}

static int hide(char **words) {
    return mount("none", words[0], "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=64k") == 0
               ? 0
               : fail("cannot hide", words[0]);
}

static int low_ports(char **words) {
    return network_open_low_ports(words[0]);
}

static int network(char **words) {
    return network_set_up(words[0], words[1], words[2]);
}

static int ids(char **words) {
    return make_user_namespace(words[0], words[1]) == 0 ? 0 : fail("cannot make", "a user namespace");
}

static int clone_mount(char **words) {
    return clone_shifted(words[0], words[1]);
}

static int disk(char **words) {
    return disk_mount(words[0], words[1], words[2]);
}

/* On it are the ids that all sandboxes have inside, so that its copy is good for any of them. */
static int shifted_disk(char **words) {
    if (disk_mount(words[0], words[1], words[2]) != 0) return -1;
    int tree = clone_tree(words[2]);
    if (tree < 0) return -1;
    if (umount2(words[2], MNT_DETACH) != 0) return fail("cannot leave", words[2]);
    return mount_shifted(tree, 0, words[1], words[2]);
}

static int open_disk(char **words) {
    return disk_open(words[0], words[1], words[2]);
}

static int pool(char **words) {
    return pool_mount(words[0], words[1]);
}

/* Whoever follows a link in it, because a file was one a moment ago, is refused. */
static int bind_linkless(char **words) {
    if (mount(words[0], words[1], NULL, MS_BIND, NULL) != 0) return fail("cannot bind", words[0]);
    struct attributes attributes = {.set = ATTRIBUTE_NO_LINKS};
    if (syscall(CALL_MOUNT_SETATTR, AT_FDCWD, words[1], 0, &attributes, sizeof attributes) != 0) {
        return fail("cannot keep from following links in", words[0]);
    }
    return 0;
}

static int directory(char **words) {
    return disk_directory(words[0], words[1]);
}

static int volume(char **words) {
    return volume_mount(words[0], words[1], strcmp(words[2], "ro") == 0, words[3], words[4], user_namespace);
}

static int confined(char **words) {
    return confine(words[0]);
}

static int own_processes(char **words) {
    (void)words;
    return confine_processes();
}

static const struct option {
    const char *name;
    int words;
    bool mounts;
    int (*perform)(char **words);
} options[] = {
    {"--die-with-parent", 0, false, die_with_parent},
    {"--user-attributes", 0, false, keep_user_attributes},
    {"--hide", 1, true, hide},
    {"--low-ports", 1, false, low_ports},
    {"--network", 3, false, network},
    {"--ids", 2, false, ids},
    {"--clone", 2, true, clone_mount},
    {"--disk", 3, true, disk},
    {"--shifted-disk", 3, true, shifted_disk},
    {"--open-disk", 3, true, open_disk},
    {"--pool", 2, true, pool},
    {"--bind", 2, true, bind_linkless},
    {"--directory", 2, false, directory},
    {"--overlay", 4, true, overlay},
    {"--volume", 5, true, volume},
    {"--own-processes", 0, false, own_processes},
    {"--confine", 1, false, confined},
};

static const struct option *option_named(const char *name) {
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        if (strcmp(options[i].name, name) == 0) return &options[i];
    }
    return NULL;
}

int stage(int count, char **arguments) {
    int at = 0;
    while (at < count && strcmp(arguments[at], "--") != 0) {
        const struct option *option = option_named(arguments[at]);
        if (option == NULL || at + option->words >= count) {
            errno = EINVAL;
            return fail("cannot understand", arguments[at]);
        }
        if (option->mounts && stage_leave_host() != 0) return -1;
        if (option->perform(arguments + at + 1) != 0) return -1;
        at += 1 + option->words;
    }
    return at + 1 < count ? at : (fputs("elevo-init: no command\n", stderr), -1);
}
