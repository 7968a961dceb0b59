#include "ours.h"

#include <string.h>

#define OURS ".elevo-"
#define SANDBOX "sbx-"
#define HEX "0123456789abcdef"
#define LETTERS HEX "ghijklmnopqrstuvwxyz"
#define LEAST_DIGITS 16
#define MOST_DIGITS 24
#define SANDBOX_LETTERS 12

static bool is_hex(const char *text, size_t least, size_t most) {
    size_t digits = strspn(text, HEX);
    return digits >= least && digits <= most && text[digits] == 0;
}

/* A place is named by its sandbox, too: where there is no wall, several have the same /tmp. */
static bool is_place(const char *text) {
    if (strncmp(text, SANDBOX, sizeof SANDBOX - 1) != 0) return false;
    text += sizeof SANDBOX - 1;
    size_t letters = strspn(text, LETTERS);
    return letters == SANDBOX_LETTERS && text[letters] == '-' && is_hex(text + letters + 1, 1, LEAST_DIGITS);
}

bool is_ours(const char *name) {
    if (strncmp(name, OURS, sizeof OURS - 1) != 0) return false;
    const char *rest = name + sizeof OURS - 1;
    return is_hex(rest, LEAST_DIGITS, MOST_DIGITS) || is_place(rest);
}
