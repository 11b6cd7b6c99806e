/* replay.c - runs a fuzz target on the files of the folders it is given. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "file.h"
#include "fuzz.h"

static int replay(const char *folder)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;
    int n = 0;

    while (dir && (entry = readdir(dir))) {
        char *path = snt_file_join(folder, entry->d_name);
        snt_file file;

        if (path && snt_file_open(&file, path, NULL) == SENTIMENT_OK) {
            LLVMFuzzerTestOneInput(file.bytes, file.len);
            snt_file_close(&file);
            n++;
        }
        free(path);
    }
    if (dir)
        closedir(dir);
    return n;
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        int n = replay(argv[i]);

        if (!n) {
            fprintf(stderr, "%s: no files there\n", argv[i]);
            return EXIT_FAILURE;
        }
        printf("%s: %d inputs of %s\n", argv[0], n, argv[i]);
    }
    return EXIT_SUCCESS;
}
