#include "freezer.h"

#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Whoever is in debt for processor time, or waits for a device, would keep all others standing. */
enum { TRIES = 100 };
static const struct timespec PAUSE = {.tv_nsec = 200000};

/* Of the first generation, and of the second. */
static const struct kind {
    const char *file, *stop, *go, *state, *frozen;
} KINDS[] = {
    {"freezer.state", "FROZEN", "THAWED", "freezer.state", "FROZEN"},
    {"cgroup.freeze", "1", "0", "cgroup.events", "frozen 1"},
};

static int open_in(const char *group, const char *file, int flags) {
    char path[PATH_MAX];
    int length = snprintf(path, sizeof path, "%s/%s", group, file);
    return length < 0 || (size_t)length >= sizeof path ? -1 : open(path, flags | O_CLOEXEC);
}

static const struct kind *kind_of(const char *group) {
    int first = open_in(group, KINDS[0].file, O_RDONLY);
    if (first < 0) return &KINDS[1];
    close(first);
    return &KINDS[0];
}

static int say(const char *group, const char *file, const char *word) {
    int fd = open_in(group, file, O_WRONLY);
    if (fd < 0) return -1;
    ssize_t length = (ssize_t)strlen(word);
    ssize_t written = write(fd, word, (size_t)length);
    close(fd);
    return written == length ? 0 : -1;
}

static bool is_frozen(const char *group, const struct kind *kind) {
    char text[256];
    int fd = open_in(group, kind->state, O_RDONLY);
    if (fd < 0) return false;
    ssize_t length = read(fd, text, sizeof text - 1);
    close(fd);
    text[length < 0 ? 0 : length] = 0;
    return strstr(text, kind->frozen) != NULL;
}

int freezer_stop(const char *group) {
    const struct kind *kind = kind_of(group);
    if (is_frozen(group, kind)) return 0;
    for (int i = 0; i < TRIES; i++) {
        /* Again each time: a process that was being made just then may have been missed. */
        if (say(group, kind->file, kind->stop) != 0) break;
        if (is_frozen(group, kind)) return 1;
        nanosleep(&PAUSE, NULL);
    }
    say(group, kind->file, kind->go);
    return -1;
}

int freezer_go(const char *group) {
    return say(group, kind_of(group)->file, kind_of(group)->go);
}
