// linear.hh - y = post(x * weight^T + bias), the weight packed once.
#ifndef SNT_LINEAR_HH
#define SNT_LINEAR_HH

#include <utility>

#include <ATen/core/Tensor.h>

#include "engine.h"

namespace snt
{

enum class Post { none, gelu }; // gelu: the exact one, by erf

// Which linear layers this libtorch has on this CPU, found by trying: bits of
// snt_precision. SNT_FP32 is always among them.
uint32_t linear_precisions();

// What int8 may know of what a layer reads.
struct Input {
    at::Tensor ranges;       // [in] largest magnitudes, or undefined
    bool after_gelu = false; // hardly below 0
};

// A linear layer on the CPU. Immutable: threads share it.
class Linear
{
  public:
    // weight [out, in] and bias [out] are F32. Where there is no packed
    // operation for the precision the plain one computes in it.
    Linear(
        const at::Tensor &weight, const at::Tensor &bias, Post post,
        snt_precision precision, Input input = {});

    // x [rows, in] and the result [rows, out] are F32 or BF16, as the
    // precision says. Rows from used on come out as whatever. Not for int8.
    at::Tensor operator()(const at::Tensor &x, int64_t used) const;

    bool is_int8() const
    {
        return scales_.defined();
    }

    // int8: x [rows, in] are bytes with 0 at zero(), by some scale a row. The
    // result, BF16 [rows, out], still wants that scale, bias() and the post
    // operation: see snt_kernels.rescale.
    at::Tensor multiply(const at::Tensor &x) const;
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
    void quantise(const at::Tensor &weight);
    void pack_own(const at::Tensor &weight, const at::Tensor &bias);
    at::Tensor multiply_own(const at::Tensor &x, int64_t used) const;

    at::Tensor weight_; // own: with the bias, as snt_kernels.product reads it
    at::Tensor bias_;
    at::Tensor scales_; // int8: of the weight, a channel each
    at::Tensor zeros_;
    at::Tensor ease_; // int8: what columns of the input are multiplied by
    int zero_ = 128;
    int64_t out_;
    Post post_;
    bool own_ = false;
    bool packed_ = false;
};

} // namespace snt

#endif
