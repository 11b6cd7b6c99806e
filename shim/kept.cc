// kept.cc - see kept.hh.
#include "kept.hh"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <torch/version.h>

#include "kernels.h"
#include "makers.hh"

extern "C" {
#include "lib/base/file.h"
}

namespace snt
{
namespace
{

// Another number whenever the same weights would be packed another way. What
// libtorch computes of them may differ between its versions in the last bits.
constexpr const char *format = "1";
constexpr size_t chunk = size_t{1} << 18; // words that are read at once

struct Header {
    char magic[8];
    char name[232];
    uint64_t words; // of the file, with this
    uint64_t sum;
};
static_assert(sizeof(Header) == Kept::header * sizeof(uint32_t));

// Closed whatever is thrown.
struct Descriptor {
    const int fd;

    explicit Descriptor(const char *path)
        : fd(open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK))
    {
    }
    ~Descriptor()
    {
        if (fd >= 0)
            close(fd);
    }
    Descriptor(const Descriptor &) = delete;
    Descriptor &operator=(const Descriptor &) = delete;
};

uint32_t *words_of(const Room &room)
{
    return static_cast<uint32_t *>(room.all().data_ptr());
}

// Differs when any one word does, or two change places.
uint64_t sum(const uint32_t *words, size_t first, size_t last)
{
    uint64_t sum = 0;

    for (size_t i = first; i < last; i++)
        sum += words[i] * (2 * uint64_t{i} + 1);
    return sum;
}

Header header_of(const std::string &path, const Room &room, uint64_t sum)
{
    Header h = {
        {'S', 'N', 'T', 'P', 'A', 'C', 'K', '\n'},
        {},
        static_cast<uint64_t>(room.all().size(0)),
        sum};

    path.copy(h.name, sizeof(h.name) - 1, path.rfind('/') + 1);
    return h;
}

bool read_at(int fd, uint32_t *words, size_t first, size_t last)
{
    auto *to = reinterpret_cast<char *>(words);
    size_t at = first * sizeof(*words), end = last * sizeof(*words);

    while (at < end) {
        ssize_t n = pread(fd, to + at, end - at, static_cast<off_t>(at));

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        at += static_cast<size_t>(n);
    }
    return true;
}

// All of a file that is as long as the room.
bool read_all(int fd, const Room &room, size_t threads, uint64_t *total)
{
    auto n = static_cast<size_t>(room.all().size(0));
    uint32_t *words = words_of(room);
    std::atomic<size_t> next{0};
    std::atomic<uint64_t> sums{0};
    std::atomic<bool> good{true};
    struct stat st;

    if (fstat(fd, &st) || static_cast<uint64_t>(st.st_size) != n * 4)
        return false;
    by_makers(std::min(threads, (n + chunk - 1) / chunk), [&] {
        for (size_t first; good && (first = next.fetch_add(chunk)) < n;) {
            size_t last = std::min(n, first + chunk);

            if (!read_at(fd, words, first, last))
                good = false;
            sums += sum(words, std::max<size_t>(first, Kept::header), last);
        }
    });
    *total = sums;
    return good;
}

} // namespace

Kept::Kept(const snt_engine_options &opts, bool possible)
    : log_(opts.log), log_arg_(opts.log_arg)
{
    std::string kind = snt_kernels_best()->name;

    std::replace(kind.begin(), kind.end(), ' ', '_');
    if (opts.kept && possible)
        path_ = std::string(opts.kept) + "-" + kind + "-" + TORCH_VERSION +
                "-" + format;
}

void Kept::say(const char *what) const
{
    if (log_)
        log_(log_arg_, SENTIMENT_LOG_WARNING, what);
}

bool Kept::read(const Room &room, size_t threads) const
{
    const Descriptor file(path_.c_str());
    uint64_t sum = 0;

    if (file.fd < 0)
        return false;
    bool good = read_all(file.fd, room, threads, &sum);
    const Header fits = header_of(path_, room, sum);
    good = good && !std::memcmp(words_of(room), &fits, sizeof(fits));
    if (!good)
        say((path_ + ": not the packed weights of this model: made again")
                .c_str());
    return good;
}

Room Kept::open(int64_t words, size_t threads) const
{
    Room room(words);

    if (path_.empty() || (room.filled = read(room, threads)))
        return room;
    return Room(words); // without what may have been read
}

void Kept::keep(Room &room) const
{
    auto n = static_cast<size_t>(room.all().size(0));
    uint32_t *words = words_of(room);
    sentiment_error err;

    if (path_.empty())
        return;
    const Header h = header_of(path_, room, sum(words, header, n));
    std::memcpy(words, &h, sizeof(h));
    if (snt_file_replace(path_.c_str(), words, n * 4, &err) != SENTIMENT_OK)
        say((std::string("packed weights are not kept: ") + err.message)
                .c_str());
}

} // namespace snt
