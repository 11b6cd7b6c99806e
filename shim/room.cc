// room.cc - see room.hh.
#include "room.hh"

#include <algorithm>
#include <new>

#include <sys/mman.h>

#include <ATen/ops/from_blob.h>

namespace snt
{
namespace
{

constexpr int64_t line = 16; // words: what is taken begins with one
constexpr size_t huge = size_t{1} << 21;

at::Tensor block(int64_t words)
{
    size_t bytes = (static_cast<size_t>(words) * 4 + huge - 1) / huge * huge;
    size_t mapped = bytes + huge; // so that huge pages find their place
    void *memory = mmap(
        nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
        -1, 0);

    if (memory == MAP_FAILED)
        throw std::bad_alloc();
    auto *begin = reinterpret_cast<char *>(
        (reinterpret_cast<uintptr_t>(memory) + huge - 1) / huge * huge);
#ifdef MADV_HUGEPAGE
    madvise(begin, bytes, MADV_HUGEPAGE);
#endif
    return at::from_blob(
        begin, {words}, [memory, mapped](void *) { munmap(memory, mapped); },
        at::kInt);
}

} // namespace

Room::Room(int64_t words) : block_(block(words))
{
}

Room Room::part(int64_t first, int64_t end) const
{
    Room part;

    part.block_ = block_.narrow(0, first, end - first);
    part.filled = filled;
    return part;
}

int64_t Room::taken(int64_t words)
{
    return (words + line - 1) / line * line;
}

at::Tensor Room::take(int64_t words)
{
    at::Tensor part = block_.narrow(0, used_, words);

    used_ += taken(words);
    return part;
}

} // namespace snt
