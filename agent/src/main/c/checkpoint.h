/* A disk as it is at one moment. */
#ifndef ELEVO_CHECKPOINT_H
#define ELEVO_CHECKPOINT_H

/*
 * COPY becomes what IMAGE is now, also while it is mounted; DIRECTORY is an empty one to mount it on, where nobody sees it. Says on
 * stdout for how many microseconds nothing could be written to it. Gives the exit status.
 *
 * Whoever is killed in it leaves a file system frozen: who started it calls checkpoint_thaw then.
 */
int checkpoint(const char *image, const char *copy, const char *directory);

/* Of an image that is not frozen, or not even mounted, this is none. */
int checkpoint_thaw(const char *image, const char *directory);

#endif
