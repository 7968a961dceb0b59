/* Users and groups from the files of the sandbox; no NSS: the helper is static, and the sandbox's libraries are not ours to load. */
#ifndef ELEVO_ACCOUNTS_H
#define ELEVO_ACCOUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define MOST_GROUPS 64
#define MOST_FIELD 256

struct account {
    char name[MOST_FIELD], home[MOST_FIELD], shell[MOST_FIELD];
    uid_t uid;
    gid_t gid;
    gid_t groups[MOST_GROUPS];
    size_t group_count;
};

bool account_by_name(const char *name, struct account *account);
bool account_by_uid(uid_t uid, struct account *account);
bool group_by_name(const char *name, gid_t *gid);
bool group_by_gid(gid_t gid, char name[MOST_FIELD]);
/* From here on nobody becomes anybody else. */
void accounts_only(uid_t uid);
/* To all that this one user runs, whoever started it; false where there may be others. */
bool accounts_signal(int signal);
/* The process is that user from here on; else the errno. */
int account_become(const struct account *account);

#endif
