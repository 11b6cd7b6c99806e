// layers.hh - a network's layers on a CPU, made once from the checkpoint.
#ifndef SNT_LAYERS_HH
#define SNT_LAYERS_HH

#include <memory>
#include <vector>

#include <ATen/core/Tensor.h>

#include "engine.h"
#include "kept.hh"
#include "kernels.h"
#include "linear.hh"

namespace snt
{

struct Norm {
    at::Tensor gain, bias;
    float eps;

    Norm(const snt_affine &affine, float epsilon);
    snt_norm view() const;
};

struct Layer {
    // All of q, k and v in every layer but the last, where q stands apart.
    std::unique_ptr<Linear> qkv, q, kv;
    Linear attention_out, up, down;
    Norm attention_norm, out_norm;

    // ranges: of this layer, see engine.h.
    Layer(
        const snt_network &net, const snt_layer &layer, bool last,
        const Making &how, const float *ranges);
};

// All of them, and those of the head, whose weights lie in one room, which a
// file may keep.
class Layers
{
    // In that room, in words.
    struct Places {
        int64_t layer;           // of each of the encoder's
        int64_t dense, out, end; // where the head's begin, and where they end
        bool all_own;            // all products are our own

        Places(const snt_network &net, const snt_engine_options &opts, By by);
    } at_;
    Kept kept_;
    Room room_;

  public:
    std::vector<Layer> encoder;
    Linear head_dense, head_out;

    Layers(const snt_network &net, const snt_engine_options &opts, By by);
};

} // namespace snt

#endif
