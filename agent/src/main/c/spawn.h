/* From a request to a program with its pipes or its terminal. */
#ifndef ELEVO_SPAWN_H
#define ELEVO_SPAWN_H

#include <stdint.h>
#include <sys/types.h>

#include "protocol.h"

struct exec_request {
    uint8_t stdin_mode;
    uint8_t flags;
    uint16_t rows, columns;
    uint32_t timeout_ms;
    const char *user;
    const char *directory;
    char **arguments;
    char **environment; /* with room for ACCOUNT_VARIABLES more */
    uint32_t environment_count;
    int input;
};

#define ACCOUNT_VARIABLES 7

struct spawned {
    pid_t pid;
    int status, out, err, in; /* our ends, non-blocking; -1 for none */
};

struct failure {
    enum step step;
    int error;
};

/* What the child writes to the status pipe when it can't become the program is a struct failure. */
int spawn(struct exec_request *request, struct spawned *spawned, struct failure *failure);

#endif
