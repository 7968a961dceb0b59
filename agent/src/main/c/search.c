#include "search.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kept.h"
#include "ours.h"
#include "pattern.h"
#include "protocol.h"
#include "scan.h"
#include "talk.h"
#include "text.h"
#include "walk.h"

#define MOST_EXCLUDED 100u
#define MOST_LIMIT 10000u
#define MOST_TIME_MS 60000u
/* More than any answer of the API has room for. */
#define MOST_BYTES (8u << 20)
/* Beyond its time a search that hangs in a file system of the user's own is killed by the kernel. */
#define LAST_RESORT_S 5u

struct globs {
    struct pattern *patterns[MOST_EXCLUDED];
    bool whole_path[MOST_EXCLUDED];
    size_t count;
};

struct search {
    struct talk talk;
    struct visitor visitor;
    bool greps;
    uint32_t limit, time_ms;
    uint8_t flags;
    const char *path;   /* as it was asked for */
    const char *prefix; /* of everything below it */
    struct pattern *pattern, *include;
    bool whole_path;
    struct globs excluded;

    uint32_t depth; /* find */
    uint8_t type;
    uint64_t least, most;
    int64_t after_ms, before_ms;

    struct scan scan; /* grep */
    struct scanner scanners[WALK_MOST_WORKERS];

    struct kept kept;
    atomic_bool stop;
    int root;
    int done[2];
};

/* ---- what both have in common ---- */

