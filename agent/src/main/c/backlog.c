#include "backlog.h"

#include <string.h>
#include <sys/mman.h>

#include "bytes.h"
#include "protocol.h"

/* Twice the bound: frames stay in one piece, and a compaction moves at most as much as was added since the last one. */
#define MEMORY (2 * BACKLOG_BYTES)
#define END_ROOM 64u
#define LEAST_READ 4096u

static size_t frame_length(const struct backlog *backlog, size_t at) {
    return FRAME_HEADER + get_u32(backlog->memory + at + 1);
}

bool backlog_open(struct backlog *backlog) {
    void *memory = mmap(NULL, MEMORY, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return false;
    /* A child needs none of this until it execs, and not copying it keeps fork short. */
    madvise(memory, MEMORY, MADV_DONTFORK);
    *backlog = (struct backlog){.memory = memory};
    return true;
}

void backlog_close(struct backlog *backlog) {
    if (backlog->memory != NULL) munmap(backlog->memory, MEMORY);
    backlog->memory = NULL;
}

size_t backlog_room(struct backlog *backlog) {
    size_t held = backlog->end - backlog->start;
    if (held + OUTPUT_HEADER + LEAST_READ > BACKLOG_BYTES) return 0;
    if (backlog->end + OUTPUT_HEADER + MOST_OUTPUT_FRAME + END_ROOM > MEMORY) {
        memmove(backlog->memory, backlog->memory + backlog->start, held);
        backlog->sent -= backlog->start;
        backlog->boundary -= backlog->start;
        backlog->last -= backlog->start;
        backlog->end = held;
        backlog->start = 0;
    }
    size_t room = BACKLOG_BYTES - held - OUTPUT_HEADER;
    return room < MOST_OUTPUT_FRAME ? room : MOST_OUTPUT_FRAME;
}

/* A program that writes byte by byte while nobody reads must not fill the backlog with headers. */
static bool joins_last(const struct backlog *backlog, uint8_t type) {
    return backlog->end > backlog->start && backlog->last >= backlog->sent && backlog->memory[backlog->last] == type
        && frame_length(backlog, backlog->last) < MOST_OUTPUT_FRAME / 2;
}

uint8_t *backlog_data(struct backlog *backlog, uint8_t type) {
    return backlog->memory + backlog->end + (joins_last(backlog, type) ? 0 : OUTPUT_HEADER);
}

void backlog_add(struct backlog *backlog, uint8_t type, uint64_t offset, size_t length) {
    if (joins_last(backlog, type)) {
        uint8_t *size = backlog->memory + backlog->last + 1;
        put_u32(size, get_u32(size) + (uint32_t)length);
        backlog->end += length;
        return;
    }
    uint8_t *frame = backlog->memory + backlog->end;
    frame[0] = type;
    put_u32(frame + 1, 8 + (uint32_t)length);
    put_u64(frame + FRAME_HEADER, offset);
    backlog->last = backlog->end;
    backlog->end += OUTPUT_HEADER + length;
}

void backlog_add_end(struct backlog *backlog, const void *payload, uint32_t length) {
    uint8_t *frame = backlog->memory + backlog->end;
    frame[0] = REPLY_ENDED;
    put_u32(frame + 1, length);
    memcpy(frame + FRAME_HEADER, payload, length);
    backlog->last = backlog->end;
    backlog->end += FRAME_HEADER + length;
}

void backlog_sent(struct backlog *backlog, size_t bytes) {
    backlog->sent += bytes;
    while (backlog->boundary < backlog->sent) backlog->boundary += frame_length(backlog, backlog->boundary);
}

/* Passes the frame at *at if it lies wholly before the offsets; moves the offsets of the position along. */
static bool pass(const struct backlog *backlog, size_t *at, uint64_t *stdout_at, uint64_t *stderr_at,
    uint64_t stdout_offset, uint64_t stderr_offset) {
    const uint8_t *frame = backlog->memory + *at;
    uint64_t data = get_u32(frame + 1) - 8;
    if (frame[0] == REPLY_STDOUT && *stdout_at + data <= stdout_offset) {
        *stdout_at += data;
    } else if (frame[0] == REPLY_STDERR && *stderr_at + data <= stderr_offset) {
        *stderr_at += data;
    } else {
        return false;
    }
    *at += OUTPUT_HEADER + (size_t)data;
    return true;
}

void backlog_acknowledge(struct backlog *backlog, uint64_t stdout_offset, uint64_t stderr_offset) {
    /* A frame still being sent must stay, whatever the other side claims to have. */
    while (backlog->start < backlog->end && backlog->start + frame_length(backlog, backlog->start) <= backlog->sent
        && pass(backlog, &backlog->start, &backlog->stdout_start, &backlog->stderr_start, stdout_offset, stderr_offset)) {
    }
    if (backlog->start == backlog->end) {
        backlog->start = backlog->sent = backlog->boundary = backlog->last = backlog->end = 0;
    }
}

bool backlog_rewind(struct backlog *backlog, uint64_t stdout_offset, uint64_t stderr_offset) {
    uint64_t stdout_at = backlog->stdout_start, stderr_at = backlog->stderr_start;
    size_t at = backlog->start;
    while (at < backlog->end && pass(backlog, &at, &stdout_at, &stderr_at, stdout_offset, stderr_offset)) {
    }
    if (stdout_at != stdout_offset || stderr_at != stderr_offset) return false;
    backlog->sent = backlog->boundary = at;
    return true;
}
