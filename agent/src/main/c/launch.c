#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "stage.h"

#define SOCKET_FD 3
#define BACKLOG 128

/* Of what may be well in a moment: somebody has what is to be mounted. */
enum { FAILED = 70, TRY_AGAIN = 75 };

static int fail(const char *what) {
    fprintf(stderr, "elevo-init: %s: %s\n", what, strerror(errno));
    return FAILED;
}

static int refused(void) {
    return errno == EBUSY ? TRY_AGAIN : FAILED;
}

/* Only the agent's user may connect: the socket has no other lock. It has its name when it can be connected to: whoever finds it does so. */
static int bind_socket(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(path);
    if (length == 0 || length >= sizeof address.sun_path) {
        errno = length == 0 ? EINVAL : ENAMETOOLONG;
        return -1;
    }
    memcpy(address.sun_path, path, length + 1);
    address.sun_path[length - 1] = '~';
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd < 0) return -1;
    unlink(address.sun_path);
    mode_t before = umask(077);
    int bound = bind(fd, (struct sockaddr *)&address, sizeof address);
    umask(before);
    if (bound != 0 || listen(fd, BACKLOG) != 0 || rename(address.sun_path, path) != 0) return -1;
    if (fd == SOCKET_FD) return 0;
    int moved = dup2(fd, SOCKET_FD);
    close(fd);
    return moved < 0 ? -1 : 0;
}

int launch(int count, char **arguments) {
    if (count < 3) {
        fputs("elevo-init: listen SOCKET [options] -- COMMAND...\n", stderr);
        return 64;
    }
    int end = stage(count - 1, arguments + 1);
    if (end < 0) return refused();
    if (bind_socket(arguments[0]) != 0) return fail("cannot listen");
    char **command = arguments + 1 + end + 1;
    execvp(command[0], command);
    return fail(command[0]);
}

int launch_plain(int count, char **arguments) {
    int end = stage(count, arguments);
    if (end < 0) return refused();
    execvp(arguments[end + 1], arguments + end + 1);
    return fail(arguments[end + 1]);
}

int launch_wait(void) {
    static const char ready[] = "ready\n";
    char byte;
    if (write(STDOUT_FILENO, ready, sizeof ready - 1) < 0) return fail("cannot say that it is ready");
    while (read(STDIN_FILENO, &byte, 1) > 0) {}
    return 0;
}
