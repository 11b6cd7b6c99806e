// linear.cc - see linear.hh. In fp32 the product is our own where registers are
// wide; the others are libtorch's packed operations. Those have no C++ header:
// they are found by name and called boxed, which held unchanged from libtorch
// 2.6 on.
#include "linear.hh"

#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/stack.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/round.h>
#include <ATen/ops/zeros.h>

#include <optional>

#include "kernels.h"

namespace snt
{
namespace
{

// oneDNN lays a weight out for the rows it will meet.
constexpr int64_t typical_rows = 256;

// GELU gives nothing below -0.17: most of a byte is for what is above 0.
constexpr int gelu_zero = 24;

using Operation = std::optional<c10::OperatorHandle>;

const Operation &pack_operation()
{
    static const Operation op = c10::Dispatcher::singleton().findSchema(
        {"mkldnn::_reorder_linear_weight", ""});
    return op;
}

const Operation &packed_operation()
{
    static const Operation op = c10::Dispatcher::singleton().findSchema(
        {"mkldnn::_linear_pointwise", ""});
    return op;
}

at::Tensor pack(const at::Tensor &weight)
{
    torch::jit::Stack stack;

    stack.emplace_back(weight);
    stack.emplace_back(typical_rows);
    pack_operation()->callBoxed(&stack);
    return stack[0].toTensor();
}

at::Tensor packed_linear(
    const at::Tensor &x, const at::Tensor &weight, const at::Tensor &bias,
    Post post)
{
    torch::jit::Stack stack;

    stack.reserve(6);
    stack.emplace_back(x);
    stack.emplace_back(weight);
    stack.emplace_back(bias);
    stack.emplace_back(std::string(post == Post::gelu ? "gelu" : "none"));
    stack.emplace_back(c10::impl::GenericList(
        c10::OptionalType::create(c10::NumberType::get())));
    stack.emplace_back(std::string("none"));
    packed_operation()->callBoxed(&stack);
    return stack[0].toTensor();
}

const Operation &int8_pack_operation()
{
    static const Operation op = c10::Dispatcher::singleton().findSchema(
        {"onednn::qlinear_prepack", ""});
    return op;
}

const Operation &int8_operation()
{
    static const Operation op = c10::Dispatcher::singleton().findSchema(
        {"onednn::qlinear_pointwise", ""});
    return op;
}

// weight [out, in] of signed bytes.
at::Tensor int8_pack(const at::Tensor &weight)
{
    torch::jit::Stack stack;

    stack.emplace_back(weight);
    stack.emplace_back(std::vector<int64_t>{typical_rows, weight.size(1)});
    int8_pack_operation()->callBoxed(&stack);
    return stack[0].toTensor();
}

// (x - zero) * weight^T * scales, BF16.
at::Tensor int8_linear(
    const at::Tensor &x, int zero, const at::Tensor &weight,
    const at::Tensor &scales, const at::Tensor &zeros)
{
    torch::jit::Stack stack;

    stack.reserve(13);
    stack.emplace_back(x);
    stack.emplace_back(1.0);
    stack.emplace_back(static_cast<int64_t>(zero));
    stack.emplace_back(weight);
    stack.emplace_back(scales);
    stack.emplace_back(zeros);
    stack.emplace_back(c10::IValue()); // no bias
    stack.emplace_back(1.0);
    stack.emplace_back(static_cast<int64_t>(0));
    stack.emplace_back(at::kBFloat16);
    stack.emplace_back(std::string("none"));
    stack.emplace_back(c10::impl::GenericList(
        c10::OptionalType::create(c10::NumberType::get())));
    stack.emplace_back(std::string(""));
    int8_operation()->callBoxed(&stack);
    return stack[0].toTensor();
}

at::Tensor plain_linear(
    const at::Tensor &x, const at::Tensor &weight, const at::Tensor &bias,
    Post post)
{
    at::Tensor y = at::linear(x, weight, bias);

    return post == Post::gelu ? at::gelu(y) : y;
}

// Whether a small product comes out right; a libtorch without the operation,
// or with another form of it, throws.
bool try_packed(at::ScalarType type)
{
    if (!pack_operation() || !packed_operation())
        return false;
    try {
        auto options = at::TensorOptions(type);
        at::Tensor x = at::ones({16, 32}, options);
        at::Tensor w = at::ones({48, 32}, options);
        at::Tensor b = at::ones({48}, options);
        at::Tensor y = packed_linear(x, pack(w), b, Post::none);

        return y.size(0) == 16 && y.size(1) == 48 &&
               y.to(at::kFloat).eq(33).all().item<bool>();
    } catch (const std::exception &) {
        return false;
    }
}

// With the largest values: without VNNI some kernels add pairs in 16 bits,
// which overflow.
bool try_int8()
{
    if (!int8_pack_operation() || !int8_operation())
        return false;
    try {
        at::Tensor x = at::full({16, 32}, 255, at::kByte);
        at::Tensor w = at::full({48, 32}, 127, at::kChar);
        at::Tensor scales = at::full({48}, 1.0 / 127 / 127, at::kFloat);
        at::Tensor zeros = at::zeros({48}, at::kInt);
        at::Tensor y = int8_linear(x, 128, int8_pack(w), scales, zeros);

        return y.size(0) == 16 && y.size(1) == 48 &&
               y.to(at::kFloat).eq(32).all().item<bool>();
    } catch (const std::exception &) {
        return false;
    }
}

bool has_int8()
{
    static const bool has = try_int8();

    return has;
}

// Where registers are narrow, libtorch knows the CPU better.
bool own_product()
{
    return snt_kernels_best()->lanes >= 8;
}

bool has_packed(at::ScalarType type)
{
    static const bool f32 = try_packed(at::kFloat);
    static const bool bf16 = try_packed(at::kBFloat16);

    return type == at::kFloat ? f32 : bf16;
}

} // namespace

uint32_t linear_precisions()
{
    uint32_t found = SNT_FP32;

    if (has_packed(at::kBFloat16))
        found |= SNT_BF16_COMPUTE;
    if (has_int8())
        found |= SNT_INT8;
    return found;
}

Linear::Linear(
    const at::Tensor &weight, const at::Tensor &bias, Post post,
    snt_precision precision, Input input)
    : out_(weight.size(0)), post_(post)
{
    auto type = precision == SNT_FP32 ? at::kFloat : at::kBFloat16;

    if (precision == SNT_INT8) {
        bias_ = bias.to(at::kFloat).contiguous();
        if (input.after_gelu)
            zero_ = gelu_zero;
        quantise(input.ranges.defined() ? ease(weight, input.ranges) : weight);
        return;
    }
    if (precision == SNT_FP32 && own_product()) {
        own_ = true;
        pack_own(weight.contiguous(), bias.contiguous());
        return;
    }
    packed_ = has_packed(type);
    weight_ = weight.to(type).contiguous();
    bias_ = bias.to(type).contiguous();
    if (packed_)
        weight_ = pack(weight_);
}

// A few columns of what a layer norm gives are ten times larger than the
// others, and would leave them a few steps of a byte. They are divided here by
// what the weight is multiplied by (SmoothQuant, arXiv 2211.10438; the exponent
// was best on the bundled model).
at::Tensor Linear::ease(const at::Tensor &weight, const at::Tensor &ranges)
{
    at::Tensor widths = std::get<0>(weight.abs().max(0)).clamp_min(1e-5);
    at::Tensor by = ranges.clamp_min(1e-3).pow(0.65).div(widths.pow(0.35));

    ease_ = by.reciprocal();
    return weight.mul(by);
}

// By channel, the largest magnitude to 127.
void Linear::quantise(const at::Tensor &weight)
{
    scales_ = std::get<0>(weight.abs().max(1)).div(127).clamp_min(1e-30);
    zeros_ = at::zeros({weight.size(0)}, at::kInt);
    weight_ = int8_pack(
        at::round(weight.div(scales_.unsqueeze(1))).to(at::kChar).contiguous());
    packed_ = true;
}

at::Tensor Linear::multiply(const at::Tensor &x) const
{
    return int8_linear(x, zero_, weight_, scales_, zeros_);
}

void Linear::pack_own(const at::Tensor &weight, const at::Tensor &bias)
{
    const snt_kernels *kernels = snt_kernels_best();
    auto in = static_cast<size_t>(weight.size(1));
    auto out = static_cast<size_t>(out_);
    const auto *w = weight.const_data_ptr<float>();
    const auto *b = bias.const_data_ptr<float>();
    size_t floats = kernels->product_pack(w, b, in, out, nullptr);

    weight_ = at::empty({static_cast<int64_t>(floats)}, at::kFloat);
    kernels->product_pack(w, b, in, out, weight_.data_ptr<float>());
}

at::Tensor Linear::multiply_own(const at::Tensor &x, int64_t used) const
{
    at::Tensor y = at::empty({x.size(0), out_}, at::kFloat);

    snt_kernels_best()->product(
        weight_.const_data_ptr<float>(), static_cast<size_t>(x.size(1)),
        static_cast<size_t>(out_), post_ == Post::gelu,
        static_cast<size_t>(used), x.const_data_ptr<float>(),
        y.data_ptr<float>());
    return y;
}

at::Tensor Linear::operator()(const at::Tensor &x, int64_t used) const
{
    if (own_)
        return multiply_own(x, used);
    return packed_ ? packed_linear(x, weight_, bias_, post_)
                   : plain_linear(x, weight_, bias_, post_);
}

} // namespace snt
