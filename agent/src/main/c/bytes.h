/* Little-endian integers and growing buffers. */
#ifndef ELEVO_BYTES_H
#define ELEVO_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint16_t get_u16(const uint8_t *at) { return (uint16_t)(at[0] | at[1] << 8); }
static inline uint32_t get_u32(const uint8_t *at) {
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}
static inline uint64_t get_u64(const uint8_t *at) { return get_u32(at) | (uint64_t)get_u32(at + 4) << 32; }
static inline void put_u32(uint8_t *at, uint32_t value) {
    for (int i = 0; i < 4; i++) at[i] = (uint8_t)(value >> (8 * i));
}
static inline void put_u64(uint8_t *at, uint64_t value) {
    put_u32(at, (uint32_t)value);
    put_u32(at + 4, (uint32_t)(value >> 32));
}

/* Reads a payload from front to back; any read beyond the end makes it bad, and bad stays bad. */
struct reader {
    uint8_t *at;
    size_t left;
    bool bad;
};

static inline uint8_t *take(struct reader *reader, size_t bytes) {
    if (reader->bad || reader->left < bytes) {
        reader->bad = true;
        return NULL;
    }
    uint8_t *at = reader->at;
    reader->at += bytes;
    reader->left -= bytes;
    return at;
}
static inline uint8_t take_u8(struct reader *reader) {
    uint8_t *at = take(reader, 1);
    return at == NULL ? 0 : *at;
}
static inline uint16_t take_u16(struct reader *reader) {
    uint8_t *at = take(reader, 2);
    return at == NULL ? 0 : get_u16(at);
}
static inline uint32_t take_u32(struct reader *reader) {
    uint8_t *at = take(reader, 4);
    return at == NULL ? 0 : get_u32(at);
}
static inline uint64_t take_u64(struct reader *reader) {
    uint8_t *at = take(reader, 8);
    return at == NULL ? 0 : get_u64(at);
}
/* A text of the protocol, usable in place; NULL, and the reader bad, unless exactly its last byte is NUL. */
static inline char *take_text(struct reader *reader) {
    uint32_t length = take_u32(reader);
    if (length == 0) reader->bad = true;
    uint8_t *at = take(reader, length);
    if (at == NULL || memchr(at, 0, length) != at + length - 1) {
        reader->bad = true;
        return NULL;
    }
    return (char *)at;
}

#endif
