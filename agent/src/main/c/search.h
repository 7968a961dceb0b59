/*
 * The server that finds files by their names and by what is in them. The Java side is dev.elevo.agent.search; change both together.
 * One connection, one search. Frames are those of protocol.h; bytes are length(4) bytes, without a NUL behind them.
 */
#ifndef ELEVO_SEARCH_H
#define ELEVO_SEARCH_H

enum search_request {
    /*
     * limit(4) time ms(4) depth(4, 0xffffffff is any) flags(1) type(1, of a directory entry; 0 is any) least size(8) most size(8)
     * after(8) before(8, ms since 1970) path pattern count(4) and so many directories to leave out → PATH*, DONE or FAILED
     */
    SEARCH_FIND = 'f',
    /* limit(4) time ms(4) context(4) flags(1) path pattern include, may be "", count(4) and so many excluded → MATCH*, DONE or FAILED */
    SEARCH_GREP = 'g',
};

enum search_flag {
    FIND_HIDDEN = 1,
    FIND_STAT = 2, /* the ranges count */
    FIND_REGEX = 4,
    GREP_FOLD = 1,
    GREP_WORD = 2,
    GREP_BINARY = 4,
};

enum search_reply {
    SEARCH_REPLY_PATH = 'p',   /* bytes */
    SEARCH_REPLY_MATCH = 'm',  /* line(8) column(8) file(bytes) content(bytes) count(4) lines before count(4) lines behind */
    SEARCH_REPLY_DONE = 'r',   /* truncated(1) */
    SEARCH_REPLY_FAILED = '!', /* whose(1) number(4): the errno of the path, or the engine's reason against a pattern */
};

enum search_whose { SEARCH_PATH = 0, SEARCH_PATTERN = 1, SEARCH_INCLUDE = 2, SEARCH_EXCLUDE = 3 };

/* Returns when the search is done, or the agent has gone. */
void search_serve(int fd);

#endif
