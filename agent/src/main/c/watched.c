#include "watched.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIRST_ROOM 64u

static void *must(void *memory) {
    /* Without memory nobody is told anything any more; the agent sees the connection end. */
    if (memory == NULL) _exit(70);
    return memory;
}

void watched_open(struct watched *watched) {
    *watched = (struct watched){.room = FIRST_ROOM, .table = must(calloc(FIRST_ROOM, sizeof(struct node *)))};
    watched->root = watched_add(watched, NULL, "");
}

void watched_close(struct watched *watched) {
    while (watched->root != NULL) watched_remove(watched, watched_leaf(watched->root));
    free(watched->table);
    watched->table = NULL;
}

static void attach(struct node *node, struct node *parent) {
    node->parent = parent;
    if (parent == NULL) return;
    node->next = parent->child;
    node->link = &parent->child;
    if (node->next != NULL) node->next->link = &node->next;
    parent->child = node;
}

static void detach(struct node *node) {
    if (node->parent == NULL) return;
    *node->link = node->next;
    if (node->next != NULL) node->next->link = node->link;
    node->next = node->parent = NULL;
}

struct node *watched_add(struct watched *watched, struct node *parent, const char *name) {
    struct node *node = must(calloc(1, sizeof *node));
    node->name = must(strdup(name));
    node->wd = -1;
    attach(node, parent);
    watched->count++;
    return node;
}

static struct node **bucket(const struct watched *watched, int wd) { return &watched->table[(unsigned)wd & (watched->room - 1)]; }

static void grow(struct watched *watched) {
    struct watched larger = {.room = watched->room * 2, .table = must(calloc(watched->room * 2, sizeof(struct node *)))};
    for (size_t i = 0; i < watched->room; i++) {
        struct node *next;
        for (struct node *node = watched->table[i]; node != NULL; node = next) {
            struct node **place = bucket(&larger, node->wd);
            next = node->chain;
            node->chain = *place;
            *place = node;
        }
    }
    free(watched->table);
    watched->table = larger.table;
    watched->room = larger.room;
}

void watched_number(struct watched *watched, struct node *node, int wd) {
    if (watched->count > watched->room) grow(watched);
    struct node **place = bucket(watched, wd);
    node->wd = wd;
    node->chain = *place;
    *place = node;
}

static void unchain(struct watched *watched, struct node *node) {
    if (node->wd < 0) return;
    struct node **place = bucket(watched, node->wd);
    while (*place != node) place = &(*place)->chain;
    *place = node->chain;
}

void watched_renumber(struct watched *watched, struct node *node, int wd) {
    unchain(watched, node);
    watched_number(watched, node, wd);
}

struct node *watched_find(const struct watched *watched, int wd) {
    struct node *node = *bucket(watched, wd);
    while (node != NULL && node->wd != wd) node = node->chain;
    return node;
}

struct node *watched_child(struct node *parent, const char *name) {
    struct node *node = parent->child;
    while (node != NULL && strcmp(node->name, name) != 0) node = node->next;
    return node;
}

void watched_move(struct node *node, struct node *parent, const char *name) {
    /* What would be below itself is told by events that are older than what we know; it stays where it is. */
    for (const struct node *up = parent; up != NULL; up = up->parent) {
        if (up == node) return;
    }
    char *copy = must(strdup(name));
    free(node->name);
    node->name = copy;
    detach(node);
    attach(node, parent);
}

void watched_remove(struct watched *watched, struct node *node) {
    unchain(watched, node);
    detach(node);
    if (watched->root == node) watched->root = NULL;
    watched->count--;
    free(node->name);
    free(node);
}

struct node *watched_leaf(struct node *node) {
    while (node->child != NULL) node = node->child;
    return node;
}

bool watched_path(const struct node *node, const char *name, char path[PATH_MAX]) {
    size_t at = PATH_MAX - 1;
    path[at] = 0;
    for (bool last = true; node != NULL; last = false) {
        const char *part = last && name != NULL ? name : node->name;
        size_t length = strlen(part);
        if (node->parent == NULL && part == node->name) break;
        if (length + 1 > at) return false;
        if (path[at] != 0) path[--at] = '/';
        at -= length;
        memcpy(path + at, part, length);
        if (part == node->name) node = node->parent;
    }
    memmove(path, path + at, PATH_MAX - at);
    return true;
}
