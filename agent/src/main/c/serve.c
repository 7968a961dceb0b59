#include "serve.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "accounts.h"
#include "bytes.h"
#include "connection.h"
#include "files.h"
#include "search.h"
#include "services.h"
#include "watch.h"

#define SOCKET_FD 3
/* Older C libraries do not know it. */
enum { CALL_CLOSE_RANGE = 436 };

static const struct part {
    enum role role;
    const char *name; /* as it is seen in a list of processes */
    void (*play)(int fd);
} parts[] = {
    {ROLE_FILES, "elevo-files", files_serve},
    {ROLE_SEARCH, "elevo-search", search_serve},
    {ROLE_WATCH, "elevo-watch", watch_serve},
};

static pid_t servers[MOST_SERVERS];
static unsigned server_count;

static void forget_ended(void) {
    unsigned kept = 0;
    for (unsigned i = 0; i < server_count; i++) {
        if (service_is(servers[i])) servers[kept++] = servers[i];
    }
    server_count = kept;
}

static const struct part *part_of(uint8_t role) {
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (parts[i].role == role) return &parts[i];
    }
    return NULL;
}

static void say(int fd, enum reply type, const uint8_t *payload, uint32_t length) {
    uint8_t frame[FRAME_HEADER + 5] = {(uint8_t)type};
    put_u32(frame + 1, length);
    memcpy(frame + FRAME_HEADER, payload, length);
    /* The first frame on a socket with nothing else in it: it fits, or the agent is gone. */
    send(fd, frame, FRAME_HEADER + length, MSG_NOSIGNAL);
}

static void settle(void) {
    for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
    signal(SIGPIPE, SIG_IGN);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    setsid();
    umask(022);
}

/* The socket and /dev/null are all that a server has of the helper's. */
static bool keep_only(int socket) {
    if (dup2(socket, SOCKET_FD) < 0 || syscall(CALL_CLOSE_RANGE, SOCKET_FD + 1, ~0u, 0) != 0) return false;
    return fcntl(SOCKET_FD, F_SETFL, 0) == 0;
}

static _Noreturn void play(int socket, const struct part *part, const struct account *account) {
    settle();
    uint8_t failed[5] = {STEP_CREDENTIALS};
    int error = !keep_only(socket) ? errno : account_become(account);
    if (error == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) error = errno;
    if (error != 0) {
        put_u32(failed + 1, (uint32_t)error);
        say(SOCKET_FD, REPLY_FAILED, failed, sizeof failed);
        _exit(1);
    }
    /* Both are lost with a change of the user. The memory holds what the helper knew of others. */
    prctl(PR_SET_DUMPABLE, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_NAME, part->name);
    uint8_t number[4] = {0};
    say(SOCKET_FD, REPLY_DONE, number, sizeof number);
    part->play(SOCKET_FD);
    _exit(0);
}

void serve(struct connection *connection, uint8_t role, const char *user) {
    const struct part *part = part_of(role);
    struct account account;
    if (part == NULL) {
        connection_fail(connection, STEP_REQUEST, EINVAL);
        return;
    }
    forget_ended();
    if (server_count == MOST_SERVERS) {
        connection_fail(connection, STEP_PROCESSES, EAGAIN);
        return;
    }
    if (!account_by_name(user, &account)) {
        connection_fail(connection, STEP_USER, ENOENT);
        return;
    }
    pid_t pid = fork();
    if (pid < 0) {
        connection_fail(connection, STEP_RESOURCES, errno);
        return;
    }
    if (pid == 0) play(connection_socket(connection), part, &account);
    if (!service_began(pid)) {
        kill(pid, SIGKILL);
        connection_fail(connection, STEP_PROCESSES, EAGAIN);
        return;
    }
    servers[server_count++] = pid;
    close(connection_give_up_socket(connection));
}

void servers_signal(int signal) {
    forget_ended();
    for (unsigned i = 0; i < server_count; i++) kill(servers[i], signal);
}
