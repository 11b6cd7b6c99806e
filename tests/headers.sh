#!/bin/sh
# headers.sh BUILD - each public header compiles alone, as C11 and as C++17.
set -eu
for header in include/sentiment.h include/sentiment/*.h; do
    name=${header#include/}
    for compiler in "${CC:-cc} -x c -std=c11" "${CXX:-c++} -x c++ -std=c++17"; do
        printf '#include "%s"\n' "$name" |
            $compiler -Iinclude -Wall -Wextra -Wpedantic -Werror -fsyntax-only - || {
            echo "$header does not compile alone: $compiler"
            exit 1
        }
    done
done
