#include "loop.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "process.h"

#define BATCH 32

static int poller = -1;
static void **dead;
static size_t dead_count, dead_room;

void loop_open(void) {
    poller = epoll_create1(EPOLL_CLOEXEC);
    if (poller < 0) _exit(70);
}

void watch_interest(struct watch *watch, uint32_t interest) {
    if (watch->fd < 0 || watch->interest == interest) return;
    struct epoll_event event = {.events = interest, .data.ptr = watch};
    int operation = interest == 0 ? EPOLL_CTL_DEL : watch->interest == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
    /* Adding can only fail for want of kernel memory; without the event the owner would wait for ever. */
    if (epoll_ctl(poller, operation, watch->fd, &event) != 0 && operation == EPOLL_CTL_ADD) abort();
    watch->interest = interest;
}

void watch_close(struct watch *watch) {
    if (watch->fd < 0) return;
    watch_interest(watch, 0);
    close(watch->fd);
    watch->fd = -1;
}

void free_later(void *memory) {
    if (dead_count == dead_room) {
        dead_room = dead_room == 0 ? 64 : dead_room * 2;
        dead = realloc(dead, dead_room * sizeof *dead);
        if (dead == NULL) abort();
    }
    dead[dead_count++] = memory;
}

int64_t monotonic_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

uint64_t wall_clock_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void loop_run(void) {
    for (;;) {
        struct epoll_event events[BATCH];
        int count = epoll_wait(poller, events, BATCH, processes_next_timeout_ms());
        if (count < 0 && errno != EINTR) abort();
        for (int i = 0; i < count; i++) {
            struct watch *watch = events[i].data.ptr;
            /* Closed, or no longer interested, by an earlier event of this batch. */
            if (watch->fd >= 0 && watch->interest != 0) watch->ready(watch, events[i].events);
        }
        processes_check_time();
        while (dead_count > 0) free(dead[--dead_count]);
    }
}