static const char *name_of(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

static bool matches(const struct pattern *pattern, bool whole_path, const char *path) {
    char room[PATH_MAX];
    const char *shown = text_shown(whole_path ? path : name_of(path), room, sizeof room);
    return pattern_matches(pattern, shown, strlen(shown));
}

static bool is_excluded(const struct globs *globs, const char *path) {
    for (size_t i = 0; i < globs->count; i++) {
        if (matches(globs->patterns[i], globs->whole_path[i], path)) return true;
    }
    return false;
}

/* False when it would be too long to be a path. */
static bool absolute(const struct search *search, const char *below, char path[PATH_MAX]) {
    size_t length = strlen(search->prefix), rest = strlen(below);
    if (length + rest >= PATH_MAX) return false;
    memcpy(path, search->prefix, length);
    memcpy(path + length, below, rest + 1);
    return true;
}

static bool wants(struct visitor *visitor, const char *path) {
    struct search *search = visitor->self;
    return kept_wants(&search->kept, path);
}

/* ---- find ---- */

static bool is_hidden(const struct search *search, const struct walk_entry *entry) {
    return entry->name[0] == '.' && (!(search->flags & FIND_HIDDEN) || is_ours(entry->name));
}

static bool in_ranges(const struct search *search, const struct walk_entry *entry) {
    if (!(search->flags & FIND_STAT)) return true;
    struct stat facts;
    if (fstatat(entry->directory, entry->name, &facts, AT_SYMLINK_NOFOLLOW) != 0) return false;
    int64_t changed_ms = (int64_t)facts.st_mtim.tv_sec * 1000 + facts.st_mtim.tv_nsec / 1000000;
    return (uint64_t)facts.st_size >= search->least && (uint64_t)facts.st_size <= search->most
           && changed_ms >= search->after_ms && changed_ms <= search->before_ms;
}

static void find_see(struct visitor *visitor, const struct walk_entry *entry) {
    struct search *search = visitor->self;
    if (is_hidden(search, entry) || (search->type != 0 && entry->type != search->type)) return;
    if (entry->type == DT_DIR && is_excluded(&search->excluded, entry->path)) return;
    if (!matches(search->pattern, search->whole_path, entry->path) || !in_ranges(search, entry)) return;
    kept_add(&search->kept, entry->path, NULL, 0, 1);
}

static bool find_enters(struct visitor *visitor, const struct walk_entry *entry) {
    const struct search *search = visitor->self;
    return entry->depth < search->depth && !is_hidden(search, entry) && !is_excluded(&search->excluded, entry->path);
}

/* ---- grep ---- */

static void grep_file(struct search *search, struct scanner *scanner, int fd, const char *path, const char *shown) {
    struct stat facts;
    /* What is no file any more, or never was, has nothing to read; opened without waiting it does no harm. */
    if (fstat(fd, &facts) != 0 || !S_ISREG(facts.st_mode) || facts.st_size == 0) return;
    scan_file(scanner, fd, shown, (uint64_t)facts.st_size);
    if (scanner->found != NULL) {
        kept_add(&search->kept, path, scanner->found, scanner->found_length, scanner->matches);
    }
}

static void grep_see(struct visitor *visitor, const struct walk_entry *entry) {
    struct search *search = visitor->self;
    char path[PATH_MAX], room[PATH_MAX];
    if (entry->type != DT_REG || is_ours(entry->name)) return;
    if (search->include != NULL && !matches(search->include, false, entry->path)) return;
    if (is_excluded(&search->excluded, entry->path) || !kept_wants(&search->kept, entry->path)) return;
    if (!absolute(search, entry->path, path)) return;
    int fd = openat(entry->directory, entry->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0) return;
    grep_file(search, &search->scanners[entry->worker], fd, entry->path, text_shown(path, room, sizeof room));
    close(fd);
}

static bool grep_enters(struct visitor *visitor, const struct walk_entry *entry) {
    const struct search *search = visitor->self;
    return !is_ours(entry->name) && !is_excluded(&search->excluded, entry->path);
}

/* ---- the request ---- */

static void fail(struct search *search, enum search_whose whose, int number) {
    talk_begin(&search->talk, SEARCH_REPLY_FAILED);
    talk_u8(&search->talk, (uint8_t)whose);
    talk_u32(&search->talk, (uint32_t)number);
    talk_end(&search->talk);
    talk_flush(&search->talk);
}

static struct pattern *glob(const char *text, bool *whole_path) {
    *whole_path = strchr(text, '/') != NULL;
    return pattern_glob(text);
}

static bool take_excluded(struct search *search, struct reader *reader) {
    uint32_t count = take_u32(reader);
    if (count > MOST_EXCLUDED) reader->bad = true;
    for (uint32_t i = 0; i < count && !reader->bad; i++) {
        const char *text = take_text(reader);
        if (text == NULL) break;
        struct pattern *pattern = glob(text, &search->excluded.whole_path[i]);
        if (pattern == NULL) {
            fail(search, SEARCH_EXCLUDE, (int)i);
            return false;
        }
        search->excluded.patterns[search->excluded.count++] = pattern;
    }
    return !reader->bad;
}

static bool take_find(struct search *search, struct reader *reader) {
    search->limit = take_u32(reader);
    search->time_ms = take_u32(reader);
    search->depth = take_u32(reader);
    search->flags = take_u8(reader);
    search->type = take_u8(reader);
    search->least = take_u64(reader);
    search->most = take_u64(reader);
    search->after_ms = (int64_t)take_u64(reader);
    search->before_ms = (int64_t)take_u64(reader);
    search->path = take_text(reader);
    const char *pattern = take_text(reader);
    if (reader->bad) return false;
    int error = 0;
    if (search->flags & FIND_REGEX) {
        search->whole_path = true;
        search->pattern = pattern_open(pattern, 0, &error);
    } else {
        search->pattern = glob(pattern, &search->whole_path);
    }
    if (search->pattern == NULL) {
        fail(search, SEARCH_PATTERN, error);
        return false;
    }
    search->visitor = (struct visitor){.self = search, .see = find_see, .enters = find_enters, .wants = wants};
    return take_excluded(search, reader);
}

static bool take_grep(struct search *search, struct reader *reader) {
    search->greps = true;
    search->limit = take_u32(reader);
    search->time_ms = take_u32(reader);
    uint32_t context = take_u32(reader);
    search->flags = take_u8(reader);
    search->path = take_text(reader);
    const char *pattern = take_text(reader), *include = take_text(reader);
    if (reader->bad || context > SCAN_MOST_CONTEXT) return false;
    unsigned fold = search->flags & GREP_FOLD ? PATTERN_FOLD : 0, word = search->flags & GREP_WORD ? PATTERN_WORD : 0;
    int error = 0;
    search->pattern = pattern_open(pattern, PATTERN_LINES | fold | word, &error);
    if (search->pattern == NULL) {
        fail(search, SEARCH_PATTERN, error);
        return false;
    }
    if (*include != 0 && (search->include = pattern_glob(include)) == NULL) {
        fail(search, SEARCH_INCLUDE, 0);
        return false;
    }
    search->scan = (struct scan){.pattern = search->pattern, .context = context, .binary = (search->flags & GREP_BINARY) != 0,
        .most_matches = search->limit + 1, .most_bytes = MOST_BYTES, .stop = &search->stop};
    search->visitor = (struct visitor){.self = search, .see = grep_see, .enters = grep_enters, .wants = wants};
    return take_excluded(search, reader);
}

static bool take_request(struct search *search) {
    struct frame frame;
    if (!talk_receive(&search->talk, &frame)) return false;
    if (frame.type != SEARCH_FIND && frame.type != SEARCH_GREP) return false;
    bool good = frame.type == SEARCH_FIND ? take_find(search, &frame.payload) : take_grep(search, &frame.payload);
    return good && search->limit >= 1 && search->limit <= MOST_LIMIT && search->time_ms <= MOST_TIME_MS;
}

/* ---- the work ---- */

static void *work(void *argument) {
    struct search *search = argument;
    walk(search->root, walk_workers(), &search->visitor, &search->stop);
    /* The end of the pipe is the word that we are done. */
    close(search->done[1]);
    return NULL;
}

static bool agent_is_gone(int fd) {
    char byte;
    return recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

/* Stops it when its time is over; ends at once when nobody waits for it any more. */
static void wait_for(struct search *search) {
    struct pollfd watched[] = {{.fd = search->done[0], .events = POLLIN}, {.fd = search->talk.fd, .events = POLLIN | POLLRDHUP}};
    for (;;) {
        int ready = poll(watched, 2, (int)search->time_ms);
        if (ready < 0 && errno == EINTR) continue;
        if (ready <= 0) atomic_store(&search->stop, true);
        if (ready <= 0 || watched[0].revents != 0) return;
        /* Nothing more is said but by its end. */
        if (agent_is_gone(search->talk.fd)) _exit(0);
        _exit(71);
    }
}

static void walk_tree(struct search *search) {
    pthread_t thread;
    if (pipe2(search->done, O_CLOEXEC) != 0) _exit(70);
    if (pthread_create(&thread, NULL, work, search) != 0) {
        work(search);
        return;
    }
    wait_for(search);
    pthread_join(thread, NULL);
}

static void search_file(struct search *search) {
    int fd = open(search->path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    char room[PATH_MAX];
    if (fd < 0) {
        fail(search, SEARCH_PATH, errno);
        _exit(0);
    }
    const char *shown = text_shown(search->path, room, sizeof room);
    if (search->include == NULL || matches(search->include, false, search->path)) {
        grep_file(search, &search->scanners[0], fd, "", shown);
    }
    close(fd);
}

static bool begin(struct search *search) {
    struct stat facts;
    /* Without opening it: a pipe would wait, and a device may do anything. */
    if (stat(search->path, &facts) != 0) {
        fail(search, SEARCH_PATH, errno);
        return false;
    }
    if (!S_ISDIR(facts.st_mode) && !search->greps) {
        fail(search, SEARCH_PATH, ENOTDIR);
        return false;
    }
    search->root = -1;
    if (!S_ISDIR(facts.st_mode)) return true;
    search->root = open(search->path, O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC);
    if (search->root < 0) fail(search, SEARCH_PATH, errno);
    return search->root >= 0;
}

static void send_path(struct search *search, const struct kept_entry *entry) {
    char path[PATH_MAX], room[PATH_MAX];
    if (!absolute(search, entry->path, path)) return;
    const char *shown = text_shown(path, room, sizeof room);
    uint8_t head[FRAME_HEADER + 4] = {SEARCH_REPLY_PATH};
    put_u32(head + 1, (uint32_t)(4 + strlen(shown)));
    put_u32(head + FRAME_HEADER, (uint32_t)strlen(shown));
    talk_raw(&search->talk, head, sizeof head);
    talk_raw(&search->talk, (const uint8_t *)shown, strlen(shown));
}

/* So many of its frames as there is room for. */
static size_t send_matches(struct search *search, const struct kept_entry *entry, size_t most) {
    size_t sent = 0, at = 0;
    for (; sent < most && at < entry->length; sent++) at += FRAME_HEADER + get_u32(entry->bytes + at + 1);
    talk_raw(&search->talk, entry->bytes, at);
    return sent;
}

static void answer(struct search *search) {
    size_t left = search->limit, items = search->kept.items;
    kept_sort(&search->kept);
    for (size_t i = 0; i < search->kept.count && left > 0; i++) {
        if (search->greps) {
            left -= send_matches(search, &search->kept.heap[i], left);
        } else {
            send_path(search, &search->kept.heap[i]);
            left--;
        }
    }
    bool truncated = atomic_load(&search->stop) || search->kept.dropped || items > search->limit || search->kept.bytes >= MOST_BYTES;
    talk_begin(&search->talk, SEARCH_REPLY_DONE);
    talk_u8(&search->talk, truncated);
    talk_end(&search->talk);
    talk_flush(&search->talk);
}

void search_serve(int fd) {
    struct search *search = calloc(1, sizeof *search);
    if (search == NULL) _exit(70);
    search->talk.fd = fd;
    if (!take_request(search)) return;
    alarm(search->time_ms / 1000 + LAST_RESORT_S);
    if (!begin(search)) return;
    char prefix[PATH_MAX];
    size_t length = strlen(search->path);
    if (length + 2 > sizeof prefix) _exit(71);
    memcpy(prefix, search->path, length + 1);
    if (length == 0 || prefix[length - 1] != '/') strcpy(prefix + length, "/");
    search->prefix = prefix;
    kept_open(&search->kept, (size_t)search->limit + 1, MOST_BYTES);
    for (unsigned i = 0; search->greps && i < WALK_MOST_WORKERS; i++) scanner_open(&search->scanners[i], &search->scan);
    if (search->root >= 0) walk_tree(search);
    else search_file(search);
    answer(search);
}
