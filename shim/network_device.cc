// network_device.cc - the forward pass in stock ATen operations, for CUDA and
// MPS; it also runs on the CPU, where the tests compare it.
//
// Texts lie in groups of like length, padded to the group's width: see
// layout.h. Linear layers and norms run on the rows of all groups, attention
// group by group, and no operation moves rows about. The last layer computes
// keys and values of all rows, and everything else for the first token of each
// text only.
//
// On CUDA each session has a stream and pinned memory of its own, so that what
// one worker prepares and uploads overlaps with what another computes.
#include "network.hh"

#include <cstring>
#include <limits>
#include <optional>
#include <vector>

#include <ATen/ATen.h>
#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include "guard.hh"
#include "layout.h"

namespace snt
{
namespace
{

struct Weights {
    at::Tensor weight, bias;

    // Of some of the outputs; shares the memory.
    Weights part(int64_t first, int64_t n) const
    {
        return {weight.narrow(0, first, n), bias.narrow(0, first, n)};
    }
};

struct DeviceLayer {
    Weights qkv, attention_out, attention_norm, up, down, out_norm;
};

class DeviceNetwork : public Network
{
  public:
    DeviceNetwork(
        const snt_network &net, snt_precision precision, at::Device where);
    std::unique_ptr<Session> session() const override;

    Weights on_device(const snt_affine &affine) const
    {
        bool norm = affine.weight.cols == 1;

        return {
            to_f32(affine.weight, norm).to(device, type),
            to_f32(affine.bias, true).to(device, type)};
    }
    // MPS compiles something for every shape that it meets; the CPU does as
    // MPS does, since it is for tests.
    bool shapes_cost() const
    {
        return !device.is_cuda();
    }

    const snt_network shape;
    const at::Device device;
    const at::ScalarType type;
    at::Tensor words, places;
    Weights embeddings_norm, head_dense, head_out;
    std::vector<DeviceLayer> layers;
};

at::ScalarType type_of(snt_precision precision)
{
    switch (precision) {
    case SNT_FP16_COMPUTE:
        return at::kHalf;
    case SNT_BF16_COMPUTE:
        return at::kBFloat16;
    case SNT_FP32:
        return at::kFloat;
    default:
        throw Failure(
            SENTIMENT_EDEVICE, "int8 runs on the CPU only: fp32, bf16 and "
                               "fp16 run on this device");
    }
}

// Until all is done that this thread has asked CUDA for. Elsewhere whatever
// copies from the device waits by itself.
void finish(at::Device device)
{
    if (!device.is_cuda())
        return;
    const c10::impl::VirtualGuardImpl cuda(device.type());

    cuda.synchronizeStream(cuda.getStream(device));
}

DeviceNetwork::DeviceNetwork(
    const snt_network &net, snt_precision precision, at::Device where)
    : shape(net), device(where), type(type_of(precision)),
      words(to_f32(net.word_embeddings).to(device, type)),
      places(places_of(net).to(device, type)),
      embeddings_norm(on_device(net.embeddings_norm)),
      head_dense(on_device(net.head_dense)), head_out(on_device(net.head_out))
{
    for (int64_t i = 0; i < net.n_layers; i++) {
        const snt_layer &l = net.layers[i];
        Weights q = on_device(l.query), k = on_device(l.key),
                v = on_device(l.value);

        layers.push_back(
            {{at::cat({q.weight, k.weight, v.weight}),
              at::cat({q.bias, k.bias, v.bias})},
             on_device(l.attention_out),
             on_device(l.attention_norm),
             on_device(l.up),
             on_device(l.down),
             on_device(l.out_norm)});
    }
    // Sessions read the weights in streams that wait for no other.
    finish(device);
}

at::Tensor linear(const at::Tensor &x, const Weights &w)
{
    return at::linear(x, w.weight, w.bias);
}

int64_t of(size_t n)
{
    return static_cast<int64_t>(n);
}

class DeviceSession : public Session
{
  public:
    explicit DeviceSession(const DeviceNetwork &net);
    void forward(const snt_batch &batch, float *logits) override;

