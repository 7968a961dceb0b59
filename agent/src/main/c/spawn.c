#include "spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

#include "accounts.h"

#define DEFAULT_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
#define MOST_PATH 4096

/* All descriptors of one start. Ours are non-blocking, the child's are not: they are the child's stdin, stdout and stderr. */
struct ends {
    int status[2];
    int child_in, child_out, child_err;
    int in, out, err;
};

static void close_all(struct ends *ends) {
    int *all[] = {&ends->status[0], &ends->status[1], &ends->child_in, &ends->child_out, &ends->child_err, &ends->in,
        &ends->out, &ends->err};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (*all[i] >= 0) close(*all[i]);
    }
}

static bool open_pipe(int *read_end, int *write_end, int *ours) {
    int pair[2];
    if (pipe2(pair, O_CLOEXEC) != 0) return false;
    *read_end = pair[0];
    *write_end = pair[1];
    return fcntl(*ours, F_SETFL, O_NONBLOCK) == 0;
}

static bool open_pipes(const struct exec_request *request, struct ends *ends) {
    if (request->stdin_mode == STDIN_OPEN) {
        if (!open_pipe(&ends->child_in, &ends->in, &ends->in)) return false;
    } else if (request->stdin_mode == STDIN_INPUT && request->input >= 0) {
        ends->child_in = fcntl(request->input, F_DUPFD_CLOEXEC, 3);
        if (ends->child_in < 0) return false;
    } else {
        ends->child_in = open("/dev/null", O_RDONLY | O_CLOEXEC);
        if (ends->child_in < 0) return false;
    }
    return open_pipe(&ends->out, &ends->child_out, &ends->out) && open_pipe(&ends->err, &ends->child_err, &ends->err);
}

