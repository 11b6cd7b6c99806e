// layers.cc - see layers.hh.
#include "layers.hh"

#include <atomic>
#include <cmath>
#include <optional>

#include <sys/mman.h>
#include <unistd.h>

#include <ATen/ops/cat.h>
#include <ATen/ops/from_blob.h>

#include "kept.hh"
#include "makers.hh"
#include "network.hh"

namespace snt
{
namespace
{

// One of the checkpoint's, multiplied.
struct Part {
    const snt_affine &affine;
    float by = 1;
};

// Layers that read the same input, as one.
using Parts = std::vector<Part>;

// Where it lies when it is F32 already, or else a copy.
at::Tensor floats(const snt_tensor &t)
{
    return t.dtype == SNT_F32 &&
                   reinterpret_cast<uintptr_t>(t.data) % alignof(float) == 0
               ? at::from_blob(
                     const_cast<void *>(t.data), {t.rows, t.cols}, at::kFloat)
               : to_f32(t);
}

template <class Read> at::Tensor joined(const Parts &parts, Read read)
{
    std::vector<at::Tensor> all;

    for (const Part &part : parts) {
        at::Tensor value = read(part.affine);

        all.push_back(part.by == 1 ? value : value.mul(part.by));
    }
    return all.size() == 1 ? all[0] : at::cat(all);
}

int64_t outputs(const Parts &parts)
{
    int64_t out = 0;

    for (const Part &part : parts)
        out += part.affine.weight.rows;
    return out;
}

Linear make(
    const Parts &parts, Post post, const Making &how, const Input &input = {})
{
    const int64_t in = parts[0].affine.weight.cols;
    Linear made(in, outputs(parts), post, how, input);

    if (!how.room.filled)
        made.fill(
            joined(parts, [](const snt_affine &a) { return floats(a.weight); }),
            joined(
                parts,
                [](const snt_affine &a) { return to_f32(a.bias, true); }),
            how, input);
    return made;
}

// Row i of ranges [2, width], copied.
at::Tensor range(const float *ranges, int64_t i, int64_t width)
{
    return ranges ? to_f32({ranges + i * width, width, 1, SNT_F32}, true)
                  : at::Tensor();
}

// The system is told that values of a mapped tensor are read here and there.
void read_apart(const snt_tensor &t)
{
    auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
    auto first = reinterpret_cast<uintptr_t>(t.data);
    uintptr_t last =
        first + static_cast<size_t>(t.rows * t.cols) * snt_dtype_size(t.dtype);

    first = first / page * page;
    madvise(reinterpret_cast<void *>(first), last - first, MADV_RANDOM);
}

// Where packed weights come from a file of their own, little of the checkpoint
// is read, and what lies around that is not wanted.
void spare(const snt_network &net)
{
    read_apart(net.word_embeddings);
    for (int64_t i = 0; i < net.n_layers; i++)
        for (const snt_affine *norm :
             {&net.layers[i].attention_norm, &net.layers[i].out_norm}) {
            read_apart(norm->weight);
            read_apart(norm->bias);
        }
}

// Each thread of several takes one layer after another.
std::vector<Layer> make_encoder(
    const snt_network &net, const snt_engine_options &opts, By by,
    const Room &room, int64_t words)
{
    const auto n = static_cast<size_t>(net.n_layers);
    std::vector<std::optional<Layer>> made(n);
    std::vector<Layer> layers;
    std::atomic<size_t> next{0};

    if (room.filled)
        spare(net);
    by_makers(std::min<size_t>(opts.makers, n), [&] {
        for (size_t i; (i = next++) < n;) {
            auto row = static_cast<int64_t>(i);
            Room part = room.part(row * words, (row + 1) * words);

            made[i].emplace(
                net, net.layers[i], i + 1 == n,
                Making{opts.precision, by, part},
                opts.ranges ? opts.ranges + row * 2 * net.hidden : nullptr);
        }
    });
    layers.reserve(n);
    for (std::optional<Layer> &layer : made)
        layers.push_back(std::move(*layer));
    return layers;
}

Linear make_head(const snt_affine &affine, By by, Room room)
{
    return make({{affine}}, Post::none, {SNT_FP32, by, room});
}

} // namespace

Norm::Norm(const snt_affine &affine, float epsilon)
    : gain(to_f32(affine.weight, true)), bias(to_f32(affine.bias, true)),
      eps(epsilon)
{
}

snt_norm Norm::view() const
{
    return {
        gain.const_data_ptr<float>(), bias.const_data_ptr<float>(),
        static_cast<size_t>(gain.size(0)), eps};
}

Layer::Layer(
    const snt_network &net, const snt_layer &layer, bool last,
    const Making &how, const float *ranges)
    : attention_out(make({{layer.attention_out}}, Post::none, how)),
      up(make(
          {{layer.up}}, Post::gelu, how,
          {range(ranges, 1, net.hidden), false})),
      down(make({{layer.down}}, Post::none, how, {{}, true})),
      attention_norm(layer.attention_norm, net.layer_norm_eps),
      out_norm(layer.out_norm, net.layer_norm_eps)
{
    auto dim = static_cast<float>(net.hidden / net.heads);
    const Input input = {range(ranges, 0, net.hidden), false};
    const Part query = {layer.query, 1 / std::sqrt(dim)};
    auto whole = [&](const Parts &parts) {
        return std::make_unique<Linear>(make(parts, Post::none, how, input));
    };

    if (last) {
        q = whole({query});
        kv = whole({{layer.key}, {layer.value}});
    } else {
        qkv = whole({query, {layer.key}, {layer.value}});
    }
}

Layers::Places::Places(
    const snt_network &net, const snt_engine_options &opts, By by)
{
    const int64_t h = net.hidden, m = net.intermediate;
    const bool eased = opts.ranges != nullptr;
    auto words = [&](int64_t in, int64_t columns, bool is_eased = false) {
        return Linear::words(in, columns, opts.precision, by, is_eased);
    };

    layer = words(h, h) + words(h, m, eased) + words(m, h) +
            std::max(
                words(h, 3 * h, eased),
                words(h, h, eased) + words(h, 2 * h, eased));
    dense = Kept::header + net.n_layers * layer;
    out = dense + Linear::words(h, h, SNT_FP32, by, false);
    end = out + Linear::words(h, net.n_labels, SNT_FP32, by, false);
    all_own = words(h, h) && words(m, h) && out > dense;
}

Layers::Layers(const snt_network &net, const snt_engine_options &opts, By by)
    : at_(net, opts, by), kept_(opts, at_.all_own),
      room_(kept_.open(at_.end, opts.makers)),
      encoder(make_encoder(
          net, opts, by, room_.part(Kept::header, at_.dense), at_.layer)),
      head_dense(make_head(net.head_dense, by, room_.part(at_.dense, at_.out))),
      head_out(make_head(net.head_out, by, room_.part(at_.out, at_.end)))
{
    if (!room_.filled)
        kept_.keep(room_);
}

} // namespace snt
