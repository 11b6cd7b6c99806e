// network_device.cc - the forward pass in stock ATen operations, for CUDA and
// MPS; it also runs on the CPU, where the tests compare it.
//
// Linear layers run on packed tokens; attention on texts padded to the longest
// of the batch, under a mask. Arrays are staged in pinned memory on CUDA.
#include "network.hh"

#include <cmath>
#include <cstring>
#include <vector>

#include <ATen/ATen.h>

#include "guard.hh"

namespace snt
{
namespace
{

struct Weights {
    at::Tensor weight, bias;
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
}

at::Tensor linear(const at::Tensor &x, const Weights &w)
{
    return at::linear(x, w.weight, w.bias);
}

class DeviceSession : public Session
{
  public:
    explicit DeviceSession(const DeviceNetwork &net) : net_(net)
    {
    }
    void forward(const snt_batch &batch, float *logits) override;

  private:
    at::Tensor upload(const int32_t *values, size_t n) const;
    at::Tensor norm(const at::Tensor &x, const Weights &w) const;
    at::Tensor attend(
        const at::Tensor &qkv, const at::Tensor &places, const at::Tensor &mask,
        int64_t texts, int64_t longest) const;

    const DeviceNetwork &net_;
};

at::Tensor DeviceSession::upload(const int32_t *values, size_t n) const
{
    auto options =
        at::TensorOptions(at::kInt).pinned_memory(net_.device.is_cuda());
    at::Tensor staged = at::empty({static_cast<int64_t>(n)}, options);

    std::memcpy(staged.data_ptr(), values, n * sizeof(*values));
    return staged.to(net_.device, /*non_blocking=*/true).to(at::kLong);
}

at::Tensor DeviceSession::norm(const at::Tensor &x, const Weights &w) const
{
    return at::layer_norm(
        x, {net_.shape.hidden}, w.weight, w.bias,
        static_cast<double>(net_.shape.layer_norm_eps));
}

// qkv [tokens, 3 hidden]; places [tokens]: where each token lies among the
// padded [texts * longest]; mask [texts, 1, 1, longest]: added to the scores.
at::Tensor DeviceSession::attend(
    const at::Tensor &qkv, const at::Tensor &places, const at::Tensor &mask,
    int64_t texts, int64_t longest) const
{
    int64_t hidden = net_.shape.hidden, heads = net_.shape.heads;
    at::Tensor padded = at::zeros({texts * longest, 3 * hidden}, qkv.options())
                            .index_copy(0, places, qkv)
                            .view({texts, longest, 3, heads, hidden / heads})
                            .permute({2, 0, 3, 1, 4});
    at::Tensor out =
        at::scaled_dot_product_attention(padded[0], padded[1], padded[2], mask);

    return out.transpose(1, 2)
        .reshape({texts * longest, hidden})
        .index_select(0, places);
}

void DeviceSession::forward(const snt_batch &batch, float *logits)
{
    auto texts = static_cast<int64_t>(batch.n);
    int32_t longest = 0;
    std::vector<int32_t> place(batch.tokens);

    for (size_t i = 0; i < batch.n; i++)
        longest = std::max(longest, batch.starts[i + 1] - batch.starts[i]);
    at::Tensor mask = at::full(
        {texts, 1, 1, longest}, -std::numeric_limits<float>::infinity());
    for (size_t i = 0; i < batch.n; i++) {
        int32_t start = batch.starts[i], end = batch.starts[i + 1];

        mask[static_cast<int64_t>(i)].narrow(-1, 0, end - start).zero_();
        for (int32_t t = start; t < end; t++)
            place[static_cast<size_t>(t)] =
                static_cast<int32_t>(i) * longest + t - start;
    }
    mask = mask.to(net_.device, net_.type);
    at::Tensor places = upload(place.data(), place.size());
    at::Tensor firsts = upload(batch.starts, batch.n);
    at::Tensor x =
        at::embedding(net_.words, upload(batch.ids, batch.tokens)) +
        at::embedding(net_.places, upload(batch.positions, batch.tokens));

    x = norm(x, net_.embeddings_norm);
    for (const DeviceLayer &layer : net_.layers) {
        at::Tensor a =
            attend(linear(x, layer.qkv), places, mask, texts, longest);

        if (&layer == &net_.layers.back()) {
            a = a.index_select(0, firsts);
            x = x.index_select(0, firsts);
        }
        x = norm(x + linear(a, layer.attention_out), layer.attention_norm);
        x = norm(
            x + linear(at::gelu(linear(x, layer.up)), layer.down),
            layer.out_norm);
    }
    x = linear(x, net_.head_dense);
    x = net_.shape.head_activation == SNT_TANH ? x.tanh() : x.relu();
    x = linear(x, net_.head_out).to(at::kCPU, at::kFloat).contiguous();
    std::memcpy(logits, x.const_data_ptr<float>(), x.nbytes());
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
