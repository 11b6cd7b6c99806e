// gauge.cc - how fast oneDNN alone multiplies matrices of a network's shapes.
#include <chrono>

#include <ATen/ops/rand.h>
#include <ATen/ops/zeros.h>

#include "network.hh"
#include "onednn.hh"

namespace snt
{
namespace
{

constexpr int64_t rows = 256; // of a batch, see batch_tokens

template <class Work> double seconds(Work work)
{
    const auto began = std::chrono::steady_clock::now();

    work();
    return std::chrono::duration<double>(
               std::chrono::steady_clock::now() - began)
        .count();
}

// The shortest of many: whatever else the machine does makes it longer.
template <class Work> double best(Work work)
{
    double least = seconds(work), spent = 0;

    for (int i = 0; i < 5 || (spent < 0.03 && i < 1000); i++) {
        double took = seconds(work);

        spent += took;
        least = took < least ? took : least;
    }
    return least;
}

double product_seconds(snt_precision precision, int64_t in, int64_t out)
{
    at::Tensor x = at::rand({rows, in}), w = at::rand({out, in});

    if (precision == SNT_INT8) {
        at::Tensor bytes = x.mul(255).to(at::kByte);
        at::Tensor packed = onednn_pack_int8(w.mul(127).to(at::kChar));
        at::Tensor scales = at::rand({out}), zeros = at::zeros({out}, at::kInt);

        return best(
            [&] { onednn_linear_int8(bytes, 128, packed, scales, zeros); });
    }
    auto type = precision == SNT_FP32 ? at::kFloat : at::kBFloat16;
    at::Tensor narrow = x.to(type), bias = at::zeros({out}, type);
    at::Tensor packed = onednn_pack(w.to(type));

    return best([&] { onednn_linear(narrow, packed, bias, Post::none); });
}

} // namespace

double onednn_flop_per_s(const snt_network &net, snt_precision precision)
{
    const int64_t shapes[][2] = {
        {net.hidden, 3 * net.hidden},
        {net.hidden, net.hidden},
        {net.hidden, net.intermediate},
        {net.intermediate, net.hidden}};
    bool there =
        precision == SNT_INT8
            ? onednn_has_int8()
            : onednn_has(precision == SNT_FP32 ? at::kFloat : at::kBFloat16);
    double operations = 0, took = 0;

    if (!there || precision == SNT_FP16_COMPUTE)
        return 0;
    for (const auto &[in, out] : shapes) {
        operations += 2.0 * static_cast<double>(rows * in * out);
        took += product_seconds(precision, in, out);
    }
    return operations / took;
}

} // namespace snt
