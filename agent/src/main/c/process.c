#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "accounts.h"
#include "bytes.h"
#include "connection.h"
#include "drain.h"
#include "serve.h"
#include "services.h"
#include "spawn.h"

/* A descendant may still hold a pipe after the process has ended: a reader gets this long to see the rest, a daemon no longer. */
#define LINGER_US 100000

/* Until the next try to kill one that has only just been forked. */
#define STARTING_US 2000
/* For who was warned, to take back what he began. */
#define WARNING_US 5000000

/* Who has written so much will write more, and gets a pipe in which more of it waits for one look of ours. */
#define MUCH_OUTPUT (1u << 20)
#define WIDE_PIPE (256 << 10)

static struct process *processes;
static unsigned process_count;
static uint64_t last_id;

#define OWNER(watch, member) ((struct process *)(void *)((char *)(watch) - offsetof(struct process, member)))

struct process *process_find(uint64_t id) {
    struct process *process = processes;
    while (process != NULL && process->id != id) process = process->next;
    return process;
}

struct process *processes_first(void) { return processes; }

static void drop(struct process *process) {
    struct process **link = &processes;
    while (*link != process) link = &(*link)->next;
    *link = process->next;
    process_count--;
    if (process->client != NULL) connection_unbind(process->client);
    watch_close(&process->status);
    watch_close(&process->in);
    watch_close(&process->out);
    watch_close(&process->err);
    backlog_close(&process->backlog);
    free(process->note);
    free(process->stdin_pending);
    free_later(process);
}

/* ---- output ---- */

static void finish(struct process *process);

/* A daemon left behind keeps somebody who reads, or its next write would kill it. A terminal ends with its shell. */
static void let_go(struct process *process, struct watch *pipe) {
    if (!process->terminal) drain(pipe);
    watch_close(pipe);
}

/* Refused where the user has many such pipes already; the one he has does as well, only slower. */
static void widen(const struct watch *pipe, uint64_t before, uint64_t after) {
    if (before < MUCH_OUTPUT && after >= MUCH_OUTPUT) (void)fcntl(pipe->fd, F_SETPIPE_SZ, WIDE_PIPE);
}

/* One read from a pipe into the backlog; tells whether there may be more. A full backlog stops listening: the writer blocks. */
static bool take_output(struct process *process, struct watch *pipe) {
    bool is_out = pipe == &process->out;
    uint8_t type = is_out ? REPLY_STDOUT : REPLY_STDERR;
    uint64_t *total = is_out ? &process->out_bytes : &process->err_bytes;
    uint64_t *left = is_out ? &process->out_left : &process->err_left;
    size_t room = backlog_room(&process->backlog);
    if (room == 0) {
        watch_interest(pipe, 0);
        return false;
    }
    ssize_t length = read(pipe->fd, backlog_data(&process->backlog, type), room < *left ? room : (size_t)*left);
    if (length > 0) {
        backlog_add(&process->backlog, type, *total, (size_t)length);
        widen(pipe, *total, *total + (uint64_t)length);
        *total += (uint64_t)length;
        *left -= (uint64_t)length;
        if (*left == 0) let_go(process, pipe);
        return *left > 0;
    }
    /* A terminal whose other end is closed says EIO. */
    if (length == 0 || (errno != EAGAIN && errno != EINTR)) watch_close(pipe);
    return false;
}

static void report_accepted(struct process *process);

static void send_on(struct process *process) {
    /* What is owed leaves with the output, and whoever reads both wakes once. */
    if (process->owes_accepted) report_accepted(process);
    else if (process->client != NULL) connection_flush(process->client);
}

static void finish_if_silent(struct process *process) {
    if (process->phase == PHASE_LINGERING && process->out.fd < 0 && process->err.fd < 0) finish(process);
}

static void output_ready(struct process *process, struct watch *pipe) {
    take_output(process, pipe);
    finish_if_silent(process);
    send_on(process);
}

static void out_ready(struct watch *watch, uint32_t events) {
    (void)events;
    output_ready(OWNER(watch, out), watch);
}

static void err_ready(struct watch *watch, uint32_t events) {
    (void)events;
    output_ready(OWNER(watch, err), watch);
}

static void listen_to_output(struct process *process) {
    if (process->phase == PHASE_STARTING || process->phase == PHASE_ENDED) return;
    if (backlog_room(&process->backlog) == 0) return;
    watch_interest(&process->out, EPOLLIN);
    watch_interest(&process->err, EPOLLIN);
}

/* ---- stdin ---- */

static void report_accepted(struct process *process) {
    process->owes_accepted = false;
    if (process->client == NULL) return;
    uint8_t payload[9];
    put_u64(payload, process->stdin_accepted);
    payload[8] = process->in.fd < 0;
    connection_reply(process->client, REPLY_ACCEPTED, payload, sizeof payload, NULL, 0);
}

