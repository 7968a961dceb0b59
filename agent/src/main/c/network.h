/* What only whoever has rights over a network can do inside of it, before anybody is there. */
#ifndef ELEVO_NETWORK_H
#define ELEVO_NETWORK_H

/* Root inside has no rights over a network that was made outside, and expects to serve port 80. */
int network_open_low_ports(const char *namespace);

/* The same, and its end of the pair gets the address in a network of four, and the way out behind the other end. */
int network_set_up(const char *namespace, const char *address, const char *gateway);

#endif
