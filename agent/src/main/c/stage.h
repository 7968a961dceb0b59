/* What must be mounted before a program starts, in a mount namespace of its own: it is gone with the last process in it. */
#ifndef ELEVO_STAGE_H
#define ELEVO_STAGE_H

/*
 * Reads options up to "--" and does them in order:
 *
 *   --die-with-parent               the runtime must not outlive an agent that is killed while it waits for it
 *   --hide DIRECTORY                an empty directory in its place
 *   --low-ports NAMESPACE           everybody in the network namespace may serve port 80
 *   --network NAMESPACE IP GATEWAY  the same, and the pair's inner end works
 *   --ids FIRST COUNT               the lower directories that follow look, inside, as if root owned what root owns outside
 *   --user-attributes               overlays keep their notes where a user namespace may write them
 *   --overlay LOWER UPPER WORK ROOT the paths are relative to the working directory, so /proc/mounts tells nothing of the host
 *   --clone SOURCE TARGET           SOURCE, with the ids shifted, at TARGET
 *   --disk BLANK IMAGE DIRECTORY    the file system in IMAGE, which is a copy of BLANK at first, at DIRECTORY
 *   --shifted-disk BLANK IMAGE DIR  the same, with the ids shifted
 *   --open-disk IMAGE DIRECTORY HOW to look at what is in it or to put it there: HOW is ro or rw
 *   --pool FILE DIRECTORY           the file system of all images
 *   --bind SOURCE TARGET            SOURCE also at TARGET, where no link is followed
 *   --directory PATH OWNER          a directory for a user, where there is none
 *   --volume IMAGE SUB MODE ROOT AT the directory SUB of the volume in IMAGE, with the ids shifted, at AT below ROOT; MODE is ro or rw
 *   --own-processes                 nothing else is seen or reached from here on, and all of it ends with its first process
 *   --confine COUNT                 no more rights than the helper needs, none to be gained, and so many processes for each user
 *
 * Returns the index of "--", or -1 with the reason on stderr.
 */
int stage(int count, char **arguments);

/* What is mounted from here on is seen by us and our children only, and is gone with the last of us. */
int stage_leave_host(void);

#endif