static void write_stdin(struct process *process) {
    size_t done = 0;
    while (process->in.fd >= 0 && done < process->stdin_length) {
        ssize_t length = write(process->in.fd, process->stdin_pending + done, process->stdin_length - done);
        if (length > 0) {
            done += (size_t)length;
        } else if (errno == EAGAIN) {
            break;
        } else if (errno != EINTR) {
            watch_close(&process->in);
        }
    }
    process->stdin_length -= done;
    process->stdin_accepted += done;
    if (process->stdin_length > 0) memmove(process->stdin_pending, process->stdin_pending + done, process->stdin_length);
    if (process->in.fd >= 0 && process->stdin_length == 0 && process->stdin_ending) {
        /* A terminal has no end of its own: the line discipline makes one of this character, as soon as it has room. */
        bool said = process->terminal && write(process->in.fd, "\004", 1) == 1;
        process->stdin_ending = process->terminal && !said && errno == EAGAIN;
        if (!said && !process->stdin_ending) watch_close(&process->in);
    }
    if (process->in.fd < 0) process->stdin_length = 0;
    watch_interest(&process->in, process->stdin_length > 0 || process->stdin_ending ? EPOLLOUT : 0);
}

static void in_ready(struct watch *watch, uint32_t events) {
    (void)events;
    write_stdin(OWNER(watch, in));
    report_accepted(OWNER(watch, in));
}

bool process_stdin(struct process *process, const uint8_t *data, size_t length, bool typed) {
    if (length > STDIN_WINDOW - process->stdin_length) return false;
    if (process->stdin_pending == NULL && (process->stdin_pending = malloc(STDIN_WINDOW)) == NULL) return false;
    if (process->in.fd >= 0) {
        memcpy(process->stdin_pending + process->stdin_length, data, length);
        process->stdin_length += length;
    }
    write_stdin(process);
    if (typed) process->owes_accepted = true;
    else report_accepted(process);
    return true;
}

void process_stdin_end(struct process *process) {
    process->stdin_ending = true;
    write_stdin(process);
    report_accepted(process);
}

/* ---- end ---- */

static void finish(struct process *process) {
    process->phase = PHASE_ENDED;
    watch_close(&process->in);
    bool by_signal = WIFSIGNALED(process->wait_status);
    uint8_t payload[38];
    payload[0] = by_signal;
    put_u32(payload + 1, (uint32_t)(by_signal ? WTERMSIG(process->wait_status) : WEXITSTATUS(process->wait_status)));
    payload[5] = process->timed_out;
    int64_t run_us = process->ended_us - process->started_us;
    put_u64(payload + 6, process->started_at_ms + (uint64_t)(run_us / 1000));
    put_u64(payload + 14, (uint64_t)run_us);
    put_u64(payload + 22, process->out_bytes);
    put_u64(payload + 30, process->err_bytes);
    backlog_add_end(&process->backlog, payload, sizeof payload);
}

static void reap_one(struct process *process) {
    process->ended_us = monotonic_us();
    process->phase = PHASE_LINGERING;
    process->linger_until_us = process->ended_us + LINGER_US;
    /* Nearly always the pipes are at their end already, and one pass ends it here. */
    struct watch *pipes[] = {&process->out, &process->err};
    for (int i = 0; i < 2; i++) {
        while (pipes[i]->fd >= 0 && take_output(process, pipes[i])) {
        }
    }
    finish_if_silent(process);
    send_on(process);
}

/* What is in the pipes now was written in time and is still taken, as room allows; what comes later is not ours. */
static void end_linger(struct process *process) {
    process->linger_until_us = INT64_MAX;
    struct watch *pipes[] = {&process->out, &process->err};
    uint64_t *left[] = {&process->out_left, &process->err_left};
    for (int i = 0; i < 2; i++) {
        int waiting = 0;
        if (pipes[i]->fd < 0) continue;
        if (ioctl(pipes[i]->fd, FIONREAD, &waiting) != 0 || waiting <= 0) {
            let_go(process, pipes[i]);
        } else {
            *left[i] = (uint64_t)waiting;
        }
    }
    listen_to_output(process);
    finish_if_silent(process);
    send_on(process);
}

/* ---- start ---- */

static void refuse(struct connection *client, enum step step, int error) {
    if (client != NULL) connection_fail(client, step, error);
}

static void started(struct process *process) {
    process->phase = PHASE_RUNNING;
    watch_close(&process->status);
    if (process->client != NULL) {
        uint8_t payload[20];
        put_u64(payload, process->id);
        put_u32(payload + 8, (uint32_t)process->pid);
        put_u64(payload + 12, process->started_at_ms);
        connection_reply(process->client, REPLY_STARTED, payload, sizeof payload, NULL, 0);
    }
    listen_to_output(process);
    if (process->reaped) reap_one(process);
}

