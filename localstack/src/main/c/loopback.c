/*
 * Preloaded into DynamoDB Local, which has no option for the address it listens on and takes all of them. Whoever reaches its
 * port owns every sandbox, so "all addresses" becomes the loopback address.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <netinet/in.h>
#include <stddef.h>
#include <sys/socket.h>

typedef int (*bind_function)(int, const struct sockaddr *, socklen_t);

int bind(int socket, const struct sockaddr *address, socklen_t length) {
    bind_function real = (bind_function)dlsym(RTLD_NEXT, "bind");
    if (real == NULL) {
        errno = ENOSYS;
        return -1;
    }
    if (address->sa_family == AF_INET && length >= sizeof(struct sockaddr_in)) {
        struct sockaddr_in narrowed = *(const struct sockaddr_in *)address;
        if (narrowed.sin_addr.s_addr == htonl(INADDR_ANY)) {
            narrowed.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
            return real(socket, (const struct sockaddr *)&narrowed, sizeof narrowed);
        }
    }
    if (address->sa_family == AF_INET6 && length >= sizeof(struct sockaddr_in6)) {
        struct sockaddr_in6 narrowed = *(const struct sockaddr_in6 *)address;
        if (IN6_IS_ADDR_UNSPECIFIED(&narrowed.sin6_addr)) {
            narrowed.sin6_addr = in6addr_loopback;
            return real(socket, (const struct sockaddr *)&narrowed, sizeof narrowed);
        }
    }
    return real(socket, address, length);
}
