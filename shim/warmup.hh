// warmup.hh - the numbers of rows that products are given, and meeting them
// before a text has to wait for it: oneDNN compiles a kernel for each.
#ifndef SNT_WARMUP_HH
#define SNT_WARMUP_HH

#include <atomic>
#include <utility>
#include <vector>

#include "linear.hh"

namespace snt
{

// Rows rounded up to a ladder; at least 1.
int64_t rung(int64_t rows);

// Steps of a product each, that any thread may take. Filled before that.
class Warmup
{
  public:
    // Rungs of linear up to the one that holds most rows. Those of one number
    // of rows are steps that follow each other, whatever was added first.
    void add(const Linear &linear, int64_t most);

    // All steps of this rung, now.
    void meet(int64_t rows);

    // The next step; false: there is none any more.
    bool step();

  private:
    using Step = std::pair<int64_t, const Linear *>; // rows first

    std::vector<Step> steps_; // in order of rows
    std::atomic<size_t> next_{0};
};

} // namespace snt

#endif
