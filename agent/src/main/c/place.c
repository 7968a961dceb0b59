#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_LINKS 40
#define DIRECTORY (O_PATH | O_DIRECTORY | O_CLOEXEC)

/* One component after the other; what is missing is made. */
static int make_parents_of(struct place *place) {
    int at = open("/", DIRECTORY);
    if (at < 0) return errno;
    for (char *name = place->parent; *name != 0;) {
        char *end = strchrnul(name, '/');
        char then = *end;
        *end = 0;
        int next = openat(at, *name == 0 ? "." : name, DIRECTORY);
        if (next < 0 && errno == ENOENT) {
            bool made = mkdirat(at, name, 0755) == 0;
            if (made && place->made_from == 0) place->made_from = (size_t)(name - place->parent);
            if (made || errno == EEXIST) next = openat(at, name, DIRECTORY);
        }
        int error = errno;
        *end = then;
        close(at);
        if (next < 0) return error;
        at = next;
        name = then == 0 ? end : end + 1;
    }
    place->directory = at;
    return 0;
}

static int take_name(struct place *place, const char *name) {
    if (strlen(name) > NAME_MAX) return ENAMETOOLONG;
    strcpy(place->name, *name == 0 ? "." : name);
    return 0;
}

int place_open(const char *path, bool make_parents, struct place *place) {
    *place = (struct place){.directory = -1};
    const char *slash = strrchr(path, '/');
    if (slash == NULL) return EINVAL;
    int error = take_name(place, slash + 1);
    if (error != 0) return error;
    place->parent = strndup(path, (size_t)(slash - path) + 1);
    if (place->parent == NULL) return ENOMEM;
    place->directory = open(place->parent, DIRECTORY);
    if (place->directory >= 0) return 0;
    if (errno != ENOENT || !make_parents) return errno;
    error = make_parents_of(place);
    if (error != 0) place_undo(place);
    return error;
}

int place_follow(struct place *place) {
    for (int links = 0; links < MOST_LINKS; links++) {
        char target[PATH_MAX];
        ssize_t length = readlinkat(place->directory, place->name, target, sizeof target - 1);
        /* Nothing there, or no link. */
        if (length < 0) return errno == ENOENT || errno == EINVAL ? 0 : errno;
        target[length] = 0;
        char *slash = strrchr(target, '/');
        int error = take_name(place, slash == NULL ? target : slash + 1);
        if (error != 0) return error;
        if (slash == NULL) continue;
        slash[1] = 0;
        int next = openat(place->directory, target, DIRECTORY);
        if (next < 0) return errno;
        close(place->directory);
        place->directory = next;
    }
    return ELOOP;
}

void place_close(struct place *place) {
    if (place->directory >= 0) close(place->directory);
    free(place->parent);
    *place = (struct place){.directory = -1};
}

void place_undo(struct place *place) {
    if (place->made_from == 0) return;
    size_t length = strlen(place->parent);
    while (length > place->made_from) {
        place->parent[length] = 0;
        if (rmdir(place->parent) != 0 && errno != ENOENT) break;
        while (length > 0 && place->parent[length - 1] != '/') length--;
        while (length > 0 && place->parent[length - 1] == '/') length--;
    }
    place->made_from = 0;
}
