#include "scan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bytes.h"
#include "pattern.h"
#include "protocol.h"
#include "search.h"
#include "text.h"

#define LOOKED_AT_FOR_NUL (8u << 10)
/* Enough for nearly all files, and the most that is read of a binary one. */
#define FIRST_READ (64u << 10)
/* Of a line that is longer than the window: where two pieces meet, a match of this length is still found. */
#define OVERLAP (64u << 10)
#define MOST_KEPT_BEFORE (SCAN_WINDOW / 4)
/* One of several needles that is nowhere is not looked for much further than the first of the others. */
#define PIECE (4u << 10)

/* ---- bytes, sixteen at a time ---- */

typedef uint8_t lane __attribute__((vector_size(16)));

static inline lane load(const void *at) {
    lane bytes;
    memcpy(&bytes, at, sizeof bytes);
    return bytes;
}

static inline lane all(uint8_t byte) { return (lane){0} + byte; }

static uint64_t count_newlines(const char *at, const char *end) {
    uint64_t count = 0;
    while (end - at >= 16) {
        lane sum = {0};
        for (int i = 0; i < 255 && end - at >= 16; i++, at += 16) sum -= (lane)(load(at) == all('\n'));
        for (int i = 0; i < 16; i++) count += sum[i];
    }
    for (; at < end; at++) count += *at == '\n';
    return count;
}

/* The bits in which a capital letter differs from a small one; none for what is no letter. */
static inline uint8_t case_bit(char c) { return c >= 'a' && c <= 'z' ? 0x20 : 0; }

static bool is_needle(const char *at, const char *needle, size_t length) {
    for (size_t i = 0; i < length; i++) {
        if (((uint8_t)at[i] | case_bit(needle[i])) != (uint8_t)needle[i]) return false;
    }
    return true;
}

/* Where the first and the last byte are at their distance the rest is compared. */
static const char *find_needle(const char *at, const char *end, const char *needle, size_t length) {
    size_t last = length - 1;
    lane first_case = all(case_bit(needle[0])), last_case = all(case_bit(needle[last]));
    lane first_byte = all((uint8_t)needle[0]), last_byte = all((uint8_t)needle[last]);
    for (; end - at >= (ptrdiff_t)(last + 16); at += 16) {
        lane hits = (lane)((load(at) | first_case) == first_byte) & (lane)((load(at + last) | last_case) == last_byte);
        uint64_t halves[2];
        memcpy(halves, &hits, sizeof halves);
        if ((halves[0] | halves[1]) == 0) continue;
        for (int i = 0; i < 16; i++) {
            if (hits[i] != 0 && is_needle(at + i, needle, length)) return at + i;
        }
    }
    for (; end - at >= (ptrdiff_t)length; at++) {
        if (is_needle(at, needle, length)) return at;
    }
    return NULL;
}

static const char *find_first(const char *at, const char *end, const char *const *needles, size_t count) {
    if (count == 1) return find_needle(at, end, needles[0], strlen(needles[0]));
    const char *first = NULL;
    for (; at < end && first == NULL; at += PIECE) {
        size_t piece = end - at > (ptrdiff_t)PIECE ? PIECE : (size_t)(end - at);
        for (size_t i = 0; i < count; i++) {
            size_t length = strlen(needles[i]), begins = first == NULL ? piece : (size_t)(first - at), room = (size_t)(end - at);
            size_t searched = begins + length - 1 < room ? begins + length - 1 : room;
            const char *place = find_needle(at, at + searched, needles[i], length);
            if (place != NULL) first = place;
        }
        if (piece < PIECE) break;
    }
    return first;
}

/* ---- what is found ---- */

static uint8_t *room(struct scanner *scanner, size_t bytes) {
    size_t needed = scanner->found_length + bytes;
    if (needed > scanner->found_room) {
        size_t larger = scanner->found_room == 0 ? 4096 : scanner->found_room;
        while (larger < needed) larger *= 2;
        scanner->found = realloc(scanner->found, larger);
        if (scanner->found == NULL) _exit(70);
        scanner->found_room = larger;
    }
    uint8_t *at = scanner->found + scanner->found_length;
    scanner->found_length = needed;
    return at;
}

static void add_u32(struct scanner *scanner, uint32_t value) { put_u32(room(scanner, 4), value); }

static void add_u64(struct scanner *scanner, uint64_t value) { put_u64(room(scanner, 8), value); }

static void add_bytes(struct scanner *scanner, const char *bytes, size_t length) {
    add_u32(scanner, (uint32_t)length);
    memcpy(room(scanner, length), bytes, length);
}

static void add_line(struct scanner *scanner, const char *line, size_t length) {
    if (length > 0 && line[length - 1] == '\r') length--;
    add_bytes(scanner, line, text_cut(line, length, SCAN_MOST_CHARACTERS));
}

static size_t begin_match(struct scanner *scanner, uint64_t line, uint64_t column) {
    size_t frame = scanner->found_length;
    *room(scanner, FRAME_HEADER) = SEARCH_REPLY_MATCH;
    add_u64(scanner, line);
    add_u64(scanner, column);
    add_bytes(scanner, scanner->file, strlen(scanner->file));
    return frame;
}

