// makers.hh - threads that do one thing together while a model is opened.
#ifndef SNT_MAKERS_HH
#define SNT_MAKERS_HH

#include <future>
#include <system_error>
#include <vector>

#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>

namespace snt
{

// Runs work in so many threads at most, the caller's among them, and throws
// what one of them threw.
template <class Work> void by_makers(size_t threads, Work work)
{
    // Behind what they use: when one fails the others are waited for.
    std::vector<std::future<void>> others;
    auto one = [&work] {
        c10::InferenceMode inference;

        at::set_num_threads(1);
        work();
    };

    try {
        while (others.size() + 1 < threads)
            others.push_back(std::async(std::launch::async, one));
    } catch (const std::system_error &) { // no thread to be had
    }
    one();
    for (std::future<void> &other : others)
        other.get();
}

} // namespace snt

#endif
