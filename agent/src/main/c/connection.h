/* One Unix connection of the agent. */
#ifndef ELEVO_CONNECTION_H
#define ELEVO_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol.h"

struct connection;
struct process;

void connections_listen(int fd);
void connection_bind(struct connection *connection, struct process *process);
void connection_unbind(struct connection *connection);
void connection_close(struct connection *connection);
int connection_socket(const struct connection *connection);
/* Frees the connection and keeps its socket, for whoever takes it over. */
int connection_give_up_socket(struct connection *connection);

/* A frame whose payload comes in two parts. */
void connection_reply(struct connection *connection, enum reply type, const void *head, size_t head_length,
    const void *tail, size_t tail_length);
void connection_fail(struct connection *connection, enum step step, int error);
/* Sends what is due, as far as the socket takes it. */
void connection_flush(struct connection *connection);

int64_t connections_next_time_us(void);
void connections_check_time(void);
/* A child is gone: somebody may wait for the last one. */
void connections_child_ended(void);

#endif
