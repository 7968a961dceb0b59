/* The event loop: everything pid 1 does, it does in one thread and without waiting. */
#ifndef ELEVO_LOOP_H
#define ELEVO_LOOP_H

#include <stdbool.h>
#include <stdint.h>

/* A file descriptor and who to tell when it is ready. Embedded in what owns it. */
struct watch {
    void (*ready)(struct watch *watch, uint32_t events);
    int fd;
    uint32_t interest;
};

void loop_open(void);
_Noreturn void loop_run(void);

/* Interest 0 takes the descriptor out of epoll altogether: a hang-up would be reported for ever otherwise. */
void watch_interest(struct watch *watch, uint32_t interest);
void watch_close(struct watch *watch);

/* Frees memory after the current batch of events, which may still point to it. */
void free_later(void *memory);

int64_t monotonic_us(void);
uint64_t wall_clock_ms(void);

#endif
