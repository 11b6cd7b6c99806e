// warmup.cc - see warmup.hh.
#include "warmup.hh"

#include <algorithm>

namespace snt
{
namespace
{

// Batches above are rare, and take long enough for nobody to notice.
constexpr int64_t highest = 1024;

} // namespace

// Above the last of these: multiples of 64.
int64_t rung(int64_t rows)
{
    static const int64_t ladder[] = {1,  2,  4,   8,   16,  32,  48,
                                     64, 96, 128, 160, 192, 224, 256};

    for (int64_t step : ladder)
        if (rows <= step)
            return step;
    return (rows + 63) / 64 * 64;
}

void Warmup::add(const Linear &linear, int64_t most)
{
    int64_t last = rung(std::min(most, highest));

    for (int64_t rows = 1; rows <= last; rows = rung(rows + 1)) {
        const Step step = {rows, &linear};

        steps_.insert(
            std::upper_bound(
                steps_.begin(), steps_.end(), step,
                [](const Step &a, const Step &b) { return a.first < b.first; }),
            step);
    }
}

void Warmup::meet(int64_t rows)
{
    for (const Step &step : steps_)
        if (step.first == rows)
            step.second->meet(rows);
}

bool Warmup::step()
{
    size_t i = next_.fetch_add(1);

    if (i >= steps_.size())
        return false;
    steps_[i].second->meet(steps_[i].first);
    return true;
}

} // namespace snt
