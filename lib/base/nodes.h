/* nodes.h - NUMA nodes, and the CPUs of each that this process may use. */
#ifndef SNT_NODES_H
#define SNT_NODES_H

#include <sched.h>
#include <stddef.h>

#define SNT_NODES_DIR "/sys/devices/system/node"

enum { SNT_MAX_NODES = 64 };

typedef struct snt_node {
    cpu_set_t cpus; /* of the affinity mask */
    unsigned n;     /* of them, at least 1 */
} snt_node;

/** Fills nodes[SNT_MAX_NODES] with those of dir, SNT_NODES_DIR or one like it,
 * that have usable CPUs, in no order; how many. 0: dir tells of none. */
size_t snt_nodes(const char *dir, snt_node *nodes);

#endif
