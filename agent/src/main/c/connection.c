#include "connection.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bytes.h"
#include "inspect.h"
#include "loop.h"
#include "process.h"
#include "relay.h"
#include "serve.h"
#include "tree.h"

#define FIRST_ROOM 4096u
#define MOST_REPLY_BYTES (16u << 20)

struct connection {
    struct connection *next;
    struct watch watch; /* fd < 0: closed, the memory goes after this batch */
    struct process *process;

    uint8_t *in;
    size_t in_length, in_room;
    uint8_t *out;
    size_t out_sent, out_length, out_room;

    int input; /* stdin of the next EXEC, or -1 */
    size_t input_length;

    int64_t termination_until_us; /* INT64_MAX: waits for nothing */
};

static struct connection *connections;
static unsigned connection_count;
static struct watch listener;

/* ---- life ---- */

void connection_bind(struct connection *connection, struct process *process) { connection->process = process; }

void connection_unbind(struct connection *connection) { connection->process = NULL; }

static void remove_from_list(struct connection *connection) {
    struct connection **link = &connections;
    while (*link != connection) link = &(*link)->next;
    *link = connection->next;
    connection_count--;
    watch_interest(&listener, EPOLLIN);
}

void connection_close(struct connection *connection) {
    if (connection->watch.fd < 0) return;
    watch_close(&connection->watch);
    remove_from_list(connection);
    if (connection->process != NULL) process_detach(connection->process);
    connection->process = NULL;
    if (connection->input >= 0) close(connection->input);
    free(connection->in);
    free(connection->out);
    connection->in = connection->out = NULL;
    free_later(connection);
}

/* ---- sending ---- */

static bool grow(uint8_t **memory, size_t *room, size_t needed) {
    if (needed <= *room) return true;
    size_t larger = *room == 0 ? FIRST_ROOM : *room;
    while (larger < needed) larger *= 2;
    uint8_t *moved = realloc(*memory, larger);
    if (moved == NULL) return false;
    *memory = moved;
    *room = larger;
    return true;
}

void connection_reply(struct connection *connection, enum reply type, const void *head, size_t head_length,
    const void *tail, size_t tail_length) {
    if (connection->watch.fd < 0) return;
    size_t length = head_length + tail_length, needed = connection->out_length + FRAME_HEADER + length;
    if (needed > MOST_REPLY_BYTES || !grow(&connection->out, &connection->out_room, needed)) {
        connection_close(connection);
        return;
    }
    uint8_t *frame = connection->out + connection->out_length;
    frame[0] = (uint8_t)type;
    put_u32(frame + 1, (uint32_t)length);
    memcpy(frame + FRAME_HEADER, head, head_length);
    if (tail_length > 0) memcpy(frame + FRAME_HEADER + head_length, tail, tail_length);
    connection->out_length = needed;
    connection_flush(connection);
}

void connection_fail(struct connection *connection, enum step step, int error) {
    uint8_t payload[5] = {(uint8_t)step};
    put_u32(payload + 1, (uint32_t)error);
    const char *words = strerror(error);
    connection_reply(connection, REPLY_FAILED, payload, sizeof payload, words, strlen(words));
}

static void reply_done(struct connection *connection, uint32_t number) {
    uint8_t payload[4];
    put_u32(payload, number);
    connection_reply(connection, REPLY_DONE, payload, sizeof payload, NULL, 0);
}

/* Replies go in between the frames of the backlog, never inside one. Tells the bytes sent; 0 for nothing to send. */
static ssize_t send_some(struct connection *connection) {
    struct backlog *backlog = connection->process == NULL ? NULL : &connection->process->backlog;
    bool inside_frame = backlog != NULL && backlog->boundary != backlog->sent;
    size_t replies = connection->out_length - connection->out_sent;
    size_t frames = backlog == NULL ? 0 : (inside_frame && replies > 0 ? backlog->boundary : backlog->end) - backlog->sent;
    if (inside_frame) replies = 0;
    if (replies + frames == 0) return 0;
    struct iovec parts[] = {
        {.iov_base = connection->out + connection->out_sent, .iov_len = replies},
        {.iov_base = frames == 0 ? NULL : backlog->memory + backlog->sent, .iov_len = frames},
    };
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
    ssize_t sent = sendmsg(connection->watch.fd, &message, MSG_NOSIGNAL);
    if (sent <= 0) return sent;
    size_t replied = (size_t)sent < replies ? (size_t)sent : replies;
    connection->out_sent += replied;
    if (connection->out_sent == connection->out_length) connection->out_sent = connection->out_length = 0;
    if ((size_t)sent > replied) backlog_sent(backlog, (size_t)sent - replied);
    return sent;
}