static void end_match(struct scanner *scanner, size_t frame) {
    put_u32(scanner->found + frame + 1, (uint32_t)(scanner->found_length - frame - FRAME_HEADER));
    scanner->matches++;
    scanner->more = scanner->matches >= scanner->scan->most_matches || scanner->found_length >= scanner->scan->most_bytes;
}

/* ---- the window ---- */

struct view {
    struct scanner *scanner;
    int fd;
    uint64_t left;    /* of the file, not yet read */
    size_t length;    /* in the window */
    size_t at;        /* a line begins here, and all before is searched */
    size_t counted;   /* lines are counted up to here */
    uint64_t line;    /* the number of the line that is there */
};

static const char *window(const struct view *view) { return view->scanner->window; }

static bool stopped(const struct view *view) { return atomic_load_explicit(view->scanner->scan->stop, memory_order_relaxed); }

/* False when nothing came. */
static bool read_more(struct view *view, size_t most) {
    size_t free_room = SCAN_WINDOW - view->length, before = view->length;
    if (most > free_room) most = free_room;
    if (most > view->left) most = (size_t)view->left;
    while (most > 0) {
        ssize_t got = read(view->fd, view->scanner->window + view->length, most);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) {
            view->left = 0;
            break;
        }
        view->length += (size_t)got;
        view->left -= (uint64_t)got;
        most -= (size_t)got;
    }
    return view->length > before;
}

static void count_to(struct view *view, size_t to) {
    view->line += count_newlines(window(view) + view->counted, window(view) + to);
    view->counted = to;
}

/* What is before is not needed any more. */
static void slide(struct view *view, size_t from) {
    if (from == 0) return;
    if (view->counted < from) count_to(view, from);
    memmove(view->scanner->window, view->scanner->window + from, view->length - from);
    view->length -= from;
    view->at -= from;
    view->counted -= from;
}

static size_t line_start(const struct view *view, size_t at) {
    const char *newline = at == 0 ? NULL : memrchr(window(view), '\n', at);
    return newline == NULL ? 0 : (size_t)(newline - window(view)) + 1;
}

static size_t line_end(const struct view *view, size_t at) {
    const char *newline = memchr(window(view) + at, '\n', view->length - at);
    return newline == NULL ? view->length : (size_t)(newline - window(view));
}

/* ---- context ---- */

static size_t lines_before(const struct view *view, size_t start, size_t starts[SCAN_MOST_CONTEXT]) {
    size_t count = 0;
    while (count < view->scanner->scan->context && start > 0) {
        start = line_start(view, start - 1);
        starts[count++] = start;
    }
    return count;
}

/* Lines that the window has no room for are left out: they are so long that nobody reads them. */
static void add_context(struct view *view, size_t start, size_t end) {
    size_t starts[SCAN_MOST_CONTEXT], count = lines_before(view, start, starts), first_after = end + 1;
    add_u32(view->scanner, (uint32_t)count);
    while (count-- > 0) add_line(view->scanner, window(view) + starts[count], line_end(view, starts[count]) - starts[count]);
    size_t mark = view->scanner->found_length;
    uint32_t after = 0;
    add_u32(view->scanner, 0);
    while (after < view->scanner->scan->context && first_after < view->length) {
        size_t last = line_end(view, first_after);
        if (last == view->length && view->left > 0) break;
        add_line(view->scanner, window(view) + first_after, last - first_after);
        after++;
        first_after = last + 1;
    }
    put_u32(view->scanner->found + mark, after);
}

static bool has_lines_after(const struct view *view, size_t end) {
    unsigned missing = view->scanner->scan->context;
    for (size_t at = end + 1; missing > 0 && at < view->length; missing--) {
        at = line_end(view, at) + 1;
        if (at > view->length) break;
    }
    return missing == 0;
}

static size_t start_of_context(const struct view *view, size_t start) {
    size_t starts[SCAN_MOST_CONTEXT], count = lines_before(view, start, starts);
    size_t from = count == 0 ? start : starts[count - 1];
    return start - from > MOST_KEPT_BEFORE ? start : from;
}

/* ---- matches ---- */

struct match {
    size_t start, end, column; /* of the line, and within it in bytes */
};

static bool try_line(const struct view *view, size_t start, size_t end, struct match *match) {
    size_t at;
    if (!pattern_find(view->scanner->scan->pattern, window(view) + start, end - start, 0, end - start, &at)) return false;
    *match = (struct match){.start = start, .end = end, .column = at};
    return true;
}

/* Where the next line may be that matches; to when there is none. */
static size_t candidate(const struct view *view, size_t at, size_t to) {
    const struct pattern *pattern = view->scanner->scan->pattern;
    const char *const *needles;
    size_t count = pattern_needles(pattern, &needles), found;
    if (count > 0) {
        const char *place = find_first(window(view) + at, window(view) + to, needles, count);
        return place == NULL ? to : line_start(view, (size_t)(place - window(view)));
    }
    if (pattern_by_line(pattern)) return at;
    if (!pattern_find(pattern, window(view), to, at, to, &found)) return to;
    /* Behind the last newline no line begins. */
    return found == to && window(view)[to - 1] == '\n' ? to : line_start(view, found);
}

