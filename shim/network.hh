// network.hh - what the border needs of a network on some device.
#ifndef SNT_NETWORK_HH
#define SNT_NETWORK_HH

#include <memory>
#include <string>

#include <ATen/core/Tensor.h>

#include "engine.h"
#include "linear.hh"

namespace snt
{

// A workspace: belongs to one thread.
class Session
{
  public:
    virtual ~Session() = default;
    virtual void forward(const snt_batch &batch, float *logits) = 0;
    // See snt_engine_ops.warm.
    virtual bool warm()
    {
        return false;
    }
    // On another thread: see snt_engine_ops.help.
    virtual bool help()
    {
        return false;
    }
};

// Weights on a device. Immutable: sessions share them.
class Network
{
  public:
    virtual ~Network() = default;
    virtual std::unique_ptr<Session> session() const = 0;
};

// On the CPU: packed weights, own kernels.
std::unique_ptr<Network> make_cpu_network(
    const snt_network &network, const snt_engine_options &opts, By by);

// On any device of libtorch, in its stock operations; "cpu" too, for tests.
std::unique_ptr<Network> make_device_network(
    const snt_network &network, snt_precision precision,
    const std::string &device);

// A tensor of the checkpoint as F32 [rows, cols], or [rows] when vector is
// true. Copies.
at::Tensor to_f32(const snt_tensor &tensor, bool vector = false);

// The position embeddings with row 0 of the type embeddings added, F32.
at::Tensor places_of(const snt_network &network);

} // namespace snt

#endif
