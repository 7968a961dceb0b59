/* Frames on a server's socket, as in protocol.h. It waits: a server has nothing else to do. */
#ifndef ELEVO_TALK_H
#define ELEVO_TALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bytes.h"

/* Of a frame of the agent's; and of one of ours, with the longest names there are. */
#define TALK_MOST_REQUEST (192u << 10)
#define TALK_MOST_REPLY (24u << 10)

struct talk {
    int fd;
    bool gone; /* nobody hears us any more */
    size_t in_start, in_end, out_end, head;
    uint8_t in[256u << 10];
    uint8_t out[64u << 10];
};

struct frame {
    uint8_t type;
    struct reader payload;
};

/* Waits for a whole frame, which holds until the next; false at the end, or when the other side breaks the protocol. */
bool talk_receive(struct talk *talk, struct frame *frame);

/* A reply is begun, filled and ended. It leaves when there is no room for another, or with the flush. */
void talk_begin(struct talk *talk, uint8_t type);
void talk_u8(struct talk *talk, uint8_t value);
void talk_u32(struct talk *talk, uint32_t value);
void talk_u64(struct talk *talk, uint64_t value);
void talk_text(struct talk *talk, const char *text);
void talk_end(struct talk *talk);
void talk_flush(struct talk *talk);
/* Bytes without a frame, behind what was said. */
void talk_raw(struct talk *talk, const uint8_t *bytes, size_t length);

#endif