  private:
    at::Tensor host(at::ScalarType type, int64_t n) const;
    at::Tensor upload(const snt_batch &batch, const snt_layout &layout);
    at::Tensor encode(const snt_layout &layout, const at::Tensor &input) const;
    at::Tensor norm(const at::Tensor &x, const Weights &w) const;
    at::Tensor attend(
        const snt_layout &layout, const at::Tensor &mask, const at::Tensor &q,
        const at::Tensor &kv, bool first_only) const;

    const DeviceNetwork &net_;
    std::optional<c10::Stream> stream_;
    at::Tensor input_;                // [2 rows at most], on the host
    at::Tensor logits_;               // [texts at most, labels], on the host
    std::vector<size_t> row_, place_; // of each text, see layout.h
};

DeviceSession::DeviceSession(const DeviceNetwork &net) : net_(net)
{
    if (net.device.is_cuda())
        stream_ = c10::impl::VirtualGuardImpl(net.device.type())
                      .getStreamFromGlobalPool(net.device);
}

// Memory that a copy to or from the device may read while others go on.
at::Tensor DeviceSession::host(at::ScalarType type, int64_t n) const
{
    return at::empty(
        {n}, at::TensorOptions(type).pinned_memory(net_.device.is_cuda()));
}

// Ids, then positions, of all rows. Padding has the id -1; a text that the
// layout added is one token of id 0.
at::Tensor DeviceSession::upload(
    const snt_batch &batch, const snt_layout &layout)
{
    int64_t n = 2 * of(layout.rows);
    size_t first = 0;

    if (!input_.defined() || input_.size(0) < n)
        input_ = host(at::kInt, n);
    auto *ids = input_.data_ptr<int32_t>(), *positions = ids + layout.rows;
    std::fill_n(ids, layout.rows, -1);
    std::fill_n(positions, layout.rows, 0);
    for (size_t g = 0; g < layout.n_groups; g++)
        for (size_t i = 0; i < layout.groups[g].texts; i++) {
            ids[first] = 0;
            first += layout.groups[g].width;
        }
    for (size_t i = 0; i < batch.n; i++) {
        auto start = static_cast<size_t>(batch.starts[i]);
        auto end = static_cast<size_t>(batch.starts[i + 1]);

        std::copy(batch.ids + start, batch.ids + end, ids + row_[i]);
        std::copy(
            batch.positions + start, batch.positions + end,
            positions + row_[i]);
    }
    return input_.narrow(0, 0, n)
        .to(net_.device, /*non_blocking=*/net_.device.is_cuda())
        .view({2, -1});
}

at::Tensor DeviceSession::norm(const at::Tensor &x, const Weights &w) const
{
    return at::layer_norm(
        x, {net_.shape.hidden}, w.weight, w.bias,
        static_cast<double>(net_.shape.layer_norm_eps));
}

// Of one group nothing has to be copied.
at::Tensor joined(const std::vector<at::Tensor> &parts)
{
    return parts.size() == 1 ? parts[0] : at::cat(parts);
}

// The first row of each text of x [rows, hidden]: [texts, hidden].
at::Tensor first_tokens(const snt_layout &layout, const at::Tensor &x)
{
    std::vector<at::Tensor> parts;
    int64_t row = 0;

    for (size_t g = 0; g < layout.n_groups; g++) {
        int64_t texts = of(layout.groups[g].texts),
                width = of(layout.groups[g].width);

        parts.push_back(x.narrow(0, row, texts * width)
                            .view({texts, width, -1})
                            .select(1, 0));
        row += texts * width;
    }
    return joined(parts);
}

// q [rows, hidden], or [texts, hidden] with first_only; kv [rows, 2 hidden];
// mask [rows] is added to the scores. The result is like q.
at::Tensor DeviceSession::attend(
    const snt_layout &layout, const at::Tensor &mask, const at::Tensor &q,
    const at::Tensor &kv, bool first_only) const
{
    int64_t heads = net_.shape.heads, dim = net_.shape.hidden / heads;
    int64_t row = 0, q_row = 0;
    std::vector<at::Tensor> parts;

    for (size_t g = 0; g < layout.n_groups; g++) {
        const snt_group &group = layout.groups[g];
        int64_t texts = of(group.texts), width = of(group.width);
        int64_t queries = first_only ? 1 : width;
        at::Tensor some_q = q.narrow(0, q_row, texts * queries)
                                .view({texts, queries, heads, dim})
                                .transpose(1, 2);
        at::Tensor some_kv = kv.narrow(0, row, texts * width)
                                 .view({texts, width, 2, heads, dim})
                                 .permute({2, 0, 3, 1, 4});
        std::optional<at::Tensor> added;

        // Without one there are faster kernels.
        if (!group.full)
            added =
                mask.narrow(0, row, texts * width).view({texts, 1, 1, width});
        parts.push_back(at::scaled_dot_product_attention(
                            some_q, some_kv[0], some_kv[1], added)
                            .transpose(1, 2)
                            .reshape({texts * queries, heads * dim}));
        row += texts * width;
        q_row += texts * queries;
    }
    return joined(parts);
}

// input [2, rows]: ids and positions; the result is logits [texts, labels].
at::Tensor DeviceSession::encode(
    const snt_layout &layout, const at::Tensor &input) const
{
    int64_t hidden = net_.shape.hidden;
    at::Tensor ids = input[0];
    at::Tensor mask =
        at::zeros({of(layout.rows)}, net_.words.options())
            .masked_fill_(ids.lt(0), -std::numeric_limits<float>::infinity());
    at::Tensor x = norm(
        at::embedding(net_.words, ids.clamp_min(0)) +
            at::embedding(net_.places, input[1]),
        net_.embeddings_norm);

    for (const DeviceLayer &layer : net_.layers) {
        at::Tensor a;

        if (&layer == &net_.layers.back()) {
            at::Tensor kv = linear(x, layer.qkv.part(hidden, 2 * hidden));

            x = first_tokens(layout, x);
            a = attend(
                layout, mask, linear(x, layer.qkv.part(0, hidden)), kv, true);
        } else {
            at::Tensor qkv = linear(x, layer.qkv);

            a = attend(
                layout, mask, qkv.narrow(1, 0, hidden),
                qkv.narrow(1, hidden, 2 * hidden), false);
        }
        x = norm(x + linear(a, layer.attention_out), layer.attention_norm);
        x = norm(
            x + linear(at::gelu(linear(x, layer.up)), layer.down),
            layer.out_norm);
    }
    x = linear(x, net_.head_dense);
    x = net_.shape.head_activation == SNT_TANH ? x.tanh() : x.relu();
    return linear(x, net_.head_out).to(at::kFloat);
}

void DeviceSession::forward(const snt_batch &batch, float *logits)
{
    const c10::OptionalStreamGuard guard(stream_);
    auto labels = static_cast<size_t>(net_.shape.n_labels);
    snt_layout layout;

    row_.resize(batch.n);
    place_.resize(batch.n);
    snt_layout_make(
        &layout, batch.n, batch.starts, net_.shapes_cost(), row_.data(),
        place_.data());
    at::Tensor out = encode(layout, upload(batch, layout)).view({-1});
    if (!logits_.defined() || logits_.size(0) < out.size(0))
        logits_ = host(at::kFloat, out.size(0));
    logits_.narrow(0, 0, out.size(0))
        .copy_(out, /*non_blocking=*/net_.device.is_cuda());
    finish(net_.device);
    for (size_t i = 0; i < batch.n; i++)
        std::memcpy(
            logits + i * labels,
            logits_.const_data_ptr<float>() + place_[i] * labels,
            labels * sizeof(*logits));
}

std::unique_ptr<Session> DeviceNetwork::session() const
{
    return std::make_unique<DeviceSession>(*this);
}

} // namespace

std::unique_ptr<Network> make_device_network(
    const snt_network &network, snt_precision precision,
    const std::string &device)
{
    return std::make_unique<DeviceNetwork>(
        network, precision, at::Device(device));
}

} // namespace snt