static void status_ready(struct watch *watch, uint32_t events) {
    (void)events;
    struct process *process = OWNER(watch, status);
    struct failure failure;
    ssize_t length = read(watch->fd, &failure, sizeof failure);
    if (length < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (length == (ssize_t)sizeof failure) {
        struct connection *client = process->client;
        drop(process);
        refuse(client, failure.step, failure.error);
    } else {
        started(process);
    }
}

static bool parse(struct reader *reader, struct exec_request *request, struct reader *note) {
    request->stdin_mode = take_u8(reader);
    request->flags = take_u8(reader);
    request->rows = take_u16(reader);
    request->columns = take_u16(reader);
    request->timeout_ms = take_u32(reader);
    request->user = take_text(reader);
    request->directory = take_text(reader);
    char ***lists[] = {&request->arguments, &request->environment};
    for (int i = 0; i < 2; i++) {
        uint32_t count = take_u32(reader);
        if (reader->bad || count > MOST_STRINGS) return false;
        *lists[i] = calloc(count + ACCOUNT_VARIABLES + 1, sizeof(char *));
        if (*lists[i] == NULL) return false;
        for (uint32_t j = 0; j < count; j++) (*lists[i])[j] = take_text(reader);
        request->environment_count = count;
        if (i == 0 && count == 0) return false;
    }
    note->left = take_u32(reader);
    note->at = take(reader, note->left);
    return !reader->bad && reader->left == 0 && request->stdin_mode <= STDIN_OPEN;
}

static struct process *create(const struct reader *note) {
    struct process *process = calloc(1, sizeof *process);
    uint8_t *kept = malloc(note->left + 1);
    if (process == NULL || kept == NULL || !backlog_open(&process->backlog)) {
        free(process);
        free(kept);
        return NULL;
    }
    memcpy(kept, note->at, note->left);
    process->note = kept;
    process->note_length = (uint32_t)note->left;
    return process;
}

static void set_deadline(struct process *process, uint32_t timeout_ms) {
    process->deadline_us = timeout_ms == 0 ? INT64_MAX : process->started_us + (int64_t)timeout_ms * 1000;
}

static void begin(struct process *process, const struct spawned *spawned, const struct exec_request *request) {
    /* Never given twice, not even by the helper of the sandbox's next life. */
    if (last_id == 0) last_id = wall_clock_ms() << 16;
    process->id = ++last_id;
    process->pid = spawned->pid;
    process->terminal = (request->flags & EXEC_TERMINAL) != 0;
    process->warned = (request->flags & EXEC_WARNED) != 0;
    process->out_left = process->err_left = UINT64_MAX;
    process->status = (struct watch){.ready = status_ready, .fd = spawned->status};
    process->out = (struct watch){.ready = out_ready, .fd = spawned->out};
    process->err = (struct watch){.ready = err_ready, .fd = spawned->err};
    process->in = (struct watch){.ready = in_ready, .fd = spawned->in};
    set_deadline(process, request->timeout_ms);
    process->next = processes;
    processes = process;
    process_count++;
    watch_interest(&process->status, EPOLLIN);
}

void process_exec(struct connection *client, uint8_t *payload, size_t length, int input) {
    struct reader reader = {.at = payload, .left = length}, note = {0};
    struct exec_request request = {.input = input};
    struct spawned spawned;
    struct failure failure = {STEP_REQUEST, EINVAL};
    struct process *process = NULL;
    if (parse(&reader, &request, &note)) {
        failure = (struct failure){STEP_PROCESSES, EAGAIN};
        if (process_count < MOST_PROCESSES) {
            failure = (struct failure){STEP_RESOURCES, ENOMEM};
            process = create(&note);
        }
    }
    bool done = false;
    if (process != NULL) {
        process->started_at_ms = wall_clock_ms();
        process->started_us = monotonic_us();
        done = spawn(&request, &spawned, &failure) == 0;
    }
    if (done) {
        begin(process, &spawned, &request);
        process->client = client;
        connection_bind(client, process);
    } else {
        if (process != NULL) {
            backlog_close(&process->backlog);
            free(process->note);
            free(process);
        }
        refuse(client, failure.step, failure.error);
    }
    free(request.arguments);
    free(request.environment);
}

/* ---- the agent's side ---- */

void process_attach(struct connection *client, uint64_t id, uint64_t stdout_offset, uint64_t stderr_offset) {
    struct process *process = process_find(id);
    if (process == NULL || process->phase == PHASE_STARTING) {
        refuse(client, STEP_MISSING, ESRCH);
        return;
    }
    if (!backlog_rewind(&process->backlog, stdout_offset, stderr_offset)) {
        refuse(client, STEP_POSITION, ERANGE);
        return;
    }
    /* An agent that died without our noticing; the new one is the one to serve. */
    if (process->client != NULL) connection_close(process->client);
    process->client = client;
    connection_bind(client, process);
    uint8_t payload[28];
    put_u64(payload, process->id);
    put_u32(payload + 8, (uint32_t)process->pid);
    put_u64(payload + 12, process->started_at_ms);
    put_u64(payload + 20, process->stdin_accepted + process->stdin_length);
    connection_reply(client, REPLY_ATTACHED, payload, sizeof payload, process->note, process->note_length);
}

void process_detach(struct process *process) { process->client = NULL; }

void process_acknowledge(struct process *process, uint64_t stdout_offset, uint64_t stderr_offset) {
    backlog_acknowledge(&process->backlog, stdout_offset, stderr_offset);
    listen_to_output(process);
}

bool process_forget(struct process *process) {
    if (process->phase != PHASE_ENDED) return false;
    drop(process);
    return true;
}

/* ---- signals and time ---- */

bool process_signal(struct process *process, int signal) {
    /* Reaped: the number may belong to somebody else by now. */
    return !process->reaped && kill(-process->pid, signal) == 0;
}

void process_begin_time(struct process *process, uint32_t timeout_ms) {
    int64_t now = monotonic_us();
    process->started_at_ms += (uint64_t)(now - process->started_us) / 1000;
    process->started_us = now;
    set_deadline(process, timeout_ms);
}

void processes_signal(int signal) {
    if (getpid() == 1) {
        kill(-1, signal);
        return;
    }
    if (accounts_signal(signal)) return;
    for (struct process *process = processes; process != NULL; process = process->next) process_signal(process, signal);
    servers_signal(signal);
}

static struct process *with_pid(pid_t pid) {
    struct process *process = processes;
    while (process != NULL && (process->pid != pid || process->reaped)) process = process->next;
    return process;
}

void processes_reap(void) {
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        struct process *process = with_pid(pid);
        if (process == NULL) {
            service_ended(pid);
            continue; /* one of the service's own, an orphan that became ours, or a start that failed */
        }
        process->reaped = true;
        process->wait_status = status;
        if (process->phase == PHASE_STARTING) {
            status_ready(&process->status, EPOLLIN);
        } else {
            reap_one(process);
        }
    }
}

