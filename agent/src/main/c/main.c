/*
 * elevo-init: the one program between the agent and a sandbox.
 *
 *   elevo-init listen SOCKET [options] -- COMMAND…   outside: binds the socket, hands it to the command as descriptor 3
 *   elevo-init init FD                               inside, as pid 1: serves the agent on that socket
 *   elevo-init volume ACTION…                        outside: what is done to a volume besides mounting it, see volume.h
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "init.h"
#include "launch.h"
#include "volume.h"

int main(int count, char **arguments) {
    if (count >= 2 && strcmp(arguments[1], "listen") == 0) return launch(count - 2, arguments + 2);
    if (count >= 3 && strcmp(arguments[1], "volume") == 0) return volume_do(count - 2, arguments + 2);
    if (count == 3 && strcmp(arguments[1], "init") == 0) {
        char *end;
        long fd = strtol(arguments[2], &end, 10);
        if (*end == 0 && fd > 2 && fd < 1024) init_run((int)fd);
    }
    fputs("usage: elevo-init listen SOCKET [options] -- COMMAND...\n       elevo-init init FD\n       elevo-init volume ACTION...\n", stderr);
    return 64;
}
