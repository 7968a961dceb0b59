/*
 * The server that tells what changes in directories. The Java side is dev.elevo.agent.watch; change both together. Frames are those
 * of protocol.h; what comes later for a subscription bears its number.
 */
#ifndef ELEVO_WATCH_H
#define ELEVO_WATCH_H

enum watch_request {
    /* number(4) flags(1) kinds(1, a bit for each) time-out ms(4, 0 is none) path include, may be "", count(4) and so many excluded
       → SUBSCRIBED or FAILED */
    WATCH_SUBSCRIBE = 's',
    WATCH_UNSUBSCRIBE = 'u', /* number(4) → ENDED; nothing when it has ended already */
};

enum watch_flag { WATCH_RECURSIVE = 1 };

enum watch_kind {
    WATCH_CREATED = 0,
    WATCH_MODIFIED = 1,
    WATCH_DELETED = 2,
    WATCH_RENAMED = 3,
    WATCH_OVERFLOW = 4, /* some were lost; the path is what is watched */
};

enum watch_reply {
    WATCH_REPLY_SUBSCRIBED = 's', /* number(4) */
    WATCH_REPLY_EVENT = 'e',      /* number(4) kind(1) directory(1) time, ms since 1970(8) path, old path or "" */
    WATCH_REPLY_ENDED = 'u',      /* number(4) reason(1) */
    WATCH_REPLY_FAILED = '!',     /* number(4) whose(1) errno or limit(4) */
};

enum watch_reason { WATCH_REQUESTED = 0, WATCH_TIMEOUT = 1, WATCH_REMOVED = 2 };

enum watch_whose {
    WATCH_PATH = 0,
    WATCH_INCLUDE = 1,
    WATCH_EXCLUDE = 2,
    WATCH_SUBSCRIPTIONS = 3, /* too many of these on the connection */
    WATCH_DIRECTORIES = 4,   /* more of them than one subscription may have */
    WATCH_KERNEL = 5,        /* fs.inotify.max_user_watches or max_user_instances */
};

#define WATCH_MOST_SUBSCRIPTIONS 10u
#define WATCH_MOST_DIRECTORIES 100000u

/* Returns when the agent has gone. */
void watch_serve(int fd);

#endif
