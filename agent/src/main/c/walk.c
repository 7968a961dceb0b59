#include "walk.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "below.h"

/* Names of one directory that are held at a time; fewer when much waits already. */
#define MOST_NAMES (256u << 10)
#define FEWER_NAMES (8u << 10)
#define MUCH (32u << 20)
#define TOGETHER 64u
#define STACK_BYTES (512u << 10)

/* What waits: a directory, from an offset on, or some names in it. */
struct item {
    struct item *below;
    size_t size;
    int64_t offset;
    unsigned depth, names; /* none: the directory itself */
    char text[];           /* the path, NUL, then type, name and NUL of each */
};

struct walk {
    struct visitor *visitor;
    const atomic_bool *stop;
    int root;
    pthread_mutex_t lock;
    pthread_cond_t more;
    struct item *top;
    atomic_size_t waiting; /* bytes */
    unsigned busy;
};

struct worker {
    struct walk *walk;
    unsigned number;
    size_t length; /* of the directory's path, with its slash */
    unsigned depth;
    char path[PATH_MAX];
};

/* ---- what waits ---- */

static struct item *make_item(const char *path, size_t path_length, unsigned depth, size_t names_bytes) {
    struct item *item = malloc(sizeof *item + path_length + 1 + names_bytes);
    if (item == NULL) _exit(70);
    *item = (struct item){.size = sizeof *item + path_length + 1 + names_bytes, .depth = depth};
    memcpy(item->text, path, path_length);
    item->text[path_length] = 0;
    return item;
}

static void push(struct walk *walk, struct item *item) {
    pthread_mutex_lock(&walk->lock);
    item->below = walk->top;
    walk->top = item;
    walk->waiting += item->size;
    pthread_cond_signal(&walk->more);
    pthread_mutex_unlock(&walk->lock);
}

/* NULL when nothing waits and nobody is busy who could find more. */
static struct item *next(struct walk *walk, bool was_busy) {
    pthread_mutex_lock(&walk->lock);
    if (was_busy) walk->busy--;
    while (walk->top == NULL && walk->busy > 0) pthread_cond_wait(&walk->more, &walk->lock);
    struct item *item = walk->top;
    if (item != NULL) {
        walk->top = item->below;
        walk->waiting -= item->size;
        walk->busy++;
    } else {
        pthread_cond_broadcast(&walk->more);
    }
    pthread_mutex_unlock(&walk->lock);
    return item;
}

static bool stopped(const struct walk *walk) { return atomic_load_explicit(walk->stop, memory_order_relaxed); }

/* ---- one directory ---- */

static bool enter_path(struct worker *worker, const struct item *item) {
    worker->length = strlen(item->text);
    worker->depth = item->depth;
    if (worker->length + 2 > sizeof worker->path) return false;
    memcpy(worker->path, item->text, worker->length);
    if (worker->length > 0) worker->path[worker->length++] = '/';
    return true;
}

/* False for a path that is longer than any may be. */
static bool name_entry(struct worker *worker, int directory, const char *name, uint8_t type, struct walk_entry *entry) {
    size_t length = strlen(name);
    if (worker->length + length + 1 > sizeof worker->path) return false;
    memcpy(worker->path + worker->length, name, length + 1);
    *entry = (struct walk_entry){.directory = directory, .name = worker->path + worker->length, .path = worker->path,
        .type = type, .depth = worker->depth, .worker = worker->number};
    return true;
}

struct listing {
    char *names; /* type, name and NUL of each */
    char **order;
    size_t bytes, count;
    int64_t offset; /* where to go on; 0 at the end */
};

static void list(struct worker *worker, int fd, int64_t from, size_t most, struct listing *listing) {
    char block[32 << 10] __attribute__((aligned(8)));
    size_t room = 0;
    int64_t offset = from;
    *listing = (struct listing){0};
    if (from != 0 && lseek(fd, from, SEEK_SET) < 0) return;
    while (listing->bytes < most && !stopped(worker->walk)) {
        long length = syscall(SYS_getdents64, fd, block, sizeof block);
        if (length <= 0) {
            offset = 0;
            break;
        }
        if (listing->bytes + sizeof block > room) {
            room = 2 * room + sizeof block;
            listing->names = realloc(listing->names, room);
            if (listing->names == NULL) _exit(70);
        }
        for (long at = 0; at < length;) {
            struct record *record = (struct record *)(void *)(block + at);
            at += record->length;
            offset = record->offset;
            uint8_t type;
            if (!record_counts(fd, record, &type)) continue;
            size_t size = strlen(record->name) + 1;
            listing->names[listing->bytes] = (char)type;
            memcpy(listing->names + listing->bytes + 1, record->name, size);
            listing->bytes += 1 + size;
            listing->count++;
        }
    }
    listing->offset = offset;
}

static int by_name(const void *one, const void *other) { return strcmp(*(char *const *)one + 1, *(char *const *)other + 1); }

static void sort(struct listing *listing) {
    listing->order = malloc((listing->count + 1) * sizeof *listing->order);
    if (listing->order == NULL) _exit(70);
    char *at = listing->names;
    for (size_t i = 0; i < listing->count; i++) {
        listing->order[i] = at;
        at += strlen(at + 1) + 2;
    }
    qsort(listing->order, listing->count, sizeof *listing->order, by_name);
}

