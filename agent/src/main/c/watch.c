#include "watch.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "loop.h"
#include "protocol.h"
#include "subscription.h"
#include "talk.h"

struct watcher {
    struct talk talk;
    struct subscription *subscriptions[WATCH_MOST_SUBSCRIPTIONS];
    unsigned count;
};

static void drop(struct watcher *watcher, unsigned at) {
    subscription_close(watcher->subscriptions[at]);
    watcher->subscriptions[at] = watcher->subscriptions[--watcher->count];
}

static void refuse_more(struct watcher *watcher, uint32_t number) {
    talk_begin(&watcher->talk, WATCH_REPLY_FAILED);
    talk_u32(&watcher->talk, number);
    talk_u8(&watcher->talk, WATCH_SUBSCRIPTIONS);
    talk_u32(&watcher->talk, WATCH_MOST_SUBSCRIPTIONS);
    talk_end(&watcher->talk);
}

/* False when the agent breaks the protocol. */
static bool subscribe(struct watcher *watcher, uint32_t number, struct reader *reader) {
    if (watcher->count == WATCH_MOST_SUBSCRIPTIONS) {
        refuse_more(watcher, number);
        return true;
    }
    struct subscription *subscription = subscription_open(&watcher->talk, number, reader);
    if (subscription != NULL) watcher->subscriptions[watcher->count++] = subscription;
    return !reader->bad;
}

static void unsubscribe(struct watcher *watcher, uint32_t number) {
    for (unsigned i = 0; i < watcher->count; i++) {
        if (watcher->subscriptions[i]->number != number) continue;
        subscription_end(watcher->subscriptions[i], WATCH_REQUESTED);
        drop(watcher, i);
        return;
    }
}

/* False when the agent has gone. */
static bool take_requests(struct watcher *watcher) {
    do {
        struct frame frame;
        if (!talk_receive(&watcher->talk, &frame)) return false;
        uint32_t number = take_u32(&frame.payload);
        if (frame.payload.bad) return false;
        if (frame.type == WATCH_UNSUBSCRIBE) unsubscribe(watcher, number);
        else if (frame.type != WATCH_SUBSCRIBE || !subscribe(watcher, number, &frame.payload)) return false;
    } while (watcher->talk.in_end > watcher->talk.in_start);
    return true;
}

static int wait_ms(const struct watcher *watcher) {
    int64_t next = INT64_MAX;
    for (unsigned i = 0; i < watcher->count; i++) {
        int64_t one = subscription_next_time(watcher->subscriptions[i]);
        if (one < next) next = one;
    }
    if (next == INT64_MAX) return -1;
    int64_t left = next - monotonic_us();
    return left <= 0 ? 0 : left > 60000000 ? 60000 : (int)((left + 999) / 1000);
}

/* From the last to the first: one that ends gives its place to the last. */
static void attend(struct watcher *watcher, const struct pollfd *watched) {
    for (unsigned i = watcher->count; i-- > 0;) {
        struct subscription *subscription = watcher->subscriptions[i];
        bool goes_on = true;
        if (watched[i].revents != 0) goes_on = subscription_read(subscription);
        else subscription_drained(subscription);
        if (!goes_on || !subscription_check_time(subscription, monotonic_us())) drop(watcher, i);
    }
}

void watch_serve(int fd) {
    struct watcher *watcher = calloc(1, sizeof *watcher);
    if (watcher == NULL) _exit(70);
    watcher->talk.fd = fd;
    while (!watcher->talk.gone) {
        struct pollfd watched[WATCH_MOST_SUBSCRIPTIONS + 1];
        for (unsigned i = 0; i < watcher->count; i++) {
            watched[i] = (struct pollfd){.fd = watcher->subscriptions[i]->notify, .events = POLLIN};
        }
        struct pollfd *agent = &watched[watcher->count];
        *agent = (struct pollfd){.fd = fd, .events = POLLIN};
        if (poll(watched, watcher->count + 1, wait_ms(watcher)) < 0 && errno != EINTR) _exit(70);
        attend(watcher, watched);
        if (agent->revents != 0 && !take_requests(watcher)) return;
        talk_flush(&watcher->talk);
    }
}
