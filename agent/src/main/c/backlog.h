/* What a process wrote and the agent has not yet acknowledged, as frames ready to send. */
#ifndef ELEVO_BACKLOG_H
#define ELEVO_BACKLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct backlog {
    uint8_t *memory;
    size_t start;    /* first frame held */
    size_t sent;     /* first byte not yet sent to the current connection */
    size_t boundary; /* first frame begin at or after sent */
    size_t last;     /* begin of the last frame */
    size_t end;
    uint64_t stdout_start, stderr_start; /* offsets at the first frame held */
};

bool backlog_open(struct backlog *backlog);
void backlog_close(struct backlog *backlog);

/* Room for data bytes of one more output frame, with compaction; 0 when the process has to wait. */
size_t backlog_room(struct backlog *backlog);
/* Where the next output frame's data has to be read to; call backlog_room before. */
uint8_t *backlog_data(struct backlog *backlog, uint8_t type);
/* Takes in length bytes that were read to backlog_data. */
void backlog_add(struct backlog *backlog, uint8_t type, uint64_t offset, size_t length);
/* The frame behind all output; there is always room for it. */
void backlog_add_end(struct backlog *backlog, const void *payload, uint32_t length);

void backlog_sent(struct backlog *backlog, size_t bytes);
/* Forgets the whole frames before these offsets. */
void backlog_acknowledge(struct backlog *backlog, uint64_t stdout_offset, uint64_t stderr_offset);
/* Sends again from these offsets on; false when they are not the borders of a frame held. */
bool backlog_rewind(struct backlog *backlog, uint64_t stdout_offset, uint64_t stderr_offset);

#endif
