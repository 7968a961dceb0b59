#include "archive.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int64_t archive_stretch(int32_t file, uint64_t from, uint64_t size, uint64_t *offset) {
    if (from >= size) return 0;
    off_t data = lseek(file, (off_t)from, SEEK_DATA);
    if (data < 0) return errno == ENXIO ? 0 : -errno;
    off_t hole = lseek(file, data, SEEK_HOLE);
    if (hole < 0) return -errno;
    uint64_t end = (uint64_t)hole < size ? (uint64_t)hole : size;
    if ((uint64_t)data >= end) return 0;
    *offset = (uint64_t)data;
    return (int64_t)(end - *offset);
}

void archive_ahead(int32_t file, uint64_t offset, uint64_t length) {
    posix_fadvise(file, (off_t)offset, (off_t)length, POSIX_FADV_WILLNEED);
}

int32_t archive_fill(int32_t file, uint8_t *into, uint64_t length, uint64_t offset) {
    uint64_t got = 0;
    while (got < length) {
        ssize_t count = pread(file, into + got, length - got, (off_t)(offset + got));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return -errno;
        if (count == 0) return -ESTALE; /* it became shorter, which nothing may that is frozen */
        got += (uint64_t)count;
    }
    return 0;
}

void archive_close(int32_t file) {
    close(file);
}
