#include "text.h"

#include <string.h>

static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};

size_t text_character(const char *text, size_t length, uint32_t *character) {
    const uint8_t *at = (const uint8_t *)text;
    size_t bytes = *at < 0x80 ? 1 : *at >= 0xf0 && *at < 0xf5 ? 4 : *at >= 0xe0 && *at < 0xf0 ? 3 : *at >= 0xc2 && *at < 0xe0 ? 2 : 0;
    *character = bytes < 2 ? *at : *at & (0x7fu >> bytes);
    if (bytes == 1) return 1;
    bool good = bytes != 0 && bytes <= length;
    for (size_t i = 1; good && i < bytes; i++) {
        good = (at[i] & 0xc0) == 0x80;
        *character = *character << 6 | (at[i] & 0x3f);
    }
    good = good && *character >= least[bytes] && *character < 0x110000 && (*character < 0xd800 || *character > 0xdfff);
    if (good) return bytes;
    *character = 0xfffd;
    return 1;
}

size_t text_characters(const char *text, size_t length) {
    size_t count = 0;
    uint32_t character;
    for (size_t at = 0; at < length; count++) at += text_character(text + at, length - at, &character);
    return count;
}

size_t text_cut(const char *text, size_t length, size_t characters) {
    if (length <= characters) return length;
    size_t at = 0;
    uint32_t character;
    for (; at < length && characters > 0; characters--) at += text_character(text + at, length - at, &character);
    return at;
}

const char *text_shown(const char *text, char *room, size_t size) {
    size_t length = strlen(text), from = 0, to = 0;
    bool good = true;
    while (from < length && to + 4 <= size) {
        uint32_t character;
        size_t bytes = text_character(text + from, length - from, &character);
        bool broken = bytes == 1 && character == 0xfffd;
        memcpy(room + to, broken ? "\xef\xbf\xbd" : text + from, broken ? 3 : bytes);
        good = good && !broken;
        to += broken ? 3 : bytes;
        from += bytes;
    }
    if (good) return text;
    room[to < size ? to : size - 1] = 0;
    return room;
}

int text_path_order(const char *one, const char *other) {
    while (*one != 0 && *one == *other) {
        one++;
        other++;
    }
    /* A slash comes before every other character, and the end before a slash. */
    int a = *one == 0 ? -2 : *one == '/' ? -1 : (uint8_t)*one, b = *other == 0 ? -2 : *other == '/' ? -1 : (uint8_t)*other;
    return a - b;
}
