// network_cpu.cc - the forward pass on a CPU.
//
// The tokens of all texts of a batch lie one after the other in x [T, hidden];
// nothing is padded but T itself, to a rung of a ladder, because oneDNN
// compiles a kernel for every number of rows that it meets. x stays in F32 from
// layer to layer (the residual); linear layers read it in their own type.
//
// The last layer computes keys and values of all tokens, and everything else
// for the first token of each text only, which is all that the head reads.
#include "network.hh"

#include <algorithm>
#include <cstring>
#include <mutex>
#include <vector>

#include <ATen/core/Tensor.h>
#include <ATen/ops/zeros.h>

#include "kernels.h"
#include "layers.hh"
#include "team.hh"
#include "warmup.hh"

namespace snt
{
namespace
{

class CpuNetwork;

class CpuSession : public Session
{
  public:
    explicit CpuSession(const CpuNetwork &net);
    ~CpuSession() override;
    void forward(const snt_batch &batch, float *logits) override;
    bool help() override;
    bool warm() override;

  private:
    void reserve(int64_t rows, size_t longest);
    void run(const snt_batch &batch, float *logits);
    at::Tensor input(int64_t rows) const;
    static snt_rows plain(const at::Tensor &x);
    snt_rows raw(const at::Tensor &y, const Linear &linear) const;
    at::Tensor product(
        const Linear &linear, const at::Tensor &x, const snt_rows &x_rows,
        int64_t used, bool narrow);
    at::Tensor apply(const Linear &linear, const at::Tensor &x, int64_t used);
    uint16_t *narrow() const;
    void attend(
        const snt_batch &batch, const at::Tensor &q, bool first_only,
        const at::Tensor &kv, int64_t k_offset);
    void add_norm(const snt_norm &norm, size_t n, const snt_rows &delta);
    void finish(const Layer &layer, int64_t used, int64_t rows);
    void first_tokens(const snt_batch &batch);
    void observe(const Layer &layer, int which, int64_t used);

    const CpuNetwork &net_;
    const std::unique_ptr<snt_team, void (*)(snt_team *)> team_; // or null
    Threads threads_; // of the pass in hand
    int64_t rows_ = 0;
    at::Tensor x_;       // [rows, hidden] F32
    at::Tensor narrow_;  // the same in BF16, when that is what linears read
    at::Tensor context_; // [rows, hidden] what attention gives
    at::Tensor bytes_;   // int8: what a linear layer reads
    std::vector<float> scales_;  // int8: of bytes_, a row each
    std::vector<float> scratch_; // attention's, a part each
    std::vector<float> seen_;    // see snt_engine_options.observed; or empty
};

class CpuNetwork : public Network
{
  public:
    CpuNetwork(const snt_network &net, const snt_engine_options &opts, By by)
        : shape(net), words(net.word_embeddings), places(places_of(net)),
          embeddings_norm(net.embeddings_norm, net.layer_norm_eps),
          type(opts.precision == SNT_FP32 ? at::kFloat : at::kBFloat16),
          int8(opts.precision == SNT_INT8), threads(opts.threads),
          observed(opts.observed), layers(net, opts, by)
    {
        prepare(
            static_cast<int64_t>(opts.most_tokens),
            static_cast<int64_t>(opts.most_texts));
    }
    std::unique_ptr<Session> session() const override
    {
        return std::make_unique<CpuSession>(*this);
    }

    // What a lone headline needs is met now, the rest when there is time.
    void prepare(int64_t most_tokens, int64_t most_texts)
    {
        const Layer &first = layers.encoder.front();
        const Layer &last = layers.encoder.back();
        const Linear *const of_tokens[] = {
            first.qkv.get(), last.kv.get(), &first.attention_out, &first.up,
            &first.down};
        const Linear *const of_texts[] = {
            last.q.get(), &last.attention_out, &last.up,
            &last.down,   &layers.head_dense,  &layers.head_out};

        if (!most_tokens)
            return;
        for (const Linear *linear : of_tokens)
            if (linear)
                warmup.add(*linear, most_tokens);
        for (const Linear *linear : of_texts)
            warmup.add(*linear, most_texts);
        warmup.meet(rung(1));
        warmup.meet(rung(24));
    }

