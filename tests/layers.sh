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

# A quoted include that is not one of lib/base/'s headers or of the folder itself.
foreign_includes() {
    for file in "$1"/*.[ch]; do
        grep -nE '^#include "' "$file" | while IFS=: read -r line include; do
            name=$(echo "$include" | cut -d'"' -f2)
            case $name in
            sentiment.h | sentiment/*.h) continue ;;
            esac
            [ -e "$1/$name" ] || [ -e "lib/base/$name" ] ||
                echo "$file:$line: $name: only include/, lib/base/ and $1/ may be included here"
        done
    done
}

found=$(foreign_includes cli; foreign_includes lib/base)
if [ -n "$found" ]; then
    echo "$found"
    bad=1
fi

sources=$(find lib -name '*.[ch]')
refuse "lib/ opens no sockets" '#include <(sys/socket|netinet/|arpa/|netdb)' $sources
refuse "lib/ starts no processes" '\b(fork|exec[lv]p?e?|system|popen|posix_spawn)p? ?\(' $(find lib -name '*.c')
refuse "lib/ reads no environment" '\b(secure_)?getenv ?\(|\benviron\b' $sources
refuse "lib/ prints nothing" '\b(printf|puts|putchar|perror|vprintf) ?\(|\b(stdout|stderr)\b' $sources
refuse "lib/ leaves the process alone" '\b(exit|_exit|abort|atexit|signal|sigaction) ?\(' $sources
refuse "lib/ and cli/ see no torch" '#include [<"](torch|ATen|c10)/' $sources $(find cli include -name '*.[ch]')
refuse "only shim/ sees the tensors" 'shim/(linear|network|kernels|guard|devices)' $sources $(find cli -name '*.[ch]')
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
