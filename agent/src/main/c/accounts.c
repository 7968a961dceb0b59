#include "accounts.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST_FILE (1 << 20)
#define MORE_THAN_THE_AGENT "500"

/* The file as one string, or NULL. Whoever is root inside may have put anything there: it must be a plain file, and small. */
static char *read_file(const char *path) {
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) return NULL;
    struct stat facts;
    char *text = NULL;
    if (fstat(fd, &facts) == 0 && S_ISREG(facts.st_mode) && facts.st_size <= MOST_FILE) {
        text = malloc((size_t)facts.st_size + 1);
        ssize_t length = text == NULL ? -1 : read(fd, text, (size_t)facts.st_size);
        if (length < 0) {
            free(text);
            text = NULL;
        } else {
            text[length] = 0;
        }
    }
    close(fd);
    return text;
}

/* Splits a line at its colons, in place; tells how many fields there are. */
static size_t split(char *line, char *fields[], size_t most) {
    size_t count = 0;
    for (char *at = line; at != NULL && count < most;) {
        fields[count++] = strsep(&at, ":");
    }
    return count;
}

static bool parse_id(const char *text, unsigned *id) {
    char *end;
    if (*text < '0' || *text > '9') return false;
    unsigned long value = strtoul(text, &end, 10);
    if (*end != 0 || value >= 0xFFFFFFFFul) return false;
    *id = (unsigned)value;
    return true;
}

static bool copy(char *to, const char *from) {
    size_t length = strlen(from);
    if (length >= MOST_FIELD) return false;
    memcpy(to, from, length + 1);
    return true;
}

static bool find(const char *name, uid_t uid, struct account *account) {
    char *text = read_file("/etc/passwd");
    if (text == NULL) return false;
    bool found = false;
    char *lines = text, *line;
    while (!found && (line = strsep(&lines, "\n")) != NULL) {
        char *fields[7];
        unsigned line_uid, line_gid;
        if (split(line, fields, 7) != 7 || !parse_id(fields[2], &line_uid) || !parse_id(fields[3], &line_gid)) continue;
        if (name != NULL ? strcmp(fields[0], name) != 0 : line_uid != uid) continue;
        account->uid = line_uid;
        account->gid = line_gid;
        found = copy(account->name, fields[0]) && copy(account->home, fields[5]) && copy(account->shell, fields[6]);
    }
    free(text);
    return found;
}

static bool is_member(char *members, const char *name) {
    char *member;
    while ((member = strsep(&members, ",")) != NULL) {
        if (strcmp(member, name) == 0) return true;
    }
    return false;
}

static void find_groups(struct account *account) {
    account->groups[0] = account->gid;
    account->group_count = 1;
    char *text = read_file("/etc/group");
    if (text == NULL) return;
    char *lines = text, *line;
    while (account->group_count < MOST_GROUPS && (line = strsep(&lines, "\n")) != NULL) {
        char *fields[4];
        unsigned gid;
        if (split(line, fields, 4) == 4 && parse_id(fields[2], &gid) && gid != account->gid
            && is_member(fields[3], account->name)) {
            account->groups[account->group_count++] = gid;
        }
    }
    free(text);
}

bool account_by_name(const char *name, struct account *account) {
    if (!find(name, 0, account)) return false;
    find_groups(account);
    return true;
}

bool account_by_uid(uid_t uid, struct account *account) {
    return find(NULL, uid, account);
}

/* By its name, or by its number when there is none. */
static bool find_group(const char *name, gid_t *gid, char found_name[MOST_FIELD]) {
    char *text = read_file("/etc/group");
    if (text == NULL) return false;
    bool found = false;
    char *lines = text, *line;
    while (!found && (line = strsep(&lines, "\n")) != NULL) {
        char *fields[4];
        unsigned line_gid;
        if (split(line, fields, 4) != 4 || !parse_id(fields[2], &line_gid)) continue;
        if (name != NULL ? strcmp(fields[0], name) != 0 : line_gid != *gid) continue;
        *gid = line_gid;
        found = found_name == NULL || copy(found_name, fields[0]);
    }
    free(text);
    return found;
}

bool group_by_name(const char *name, gid_t *gid) { return find_group(name, gid, NULL); }

bool group_by_gid(gid_t gid, char name[MOST_FIELD]) { return find_group(NULL, &gid, name); }

static uid_t only; /* 0 for whoever there is */

void accounts_only(uid_t uid) { only = uid; }

bool accounts_signal(int signal) {
    if (only == 0) return false;
    pid_t child = fork();
    if (child < 0) return false;
    if (child == 0) {
        /* Of all that could be meant, the kernel takes what this user may signal, and not the one who asks. */
        if (setresuid(only, only, only) != 0) _exit(71);
        _exit(kill(-1, signal) == 0 || errno == ESRCH ? 0 : 71);
    }
    int status;
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) return false;
    }
    return status == 0;
}

/* Where the machine's memory runs out, it is not the agent who is ended. */
static void be_first_to_go(void) {
    int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (fd < 0) return;
    ssize_t written = write(fd, MORE_THAN_THE_AGENT, sizeof MORE_THAN_THE_AGENT - 1);
    (void)written; /* it is a kindness to the others, and no wall */
    close(fd);
}

int account_become(const struct account *account) {
    if (only != 0) {
        if (account->uid != only || account->gid == 0) return EPERM;
        be_first_to_go();
    }
    /* Where the helper is no root it can only be itself; that is no change. */
    if (geteuid() != 0 && geteuid() == account->uid) return 0;
    if (setgroups(account->group_count, account->groups) != 0) return errno;
    if (setresgid(account->gid, account->gid, account->gid) != 0) return errno;
    if (setresuid(account->uid, account->uid, account->uid) != 0) return errno;
    return 0;
}
