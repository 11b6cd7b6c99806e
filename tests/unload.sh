#!/bin/sh
# unload.sh BUILD - a thread that used the library may end after dlclose: what
# frees its own is still there.
set -eu
build=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

cat >"$dir/unload.c" <<'END'
#include <dlfcn.h>
#include <pthread.h>
#include <sentiment.h>

typedef sentiment_status key_fn(
    const sentiment_digest *, sentiment_text, sentiment_digest *, sentiment_error *);

static pthread_barrier_t used, closed;

static void *use(void *library)
{
    key_fn *key = (key_fn *)dlsym(library, "sentiment_cache_key");
    sentiment_text text = {"a", 1};
    sentiment_digest digest;

    key(NULL, text, &digest, NULL);
    pthread_barrier_wait(&used);
    pthread_barrier_wait(&closed);
    return NULL;
}

int main(int argc, char **argv)
{
    void *library = argc == 2 ? dlopen(argv[1], RTLD_NOW | RTLD_LOCAL) : NULL;
    pthread_t thread;

    if (!library)
        return 2;
    pthread_barrier_init(&used, NULL, 2);
    pthread_barrier_init(&closed, NULL, 2);
    pthread_create(&thread, NULL, use, library);
    pthread_barrier_wait(&used);
    dlclose(library);
    pthread_barrier_wait(&closed);
    return pthread_join(thread, NULL);
}
END
${CC:-cc} -D_GNU_SOURCE -Iinclude -pthread "$dir/unload.c" -o "$dir/unload" -ldl
"$dir/unload" "$build/lib/libsentiment.so" || {
    echo "a thread that ends after dlclose: exit status $?"
    exit 1
}
