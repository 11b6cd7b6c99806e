// kept.hh - packed weights in a file, from one start to the next.
//
// The file is the room as it lies in memory, whose first words say what it is:
// its own name, which stands for all that the weights were made of, its length,
// and a sum over the rest. It is read into memory, not mapped, because huge
// pages are worth more than sharing it.
#ifndef SNT_KEPT_HH
#define SNT_KEPT_HH

#include <string>

#include "engine.h"
#include "room.hh"

namespace snt
{

class Kept
{
  public:
    static constexpr int64_t header = 64; // words, of a room

    // possible: weights are packed in a way that we know.
    Kept(const snt_engine_options &opts, bool possible);
    // A room of so many words, filled if there is a file that fits.
    Room open(int64_t words, size_t threads) const;
    // What cannot be written is not kept, and a line in the log.
    void keep(Room &room) const;

  private:
    void say(const char *what) const;
    bool read(const Room &room, size_t threads) const;

    std::string path_; // empty: nothing is kept
    sentiment_log_fn log_;
    void *log_arg_;
};

} // namespace snt

#endif