static bool next_match(const struct view *view, size_t at, size_t to, struct match *match) {
    while (at < to && !stopped(view)) {
        size_t start = candidate(view, at, to);
        if (start < at) start = at;
        if (start >= to) return false;
        size_t end = line_end(view, start);
        if (try_line(view, start, end, match)) return true;
        at = end + 1;
    }
    return false;
}

static void add_match(struct view *view, const struct match *match) {
    const char *line = window(view) + match->start;
    count_to(view, match->start);
    size_t frame = begin_match(view->scanner, view->line, text_characters(line, match->column) + 1);
    add_line(view->scanner, line, match->end - match->start);
    add_context(view, match->start, match->end);
    end_match(view->scanner, frame);
}

/* ---- a line longer than the window ---- */

/*
 * It is searched piece by piece and has no context. Counts lines as the others do: when it returns, a line begins where the view is,
 * or the file is at its end.
 */
static void scan_long_line(struct view *view) {
    struct scanner *scanner = view->scanner;
    size_t head = text_cut(window(view), view->length, SCAN_MOST_CHARACTERS), from = 0;
    uint64_t characters = 0;
    bool matched = false;
    memcpy(scanner->head, window(view), head);
    for (;;) {
        size_t end = line_end(view, from), at;
        bool whole = end < view->length || view->left == 0;
        if (!matched && end > from && pattern_find(scanner->scan->pattern, window(view), end, from, end, &at)) {
            matched = true;
            size_t frame = begin_match(scanner, view->line, characters + text_characters(window(view), at) + 1);
            add_line(scanner, scanner->head, head);
            add_u32(scanner, 0);
            add_u32(scanner, 0);
            end_match(scanner, frame);
        }
        if (whole || stopped(view)) {
            view->at = view->counted = end < view->length ? end + 1 : end;
            view->line++;
            return;
        }
        size_t dropped = view->length - OVERLAP;
        characters += text_characters(window(view), dropped);
        memmove(scanner->window, scanner->window + dropped, OVERLAP);
        view->length = OVERLAP;
        /* Not 0: the window does not begin where the line begins. */
        from = 1;
        read_more(view, SCAN_WINDOW);
    }
}

/* ---- a file ---- */

/* As far as lines are whole. */
static size_t searchable(const struct view *view) {
    if (view->left == 0) return view->length;
    const char *newline = memrchr(window(view) + view->at, '\n', view->length - view->at);
    return newline == NULL ? view->at : (size_t)(newline - window(view)) + 1;
}

/* False when the window moved: what was found is to be found again where it is now. */
static bool search_window(struct view *view, size_t to) {
    struct match match;
    while (!view->scanner->more && next_match(view, view->at, to, &match)) {
        if (view->scanner->scan->context > 0 && view->left > 0 && !has_lines_after(view, match.end)) {
            size_t keep = start_of_context(view, match.start);
            view->at = match.start;
            slide(view, keep);
            if (read_more(view, SCAN_WINDOW)) return false;
            match = (struct match){match.start - keep, match.end - keep, match.column};
            to -= keep;
        }
        add_match(view, &match);
        view->at = match.end < to ? match.end + 1 : to;
    }
    if (!view->scanner->more) view->at = to;
    return true;
}

void scan_file(struct scanner *scanner, int fd, const char *file, uint64_t size) {
    struct view view = {.scanner = scanner, .fd = fd, .left = size, .line = 1};
    scanner->file = file;
    scanner->found = NULL;
    scanner->found_length = scanner->found_room = scanner->matches = 0;
    scanner->more = false;
    if (!read_more(&view, FIRST_READ)) return;
    size_t looked_at = view.length < LOOKED_AT_FOR_NUL ? view.length : LOOKED_AT_FOR_NUL;
    if (!scanner->scan->binary && memchr(window(&view), 0, looked_at) != NULL) return;
    while (!scanner->more && !stopped(&view)) {
        size_t to = searchable(&view);
        if (to == view.at && view.left > 0 && view.at == 0 && view.length == SCAN_WINDOW) {
            scan_long_line(&view);
        } else if (!search_window(&view, to)) {
            continue;
        }
        if (view.left == 0 && view.at == view.length) break;
        size_t keep = start_of_context(&view, view.at);
        /* A line that has no room beside its context has more right to it. */
        slide(&view, keep > 0 ? keep : view.length == SCAN_WINDOW ? view.at : 0);
        read_more(&view, SCAN_WINDOW);
    }
}

void scanner_open(struct scanner *scanner, const struct scan *scan) {
    *scanner = (struct scanner){.scan = scan, .window = malloc(SCAN_WINDOW), .head = malloc(4 * SCAN_MOST_CHARACTERS)};
    if (scanner->window == NULL || scanner->head == NULL) _exit(70);
}

void scanner_close(struct scanner *scanner) {
    free(scanner->window);
    free(scanner->head);
}
