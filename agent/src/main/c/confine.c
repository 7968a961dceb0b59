#include "confine.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fail.h"
#include "stage.h"

/* To become the user, to end his processes, and to give him a terminal; to read what he may read as he does. */
static const unsigned kept[] = {CAP_CHOWN, CAP_FOWNER, CAP_KILL, CAP_SETGID, CAP_SETUID};

static uint64_t kept_bits(void) {
    uint64_t bits = 0;
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) bits |= (uint64_t)1 << kept[i];
    return bits;
}

/* The kernel may know more of them than we do, and says so by refusing the first that it does not know. */
static int narrow_bound(void) {
    for (unsigned capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; capability++) {
        if ((kept_bits() >> capability & 1) == 0 && prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0) return -1;
    }
    return 0;
}

static int narrow_own(void) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct now[2];
    if (syscall(SYS_capget, &header, now) != 0) return -1;
    for (unsigned half = 0; half < 2; half++) {
        uint32_t bits = (uint32_t)(kept_bits() >> (32 * half));
        now[half].permitted &= bits;
        now[half].effective = now[half].permitted;
        now[half].inheritable = 0;
    }
    return (int)syscall(SYS_capset, &header, now);
}

static int limit(int what, rlim_t most) {
    struct rlimit both = {most, most};
    return setrlimit(what, &both);
}

int confine(const char *most_processes) {
    char *end;
    unsigned long most = strtoul(most_processes, &end, 10);
    if (*end != 0 || most == 0) {
        errno = EINVAL;
        return fail("cannot limit processes to", most_processes);
    }
    if (limit(RLIMIT_NPROC, most) != 0 || limit(RLIMIT_CORE, 0) != 0) return fail("cannot limit", "processes");
    if (narrow_bound() != 0 || prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0 || narrow_own() != 0) {
        return fail("cannot give up", "rights");
    }
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 ? 0 : fail("cannot give up", "new rights");
}

static _Noreturn void end_as(int status) {
    if (WIFSIGNALED(status)) kill(getpid(), WTERMSIG(status));
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128);
}

int confine_processes(void) {
    if (stage_leave_host() != 0) return -1;
    if (unshare(CLONE_NEWPID) != 0) return fail("cannot make", "a namespace of processes");
    pid_t first = fork();
    if (first < 0) return fail("cannot make", "a process");
    if (first > 0) {
        int status;
        signal(SIGTERM, SIG_IGN);
        while (waitpid(first, &status, 0) < 0) {
            if (errno != EINTR) _exit(71);
        }
        end_as(status);
    }
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return fail("cannot", "die with the parent");
    if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) != 0) return fail("cannot mount", "/proc");
    return 0;
}

int confine_end(const char *user) {
    char *end;
    unsigned long id = strtoul(user, &end, 10);
    if (*end != 0 || id == 0 || id > INT32_MAX) {
        errno = EINVAL;
        return fail("cannot end the processes of", user);
    }
    if (setresuid((uid_t)id, (uid_t)id, (uid_t)id) != 0) return fail("cannot become", user);
    /* Who has nothing to end has ended it. */
    return kill(-1, SIGKILL) == 0 || errno == ESRCH ? 0 : fail("cannot end the processes of", user);
}
