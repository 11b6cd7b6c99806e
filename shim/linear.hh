// linear.hh - y = post(x * weight^T + bias), the weight packed once.
#ifndef SNT_LINEAR_HH
#define SNT_LINEAR_HH

#include <utility>

#include <ATen/core/Tensor.h>

#include "engine.h"
#include "product.h"
#include "room.hh"
#include "team.hh"

namespace snt
{

enum class Post { none, gelu }; // gelu: the exact one, by erf

// Who multiplies.
enum class By {
    best,  // our own product where it is the faster one on this CPU
    onednn // libtorch's operations
};

// Which linear layers there are on this CPU, found by trying: bits of
// snt_precision. SNT_FP32 is always among them.
uint32_t linear_precisions();

// How the layers of a network are made. Used only while they are.
struct Making {
    snt_precision precision;
    By by;
    Room &room; // of our own products' weights
};

// What int8 may know of what a layer reads.
struct Input {
    at::Tensor ranges;       // [in] largest magnitudes, or undefined
    bool after_gelu = false; // hardly below 0
};

// A linear layer on the CPU. Immutable: threads share it.
class Linear
{
  public:
    // Takes its place in the room. Where there is no packed operation for the
    // precision the plain one computes in it.
    Linear(
        int64_t in, int64_t out, Post post, const Making &how,
        const Input &input = {});
    // Unless the room is filled. weight [out, in] and bias [out] are F32.
    void fill(
        const at::Tensor &weight, const at::Tensor &bias, const Making &how,
        const Input &input = {});
    // That it takes; eased: where ranges are known, which int8 alone has a use
    // for. 0: not our own product.
    static int64_t words(
        int64_t in, int64_t out, snt_precision precision, By by, bool eased);

    // x [rows, in] is F32 or BF16, as the precision says; the result [rows,
    // out] of it or of F32, as it comes cheapest, unless BF16 is wanted. Rows
    // from used on come out as whatever. Our own product shares its columns
    // among threads. Not where bytes are read.
    at::Tensor operator()(
        const at::Tensor &x, int64_t used, const Threads &threads,
        bool narrow = false) const;

    // int8: x [rows, in] are bytes with 0 at zero(), by scales, one a row.
    // Where the result is raw it is BF16 and still wants those scales, bias()
    // and the post operation: see snt_kernels.rescale.
    at::Tensor multiply(
        const at::Tensor &x, const float *scales, int64_t used,
        const Threads &threads, bool narrow) const;
    // The product of so many rows, of zeros, where it is compiled for them.
    void meet(int64_t rows) const;
    bool reads_bytes() const
    {
        return bytes_;
    }
    bool is_raw() const
    {
        return bytes_ && !own_;
    }
    const float *ease() const
    {
        return ease_.defined() ? ease_.const_data_ptr<float>() : nullptr;
    }
    int zero() const
    {
        return zero_;
    }
    const float *bias() const
    {
        return bias_.const_data_ptr<float>();
    }
    Post post() const
    {
        return post_;
    }

  private:
    at::Tensor ease(const at::Tensor &weight, const at::Tensor &ranges);
    void quantise(const at::Tensor &weight, const at::Tensor &by);
    void pack_own(const at::Tensor &weight);
    void put(at::Tensor &place, const at::Tensor &value) const;
    snt_weight view() const;
    at::Tensor run_own(
        snt_product *product, const at::Tensor &x, const float *scales,
        int64_t used, const Threads &threads, bool narrow) const;

    int64_t in_, out_;
    Post post_;
    bool own_ = false;
    bool packed_ = false;
    bool bytes_ = false;
    int zero_ = 128;
    int64_t words_ = 0; // own: of a row of x
    at::Tensor weight_; // as whoever multiplies reads it
    at::Tensor bias_;   // own: F32, as long as its panels
    at::Tensor scales_; // int8: of the weight, a channel each
    at::Tensor zeros_;  // int8: see snt_weight; oneDNN's are 0
    at::Tensor ease_;   // int8: what columns of the input are multiplied by
};

} // namespace snt

#endif
