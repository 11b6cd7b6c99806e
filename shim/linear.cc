// linear.cc - see linear.hh.
#include "linear.hh"

#include <ATen/ops/empty.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/zeros.h>

#include <stdexcept>

#include "features.h"
#include "kernels.h"
#include "onednn.hh"

namespace snt
{
namespace
{

// GELU gives nothing below -0.17: most of a byte is for what is above 0.
constexpr int gelu_zero = 24;

at::Tensor plain_linear(
    const at::Tensor &x, const at::Tensor &weight, const at::Tensor &bias,
    Post post)
{
    at::Tensor y = at::linear(x, weight, bias);

    return post == Post::gelu ? at::gelu(y) : y;
}

// Our product for a precision, where it is the faster one: in fp32 where
// registers are wide; below it where the CPU has the instructions and not those
// of AMX, which oneDNN drives.
snt_product *own_product(snt_precision precision)
{
    const snt_kernels *kernels = snt_kernels_best();
    static const snt_cpu cpu = snt_cpu_here();

    switch (precision) {
    case SNT_FP32:
        return kernels->lanes >= 8 ? kernels->products.f32 : nullptr;
    case SNT_BF16_COMPUTE:
        return cpu.amx_bf16 ? nullptr : kernels->products.bf16;
    case SNT_INT8:
        return cpu.amx_int8 ? nullptr : kernels->products.bytes;
    default:
        return nullptr;
    }
}

int64_t in_word(snt_precision precision)
{
    return precision == SNT_FP32 ? 1 : precision == SNT_INT8 ? 4 : 2;
}

bool is_own(int64_t in, snt_precision precision, By by)
{
    return by == By::best && own_product(precision) &&
           in % in_word(precision) == 0;
}

// So many columns, up to whole panels.
int64_t whole(int64_t out)
{
    auto wide = static_cast<int64_t>(snt_kernels_best()->products.wide);

    return (out + wide - 1) / wide * wide;
}

} // namespace

uint32_t linear_precisions()
{
    uint32_t found = SNT_FP32;

    if (own_product(SNT_BF16_COMPUTE) || onednn_has(at::kBFloat16))
        found |= SNT_BF16_COMPUTE;
    if (own_product(SNT_INT8) || onednn_has_int8())
        found |= SNT_INT8;
    return found;
}

int64_t Linear::words(
    int64_t in, int64_t out, snt_precision precision, By by, bool eased)
{
    int64_t wide = whole(out), channel = Room::taken(wide);

    if (!is_own(in, precision, by))
        return 0;
    int64_t all = Room::taken(wide * (in / in_word(precision))) + channel;

    if (precision == SNT_INT8)
        all += 2 * channel + (eased ? Room::taken(in) : 0);
    return all;
}

Linear::Linear(
    int64_t in, int64_t out, Post post, const Making &how, const Input &input)
    : in_(in), out_(out), post_(post), own_(is_own(in, how.precision, how.by)),
      bytes_(how.precision == SNT_INT8), words_(in / in_word(how.precision))
{
    if (bytes_ && input.after_gelu)
        zero_ = gelu_zero;
    if (!own_)
        return;
    weight_ = how.room.take(whole(out) * words_);
    bias_ = how.room.take(whole(out)).view(at::kFloat);
    if (!bytes_)
        return;
    scales_ = how.room.take(whole(out)).view(at::kFloat);
    zeros_ = how.room.take(whole(out));
    if (input.ranges.defined())
        ease_ = how.room.take(in).view(at::kFloat);
}

// In the room, where there is a place for it.
void Linear::put(at::Tensor &place, const at::Tensor &value) const
{
    if (own_)
        place.narrow(0, 0, value.size(0)).copy_(value);
    else
        place = value;
}

void Linear::fill(
    const at::Tensor &weight, const at::Tensor &bias, const Making &how,
    const Input &input)
{
    auto type = how.precision == SNT_FP32 ? at::kFloat : at::kBFloat16;

    put(bias_, bytes_ || own_ ? bias : bias.to(type));
    if (bytes_) {
        quantise(
            weight.contiguous(), input.ranges.defined()
                                     ? ease(weight.contiguous(), input.ranges)
                                     : at::Tensor());
        return;
    }
    at::Tensor typed = weight.to(type).contiguous();
    if (own_)
        pack_own(typed);
    else if ((packed_ = onednn_has(type)))
        weight_ = onednn_pack(typed);
    else
        weight_ = typed;
}

// A few columns of what a layer norm gives are ten times larger than the
// others, and would leave them a few steps of a byte. They are divided here by
// what the weight is multiplied by (SmoothQuant, arXiv 2211.10438; the exponent
// was best on the bundled model).
at::Tensor Linear::ease(const at::Tensor &weight, const at::Tensor &ranges)
{
    at::Tensor widths = at::zeros({weight.size(1)}, at::kFloat);

    snt_kernels_best()->reach(
        weight.const_data_ptr<float>(), static_cast<size_t>(out_),
        static_cast<size_t>(weight.size(1)), widths.data_ptr<float>());
    at::Tensor by =
        ranges.clamp_min(1e-3).pow(0.65).div(widths.clamp_min(1e-5).pow(0.35));

    put(ease_, by.reciprocal());
    return by;
}

// By channel, the largest magnitude to 127; by is what ease gave.
void Linear::quantise(const at::Tensor &weight, const at::Tensor &by)
{
    int64_t in = weight.size(1);
    at::Tensor bytes = at::empty({out_, in}, at::kChar);
    const auto *w = weight.const_data_ptr<float>();

    if (!own_)
        scales_ = at::empty({out_}, at::kFloat);
    for (int64_t j = 0; j < out_; j++)
        scales_.data_ptr<float>()[j] = snt_kernels_best()->to_weights(
            w + j * in, by.defined() ? by.const_data_ptr<float>() : nullptr,
            static_cast<size_t>(in), bytes.data_ptr<int8_t>() + j * in);
    if (own_) {
        put(zeros_, bytes.sum(1, false, at::kInt).mul(-zero_));
        pack_own(bytes);
    } else {
        if (!onednn_has_int8())
            throw std::runtime_error(
                "int8 of a layer whose inputs are no multiple of four needs "
                "oneDNN's product, which this libtorch lacks");
        zeros_ = at::zeros({out_}, at::kInt);
        weight_ = onednn_pack_int8(bytes);
    }
}

// weight [out, in] in the type that is multiplied.
void Linear::pack_own(const at::Tensor &weight)
{
    snt_product_pack(
        weight.const_data_ptr(), static_cast<size_t>(out_),
        static_cast<size_t>(words_), snt_kernels_best()->products.wide,
        weight_.data_ptr());
}

snt_weight Linear::view() const
{
    return {
        static_cast<size_t>(words_),
        static_cast<size_t>(out_),
        0,
        static_cast<size_t>(out_),
        weight_.const_data_ptr(),
        bias_.const_data_ptr<float>(),
        bytes_ ? scales_.const_data_ptr<float>() : nullptr,
        bytes_ ? zeros_.const_data_ptr<int32_t>() : nullptr};
}

at::Tensor Linear::run_own(
    snt_product *product, const at::Tensor &x, const float *scales,
    int64_t used, const Threads &threads, bool narrow) const
{
    const snt_weight all = view();
    const size_t wide = snt_kernels_best()->products.wide;
    at::Tensor y =
        at::empty({x.size(0), out_}, narrow ? at::kBFloat16 : at::kFloat);
    const void *in = x.const_data_ptr();
    void *out = y.data_ptr();

    threads.share(
        (all.out + wide - 1) / wide, [&](size_t, size_t first, size_t last) {
            snt_weight w = all;

            w.first = first * wide;
            w.last = std::min(last * wide, all.out);
            product(
                &w, static_cast<size_t>(used), in, scales, post_ == Post::gelu,
                narrow ? SNT_BF16 : SNT_F32, out);
        });
    return y;
}

at::Tensor Linear::multiply(
    const at::Tensor &x, const float *scales, int64_t used,
    const Threads &threads, bool narrow) const
{
    return own_ ? run_own(
                      own_product(SNT_INT8), x, scales, used, threads, narrow)
                : onednn_linear_int8(x, zero_, weight_, scales_, zeros_);
}

at::Tensor Linear::operator()(
    const at::Tensor &x, int64_t used, const Threads &threads,
    bool narrow) const
{
    if (own_)
        return run_own(
            own_product(
                x.scalar_type() == at::kFloat ? SNT_FP32 : SNT_BF16_COMPUTE),
            x, nullptr, used, threads, narrow);
    return packed_ ? onednn_linear(x, weight_, bias_, post_)
                   : plain_linear(x, weight_, bias_, post_);
}

void Linear::meet(int64_t rows) const
{
    if (own_)
        return;
    at::Tensor x =
        at::zeros({rows, in_}, bytes_ ? at::kByte : bias_.scalar_type());

    if (bytes_)
        multiply(x, nullptr, rows, {}, false);
    else
        (*this)(x, rows, {}, false);
}

} // namespace snt
