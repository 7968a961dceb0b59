/* Globs as regular expressions: one engine of linear time matches both. */
#ifndef ELEVO_GLOB_H
#define ELEVO_GLOB_H

/*
 * For a whole path or name: * and ? stay within a component, [a-z] and [!a-z] too; {a,b} is either; **, as a whole component, is any
 * number of them. A backslash takes the meaning from what follows it. NULL for one that is not well formed; else to be freed.
 */
char *glob_regex(const char *glob);

#endif
