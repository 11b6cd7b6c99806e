#!/bin/sh
# headers.sh BUILD - each public header compiles alone, as C11 and as C++17, by
# every compiler that is here.
set -eu

# alone HEADER COMPILER OPTION…
alone() {
    name=${1#include/} compiler=$2
    command -v "$compiler" >/dev/null || return 0
    shift 2
    printf '#include "%s"\n' "$name" |
        "$compiler" "$@" -Iinclude -Wall -Wextra -Wpedantic -Werror -fsyntax-only - || {
        echo "include/$name does not compile alone: $compiler $*"
        exit 1
    }
}

for header in include/sentiment.h include/sentiment/*.h; do
    for compiler in gcc clang; do
        alone "$header" $compiler -x c -std=c11
    done
    for compiler in g++ clang++; do
        alone "$header" $compiler -x c++ -std=c++17
    done
done
