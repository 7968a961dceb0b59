#include "inspect.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

#include "accounts.h"
#include "bytes.h"
#include "connection.h"

#define MOST_SECTION (128u << 10)
#define MOST_NAME 64

struct report {
    uint8_t *memory;
    size_t length;
};

static uint8_t *begin_section(struct report *report) { return report->memory + report->length + 4; }

static void end_section(struct report *report, size_t length) {
    put_u32(report->memory + report->length, (uint32_t)length);
    report->length += 4 + length;
}

static void add_file(struct report *report, int directory, const char *name) {
    size_t length = 0;
    int fd = openat(directory, name, O_RDONLY | O_CLOEXEC);
    while (fd >= 0 && length < MOST_SECTION) {
        ssize_t some = read(fd, begin_section(report) + length, MOST_SECTION - length);
        if (some <= 0) break;
        length += (size_t)some;
    }
    if (fd >= 0) close(fd);
    end_section(report, length);
}

static void add_link(struct report *report, int directory, const char *name) {
    ssize_t length = readlinkat(directory, name, (char *)begin_section(report), 4096);
    end_section(report, length > 0 ? (size_t)length : 0);
}

static void add_user(struct report *report, uid_t uid) {
    struct account account;
    char number[16];
    const char *name = account.name;
    if (!account_by_uid(uid, &account)) {
        snprintf(number, sizeof number, "%u", uid);
        name = number;
    }
    memcpy(begin_section(report), name, strlen(name));
    end_section(report, strlen(name));
}

void inspect(struct connection *connection, uint32_t pid) {
    char path[MOST_NAME];
    struct stat facts;
    snprintf(path, sizeof path, "/proc/%u", pid);
    int directory = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    struct report report = {.memory = directory < 0 ? NULL : malloc(6 * (MOST_SECTION + 4))};
    if (report.memory == NULL || fstat(directory, &facts) != 0) {
        connection_fail(connection, directory < 0 ? STEP_MISSING : STEP_RESOURCES, directory < 0 ? ESRCH : ENOMEM);
    } else {
        add_file(&report, directory, "stat");
        add_file(&report, directory, "status");
        add_file(&report, directory, "cmdline");
        /* Environment and directory open only to the owner, or to a tracer, which pid 1 has no right to be. */
        setfsgid(facts.st_gid);
        setfsuid(facts.st_uid);
        add_file(&report, directory, "environ");
        add_link(&report, directory, "cwd");
        setfsuid(geteuid());
        setfsgid(getegid());
        add_user(&report, facts.st_uid);
        connection_reply(connection, REPLY_INSPECTED, report.memory, report.length, NULL, 0);
    }
    free(report.memory);
    if (directory >= 0) close(directory);
}
