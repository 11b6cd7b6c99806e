// onednn.cc - see onednn.hh. The operations have no C++ header: they are found
// by name and called boxed, which held unchanged from libtorch 2.6 on.
#include "onednn.hh"

#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/stack.h>
#include <ATen/ops/full.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>

#include <mutex>
#include <optional>
#include <set>
#include <tuple>

namespace snt
{
namespace
{

// oneDNN lays a weight out for the rows it will meet.
constexpr int64_t typical_rows = 256;

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

using Shape = std::tuple<int64_t, int64_t, int64_t, at::ScalarType, Post>;

std::mutex lock; // guards what follows
std::set<Shape> shapes;

void note(const at::Tensor &x, int64_t out, Post post)
{
    const std::lock_guard<std::mutex> guard(lock);

    shapes.emplace(x.size(0), x.size(1), out, x.scalar_type(), post);
}

} // namespace

size_t onednn_met()
{
    const std::lock_guard<std::mutex> guard(lock);

    return shapes.size();
}

at::Tensor onednn_pack(const at::Tensor &weight)
{
    torch::jit::Stack stack;

    stack.emplace_back(weight);
    stack.emplace_back(typical_rows);
    pack_operation()->callBoxed(&stack);
    return stack[0].toTensor();
}

at::Tensor onednn_linear(
    const at::Tensor &x, const at::Tensor &weight, const at::Tensor &bias,
    Post post)
{
    torch::jit::Stack stack;

    note(x, bias.size(0), post);
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

at::Tensor onednn_pack_int8(const at::Tensor &weight)
{
    torch::jit::Stack stack;

    stack.emplace_back(weight);
    stack.emplace_back(std::vector<int64_t>{typical_rows, weight.size(1)});
    int8_pack_operation()->callBoxed(&stack);
    return stack[0].toTensor();
}

at::Tensor onednn_linear_int8(
    const at::Tensor &x, int zero, const at::Tensor &weight,
    const at::Tensor &scales, const at::Tensor &zeros)
{
    torch::jit::Stack stack;

    note(x, scales.size(0), Post::none);
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

namespace
{

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
        at::Tensor y = onednn_linear(x, onednn_pack(w), b, Post::none);

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
        at::Tensor y =
            onednn_linear_int8(x, 128, onednn_pack_int8(w), scales, zeros);

        return y.size(0) == 16 && y.size(1) == 48 &&
               y.to(at::kFloat).eq(32).all().item<bool>();
    } catch (const std::exception &) {
        return false;
    }
}

} // namespace

bool onednn_has_int8()
{
    static const bool has = try_int8();

    return has;
}

bool onednn_has(at::ScalarType type)
{
    static const bool f32 = try_packed(at::kFloat);
    static const bool bf16 = try_packed(at::kBFloat16);

    return type == at::kFloat ? f32 : bf16;
}

} // namespace snt
