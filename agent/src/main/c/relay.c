#include "relay.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bytes.h"
#include "connection.h"
#include "loop.h"

#define ROOM (64u << 10)

/* One direction: read from one side, written to the other. */
struct flow {
    size_t start, end;
    bool ended;    /* nothing more comes */
    bool shut_down; /* and the other side knows it */
    uint8_t bytes[ROOM];
};

struct relay {
    struct watch agent, port;
    bool connected;
    struct flow to_port, to_agent;
};

static void close_relay(struct relay *relay) {
    watch_close(&relay->agent);
    watch_close(&relay->port);
    free_later(relay);
}

/* False when a side is broken. */
static bool pump(struct flow *flow, int from, int to) {
    for (;;) {
        if (flow->start == flow->end) flow->start = flow->end = 0;
        if (flow->end == 0 && !flow->ended) {
            ssize_t got = recv(from, flow->bytes, ROOM, 0);
            if (got < 0) return errno == EAGAIN || errno == EINTR;
            flow->ended = got == 0;
            flow->end = (size_t)got;
        }
        if (flow->start == flow->end) {
            if (flow->ended && !flow->shut_down) flow->shut_down = shutdown(to, SHUT_WR) == 0;
            return true;
        }
        ssize_t sent = send(to, flow->bytes + flow->start, flow->end - flow->start, MSG_NOSIGNAL);
        if (sent < 0) return errno == EAGAIN || errno == EINTR;
        flow->start += (size_t)sent;
    }
}

static uint32_t interest(const struct flow *in, const struct flow *out) {
    uint32_t reads = in->end == 0 && !in->ended ? EPOLLIN : 0;
    uint32_t writes = out->start < out->end ? EPOLLOUT : 0;
    return reads | writes;
}

static void answer(struct relay *relay, int error) {
    uint8_t *frame = relay->to_agent.bytes;
    size_t length;
    if (error == 0) {
        frame[0] = REPLY_DONE;
        put_u32(frame + FRAME_HEADER, 0);
        length = 4;
    } else {
        const char *words = strerror(error);
        frame[0] = REPLY_FAILED;
        frame[FRAME_HEADER] = STEP_CONNECT;
        put_u32(frame + FRAME_HEADER + 1, (uint32_t)error);
        memcpy(frame + FRAME_HEADER + 5, words, strlen(words));
        length = 5 + strlen(words);
    }
    put_u32(frame + 1, (uint32_t)length);
    relay->to_agent.end = FRAME_HEADER + length;
}

static void advance(struct relay *relay) {
    if (!pump(&relay->to_port, relay->agent.fd, relay->port.fd)
        || !pump(&relay->to_agent, relay->port.fd, relay->agent.fd)
        || (relay->to_port.shut_down && relay->to_agent.shut_down)) {
        close_relay(relay);
        return;
    }
    uint32_t agent = interest(&relay->to_port, &relay->to_agent);
    /* Also while there is nothing to do with it: that the agent is gone must be noticed. */
    watch_interest(&relay->agent, agent == 0 && !relay->to_agent.shut_down ? EPOLLHUP : agent);
    watch_interest(&relay->port, interest(&relay->to_agent, &relay->to_port));
}

static void refuse(struct relay *relay, int error) {
    answer(relay, error);
    /* One short frame on a socket with nothing else in it: it fits, or the agent is gone. */
    send(relay->agent.fd, relay->to_agent.bytes, relay->to_agent.end, MSG_NOSIGNAL);
    close_relay(relay);
}

static void connected(struct relay *relay) {
    relay->connected = true;
    answer(relay, 0);
    advance(relay);
}

static void port_ready(struct watch *watch, uint32_t events) {
    struct relay *relay = (struct relay *)(void *)((char *)watch - offsetof(struct relay, port));
    if (relay->connected) {
        /* A hang-up is reported without being asked for. */
        if (events & EPOLLERR) close_relay(relay);
        else advance(relay);
        return;
    }
    int error = 0;
    socklen_t length = sizeof error;
    getsockopt(watch->fd, SOL_SOCKET, SO_ERROR, &error, &length);
    if (error != 0) refuse(relay, error);
    else connected(relay);
}

static void agent_ready(struct watch *watch, uint32_t events) {
    struct relay *relay = (struct relay *)(void *)((char *)watch - offsetof(struct relay, agent));
    /*
     * The whole connection is gone, in both directions: nobody is left to relay for. Unless one of them was ended by us: then the
     * other side has only ended the other, and what it said before is still to be read.
     */
    bool gone = (events & EPOLLERR) || ((events & EPOLLHUP) && !relay->to_agent.shut_down);
    if (!relay->connected || gone) close_relay(relay);
    else advance(relay);
}

void relay(struct connection *connection, uint16_t port) {
    struct relay *relay = calloc(1, sizeof *relay);
    int fd = relay == NULL ? -1 : socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        free(relay);
        connection_fail(connection, STEP_RESOURCES, errno);
        return;
    }
    int yes = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int failed = connect(fd, (struct sockaddr *)&address, sizeof address) == 0 ? 0 : errno;
    relay->agent = (struct watch){.ready = agent_ready, .fd = connection_give_up_socket(connection)};
    relay->port = (struct watch){.ready = port_ready, .fd = fd};
    if (failed == 0) {
        connected(relay);
    } else if (failed == EINPROGRESS) {
        watch_interest(&relay->agent, EPOLLRDHUP);
        watch_interest(&relay->port, EPOLLOUT);
    } else {
        refuse(relay, failed);
    }
}
