#include "init.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "connection.h"
#include "loop.h"
#include "process.h"

static struct watch children;

static void child_ended(struct watch *watch, uint32_t events) {
    (void)events;
    struct signalfd_siginfo info;
    /* One notice stands for any number of children; reaping asks the kernel who. */
    while (read(watch->fd, &info, sizeof info) == (ssize_t)sizeof info) {
    }
    processes_reap();
    connections_child_ended();
}

static void settle(void) {
    /* Whatever the launcher left open or closed: 0, 1 and 2 are taken, so that no pipe of a child becomes one of them. */
    int fd;
    while ((fd = open("/dev/null", O_RDWR | O_CLOEXEC)) >= 0 && fd <= 2) {
    }
    if (fd > 2) close(fd);
    /* Keeps code inside from tracing us or reading our memory, even as the same user. */
    prctl(PR_SET_DUMPABLE, 0);
    /* Where we are not pid 1 orphans shall come to us all the same. */
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    const int ignored[] = {SIGTERM, SIGINT, SIGHUP, SIGPIPE, SIGQUIT, SIGUSR1, SIGUSR2, SIGTTIN, SIGTTOU, SIGTSTP};
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++) signal(ignored[i], SIG_IGN);
    setsid();
    if (chdir("/") != 0) _exit(71);
}

void init_run(int listening_socket) {
    settle();
    loop_open();
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_SETMASK, &set, NULL);
    children = (struct watch){.ready = child_ended, .fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC)};
    if (children.fd < 0) _exit(72);
    watch_interest(&children, EPOLLIN);
    connections_listen(listening_socket);
    loop_run();
}