void connection_flush(struct connection *connection) {
    ssize_t sent = 1;
    while (connection->watch.fd >= 0 && sent > 0) sent = send_some(connection);
    if (sent < 0 && errno != EAGAIN && errno != EINTR) {
        connection_close(connection);
    } else {
        watch_interest(&connection->watch, sent < 0 ? EPOLLIN | EPOLLOUT : EPOLLIN);
    }
}

/* ---- requests of an idle connection ---- */

static bool add_input(struct connection *connection, const uint8_t *data, size_t length) {
    if (connection->input < 0) {
        connection->input = memfd_create("stdin", MFD_CLOEXEC);
        connection->input_length = 0;
    }
    if (connection->input < 0 || connection->input_length + length > MOST_INPUT_BYTES) return false;
    connection->input_length += length;
    while (length > 0) {
        ssize_t written = write(connection->input, data, length);
        if (written <= 0) return false;
        data += written;
        length -= (size_t)written;
    }
    return true;
}

static void exec(struct connection *connection, uint8_t *payload, size_t length) {
    int input = connection->input;
    connection->input = -1;
    if (input >= 0) lseek(input, 0, SEEK_SET);
    process_exec(connection, payload, length, input);
    if (input >= 0) close(input);
}

static void list(struct connection *connection) {
    uint32_t count = 0;
    for (struct process *process = processes_first(); process != NULL; process = process->next) {
        if (process->phase == PHASE_STARTING) continue;
        uint8_t payload[21];
        put_u64(payload, process->id);
        put_u32(payload + 8, (uint32_t)process->pid);
        put_u64(payload + 12, process->started_at_ms);
        payload[20] = process->phase == PHASE_ENDED;
        connection_reply(connection, REPLY_LISTED, payload, sizeof payload, NULL, 0);
        count++;
    }
    reply_done(connection, count);
}

static void signal_one(struct connection *connection, uint64_t id, int signal_number) {
    struct process *process = process_find(id);
    if (process == NULL || !process_signal(process, signal_number)) {
        connection_fail(connection, STEP_MISSING, ESRCH);
    } else {
        reply_done(connection, 0);
    }
}

static void resize(struct connection *connection, uint64_t id, uint16_t rows, uint16_t columns) {
    struct process *process = process_find(id);
    struct winsize size = {.ws_row = rows, .ws_col = columns};
    if (process == NULL || !process->terminal || process->out.fd < 0) {
        connection_fail(connection, STEP_MISSING, ESRCH);
    } else if (ioctl(process->out.fd, TIOCSWINSZ, &size) != 0) {
        connection_fail(connection, STEP_TERMINAL, errno);
    } else {
        reply_done(connection, 0);
    }
}

static void begin_time(struct connection *connection, uint64_t id, uint32_t timeout_ms) {
    struct process *process = process_find(id);
    if (process == NULL || process->phase != PHASE_RUNNING || process->reaped) {
        connection_fail(connection, STEP_MISSING, ESRCH);
    } else {
        process_begin_time(process, timeout_ms);
        reply_done(connection, 0);
    }
}

