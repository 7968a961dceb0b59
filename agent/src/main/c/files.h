/*
 * The server of files. The Java side is dev.elevo.agent.files; change both together. Frames are those of protocol.h; paths are
 * absolute, and the kernel resolves them.
 *
 * A request is answered with FAILED, which undoes what it began, or with what is named behind it. After a FAILED in the middle of
 * content the server ends, since nobody wants the rest. What is written appears under its name whole, or not at all: until then it
 * has no name, or where the file system knows no such files the temporary one that came with the request.
 */
#ifndef ELEVO_FILES_H
#define ELEVO_FILES_H

enum files_request {
    FILES_STAT = 'S',   /* flags(1) path → ENTRY */
    FILES_LIST = 'L',   /* depth(4), all levels when negative; flags(1) path → ENTRY*, DONE(entries) */
    FILES_READ = 'R',   /* offset(8) length(8) most(8) path → CONTENT and the bytes; EFBIG with the size if it is more than most */
    FILES_WRITE = 'W',  /* flags(1) mode(4) path temporary → READY; then DATA*, END → WRITTEN, or DONE(0) where it is staged */
    FILES_DATA = 'd',   /* bytes */
    FILES_END = 'e',
    FILES_COMMIT = 'C', /* all that is staged → WRITTEN for each */
    FILES_ABORT = 'A',  /* all that is staged, and the content under way, is dropped → DONE(0) */
    FILES_MKDIR = 'M',  /* flags(1) mode(4) path → DONE(1 when it was made) */
    FILES_COPY = 'Y',   /* flags(1) from to temporary → ENTRY of to */
    FILES_MOVE = 'V',   /* flags(1) from to temporary → ENTRY of to */
    FILES_DELETE = 'D', /* flags(1) path → DONE(0) */
    FILES_CHMOD = 'P',  /* flags(1) mode(4) path → ENTRY */
    FILES_CHOWN = 'O',  /* flags(1) path owner group, which may be empty → ENTRY */
};

enum files_flag {
    FILES_FOLLOW = 1,
    FILES_PARENTS = 1,
    FILES_RECURSIVE = 1,
    FILES_OVERWRITE = 2,
    FILES_HIDDEN = 2, /* what begins with a dot, and all below it */
    FILES_APPEND = 4,
    FILES_ATTRIBUTES = 4,
    FILES_MODE = 8,   /* also of a file that is there */
    FILES_STAGED = 16,
};

enum files_reply {
    FILES_REPLY_ENTRY = 'E',   /* type(1) mode(4) size(8) changed(8) read(8) born(8) path owner group target; times in ns, -1 unknown */
    FILES_REPLY_DONE = 'r',    /* number(8) */
    FILES_REPLY_READY = 'y',
    FILES_REPLY_WRITTEN = 'w', /* created(1) bytes(8) */
    FILES_REPLY_CONTENT = 'c', /* size of the file(8) length(8), then so many bytes */
    FILES_REPLY_FAILED = '!',  /* whose(1) errno(4) number(8): which of several, or the size */
};

enum files_whose {
    WHOSE_FIRST = 0,
    WHOSE_SECOND = 1, /* of a copy or move the target */
    WHOSE_OWNER = 2,  /* no such user or group */
};

/* Returns when the agent has gone. */
void files_serve(int fd);

#endif
