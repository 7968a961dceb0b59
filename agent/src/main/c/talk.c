#include "talk.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "protocol.h"

static bool fill(struct talk *talk, size_t needed) {
    if (talk->in_end - talk->in_start >= needed) return true;
    memmove(talk->in, talk->in + talk->in_start, talk->in_end - talk->in_start);
    talk->in_end -= talk->in_start;
    talk->in_start = 0;
    while (talk->in_end < needed) {
        ssize_t got = recv(talk->fd, talk->in + talk->in_end, sizeof talk->in - talk->in_end, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        talk->in_end += (size_t)got;
    }
    return true;
}

bool talk_receive(struct talk *talk, struct frame *frame) {
    if (talk->gone || !fill(talk, FRAME_HEADER)) return false;
    size_t length = get_u32(talk->in + talk->in_start + 1);
    if (length > TALK_MOST_REQUEST || !fill(talk, FRAME_HEADER + length)) return false;
    uint8_t *at = talk->in + talk->in_start;
    *frame = (struct frame){.type = at[0], .payload = {.at = at + FRAME_HEADER, .left = length}};
    talk->in_start += FRAME_HEADER + length;
    return true;
}

void talk_raw(struct talk *talk, const uint8_t *bytes, size_t length) {
    while (length > 0 && !talk->gone) {
        ssize_t sent = send(talk->fd, bytes, length, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0) {
            talk->gone = true;
        } else {
            bytes += sent;
            length -= (size_t)sent;
        }
    }
}

void talk_flush(struct talk *talk) {
    talk_raw(talk, talk->out, talk->out_end);
    talk->out_end = 0;
}

void talk_begin(struct talk *talk, uint8_t type) {
    if (sizeof talk->out - talk->out_end < TALK_MOST_REPLY) talk_flush(talk);
    talk->head = talk->out_end;
    talk->out[talk->head] = type;
    talk->out_end += FRAME_HEADER;
}

static uint8_t *room(struct talk *talk, size_t bytes) {
    uint8_t *at = talk->out + talk->out_end;
    talk->out_end += bytes;
    return at;
}

void talk_u8(struct talk *talk, uint8_t value) { *room(talk, 1) = value; }

void talk_u32(struct talk *talk, uint32_t value) { put_u32(room(talk, 4), value); }

void talk_u64(struct talk *talk, uint64_t value) { put_u64(room(talk, 8), value); }

void talk_text(struct talk *talk, const char *text) {
    size_t length = strlen(text) + 1;
    talk_u32(talk, (uint32_t)length);
    memcpy(room(talk, length), text, length);
}

void talk_end(struct talk *talk) {
    put_u32(talk->out + talk->head + 1, (uint32_t)(talk->out_end - talk->head - FRAME_HEADER));
}
