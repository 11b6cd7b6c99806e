// room.hh - memory for packed weights, side by side in huge pages where the
// system gives them: every pass reads them from end to end, faster than pages
// of 4 KB can be looked up.
#ifndef SNT_ROOM_HH
#define SNT_ROOM_HH

#include <mutex>

#include <ATen/core/Tensor.h>

namespace snt
{

class Room
{
  public:
    // [words] of 32 bits, zeros. Tensors keep their block alive. Threads may
    // take at the same time.
    at::Tensor take(int64_t words);

  private:
    std::mutex lock_;  // guards what follows
    at::Tensor block_; // of the last ones taken
    int64_t used_ = 0; // words of it
};

} // namespace snt

#endif
