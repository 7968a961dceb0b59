#include "glob.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

#define NOTHING "[^\\x00-\\x{10FFFF}]"

static void put_literal(FILE *out, const char *at, size_t length) {
    if (length == 1 && ispunct((unsigned char)*at)) fputc('\\', out);
    fwrite(at, 1, length, out);
}

static bool ends_component(char c) { return c == 0 || c == '/' || c == '}' || c == ','; }

/* Returns behind the stars, and behind a slash that belongs to them. */
static const char *put_stars(FILE *out, const char *at, bool component) {
    size_t stars = strspn(at, "*");
    const char *end = at + stars;
    if (stars == 1) {
        fputs("[^/]*", out);
    } else if (component && *end == '/') {
        fputs("(?:[^/]+/)*", out);
        end++;
    } else {
        fputs(component && ends_component(*end) ? ".+" : ".*", out);
    }
    return end;
}

static void put_range(FILE *out, uint32_t from, uint32_t to) { fprintf(out, "\\x{%X}-\\x{%X}", from, to); }

/* One character of a class; behind it, or NULL at the end of the text. */
static const char *class_character(const char *at, uint32_t *character) {
    if (*at == '\\') at++;
    return *at == 0 ? NULL : at + text_character(at, strlen(at), character);
}

/* Returns behind the class; NULL when it is not one. A slash is never in it. */
static const char *put_class(FILE *out, const char *at) {
    bool negated = at[1] == '!' || at[1] == '^';
    at += negated ? 2 : 1;
    fputs(negated ? "[^/" : "(?:" NOTHING "|[", out);
    bool any = negated;
    for (bool first = true; first || *at != ']'; first = false) {
        uint32_t from, to;
        at = class_character(at, &from);
        if (at == NULL) return NULL;
        to = from;
        if (*at == '-' && at[1] != ']' && at[1] != 0) {
            at = class_character(at + 1, &to);
            if (at == NULL || to < from) return NULL;
        }
        if (*at == 0) return NULL;
        if (negated || to < '/' || from > '/') {
            put_range(out, from, to);
            any = true;
            continue;
        }
        if (from < '/') put_range(out, from, '/' - 1);
        if (to > '/') put_range(out, '/' + 1, to);
        any = any || from < '/' || to > '/';
    }
    /* An empty class is not one for the engine. */
    fputs(negated ? "]" : any ? "])" : "^\\x00-\\x{10FFFF}])", out);
    return at + 1;
}

static bool translate(FILE *out, const char *at) {
    unsigned groups = 0;
    bool component = true;
    fputs("(?s)^(?:", out);
    while (*at != 0) {
        bool starts = false;
        switch (*at) {
        case '*': at = put_stars(out, at, component); starts = at[-1] == '/'; break;
        case '?':
            fputs("[^/]", out);
            at++;
            break;
        case '[':
            at = put_class(out, at);
            if (at == NULL) return false;
            break;
        case '{':
            fputs("(?:", out);
            groups++;
            at++;
            starts = component;
            break;
        case '}':
            fputs(groups > 0 ? ")" : "\\}", out);
            groups -= groups > 0;
            at++;
            break;
        case ',':
            fputs(groups > 0 ? "|" : ",", out);
            starts = groups > 0;
            at++;
            break;
        case '\\':
            if (*++at == 0) return false;
            /* fallthrough */
        default: {
            uint32_t character;
            size_t length = text_character(at, strlen(at), &character);
            put_literal(out, at, length);
            starts = *at == '/';
            at += length;
        }
        }
        component = starts;
    }
    fputs(")$", out);
    return groups == 0;
}

char *glob_regex(const char *glob) {
    char *regex = NULL;
    size_t length;
    FILE *out = open_memstream(&regex, &length);
    if (out == NULL) return NULL;
    bool good = translate(out, glob);
    if (fclose(out) == 0 && good) return regex;
    free(regex);
    return NULL;
}
