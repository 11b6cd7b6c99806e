// onednn.hh - linear layers by oneDNN, through libtorch's operations.
#ifndef SNT_ONEDNN_HH
#define SNT_ONEDNN_HH

#include <ATen/core/Tensor.h>

#include "linear.hh"

namespace snt
{

// Whether it is there and a small product comes out right: F32 or BF16, bytes.
bool onednn_has(at::ScalarType type);
bool onednn_has_int8();

// Products so far that were not like one before in rows, widths, type and post
// operation: oneDNN compiles each of them, once.
size_t onednn_met();

// weight [out, in], of F32 or BF16; of signed bytes.
at::Tensor onednn_pack(const at::Tensor &weight);
at::Tensor onednn_pack_int8(const at::Tensor &weight);

// post(x * weight^T + bias), all of one type.
at::Tensor onednn_linear(
    const at::Tensor &x, const at::Tensor &weight, const at::Tensor &bias,
    Post post);

// (x - zero) * weight^T * scales, BF16.
at::Tensor onednn_linear_int8(
    const at::Tensor &x, int zero, const at::Tensor &weight,
    const at::Tensor &scales, const at::Tensor &zeros);

// Operations a second in one thread on the linear layers' shapes; 0: not known.
double onednn_flop_per_s(const snt_network &net, snt_precision precision);

} // namespace snt

#endif
