/* Regular expressions that take linear time, whatever they are given: RE2's, behind a C interface. */
#ifndef ELEVO_PATTERN_H
#define ELEVO_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct pattern;

enum pattern_flag {
    PATTERN_FOLD = 1,  /* capital and small letters are the same */
    PATTERN_LINES = 2, /* ^ and $ are those of lines, and nothing matches across two */
    PATTERN_WORD = 4,  /* what matches is not part of a longer word */
};

/* NULL for what is no pattern, with RE2's number of the reason. */
struct pattern *pattern_open(const char *regex, unsigned flags, int *error);
/* NULL where the glob is none. */
struct pattern *pattern_glob(const char *glob);
void pattern_close(struct pattern *pattern);

bool pattern_matches(const struct pattern *pattern, const char *text, size_t length);
/* The first match between from and to, of which start is told. What is before and behind is seen by ^, $ and their like. */
bool pattern_find(const struct pattern *pattern, const char *text, size_t length, size_t from, size_t to, size_t *start);

/* Texts of which what matches has at least one, in small letters and whatever the case it is to be found in; none when nothing
   is known. */
size_t pattern_needles(const struct pattern *pattern, const char *const **needles);
/* It speaks of the beginning or end of the text itself, so it can be tried on lines only. */
bool pattern_by_line(const struct pattern *pattern);

#ifdef __cplusplus
}
#endif

#endif
