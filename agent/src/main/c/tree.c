#include "tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bytes.h"
#include "connection.h"
#include "process.h"
#include "services.h"

#define ENTRY 9u
#define MOST_ENTRIES 65536u
#define MOST_STAT 512
#define MOST_GENERATIONS 65536

/* 0 when it is gone. */
static pid_t parent_of(pid_t pid) {
    char path[32], stat[MOST_STAT];
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return 0;
    ssize_t length = read(fd, stat, sizeof stat - 1);
    close(fd);
    if (length <= 0) return 0;
    stat[length] = 0;
    /* A program may have parentheses in its name; the last one ends it. */
    char *name_end = strrchr(stat, ')');
    int parent = 0;
    if (name_end == NULL || sscanf(name_end + 1, " %*c %d", &parent) != 1) return 0;
    return parent;
}

/* What has no note is an errand of the agent's own. */
static bool is_ours(pid_t pid) {
    if (pid == getpid() || service_is(pid)) return true;
    for (struct process *process = processes_first(); process != NULL; process = process->next) {
        if (process->pid == pid && !process->reaped) return process->note_length == 0;
    }
    return false;
}

void tree(struct connection *connection) {
    DIR *directory = opendir("/proc");
    uint8_t *entries = directory == NULL ? NULL : malloc((size_t)ENTRY * MOST_ENTRIES);
    if (entries == NULL) {
        connection_fail(connection, STEP_RESOURCES, errno);
        if (directory != NULL) closedir(directory);
        return;
    }
    size_t length = 0;
    struct dirent *entry;
    while (length < (size_t)ENTRY * (MOST_ENTRIES - 1) && (entry = readdir(directory)) != NULL) {
        if (entry->d_name[0] < '1' || entry->d_name[0] > '9') continue;
        pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);
        pid_t parent = parent_of(pid);
        if (parent == 0 && pid != getpid()) continue;
        put_u32(entries + length, (uint32_t)pid);
        /* Whoever is above us is nobody's business. */
        put_u32(entries + length + 4, pid == getpid() ? 0 : (uint32_t)parent);
        entries[length + 8] = is_ours(pid);
        length += ENTRY;
    }
    closedir(directory);
    connection_reply(connection, REPLY_TREE, entries, length, NULL, 0);
    free(entries);
}

static bool is_below_us(pid_t pid) {
    for (int i = 0; pid > 0 && i < MOST_GENERATIONS; i++) {
        pid = parent_of(pid);
        if (pid == getpid()) return true;
    }
    return false;
}

void tree_signal(struct connection *connection, pid_t pid, int signal) {
    pid_t group = pid > 0 ? getpgid(pid) : -1;
    if (group < 0 || (pid != getpid() && !is_below_us(pid))) {
        connection_fail(connection, STEP_MISSING, ESRCH);
    } else if (is_ours(pid) || group <= 1 || group == getpgrp() || is_ours(group)) {
        connection_fail(connection, STEP_FORBIDDEN, EPERM);
    } else if (kill(-group, signal) != 0) {
        connection_fail(connection, errno == ESRCH ? STEP_MISSING : STEP_FORBIDDEN, errno);
    } else {
        uint8_t number[4] = {0};
        connection_reply(connection, REPLY_DONE, number, sizeof number, NULL, 0);
    }
}
