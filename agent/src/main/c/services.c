#include "services.h"

#include <stddef.h>

#define MOST_SERVICES 256

static pid_t services[MOST_SERVICES];

static pid_t *place_of(pid_t pid) {
    for (size_t i = 0; i < MOST_SERVICES; i++) {
        if (services[i] == pid) return &services[i];
    }
    return NULL;
}

bool service_began(pid_t pid) {
    pid_t *place = place_of(0);
    if (place == NULL) return false;
    *place = pid;
    return true;
}

void service_ended(pid_t pid) {
    pid_t *place = place_of(pid);
    if (place != NULL) *place = 0;
}

bool service_is(pid_t pid) { return pid > 0 && place_of(pid) != NULL; }