static bool has_children(void) {
    siginfo_t info;
    return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

static void terminate(struct connection *connection, int signal_number, uint32_t wait_ms) {
    processes_signal(signal_number);
    connection->termination_until_us = monotonic_us() + (int64_t)wait_ms * 1000;
    connections_child_ended();
}

static bool request_idle(struct connection *connection, uint8_t type, uint8_t *payload, size_t length) {
    struct reader reader = {.at = payload, .left = length};
    switch (type) {
    case REQUEST_INPUT: return add_input(connection, payload, length);
    case REQUEST_EXEC: exec(connection, payload, length); return true;
    case REQUEST_LIST: list(connection); return true;
    case REQUEST_ATTACH: {
        uint64_t id = take_u64(&reader), out = take_u64(&reader), err = take_u64(&reader);
        if (!reader.bad) process_attach(connection, id, out, err);
        return !reader.bad;
    }
    case REQUEST_SIGNAL: {
        uint64_t id = take_u64(&reader);
        uint8_t number = take_u8(&reader);
        if (!reader.bad) signal_one(connection, id, number);
        return !reader.bad;
    }
    case REQUEST_RESIZE: {
        uint64_t id = take_u64(&reader);
        uint16_t rows = take_u16(&reader), columns = take_u16(&reader);
        if (!reader.bad) resize(connection, id, rows, columns);
        return !reader.bad;
    }
    case REQUEST_BEGIN: {
        uint64_t id = take_u64(&reader);
        uint32_t timeout_ms = take_u32(&reader);
        if (!reader.bad) begin_time(connection, id, timeout_ms);
        return !reader.bad;
    }
    case REQUEST_INSPECT: {
        uint32_t pid = take_u32(&reader);
        if (!reader.bad) inspect(connection, pid);
        return !reader.bad;
    }
    case REQUEST_TREE: tree(connection); return length == 0;
    case REQUEST_KILL: {
        uint32_t pid = take_u32(&reader);
        uint8_t number = take_u8(&reader);
        if (!reader.bad) tree_signal(connection, (pid_t)pid, number);
        return !reader.bad;
    }
    case REQUEST_CLOCK: {
        uint8_t runs = take_u8(&reader);
        if (reader.bad) return false;
        if (runs) processes_start_clock();
        else processes_stop_clock();
        reply_done(connection, 0);
        return true;
    }
    case REQUEST_TERMINATE: {
        uint8_t number = take_u8(&reader);
        uint32_t wait_ms = take_u32(&reader);
        if (!reader.bad) terminate(connection, number, wait_ms);
        return !reader.bad;
    }
    default: return false;
    }
}

/* ---- requests of a bound connection ---- */

static bool request_bound(struct process *process, uint8_t type, uint8_t *payload, size_t length) {
    struct reader reader = {.at = payload, .left = length};
    switch (type) {
    case REQUEST_STDIN: return process_stdin(process, payload, length, false);
    case REQUEST_TYPED: return process_stdin(process, payload, length, true);
    case REQUEST_STDIN_END: process_stdin_end(process); return true;
    case REQUEST_FORGET: return process_forget(process);
    case REQUEST_ACK: {
        uint64_t out = take_u64(&reader), err = take_u64(&reader);
        if (!reader.bad) process_acknowledge(process, out, err);
        return !reader.bad;
    }
    default: return false;
    }
}

static bool request(struct connection *connection, uint8_t type, uint8_t *payload, size_t length) {
    if (type == REQUEST_HELLO) {
        reply_done(connection, PROTOCOL_VERSION);
        return true;
    }
    if (connection->process != NULL) return request_bound(connection->process, type, payload, length);
    return request_idle(connection, type, payload, length);
}

/* ---- receiving ---- */

static size_t most_payload(uint8_t type) { return type == REQUEST_EXEC ? MOST_EXEC_BYTES : MOST_FRAME_BYTES; }

/* Handles the whole frames received; false when the other side breaks the protocol. */
static bool handle_frames(struct connection *connection) {
    size_t at = 0;
    while (connection->watch.fd >= 0 && connection->in_length - at >= FRAME_HEADER) {
        uint8_t *frame = connection->in + at;
        size_t length = get_u32(frame + 1);
        if (length > most_payload(frame[0])) return false;
        if (connection->in_length - at < FRAME_HEADER + length) {
            if (!grow(&connection->in, &connection->in_room, at + FRAME_HEADER + length)) return false;
            break;
        }
        at += FRAME_HEADER + length;
        if (frame[0] == REQUEST_RELAY && connection->process == NULL && length == 2) {
            relay(connection, get_u16(frame + FRAME_HEADER));
        } else if (frame[0] == REQUEST_SERVE && connection->process == NULL) {
            struct reader reader = {.at = frame + FRAME_HEADER, .left = length};
            uint8_t role = take_u8(&reader);
            const char *user = take_text(&reader);
            if (reader.bad) return false;
            serve(connection, role, user);
        } else if (!request(connection, frame[0], frame + FRAME_HEADER, length)) {
            return false;
        }
    }
    if (connection->watch.fd < 0) return true;
    connection->in_length -= at;
    memmove(connection->in, connection->in + at, connection->in_length);
    return true;
}

static void ready(struct watch *watch, uint32_t events) {
    struct connection *connection = (struct connection *)(void *)((char *)watch - offsetof(struct connection, watch));
    if (events & EPOLLOUT) connection_flush(connection);
    if (connection->watch.fd < 0 || !(events & (EPOLLIN | EPOLLHUP | EPOLLERR))) return;
    if (connection->in_length == connection->in_room
        && !grow(&connection->in, &connection->in_room, connection->in_length + FIRST_ROOM)) {
        connection_close(connection);
        return;
    }
    ssize_t length =
        recv(watch->fd, connection->in + connection->in_length, connection->in_room - connection->in_length, 0);
    if (length < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (length <= 0) {
        connection_close(connection);
        return;
    }
    connection->in_length += (size_t)length;
    if (!handle_frames(connection)) connection_close(connection);
}

static void accept_ready(struct watch *watch, uint32_t events) {
    (void)events;
    int fd = accept4(watch->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    /* Out of descriptors: the listener stays ready, and asking again before one is closed would only spin. */
    if (fd < 0 && (errno == EMFILE || errno == ENFILE)) watch_interest(watch, 0);
    if (fd < 0) return;
    struct connection *connection = calloc(1, sizeof *connection);
    if (connection == NULL) {
        close(fd);
        return;
    }
    connection->watch = (struct watch){.ready = ready, .fd = fd};
    connection->input = -1;
    connection->termination_until_us = INT64_MAX;
    connection->next = connections;
    connections = connection;
    if (++connection_count == MOST_CONNECTIONS) watch_interest(watch, 0);
    watch_interest(&connection->watch, EPOLLIN);
}

void connections_listen(int fd) {
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    listener = (struct watch){.ready = accept_ready, .fd = fd};
    watch_interest(&listener, EPOLLIN);
}

/* ---- waiting for the end of everything ---- */

int64_t connections_next_time_us(void) {
    int64_t next = INT64_MAX;
    for (struct connection *connection = connections; connection != NULL; connection = connection->next) {
        if (connection->termination_until_us < next) next = connection->termination_until_us;
    }
    return next;
}

static void end_terminations(int64_t until_us, uint32_t left) {
    struct connection *next;
    for (struct connection *connection = connections; connection != NULL; connection = next) {
        next = connection->next;
        if (connection->termination_until_us == INT64_MAX || connection->termination_until_us > until_us) continue;
        connection->termination_until_us = INT64_MAX;
        reply_done(connection, left);
    }
}

void connections_check_time(void) {
    if (connections_next_time_us() != INT64_MAX) end_terminations(monotonic_us(), 1);
}

void connections_child_ended(void) {
    if (connections_next_time_us() != INT64_MAX && !has_children()) end_terminations(INT64_MAX - 1, 0);
}

/* ---- handing over to a relay or a server ---- */

int connection_socket(const struct connection *connection) { return connection->watch.fd; }

int connection_give_up_socket(struct connection *connection) {
    int fd = connection->watch.fd;
    watch_interest(&connection->watch, 0);
    connection->watch.fd = -1;
    remove_from_list(connection);
    if (connection->input >= 0) close(connection->input);
    free(connection->out);
    connection->out = NULL;
    free(connection->in);
    connection->in = NULL;
    free_later(connection);
    return fd;
}
