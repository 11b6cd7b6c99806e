#!/bin/sh
# install.sh BUILD - installs, builds programs outside the tree through
# pkg-config and CMake, runs them, the command, and the examples in other
# languages; looks at what was installed; uninstalls: nothing is left.
set -eu
build=$1
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
root=$stage/usr/local

# quiet_make TARGET [VARIABLE=…]
quiet_make() {
    make --no-print-directory B="$build" DESTDIR="$stage" PREFIX=/usr/local "$@" >"$stage.log" 2>&1 || {
        cat "$stage.log"
        exit 1
    }
    rm -f "$stage.log"
}

quiet_make install
export PKG_CONFIG_PATH="$root/lib/pkgconfig"
flags=$(pkg-config --define-prefix --cflags --libs sentiment)
static=$(pkg-config --define-prefix --static --cflags --libs sentiment)
[ "$(pkg-config --modversion sentiment)" = "$("$root/bin/sentiment-cli" --version | awk '{print $NF}')" ] || {
    echo "the version of sentiment.pc is not the command's"
    exit 1
}
mkdir "$stage/outside"
cp examples/classify.c "$stage/outside"
(
    cd "$stage/outside"
    ${CC:-cc} classify.c -o shared $flags
    ${CC:-cc} classify.c -o static "$root/lib/libsentiment.a" $(echo "$static" | sed 's/-lsentiment//')
)
answer=$(LD_LIBRARY_PATH="$root/lib" "$stage/outside/shared" "$root/share/sentiment/models/finsent-minilm" "Profit doubled.")
case $answer in
positive*) ;;
*) echo "the outside program says: $answer"; exit 1 ;;
esac
# The static one looks for the engine in ../lib/sentiment of its own folder.
cp "$stage/outside/static" "$root/bin/outside"
answer=$("$root/bin/outside" "$root/share/sentiment/models/finsent-minilm" "Profit doubled.")
rm "$root/bin/outside"
case $answer in
positive*) ;;
*) echo "the static program says: $answer"; exit 1 ;;
esac
answer=$("$root/bin/sentiment-cli" classify -t "Profit doubled.")
case $answer in
'{"label":"positive"'*) ;;
*) echo "the installed command says: $answer"; exit 1 ;;
esac

# Through CMake, both libraries.
if command -v cmake >/dev/null; then
    cat >"$stage/outside/CMakeLists.txt" <<'CMAKE'
cmake_minimum_required(VERSION 3.16)
project(outside C)
find_package(Sentiment 0.1 REQUIRED)
add_executable(cmake_shared classify.c)
target_link_libraries(cmake_shared Sentiment::sentiment)
add_executable(cmake_static classify.c)
target_link_libraries(cmake_static Sentiment::static)
CMAKE
    {
        cmake -S "$stage/outside" -B "$stage/outside/cmake" -DCMAKE_PREFIX_PATH="$root" &&
            cmake --build "$stage/outside/cmake"
    } >"$stage.log" 2>&1 || {
        cat "$stage.log"
        exit 1
    }
    rm "$stage.log"
    cp "$stage/outside/cmake/cmake_static" "$root/bin/outside"
    for program in "$stage/outside/cmake/cmake_shared" "$root/bin/outside"; do
        answer=$("$program" "$root/share/sentiment/models/finsent-minilm" "Profit doubled.")
        case $answer in
        positive*) ;;
        *) echo "$program says: $answer"; exit 1 ;;
        esac
    done
    rm "$root/bin/outside"
else
    echo "skipped: cmake is not here"
fi

# The examples in other languages, against what was installed.
export LD_LIBRARY_PATH="$root/lib"
answer=$(python3 examples/classify.py "$root/lib/libsentiment.so" "$root/share/sentiment/models/finsent-minilm" "Profit doubled.")
case $answer in
positive*) ;;
*) echo "examples/classify.py says: $answer"; exit 1 ;;
esac
if command -v go >/dev/null; then
    cp -r examples/go "$stage/outside/go"
    answer=$(cd "$stage/outside/go" && CGO_CFLAGS="-I$root/include" CGO_LDFLAGS="-L$root/lib" GOFLAGS=-mod=mod GOCACHE="$stage/outside/cache" \
        go run . "$root/share/sentiment/models/finsent-minilm" "Profit doubled.")
    case $answer in
    positive*) ;;
    *) echo "examples/go says: $answer"; exit 1 ;;
    esac
else
    echo "skipped: go is not here"
fi
unset LD_LIBRARY_PATH

# The units, as systemd reads them.
if command -v systemd-analyze >/dev/null; then
    mkdir "$stage/outside/units"
    for unit in "$root"/lib/systemd/system/*; do
        sed "s,/usr/local/bin,$root/bin," "$unit" >"$stage/outside/units/${unit##*/}"
    done
    systemd-analyze verify --man=no "$stage"/outside/units/* 2>"$stage.log" || { cat "$stage.log"; exit 1; }
    grep outside/units "$stage.log" && exit 1
    rm "$stage.log"
    for unit in "$stage"/outside/units/*.service; do
        systemd-analyze security --offline=true --threshold=20 "$unit" >/dev/null 2>&1 || {
            echo "$unit is more exposed than 2.0, says systemd-analyze security"
            exit 1
        }
    done
else
    echo "skipped: systemd-analyze is not here"
fi

# Nothing tells of the folder of the build or of a home; libtorch came as it is.
find "$root" -type f ! -name 'libtorch*' ! -name 'libc10*' ! -name 'libgomp*' ! -name 'libcu*' \
    ! -path '*/models/*' >"$stage/outside/files"
for folder in "$(pwd)" "$HOME"; do
    case $folder in / | /root) continue ;; esac
    xargs grep -lF "$folder" <"$stage/outside/files" && { echo "these name $folder"; exit 1; }
done
for file in "$root/bin/sentiment-cli" "$root"/lib/libsentiment.so "$root"/lib/sentiment/libsentiment_torch.so; do
    if readelf -d "$file" | grep -E 'R(UN)?PATH' | grep -vq 'ORIGIN'; then
        echo "$file: its run path points out of the installation"
        exit 1
    fi
done
quiet_make uninstall
rm -r "$stage/outside"

# Libraries in a folder of another depth.
quiet_make install LIBDIR=/usr/local/lib/multi/arch
answer=$("$root/bin/sentiment-cli" classify -t "Profit doubled.")
case $answer in
'{"label":"positive"'*) ;;
*) echo "with another LIBDIR the installed command says: $answer"; exit 1 ;;
esac
pkg-config --define-prefix --libs sentiment 2>/dev/null && { echo "two sentiment.pc"; exit 1; }
PKG_CONFIG_PATH=$root/lib/multi/arch/pkgconfig pkg-config --libs sentiment | grep -q -- '-L/usr/local/lib/multi/arch ' || {
    echo "sentiment.pc does not name the other LIBDIR"
    exit 1
}
quiet_make uninstall LIBDIR=/usr/local/lib/multi/arch
left=$(find "$stage" ! -type d; find "$stage" -name '*[sS]entiment*')
[ -z "$left" ] || { echo "uninstall leaves:" $left; exit 1; }
