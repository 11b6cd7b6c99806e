#!/bin/sh
# layers.sh BUILD - who may include and call what; a rule that matters fails here.
set -eu
bad=0

# refuse WHY PATTERN FILES…: no line of FILES may match PATTERN.
refuse() {
    why=$1 pattern=$2
    shift 2
    if grep -nE "$pattern" "$@" /dev/null; then
        echo "  $why"
        bad=1
    fi
}

# The folder of the file that an include of folder $1 names, as the compiler
# looks for it; the public headers are one layer, whoever asks.
folder_of() {
    case $2 in
    sentiment.h | sentiment/*.h) echo include && return ;;
    esac
    for place in "$1" lib/base lib .; do
        [ -e "$place/$2" ] && dirname "$place/$2" | sed 's,^\./,,' && return
    done
    echo nowhere
}

# layer FOLDER MAY…: FOLDER includes from include/, itself and the folders MAY.
layer() {
    layer=$1
    may=" include $* "
    for file in "$layer"/*.[ch]; do
        for name in $(sed -n 's/^ *# *include "\([^"]*\)".*/\1/p' "$file"); do
            case $may in
            *" $(folder_of "$layer" "$name") "*) ;;
            *) echo "$file: \"$name\": $layer/ may include from$may" && bad=1 ;;
            esac
        done
    done
}

layer lib/base
layer lib/tokenizer lib/base
layer lib/model lib/base lib/tokenizer shim
layer lib lib/base lib/tokenizer lib/model shim
layer cli lib/base

sources=$(find lib -name '*.[ch]')
refuse "lib/ opens no sockets" '#include <(sys/socket|netinet/|arpa/|netdb|curl/|microhttpd|librdkafka/)' $sources
refuse "lib/ starts no processes" '\b(fork|exec[lv]p?e?|system|popen|posix_spawn)p? ?\(' $(find lib -name '*.c')
refuse "lib/ reads no environment" '\b(secure_)?getenv ?\(|\benviron\b' $sources
refuse "lib/ prints nothing" '\b(printf|puts|putchar|perror|vprintf) ?\(|\b(stdout|stderr)\b' $sources
refuse "lib/ leaves the process alone" '\b(exit|_exit|abort|atexit|signal|sigaction) ?\(' $sources
refuse "lib/ and cli/ see no torch" '#include [<"](torch|ATen|c10)/' $sources $(find cli include -name '*.[ch]')
refuse "of shim/, lib/ and cli/ see engine.h" '#include "shim/([^e]|e[^n])' $sources $(find cli -name '*.[ch]')
refuse "the classifier knows nothing of what stands on it" '#include "(sentiment/)?(pipeline|router)\.h"' \
    lib/classifier.[ch] lib/worker.[ch] lib/queue.[ch] lib/task.[ch]
refuse "cache and router know base.h only" '#include "(sentiment/)?(tokenizer|model|classifier|pipeline)\.h"' \
    lib/cache.c lib/shard.[ch] lib/router.c lib/rules.[ch] include/sentiment/cache.h include/sentiment/router.h
refuse "engine.h is C and knows base.h only" '#include "(sentiment/(tokenizer|model|classifier|pipeline)|.*\.hh)' shim/engine.h

cpp=$(find . -path ./build -prune -o -path ./.git -prune -o \( -name '*.cc' -o -name '*.hh' -o -name '*.cpp' \) -print | grep -v '^./shim/' || true)
if [ -n "$cpp" ]; then
    echo "C++ lives in shim/: $cpp"
    bad=1
fi

# The same name in two parts would silently link one of them.
twice=$(nm -g --defined-only "$1"/lib/libsentiment.a 2>/dev/null | awk '$2 ~ /[TDBR]/ {print $3}' | sort | uniq -d)
if [ -n "$twice" ]; then
    echo "two definitions of: $twice"
    bad=1
fi
exit $bad