static bool open_terminal(const struct exec_request *request, const struct account *account, struct ends *ends) {
    ends->out = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (ends->out < 0) return false;
    int unlock = 0;
    struct winsize size = {.ws_row = request->rows, .ws_col = request->columns};
    if (ioctl(ends->out, TIOCSPTLCK, &unlock) != 0 || ioctl(ends->out, TIOCSWINSZ, &size) != 0) return false;
    /* TIOCGPTPEER opens the other end without a path, which whoever is root inside could have replaced. */
    ends->child_in = ioctl(ends->out, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
    ends->in = fcntl(ends->out, F_DUPFD_CLOEXEC, 3);
    if (ends->child_in < 0 || ends->in < 0) return false;
    struct termios modes;
    if (tcgetattr(ends->child_in, &modes) == 0) {
        modes.c_iflag |= IUTF8;
        tcsetattr(ends->child_in, TCSANOW, &modes);
    }
    /* Without ownership programs such as mesg, su or screen refuse the terminal; it fails where the user is our own anyway. */
    if (geteuid() == 0 && fchown(ends->child_in, account->uid, (gid_t)-1) == 0) {
        fchmod(ends->child_in, 0620);
    }
    return true;
}

static bool has_variable(char **environment, uint32_t count, const char *name) {
    size_t length = strlen(name);
    for (uint32_t i = 0; i < count; i++) {
        if (strncmp(environment[i], name, length) == 0 && environment[i][length] == '=') return true;
    }
    return false;
}

struct variables {
    char text[ACCOUNT_VARIABLES][MOST_FIELD + 16];
    size_t count;
};

static void complete_environment(struct exec_request *request, const struct account *account, struct variables *added) {
    const char *defaults[][2] = {{"HOME", account->home}, {"USER", account->name}, {"LOGNAME", account->name},
        {"SHELL", account->shell}, {"PATH", DEFAULT_PATH}, {"TERM", "xterm-256color"}};
    size_t count = sizeof defaults / sizeof *defaults - ((request->flags & EXEC_TERMINAL) ? 0 : 1);
    for (size_t i = 0; i < count; i++) {
        if (has_variable(request->environment, request->environment_count, defaults[i][0])) continue;
        char *text = added->text[added->count++];
        snprintf(text, sizeof added->text[0], "%s=%s", defaults[i][0], defaults[i][1]);
        request->environment[request->environment_count++] = text;
    }
    request->environment[request->environment_count] = NULL;
}

static const char *path_of(char **environment) {
    for (; *environment != NULL; environment++) {
        if (strncmp(*environment, "PATH=", 5) == 0) return *environment + 5;
    }
    return DEFAULT_PATH;
}

/* As execvpe, without its fall-back to a shell; returns the error that says most. */
static int run_program(char **arguments, char **environment) {
    const char *program = arguments[0];
    if (*program == 0) return ENOENT;
    if (strchr(program, '/') != NULL) {
        execve(program, arguments, environment);
        return errno;
    }
    int error = ENOENT;
    for (const char *at = path_of(environment); at != NULL;) {
        const char *colon = strchrnul(at, ':');
        char candidate[MOST_PATH];
        int length = snprintf(candidate, sizeof candidate, "%.*s/%s", (int)(colon - at), at, program);
        if (colon > at && length > 0 && (size_t)length < sizeof candidate) {
            execve(candidate, arguments, environment);
            if (errno != ENOENT && errno != ENOTDIR) error = errno;
        }
        at = *colon == 0 ? NULL : colon + 1;
    }
    return error;
}

static _Noreturn void fail(int status, enum step step, int error) {
    struct failure failure = {.step = step, .error = error};
    /* If the helper is gone there is nobody left to tell. */
    if (write(status, &failure, sizeof failure) < 0) _exit(126);
    _exit(127);
}

static _Noreturn void run_child(const struct exec_request *request, const struct account *account, const struct ends *ends) {
    for (int signal_number = 1; signal_number < NSIG; signal_number++) signal(signal_number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    setsid();
    bool terminal = (request->flags & EXEC_TERMINAL) != 0;
    if (terminal && ioctl(ends->child_in, TIOCSCTTY, 0) != 0) fail(ends->status[1], STEP_TERMINAL, errno);
    if (dup2(ends->child_in, 0) < 0 || dup2(terminal ? ends->child_in : ends->child_out, 1) < 0
        || dup2(terminal ? ends->child_in : ends->child_err, 2) < 0) {
        fail(ends->status[1], STEP_RESOURCES, errno);
    }
    int error = account_become(account);
    if (error != 0) fail(ends->status[1], STEP_CREDENTIALS, error);
    umask(022);
    if (chdir(request->directory) != 0) fail(ends->status[1], STEP_DIRECTORY, errno);
    error = run_program(request->arguments, request->environment);
    /* Who has as many processes as he may becomes himself, and is refused his program then. */
    fail(ends->status[1], error == EAGAIN ? STEP_RESOURCES : STEP_PROGRAM, error);
}

int spawn(struct exec_request *request, struct spawned *spawned, struct failure *failure) {
    struct account account;
    struct variables added = {.count = 0};
    struct ends ends = {{-1, -1}, -1, -1, -1, -1, -1, -1};
    if (!account_by_name(request->user, &account)) {
        *failure = (struct failure){STEP_USER, ENOENT};
        return -1;
    }
    if (!(request->flags & EXEC_BARE_ENVIRONMENT)) complete_environment(request, &account, &added);
    bool terminal = (request->flags & EXEC_TERMINAL) != 0;
    if (terminal ? !open_terminal(request, &account, &ends) : !open_pipes(request, &ends)) {
        *failure = (struct failure){terminal ? STEP_TERMINAL : STEP_RESOURCES, errno};
        close_all(&ends);
        return -1;
    }
    if (!open_pipe(&ends.status[0], &ends.status[1], &ends.status[0]) || (spawned->pid = fork()) < 0) {
        *failure = (struct failure){STEP_RESOURCES, errno};
        close_all(&ends);
        return -1;
    }
    if (spawned->pid == 0) run_child(request, &account, &ends);
    spawned->status = ends.status[0];
    spawned->out = ends.out;
    spawned->err = ends.err;
    spawned->in = ends.in;
    ends.status[0] = ends.out = ends.err = ends.in = -1;
    close_all(&ends);
    return 0;
}