/* So many files as work for whoever has time. */
static void push_names(struct worker *worker, const struct item *item, char **order, size_t count) {
    size_t bytes = 0, path_length = strlen(item->text);
    for (size_t i = 0; i < count; i++) bytes += strlen(order[i] + 1) + 2;
    struct item *work = make_item(item->text, path_length, item->depth, bytes);
    work->names = (unsigned)count;
    char *at = work->text + path_length + 1;
    for (size_t i = 0; i < count; i++) {
        size_t size = strlen(order[i] + 1) + 2;
        memcpy(at, order[i], size);
        at += size;
    }
    push(worker->walk, work);
}

static void see(struct worker *worker, int directory, const char *name, uint8_t type) {
    struct walk_entry entry;
    struct visitor *visitor = worker->walk->visitor;
    if (!stopped(worker->walk) && name_entry(worker, directory, name, type, &entry)) visitor->see(visitor, &entry);
}

static void visit_names(struct worker *worker, const struct item *item) {
    int fd = open_below(worker->walk->root, item->text, O_PATH);
    if (fd < 0) return;
    const char *at = item->text + strlen(item->text) + 1;
    for (unsigned i = 0; i < item->names; i++) {
        see(worker, fd, at + 1, (uint8_t)*at);
        at += strlen(at + 1) + 2;
    }
    close(fd);
}

static void share_directory(struct worker *worker, const struct item *item, int fd, const char *name) {
    struct visitor *visitor = worker->walk->visitor;
    struct walk_entry entry;
    if (stopped(worker->walk) || !name_entry(worker, fd, name, DT_DIR, &entry)) return;
    visitor->see(visitor, &entry);
    if (visitor->enters(visitor, &entry)) {
        push(worker->walk, make_item(worker->path, strlen(worker->path), item->depth + 1, 0));
    }
}

/* The directories wait, the first on top, and above them the files beyond those that one thread sees in one go. */
static void share(struct worker *worker, const struct item *item, int fd, struct listing *listing) {
    char **order = listing->order;
    for (size_t i = listing->count; i-- > 0;) {
        if (order[i][0] == DT_DIR) share_directory(worker, item, fd, order[i] + 1);
    }
    size_t files = 0;
    for (size_t i = 0; i < listing->count; i++) {
        if (order[i][0] != DT_DIR) order[files++] = order[i];
    }
    while (files > TOGETHER) {
        size_t some = files % TOGETHER == 0 ? TOGETHER : files % TOGETHER;
        files -= some;
        push_names(worker, item, order + files, some);
    }
    for (size_t i = 0; i < files; i++) see(worker, fd, order[i] + 1, (uint8_t)order[i][0]);
}

static void visit_directory(struct worker *worker, const struct item *item) {
    struct walk *walk = worker->walk;
    int fd = open_below(walk->root, item->text, O_RDONLY | O_NONBLOCK);
    if (fd < 0) return;
    struct listing listing;
    list(worker, fd, item->offset, walk->waiting > MUCH ? FEWER_NAMES : MOST_NAMES, &listing);
    if (listing.offset != 0) {
        struct item *rest = make_item(item->text, strlen(item->text), item->depth, 0);
        rest->offset = listing.offset;
        push(walk, rest);
    }
    sort(&listing);
    share(worker, item, fd, &listing);
    free(listing.order);
    free(listing.names);
    close(fd);
}

/* ---- threads ---- */

static void *work(void *argument) {
    struct worker *worker = argument;
    struct walk *walk = worker->walk;
    struct item *item;
    for (bool was_busy = false; (item = next(walk, was_busy)) != NULL; was_busy = true) {
        bool wanted = !stopped(walk) && walk->visitor->wants(walk->visitor, item->text) && enter_path(worker, item);
        if (wanted && item->names > 0) visit_names(worker, item);
        else if (wanted) visit_directory(worker, item);
        free(item);
    }
    return NULL;
}

unsigned walk_workers(void) {
    cpu_set_t set;
    int count = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 2;
    return count < 2 ? 2 : count > (int)WALK_MOST_WORKERS ? WALK_MOST_WORKERS : (unsigned)count;
}

void walk(int root, unsigned workers, struct visitor *visitor, const atomic_bool *stop) {
    struct walk walk = {.visitor = visitor, .stop = stop, .root = root};
    pthread_t threads[WALK_MOST_WORKERS];
    struct worker *all = calloc(workers, sizeof *all);
    if (all == NULL) _exit(70);
    pthread_mutex_init(&walk.lock, NULL);
    pthread_cond_init(&walk.more, NULL);
    push(&walk, make_item("", 0, 0, 0));
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    unsigned started = 0;
    for (unsigned i = 0; i < workers; i++) all[i] = (struct worker){.walk = &walk, .number = i};
    /* Where no more threads can be had, fewer do it. */
    while (started + 1 < workers && pthread_create(&threads[started], &attributes, work, &all[started + 1]) == 0) started++;
    work(&all[0]);
    for (unsigned i = 0; i < started; i++) pthread_join(threads[i], NULL);
    free(all);
    close(root);
}
