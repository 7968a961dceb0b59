/* The processes the agent started: their pipes, their backlog, their end. */
#ifndef ELEVO_PROCESS_H
#define ELEVO_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "backlog.h"
#include "loop.h"
#include "protocol.h"

struct connection;

enum phase {
    PHASE_STARTING, /* forked, not yet the program */
    PHASE_RUNNING,
    PHASE_LINGERING, /* exited; what was written in time is still wanted */
    PHASE_ENDED,     /* the last frame is in the backlog */
};

struct process {
    struct process *next;
    uint64_t id;
    pid_t pid;
    enum phase phase;
    struct connection *client; /* bound to it, or NULL */

    struct watch status; /* why exec failed; its end means it did not */
    struct watch out, err, in;
    struct backlog backlog;
    uint64_t out_bytes, err_bytes;

    uint64_t out_left, err_left; /* how much of a pipe is still wanted */

    uint8_t *stdin_pending; /* STDIN_WINDOW bytes, from the first use on */
    size_t stdin_length;
    uint64_t stdin_accepted;
    bool stdin_ending;
    bool owes_accepted;
    bool terminal;

    int wait_status;
    bool reaped;
    bool timed_out;
    bool warned; /* still to be, before it is ended */
    uint64_t started_at_ms;
    int64_t started_us, deadline_us, linger_until_us, ended_us;

    uint8_t *note;
    uint32_t note_length;
};

/* Takes over the descriptor of the input, if any. Answers on the connection, now or when the program runs. */
void process_exec(struct connection *client, uint8_t *payload, size_t length, int input);
void process_attach(struct connection *client, uint64_t id, uint64_t stdout_offset, uint64_t stderr_offset);
void process_detach(struct process *process);
/* These tell whether the request was legal. */
bool process_stdin(struct process *process, const uint8_t *data, size_t length, bool typed);
bool process_forget(struct process *process);
void process_stdin_end(struct process *process);
void process_acknowledge(struct process *process, uint64_t stdout_offset, uint64_t stderr_offset);

struct process *process_find(uint64_t id);
struct process *processes_first(void);
/* To every group, or, as pid 1, to everything there is. */
void processes_signal(int signal);
bool process_signal(struct process *process, int signal);
void process_begin_time(struct process *process, uint32_t timeout_ms);
void processes_reap(void);
/* What is frozen uses no time: while the clock stands nothing times out, and afterwards everything has as long as it had. */
void processes_stop_clock(void);
void processes_start_clock(void);
int processes_next_timeout_ms(void);
void processes_check_time(void);

#endif
