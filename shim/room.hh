// room.hh - memory for packed weights, side by side in huge pages where the
// system gives them: every pass reads them from end to end, faster than pages
// of 4 KB can be looked up.
#ifndef SNT_ROOM_HH
#define SNT_ROOM_HH

#include <ATen/core/Tensor.h>

namespace snt
{

// One block, of which parts are taken one behind the other. Tensors keep it
// alive.
class Room
{
  public:
    // A block of so many words of 32 bits, zeros.
    explicit Room(int64_t words);
    // Words first to end of it, as a room. Several may be taken from at a time.
    Room part(int64_t first, int64_t end) const;
    // The next so many words.
    at::Tensor take(int64_t words);
    // How much less is left after that.
    static int64_t taken(int64_t words);
    at::Tensor all() const
    {
        return block_;
    }

    bool filled = false; // with the values of what will be taken

  private:
    Room() = default;
    at::Tensor block_;
    int64_t used_ = 0; // words of it
};

} // namespace snt

#endif
