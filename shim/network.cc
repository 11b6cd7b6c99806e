// network.cc - reading a checkpoint's tensors.
#include "network.hh"

#include <ATen/ops/empty.h>

#include "kernels.h"

namespace snt
{

at::Tensor to_f32(const snt_tensor &tensor, bool vector)
{
    at::Tensor out = at::empty({tensor.rows, tensor.cols}, at::kFloat);

    snt_kernels_best()->widen(
        tensor.data, tensor.dtype,
        static_cast<size_t>(tensor.rows * tensor.cols), out.data_ptr<float>());
    return vector ? out.view({-1}) : out;
}

at::Tensor places_of(const snt_network &network)
{
    at::Tensor places = to_f32(network.position_embeddings);

    if (network.type_embeddings.data)
        places += to_f32(network.type_embeddings)[0];
    return places;
}

} // namespace snt