static int64_t stopped_us; /* 0: the clock runs */

void processes_stop_clock(void) {
    if (stopped_us == 0) stopped_us = monotonic_us();
}

void processes_start_clock(void) {
    if (stopped_us == 0) return;
    int64_t stood = monotonic_us() - stopped_us;
    stopped_us = 0;
    for (struct process *process = processes; process != NULL; process = process->next) {
        if (process->deadline_us != INT64_MAX) process->deadline_us += stood;
        if (process->phase == PHASE_LINGERING && process->linger_until_us != INT64_MAX) process->linger_until_us += stood;
    }
}

static int64_t next_time(const struct process *process) {
    if (stopped_us != 0) return INT64_MAX;
    switch (process->phase) {
    case PHASE_STARTING:
    case PHASE_RUNNING: return process->deadline_us;
    case PHASE_LINGERING: return process->linger_until_us;
    case PHASE_ENDED: break;
    }
    return INT64_MAX;
}

int processes_next_timeout_ms(void) {
    int64_t next = connections_next_time_us();
    for (struct process *process = processes; process != NULL; process = process->next) {
        if (next_time(process) < next) next = next_time(process);
    }
    if (next == INT64_MAX) return -1;
    int64_t left = next - monotonic_us();
    if (left <= 0) return 0;
    /* Rounded up, or the last fraction of a millisecond would be spent spinning. */
    return left > 60000000 ? 60000 : (int)((left + 999) / 1000);
}

void processes_check_time(void) {
    int64_t now = 0;
    struct process *next;
    for (struct process *process = processes; process != NULL; process = next) {
        next = process->next;
        int64_t due = next_time(process);
        if (due == INT64_MAX) continue;
        if (now == 0) now = monotonic_us();
        if (due > now) continue;
        if (process->phase == PHASE_LINGERING) {
            end_linger(process);
        } else if (process_signal(process, process->warned ? SIGTERM : SIGKILL)) {
            process->timed_out = true;
            process->deadline_us = process->warned ? now + WARNING_US : INT64_MAX;
            process->warned = false;
        } else {
            /* One that has only just been forked has no group yet. */
            process->deadline_us = process->phase == PHASE_STARTING ? now + STARTING_US : INT64_MAX;
        }
    }
    connections_check_time();
}
