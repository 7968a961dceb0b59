/* UTF-8 that may not be UTF-8: a byte that belongs to no character counts as one. */
#ifndef ELEVO_TEXT_H
#define ELEVO_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The length of the first character; of what is none the length is 1 and the character U+FFFD. */
size_t text_character(const char *text, size_t length, uint32_t *character);
size_t text_characters(const char *text, size_t length);
/* How many bytes the first so many characters have. */
size_t text_cut(const char *text, size_t length, size_t characters);
/* The text, or when it is no UTF-8 what people are shown of it, as far as the room goes. */
const char *text_shown(const char *text, char *room, size_t size);

/* The order of a walk that goes by name: what is in a directory comes right behind it. As strcmp tells it. */
int text_path_order(const char *one, const char *other);

#endif
