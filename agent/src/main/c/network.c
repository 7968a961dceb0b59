#include "network.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <net/route.h>
#include <sched.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fail.h"

#define PAIR "eth0"
#define NETMASK "255.255.255.252"

static int put_address(struct sockaddr *place, const char *text) {
    struct sockaddr_in address = {.sin_family = AF_INET};
    if (inet_pton(AF_INET, text, &address.sin_addr) != 1) {
        errno = EINVAL;
        return -1;
    }
    memcpy(place, &address, sizeof address);
    return 0;
}

static struct ifreq interface_named(const char *name) {
    struct ifreq request = {0};
    strncpy(request.ifr_name, name, IFNAMSIZ - 1);
    return request;
}

static int raise_interface(int socket, const char *name) {
    struct ifreq request = interface_named(name);
    if (ioctl(socket, SIOCGIFFLAGS, &request) != 0) return -1;
    request.ifr_flags |= IFF_UP;
    return ioctl(socket, SIOCSIFFLAGS, &request);
}

static int set_address(int socket, unsigned long what, const char *text) {
    struct ifreq request = interface_named(PAIR);
    return put_address(&request.ifr_addr, text) == 0 ? ioctl(socket, what, &request) : -1;
}

static int route_by(int socket, const char *gateway) {
    struct rtentry route = {.rt_flags = RTF_UP | RTF_GATEWAY};
    bool understood = put_address(&route.rt_dst, "0.0.0.0") == 0 && put_address(&route.rt_genmask, "0.0.0.0") == 0
                      && put_address(&route.rt_gateway, gateway) == 0;
    return understood ? ioctl(socket, SIOCADDRT, &route) : -1;
}

static bool configure(const char *address, const char *gateway) {
    int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    return any >= 0 && raise_interface(any, "lo") == 0 && set_address(any, SIOCSIFADDR, address) == 0
           && set_address(any, SIOCSIFNETMASK, NETMASK) == 0 && raise_interface(any, PAIR) == 0
           && route_by(any, gateway) == 0;
}

static bool open_low_ports(void) {
    int fd = open("/proc/sys/net/ipv4/ip_unprivileged_port_start", O_WRONLY | O_CLOEXEC);
    return fd >= 0 && write(fd, "0\n", 2) == 2;
}

static bool enter(const char *namespace) {
    int fd = open(namespace, O_RDONLY | O_CLOEXEC);
    return fd >= 0 && setns(fd, CLONE_NEWNET) == 0;
}

/* In a child, because whoever is not the host's root has no way back. */
static int inside(const char *namespace, const char *address, const char *gateway) {
    pid_t child = fork();
    if (child < 0) return fail("cannot fork for", namespace);
    if (child == 0) {
        if (!enter(namespace)) _exit(fail("cannot enter", namespace) + 2);
        if (!open_low_ports()) _exit(fail("cannot open the low ports of", namespace) + 2);
        if (address != NULL && !configure(address, gateway)) _exit(fail("cannot set up", namespace) + 2);
        _exit(0);
    }
    int status;
    return waitpid(child, &status, 0) == child && status == 0 ? 0 : -1;
}

int network_open_low_ports(const char *namespace) {
    return inside(namespace, NULL, NULL);
}

int network_set_up(const char *namespace, const char *address, const char *gateway) {
    return inside(namespace, address, gateway);
}
