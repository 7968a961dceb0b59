/* Lines of one file that match, as frames of search.h. */
#ifndef ELEVO_SCAN_H
#define ELEVO_SCAN_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pattern;

#define SCAN_WINDOW (1u << 20)
#define SCAN_MOST_CHARACTERS 4096u
#define SCAN_MOST_CONTEXT 50u

struct scan {
    const struct pattern *pattern;
    unsigned context;
    bool binary;
    size_t most_matches, most_bytes;
    const atomic_bool *stop;
};

/* What one thread has for its files: memory that is the same however large they and their lines are. */
struct scanner {
    const struct scan *scan;
    const char *file; /* as it is shown */
    char *window;
    char *head; /* the beginning of a line that is longer than the window */
    uint8_t *found;
    size_t found_length, found_room, matches;
    bool more; /* than is held */
};

void scanner_open(struct scanner *scanner, const struct scan *scan);
void scanner_close(struct scanner *scanner);
/* Reads so many bytes at most; what a writer adds meanwhile is not for us. The frames are in found, which is the caller's then. */
void scan_file(struct scanner *scanner, int fd, const char *file, uint64_t size);

#endif
