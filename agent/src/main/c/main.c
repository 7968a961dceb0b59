/*
 * elevo-init: the one program between the agent and a sandbox.
 *
 *   elevo-init listen SOCKET [options] -- COMMAND…   outside: binds the socket, hands it to the command as descriptor 3
 *   elevo-init init FD [USER]                        inside, as pid 1: serves the agent on that socket; for that user only
 *   elevo-init volume ACTION…                        outside: what is done to a volume besides mounting it, see volume.h
 *   elevo-init run [options] -- COMMAND…             outside: a command with mounts of its own
 *   elevo-init end USER                              outside: everything that the user runs
 *   elevo-init wait                                  such a command, which holds them until its input ends
 *   elevo-init copy FROM TO                          an image of a disk
 *   elevo-init checkpoint IMAGE COPY DIRECTORY GROUP the same of one that may be mounted, where that control group writes to it
 *   elevo-init thaw IMAGE DIRECTORY                  what a checkpoint left that was killed
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "accounts.h"
#include "checkpoint.h"
#include "confine.h"
#include "image.h"
#include "init.h"
#include "launch.h"
#include "volume.h"

static int number(const char *text, long most) {
    char *end;
    long value = strtol(text, &end, 10);
    return *text == 0 || *end != 0 || value < 0 || value > most ? -1 : (int)value;
}

int main(int count, char **arguments) {
    if (count >= 2 && strcmp(arguments[1], "listen") == 0) return launch(count - 2, arguments + 2);
    if (count >= 3 && strcmp(arguments[1], "volume") == 0) return volume_do(count - 2, arguments + 2);
    if (count >= 2 && strcmp(arguments[1], "run") == 0) return launch_plain(count - 2, arguments + 2);
    if (count == 2 && strcmp(arguments[1], "wait") == 0) return launch_wait();
    if (count == 4 && strcmp(arguments[1], "copy") == 0) return image_copy(arguments[2], arguments[3]) == 0 ? 0 : 70;
    if (count == 6 && strcmp(arguments[1], "checkpoint") == 0) {
        return checkpoint(arguments[2], arguments[3], arguments[4], arguments[5]);
    }
    if (count == 4 && strcmp(arguments[1], "thaw") == 0) return checkpoint_thaw(arguments[2], arguments[3]);
    if (count == 3 && strcmp(arguments[1], "end") == 0) return confine_end(arguments[2]) == 0 ? 0 : 70;
    if ((count == 3 || count == 4) && strcmp(arguments[1], "init") == 0) {
        int fd = number(arguments[2], 1023);
        int user = count == 4 ? number(arguments[3], INT_MAX) : 0;
        if (user > 0) accounts_only((uid_t)user);
        if (fd > 2 && (count == 3 || user > 0)) init_run(fd);
    }
    fputs("usage: elevo-init listen SOCKET [options] -- COMMAND...\n       elevo-init init FD [USER]\n       elevo-init end USER\n"
          "       elevo-init run [options] -- COMMAND...\n       elevo-init wait\n       elevo-init copy FROM TO\n"
          "       elevo-init checkpoint IMAGE COPY DIRECTORY GROUP\n       elevo-init thaw IMAGE DIRECTORY\n       elevo-init volume ACTION...\n", stderr);
    return 64;
}
