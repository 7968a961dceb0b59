#include "volume.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/loop.h>
#include <linux/openat2.h>
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/fsuid.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fail.h"
#include "volume_image.h"

/* Older C libraries do not know them. */
#ifndef OPEN_TREE_CLONE
#define OPEN_TREE_CLONE 1
#define OPEN_TREE_CLOEXEC O_CLOEXEC
#endif
enum { FROM_EMPTY_PATH = 0x4, TO_EMPTY_PATH = 0x40, READ_ONLY = 0x1, IDMAP = 0x00100000 };
enum { CALL_OPEN_TREE = 428, CALL_MOVE_MOUNT = 429, CALL_OPENAT2 = 437, CALL_MOUNT_SETATTR = 442 };

struct attributes {
    unsigned long long set, clear, propagation, user_namespace;
};

#define EXT4_GROW _IOW('f', 16, uint64_t)
/* Of both kinds. */
#define SHUT_DOWN _IOR('X', 125, uint32_t)
enum { AT_ONCE = 2 };

/* From here on a check has failed and not only found something to mend. */
enum { CHECK_FAILED = 4 };

/* A rename anywhere on the host may make the kernel unsure of a "..". Who renames all the time is not waited for all the time. */
enum { MOST_LOOKS = 10000 };

static int find_in(int root, const char *path) {
    struct open_how how = {
        .flags = O_PATH | O_DIRECTORY | O_CLOEXEC,
        .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
    };
    int found = -1;
    for (int looks = 0; looks < MOST_LOOKS; looks++) {
        found = (int)syscall(CALL_OPENAT2, root, *path == 0 ? "." : path, &how, sizeof how);
        if (found >= 0 || errno != EAGAIN) break;
    }
    return found;
}

/* Another user than root loses the capabilities that files need; we do not want to be him, only to make what is his. */
static int keep_capabilities(void) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
    if (syscall(SYS_capget, &header, data) != 0) return -1;
    for (int i = 0; i < _LINUX_CAPABILITY_U32S_3; i++) data[i].effective = data[i].permitted;
    return (int)syscall(SYS_capset, &header, data);
}

/* Like what is around it. */
static int make_like_parent(int parent, const char *name) {
    struct stat around;
    if (fstat(parent, &around) != 0) return -1;
    setfsgid(around.st_gid);
    setfsuid(around.st_uid);
    int made = keep_capabilities();
    mode_t before = umask(0);
    if (made == 0) made = mkdirat(parent, name, around.st_mode & 07777);
    int reason = errno;
    umask(before);
    setfsuid(0);
    setfsgid(0);
    errno = reason;
    return made == 0 || reason == EEXIST ? 0 : -1;
}

/* Each part is looked for from the root again: what a link in the path means only the kernel knows. */
static int make_in(int root, const char *path) {
    char part[PATH_MAX];
    if (strlen(path) >= sizeof part) {
        errno = ENAMETOOLONG;
        return -1;
    }
    int at = find_in(root, "");
    for (const char *end = path; at >= 0 && *end != 0;) {
        const char *name = end + strspn(end, "/");
        end = strchrnul(name, '/');
        if (end == name) break;
        memcpy(part, path, (size_t)(end - path));
        part[end - path] = 0;
        int next = find_in(root, part);
        if (next < 0 && errno == ENOENT) {
            next = make_like_parent(at, part + (name - path)) == 0 ? find_in(root, part) : -1;
        }
        int reason = errno;
        close(at);
        errno = reason;
        at = next;
    }
    return at;
}

static int place(int tree, const char *root, const char *at) {
    int base = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (base < 0) return fail("cannot open", root);
    int target = make_in(base, at);
    if (target < 0) return fail("no place for a volume at", at);
    if (syscall(CALL_MOVE_MOUNT, tree, "", target, "", FROM_EMPTY_PATH | TO_EMPTY_PATH) != 0) {
        return fail("cannot mount a volume at", at);
    }
    close(target);
    close(base);
    return 0;
}

static int clone_of(int directory, bool read_only, int user_namespace) {
    int tree = (int)syscall(CALL_OPEN_TREE, directory, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH);
    if (tree < 0) return fail("cannot clone", "a volume");
    struct attributes attributes = {
        .set = IDMAP | (read_only ? READ_ONLY : 0), .user_namespace = (unsigned long long)user_namespace};
    if (syscall(CALL_MOUNT_SETATTR, tree, "", AT_EMPTY_PATH, &attributes, sizeof attributes) != 0) {
        return fail("cannot shift the ids of", "a volume");
    }
    return tree;
}

int volume_mount(const char *path, const char *sub, bool read_only, const char *root, const char *at, int user_namespace) {
    struct image image;
    if (volume_image_open(path, &image, IMAGE_BRIEFLY) != 0) return -1;
    int base = volume_image_mount(&image);
    if (base < 0) return -1;
    int directory = read_only ? find_in(base, sub) : make_in(base, sub);
    if (directory < 0) return fail("not a directory of the volume:", sub);
    int tree = clone_of(directory, read_only, user_namespace);
    if (tree < 0 || place(tree, root, at) != 0) return -1;
    close(tree);
    close(directory);
    close(base);
    volume_image_unmount(&image);
    volume_image_close(&image);
    return 0;
}