    const snt_network shape;
    const snt_tensor words; // the checkpoint's own, borrowed
    const at::Tensor places;
    const Norm embeddings_norm;
    const at::ScalarType type; // of what attention reads and gives
    const bool int8;
    const unsigned threads;  // a pass may use
    float *const observed;   // the caller's, [n_layers, 2, hidden], or null
    mutable std::mutex lock; // guards what observed points to
    const Layers layers;
    mutable Warmup warmup;
    const snt_kernels *const kernels = snt_kernels_best();
};

CpuSession::CpuSession(const CpuNetwork &net)
    : net_(net),
      team_(net.threads > 1 ? snt_team_open() : nullptr, snt_team_close)
{
    if (net.threads > 1 && !team_)
        throw std::bad_alloc();
    if (net_.observed)
        seen_.resize(
            static_cast<size_t>(net.shape.n_layers * 2 * net.shape.hidden));
}

CpuSession::~CpuSession()
{
    const std::lock_guard<std::mutex> guard(net_.lock);

    for (size_t i = 0; i < seen_.size(); i++)
        net_.observed[i] = std::max(net_.observed[i], seen_[i]);
}

// Raises what is known of x_'s columns where it is read: by the layer's query
// (which 0) or its up (1).
void CpuSession::observe(const Layer &layer, int which, int64_t used)
{
    auto width = static_cast<size_t>(net_.shape.hidden);
    auto place = 2 * static_cast<size_t>(&layer - net_.layers.encoder.data()) +
                 static_cast<size_t>(which);

    if (!seen_.empty())
        net_.kernels->reach(
            x_.const_data_ptr<float>(), static_cast<size_t>(used), width,
            seen_.data() + place * width);
}

void CpuSession::reserve(int64_t rows, size_t longest)
{
    auto dim = static_cast<size_t>(net_.shape.hidden / net_.shape.heads);
    auto heads = static_cast<size_t>(net_.shape.heads);
    size_t floats = snt_attention_scratch(dim, longest) * threads_.parts(heads);

    if (scratch_.size() < floats)
        scratch_.resize(floats);
    if (rows <= rows_)
        return;
    x_ = at::zeros({rows, net_.shape.hidden}, at::kFloat);
    context_ = at::zeros({rows, net_.shape.hidden}, net_.type);
    if (net_.int8) {
        int64_t widest = std::max(net_.shape.hidden, net_.shape.intermediate);

        bytes_ = at::zeros({rows * widest}, at::kByte);
        scales_.resize(static_cast<size_t>(rows));
    } else if (net_.type == at::kBFloat16)
        narrow_ = at::zeros({rows, net_.shape.hidden}, at::kBFloat16);
    rows_ = rows;
}

at::Tensor CpuSession::input(int64_t rows) const
{
    return (narrow_.defined() ? narrow_ : x_).narrow(0, 0, rows);
}

snt_rows CpuSession::plain(const at::Tensor &x)
{
    return {
        x.const_data_ptr(), x.scalar_type() == at::kFloat ? SNT_F32 : SNT_BF16,
        nullptr, nullptr, 0};
}

// What product gave, by the scales of the bytes that it last read.
snt_rows CpuSession::raw(const at::Tensor &y, const Linear &linear) const
{
    if (!linear.is_raw())
        return plain(y);
    return {
        y.const_data_ptr(), SNT_BF16, scales_.data(), linear.bias(),
        linear.post() == Post::gelu};
}

// Those of x from row first on.
snt_rows from(snt_rows x, size_t first, size_t width)
{
    x.values = static_cast<const char *>(x.values) +
               first * width * snt_dtype_size(x.type);
    if (x.scales)
        x.scales += first;
    return x;
}

// A linear layer on the first used of x's rows, which x_rows views; the others
// come out as whatever. raw() is the result.
at::Tensor CpuSession::product(
    const Linear &linear, const at::Tensor &x, const snt_rows &x_rows,
    int64_t used, bool narrow)
{
    if (!linear.reads_bytes())
        return linear(x, used, threads_, narrow);
    at::Tensor bytes = bytes_.narrow(0, 0, x.numel()).view(x.sizes());
    auto width = static_cast<size_t>(x.size(1));
    auto *out = bytes.data_ptr<uint8_t>();
    threads_.share(
        static_cast<size_t>(used), [&](size_t, size_t first, size_t last) {
            const snt_rows rows = from(x_rows, first, width);

            net_.kernels->quantise(
                &rows, last - first, width, linear.ease(), linear.zero(),
                out + first * width, scales_.data() + first);
        });
    return linear.multiply(bytes, scales_.data(), used, threads_, narrow);
}

// The same, in the type that attention reads and as it should be. Without a
// post operation.
at::Tensor CpuSession::apply(
    const Linear &linear, const at::Tensor &x, int64_t used)
{
    at::Tensor y =
        product(linear, x, plain(x), used, net_.type == at::kBFloat16);

    if (linear.is_raw())
        net_.kernels->rescale(
            static_cast<uint16_t *>(y.data_ptr()), static_cast<size_t>(used),
            static_cast<size_t>(y.size(1)), scales_.data(), linear.bias());
    return y;
}

uint16_t *CpuSession::narrow() const
{
    return narrow_.defined() ? static_cast<uint16_t *>(narrow_.data_ptr())
                             : nullptr;
}

// Attention text by text, into context_; the heads of a text are what threads
// share.
void CpuSession::attend(
    const snt_batch &batch, const at::Tensor &q, bool first_only,
    const at::Tensor &kv, int64_t k_offset)
{
    auto heads = static_cast<size_t>(net_.shape.heads);
    auto hidden = static_cast<size_t>(net_.shape.hidden);
    auto bytes = static_cast<size_t>(q.element_size());
    auto q_stride = static_cast<size_t>(q.size(1));
    auto kv_stride = static_cast<size_t>(kv.size(1));
    auto *queries = static_cast<const char *>(q.const_data_ptr());
    auto *keys = static_cast<const char *>(kv.const_data_ptr()) +
                 static_cast<size_t>(k_offset) * bytes;
    auto *out = static_cast<char *>(context_.data_ptr());
    size_t scratch = scratch_.size() / threads_.parts(heads);

    for (size_t i = 0; i < batch.n; i++) {
        auto start = static_cast<size_t>(batch.starts[i]);
        auto n = static_cast<size_t>(batch.starts[i + 1]) - start;
        size_t row = first_only ? i : start;
        const char *k = keys + start * kv_stride * bytes;

        threads_.share(heads, [&](size_t part, size_t first, size_t last) {
            const snt_attention a = {
                net_.type == at::kFloat ? SNT_F32 : SNT_BF16,
                heads,
                first,
                last,
                hidden / heads,
                queries + row * q_stride * bytes,
                k,
                k + hidden * bytes,
                out + row * hidden * bytes,
                q_stride,
                kv_stride,
                first_only ? 1 : n,
                n,
                scratch_.data() + part * scratch};

            net_.kernels->attend(&a);
        });
    }
}

// x_ = norm(x_ + delta), its first n rows.
void CpuSession::add_norm(const snt_norm &norm, size_t n, const snt_rows &delta)
{
    auto *x = x_.data_ptr<float>();
    uint16_t *low = narrow();

    threads_.share(n, [&](size_t, size_t first, size_t last) {
        size_t at = first * norm.width;
        const snt_rows rows = from(delta, first, norm.width);

        net_.kernels->add_norm(
            &norm, last - first, x + at, &rows, low ? low + at : nullptr);
    });
}

// What follows attention in a layer, on the first used of rows rows.
void CpuSession::finish(const Layer &layer, int64_t used, int64_t rows)
{
    auto n = static_cast<size_t>(used);
    const snt_norm attention_norm = layer.attention_norm.view();
    const snt_norm out_norm = layer.out_norm.view();
    at::Tensor context = context_.narrow(0, 0, rows);
    at::Tensor delta =
        product(layer.attention_out, context, plain(context), used, false);
    snt_rows added = raw(delta, layer.attention_out);

    add_norm(attention_norm, n, added);
    observe(layer, 1, used);
    at::Tensor read = input(rows);
    at::Tensor up =
        product(layer.up, read, plain(read), used, net_.type == at::kBFloat16);
    delta = product(layer.down, up, raw(up, layer.up), used, false);
    added = raw(delta, layer.down);
    add_norm(out_norm, n, added);
}

// Moves the first token of each text to the front of x_: row i never lies
// behind its source.
void CpuSession::first_tokens(const snt_batch &batch)
{
    auto width = static_cast<size_t>(net_.shape.hidden);
    auto *x = x_.data_ptr<float>();
    uint16_t *low = narrow();

    for (size_t i = 0; i < batch.n; i++) {
        size_t from = static_cast<size_t>(batch.starts[i]) * width;

        std::memmove(x + i * width, x + from, width * sizeof(*x));
        if (low)
            std::memmove(low + i * width, low + from, width * sizeof(*low));
    }
}

void CpuSession::forward(const snt_batch &batch, float *logits)
{
    threads_ = {};
    if (!team_ || batch.threads < 2)
        return run(batch, logits);
    threads_ = {team_.get(), std::min(batch.threads, net_.threads)};
    snt_team_begin(team_.get());
    const std::unique_ptr<snt_team, void (*)(snt_team *)> end(
        team_.get(), snt_team_end);
    run(batch, logits);
}

bool CpuSession::help()
{
    return team_ && snt_team_help(team_.get());
}

bool CpuSession::warm()
{
    return net_.warmup.step();
}

void CpuSession::run(const snt_batch &batch, float *logits)
{
    int64_t hidden = net_.shape.hidden;
    auto tokens = static_cast<int64_t>(batch.tokens);
    auto texts = static_cast<int64_t>(batch.n);
    int64_t rows = rung(tokens), text_rows = rung(texts);
    size_t longest = 0;
    const snt_norm norm = net_.embeddings_norm.view();

    for (size_t i = 0; i < batch.n; i++)
        longest = std::max(
            longest,
            static_cast<size_t>(batch.starts[i + 1] - batch.starts[i]));
    reserve(std::max(rows, text_rows), longest);
    net_.kernels->embed(
        &norm, batch.tokens, &net_.words, net_.places.const_data_ptr<float>(),
        batch.ids, batch.positions, x_.data_ptr<float>(), narrow());
    for (const Layer &layer : net_.layers.encoder) {
        observe(layer, 0, tokens);
        if (layer.qkv) {
            at::Tensor qkv = apply(*layer.qkv, input(rows), tokens);

            attend(batch, qkv, false, qkv, hidden);
            finish(layer, tokens, rows);
        } else {
            at::Tensor kv = apply(*layer.kv, input(rows), tokens);

            first_tokens(batch);
            attend(
                batch, apply(*layer.q, input(text_rows), texts), true, kv, 0);
            finish(layer, texts, text_rows);
        }
    }
    at::Tensor pooled =
        net_.layers.head_dense(x_.narrow(0, 0, text_rows), texts, threads_);
    if (net_.shape.head_activation == SNT_TANH)
        pooled.tanh_();
    else
        pooled.relu_();
    at::Tensor out = net_.layers.head_out(pooled, texts, threads_);
    std::memcpy(
        logits, out.const_data_ptr<float>(),
        batch.n * static_cast<size_t>(net_.shape.n_labels) * sizeof(float));
}

} // namespace

std::unique_ptr<Network> make_cpu_network(
    const snt_network &network, const snt_engine_options &opts, By by)
{
    return std::make_unique<CpuNetwork>(network, opts, by);
}

} // namespace snt
