/* nodes.c - see nodes.h. A node is a folder "node0" with a file "cpulist", as
 * in "0-3,8-11"; one that has memory only has an empty list. */
#include "nodes.h"

#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Those of list that usable has too. */
static void read_list(const char *list, const cpu_set_t *usable, snt_node *node)
{
    CPU_ZERO(&node->cpus);
    for (char *rest; *list; list = *rest == ',' ? rest + 1 : "") {
        unsigned long first = strtoul(list, &rest, 10), last = first;

        if (rest == list)
            break;
        if (*rest == '-')
            last = strtoul(rest + 1, &rest, 10);
        for (; first <= last && first < CPU_SETSIZE; first++)
            if (CPU_ISSET(first, usable))
                CPU_SET(first, &node->cpus);
    }
    node->n = (unsigned)CPU_COUNT(&node->cpus);
}

static bool is_node(const char *name)
{
    return !strncmp(name, "node", 4) && name[4] &&
           !name[4 + strspn(name + 4, "0123456789")];
}

static bool read_node(
    const char *dir, const char *name, const cpu_set_t *usable, snt_node *node)
{
    char path[PATH_MAX], list[4096];
    FILE *file;
    bool there;

    snprintf(path, sizeof(path), "%s/%s/cpulist", dir, name);
    file = fopen(path, "re");
    if (!file)
        return false;
    there = fgets(list, sizeof(list), file) != NULL;
    fclose(file);
    if (there)
        read_list(list, usable, node);
    return there && node->n;
}

size_t snt_nodes(const char *dir, snt_node *nodes)
{
    const struct dirent *entry;
    cpu_set_t usable;
    size_t n = 0;
    DIR *folder;

    if (sched_getaffinity(0, sizeof(usable), &usable))
        return 0;
    folder = opendir(dir);
    if (!folder)
        return 0;
    while (n < SNT_MAX_NODES && (entry = readdir(folder)))
        if (is_node(entry->d_name))
            n += read_node(dir, entry->d_name, &usable, &nodes[n]);
    closedir(folder);
    return n;
}
