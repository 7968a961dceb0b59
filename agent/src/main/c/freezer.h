/* The processes of a control group, stopped for a moment. */
#ifndef ELEVO_FREEZER_H
#define ELEVO_FREEZER_H

/*
 * Stops them between two instructions: 1 when it did, 0 when they stood still already, -1 when that cannot be had soon, and all of
 * them go on. Whoever is killed before freezer_go leaves them frozen.
 */
int freezer_stop(const char *group);

int freezer_go(const char *group);

#endif
