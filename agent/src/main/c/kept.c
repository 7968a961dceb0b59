#include "kept.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "text.h"

#define OVERHEAD 32

void kept_open(struct kept *kept, size_t most_items, size_t most_bytes) {
    *kept = (struct kept){.most_items = most_items, .most_bytes = most_bytes};
    pthread_mutex_init(&kept->lock, NULL);
}

static size_t size(const struct kept_entry *entry) { return strlen(entry->path) + entry->length + OVERHEAD; }

static bool full(const struct kept *kept) { return kept->items >= kept->most_items || kept->bytes >= kept->most_bytes; }

static bool wants(const struct kept *kept, const char *path) {
    return !full(kept) || text_path_order(path, kept->heap[0].path) < 0;
}

bool kept_wants(struct kept *kept, const char *path) {
    pthread_mutex_lock(&kept->lock);
    bool wanted = wants(kept, path);
    pthread_mutex_unlock(&kept->lock);
    return wanted;
}

static void rise(struct kept *kept, size_t at) {
    struct kept_entry entry = kept->heap[at];
    while (at > 0 && text_path_order(entry.path, kept->heap[(at - 1) / 2].path) > 0) {
        kept->heap[at] = kept->heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    kept->heap[at] = entry;
}

static void sink(struct kept *kept) {
    struct kept_entry entry = kept->heap[0];
    size_t at = 0;
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= kept->count) break;
        if (child + 1 < kept->count && text_path_order(kept->heap[child + 1].path, kept->heap[child].path) > 0) child++;
        if (text_path_order(kept->heap[child].path, entry.path) <= 0) break;
        kept->heap[at] = kept->heap[child];
        at = child;
    }
    kept->heap[at] = entry;
}

static void drop_last(struct kept *kept) {
    struct kept_entry *last = &kept->heap[0];
    kept->items -= last->items;
    kept->bytes -= size(last);
    free(last->path);
    free(last->bytes);
    *last = kept->heap[--kept->count];
    if (kept->count > 0) sink(kept);
    kept->dropped = true;
}

static bool enough_without_last(const struct kept *kept) {
    const struct kept_entry *last = &kept->heap[0];
    return kept->count > 1
           && (kept->items - last->items >= kept->most_items || kept->bytes - size(last) >= kept->most_bytes);
}

void kept_add(struct kept *kept, const char *path, uint8_t *bytes, size_t length, size_t items) {
    pthread_mutex_lock(&kept->lock);
    if (!wants(kept, path)) {
        free(bytes);
        kept->dropped = true;
        pthread_mutex_unlock(&kept->lock);
        return;
    }
    if (kept->count == kept->room) {
        kept->room = kept->room == 0 ? 256 : 2 * kept->room;
        kept->heap = realloc(kept->heap, kept->room * sizeof *kept->heap);
    }
    char *copy = strdup(path);
    /* A search without memory has no answer; the agent sees that the connection ends without one. */
    if (kept->heap == NULL || copy == NULL) _exit(70);
    struct kept_entry entry = {.path = copy, .bytes = bytes, .length = length, .items = items};
    kept->heap[kept->count] = entry;
    kept->items += items;
    kept->bytes += size(&entry);
    rise(kept, kept->count++);
    while (enough_without_last(kept)) drop_last(kept);
    pthread_mutex_unlock(&kept->lock);
}

static int by_path(const void *one, const void *other) {
    return text_path_order(((const struct kept_entry *)one)->path, ((const struct kept_entry *)other)->path);
}

void kept_sort(struct kept *kept) {
    if (kept->count > 1) qsort(kept->heap, kept->count, sizeof *kept->heap, by_path);
}