/* With the lock: it must hold while the command runs, even without us. */
static int run(const struct image *image, int first_failure, char *const command[]) {
    pid_t child = fork();
    if (child < 0) return fail("cannot fork for", command[0]);
    if (child == 0) {
        if (fcntl(image->lock, F_SETFD, 0) == 0 && dup2(STDERR_FILENO, STDOUT_FILENO) >= 0) execvp(command[0], command);
        fail("cannot run", command[0]);
        _exit(127);
    }
    int status;
    if (waitpid(child, &status, 0) != child) return fail("cannot wait for", command[0]);
    if (WIFEXITED(status) && WEXITSTATUS(status) < first_failure) return 0;
    errno = EIO;
    return fail(command[0], image->path);
}

/* Nobody has it: the tools need no right that an agent in a container may lack. Mounted once, the kernel counts anew what it holds. */
static int grow_unused_ext4(struct image *image) {
    char *path = (char *)image->path;
    if (run(image, CHECK_FAILED, (char *const[]){"e2fsck", "-f", "-y", path, NULL}) != 0) return -1;
    if (run(image, 1, (char *const[]){"resize2fs", path, NULL}) != 0) return -1;
    int root = volume_image_mount(image);
    if (root < 0) return -1;
    close(root);
    volume_image_unmount(image);
    return 0;
}

static int grow_mounted_ext4(int root, uint64_t bytes) {
    struct stat facts;
    if (fstat(root, &facts) != 0) return -1;
    uint64_t blocks = bytes / (uint64_t)facts.st_blksize;
    return ioctl(root, EXT4_GROW, &blocks);
}

static int grow_mounted(struct image *image, uint64_t bytes) {
    int root = volume_image_mount(image);
    if (root < 0) return 1;
    int grown, reason;
    if (image->kind == IMAGE_EXT4) {
        grown = grow_mounted_ext4(root, bytes);
        reason = errno;
        if (grown != 0) fail("cannot grow", image->path);
    } else {
        char directory[64];
        snprintf(directory, sizeof directory, "/proc/%d/fd/%d", getpid(), root);
        grown = run(image, 1, (char *const[]){"xfs_growfs", "-d", directory, NULL});
        reason = EIO;
    }
    close(root);
    volume_image_unmount(image);
    return grown == 0 ? 0 : reason == EPERM ? NOT_ALLOWED : 1;
}

static int grow(struct image *image, char **words) {
    uint64_t bytes = strtoull(words[0], NULL, 10);
    struct stat facts;
    if (image->kind == IMAGE_UNKNOWN) return fail("no file system in", image->path), 1;
    if (fstat(image->fd, &facts) != 0) return 1;
    if ((uint64_t)facts.st_size < bytes && ftruncate(image->fd, (off_t)bytes) != 0) {
        fail("cannot grow", image->path);
        return 1;
    }
    if (image->loop < 0 && image->kind == IMAGE_EXT4) return grow_unused_ext4(image) == 0 ? 0 : 1;
    if (image->loop >= 0 && ioctl(image->loop, LOOP_SET_CAPACITY) != 0) {
        fail("cannot grow the device of", image->path);
        return 1;
    }
    int code = grow_mounted(image, bytes);
    /* What it may not do nobody finishes later: the file is as it was, and no file system knows of more. */
    if (code == NOT_ALLOWED && (ftruncate(image->fd, facts.st_size) != 0 || ioctl(image->loop, LOOP_SET_CAPACITY) != 0)) {
        fail("cannot undo the growth of", image->path);
    }
    return code;
}

static int cut(struct image *image, char **words) {
    (void)words;
    if (image->loop >= 0) {
        int root = volume_image_mount(image);
        uint32_t how = AT_ONCE;
        if (root < 0) return 1;
        if (ioctl(root, SHUT_DOWN, &how) != 0) {
            fail("cannot cut off", image->path);
            return 1;
        }
        close(root);
        volume_image_unmount(image);
    }
    return ftruncate(image->fd, 0) == 0 ? 0 : (fail("cannot empty", image->path), 1);
}

static void tell_usage(char *path) {
    struct image image;
    uint64_t total, used;
    /* Whoever is at work at one volume must not keep those waiting who ask for all. */
    if (volume_image_open(path, &image, IMAGE_AT_ONCE) == 0 && volume_image_usage(&image, &total, &used) == 0) {
        printf("%" PRIu64 " %" PRIu64 "\n", total, used);
    } else {
        puts("-");
    }
    volume_image_close(&image);
}

static int on_one(char *path, int (*action)(struct image *, char **), char **words) {
    struct image image;
    int code = volume_image_open(path, &image, IMAGE_LONG) == 0 ? action(&image, words) : 1;
    volume_image_close(&image);
    return code;
}

int volume_do(int count, char **arguments) {
    if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) {
        fail("cannot make", "a mount namespace");
        return 1;
    }
    if (strcmp(arguments[0], "usage") == 0) {
        for (int i = 1; i < count; i++) tell_usage(arguments[i]);
        return 0;
    }
    if (strcmp(arguments[0], "grow") == 0 && count == 3) return on_one(arguments[1], grow, arguments + 2);
    if (strcmp(arguments[0], "cut") == 0 && count == 2) return on_one(arguments[1], cut, arguments + 2);
    fputs("elevo-init: volume usage IMAGE..., volume grow IMAGE BYTES or volume cut IMAGE\n", stderr);
    return 64;
}
