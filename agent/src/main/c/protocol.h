/*
 * The wire protocol between the agent and the helper. The Java side is dev.elevo.agent.helper; change both together.
 *
 * A frame is type(1) length(4) payload(length), integers little-endian. A text is length(4) bytes NUL, where the length counts
 * the NUL and no other NUL is inside, so that the helper can use it in place.
 *
 * A connection is idle or bound to one process. Idle connections ask; EXEC and ATTACH bind; FORGET unbinds. Closing a
 * connection never ends a process.
 *
 * No output is lost: what a process wrote stays in its backlog until the agent acknowledges it, and a process whose backlog is
 * full blocks on its next write. Both outlive the connection.
 */
#ifndef ELEVO_PROTOCOL_H
#define ELEVO_PROTOCOL_H

#define PROTOCOL_VERSION 1

enum request {
    /* any time */
    REQUEST_HELLO = 'H',     /* → DONE(version) */
    /* idle */
    REQUEST_INPUT = 'D',     /* bytes: appended to the stdin of the next EXEC */
    REQUEST_EXEC = 'E',      /* see process.c → STARTED or FAILED */
    REQUEST_ATTACH = 'A',    /* id(8) stdout(8) stderr(8): resume behind these offsets → ATTACHED or FAILED */
    REQUEST_LIST = 'L',      /* → LISTED*, DONE(count) */
    REQUEST_SIGNAL = 'K',    /* id(8) signal(1): to the process group → DONE or FAILED */
    REQUEST_RESIZE = 'W',    /* id(8) rows(2) columns(2) → DONE or FAILED */
    REQUEST_BEGIN = 'B',     /* id(8) timeout ms(4): one that waited begins only now, and so does its time → DONE or FAILED */
    REQUEST_INSPECT = 'P',   /* pid(4) → INSPECTED or FAILED */
    REQUEST_TERMINATE = 'T', /* signal(1) wait ms(4): to everything inside → DONE(number of processes left) */
    REQUEST_RELAY = 'R',     /* port(2): → DONE, then raw bytes to and from 127.0.0.1:port; or FAILED */
    REQUEST_SERVE = 'F',     /* role(1) user: → DONE, then the connection is that of a server as that user, see serve.h; or FAILED */
    REQUEST_CLOCK = 'S',     /* runs(1): 0 stops the time of all processes, before we are frozen; 1 lets it go on → DONE */
    REQUEST_TREE = 'Q',      /* → TREE */
    REQUEST_KILL = 'G',      /* pid(4) signal(1): to the group of any process below us → DONE or FAILED */
    /* bound */
    REQUEST_STDIN = 'I',     /* bytes; never more than STDIN_WINDOW beyond what was ACCEPTED */
    REQUEST_TYPED = 'J',     /* the same for what somebody types: ACCEPTED comes with the next output, or with that of a STDIN */
    REQUEST_STDIN_END = 'C', /* close stdin once everything is written */
    REQUEST_ACK = 'k',       /* stdout(8) stderr(8): everything before is safe */
    REQUEST_FORGET = 'Z',    /* after ENDED: drop the process; the connection is idle again */
};

enum reply {
    REPLY_STARTED = 's',   /* id(8) pid(4) started at, ms since 1970(8) */
    REPLY_ATTACHED = 'a',  /* id(8) pid(4) started at(8) stdin accepted(8) note */
    REPLY_FAILED = '!',    /* step(1) errno(4) words */
    REPLY_STDOUT = 'o',    /* offset(8) bytes */
    REPLY_STDERR = 'e',    /* offset(8) bytes */
    REPLY_ENDED = 'x',     /* by signal(1) code or signal(4) timed out(1) ended at(8) µs run(8) stdout(8) stderr(8) */
    REPLY_ACCEPTED = 'i',  /* stdin written in all(8), stdin closed(1) */
    REPLY_LISTED = 'l',    /* id(8) pid(4) started at(8) ended(1) */
    REPLY_INSPECTED = 'p', /* six texts without their NUL: stat, status, cmdline, environ, cwd, user */
    REPLY_TREE = 't',      /* pid(4) parent(4) the service's own(1), for each process */
    REPLY_DONE = 'r',      /* number(4) */
};

/* What could not be done; the agent makes an error code of it. */
enum step {
    STEP_REQUEST = 1,     /* the request breaks the protocol or a bound */
    STEP_USER = 2,        /* no such user */
    STEP_CREDENTIALS = 3, /* the helper may not become that user */
    STEP_DIRECTORY = 4,   /* chdir */
    STEP_PROGRAM = 5,     /* execve */
    STEP_RESOURCES = 6,   /* fork, pipe, memory */
    STEP_PROCESSES = 7,   /* too many processes held */
    STEP_TERMINAL = 8,    /* no pseudo terminal */
    STEP_MISSING = 9,     /* no such process */
    STEP_POSITION = 10,   /* the backlog does not hold that offset any more */
    STEP_CONNECT = 11,    /* the relay found nobody listening */
    STEP_FORBIDDEN = 12,  /* the process is the service's own */
};

enum exec_flag {
    EXEC_TERMINAL = 1,
    EXEC_BARE_ENVIRONMENT = 2, /* the environment is whole: add no HOME, USER, PATH … */
    EXEC_WARNED = 4,           /* SIGTERM at its time, and SIGKILL when it is not over soon after */
};

enum stdin_mode { STDIN_NONE = 0, STDIN_INPUT = 1, STDIN_OPEN = 2 };

#define FRAME_HEADER 5u
#define OUTPUT_HEADER (FRAME_HEADER + 8u)

/* The kernel refuses more than 2 MiB of arguments and environment; the note has the same bound. */
#define MOST_EXEC_BYTES (6u << 20)
#define MOST_FRAME_BYTES (64u << 10)
#define MOST_INPUT_BYTES (4u << 20)
#define MOST_STRINGS 4096u
#define MOST_OUTPUT_FRAME (64u << 10)
#define STDIN_WINDOW (64u << 10)
#define BACKLOG_BYTES (256u << 10)
#define MOST_PROCESSES 128u
#define MOST_CONNECTIONS 256u
#define MOST_DRAINS 128u
#define MOST_SERVERS 64u

#endif
