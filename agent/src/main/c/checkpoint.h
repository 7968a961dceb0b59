/* A disk as it is at one moment. */
#ifndef ELEVO_CHECKPOINT_H
#define ELEVO_CHECKPOINT_H

/*
 * COPY becomes what IMAGE is now, also while it is mounted; DIRECTORY is an empty one to mount it on, where nobody sees it. Says on
 * stdout for how many microseconds nothing could be written to it. GROUP has all who write to it, or is empty. Gives the exit status.
 *
 * Whoever is killed in it leaves the group frozen, or the file system, which checkpoint_thaw is for.
 */
int checkpoint(const char *image, const char *copy, const char *directory, const char *group);

/* Of an image that is not frozen, or not even mounted, this is none. */
int checkpoint_thaw(const char *image, const char *directory);

#endif
