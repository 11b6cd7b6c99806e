// devices.cc - see devices.hh. The shim is linked with the CPU part of libtorch
// only; libtorch_cuda.so is loaded when it lies beside it and the machine has
// NVIDIA's driver, so that a machine without a GPU pays nothing.
#include "devices.hh"

#include <dlfcn.h>

#include <ATen/Context.h>

#include "guard.hh"

namespace snt
{
namespace
{

// Loads CUDA: the driver, without which nothing else is tried, and libtorch's
// part. What the loader says against it, or nothing.
const std::string &load_cuda()
{
    static const std::string why = [] {
        for (const char *library : {"libcuda.so.1", "libtorch_cuda.so"})
            if (!dlopen(library, RTLD_NOW | RTLD_GLOBAL))
                return std::string(dlerror());
        return std::string();
    }();

    return why;
}

int64_t cuda_devices()
{
    return at::hasCUDA() ? at::detail::getCUDAHooks().deviceCount() : 0;
}

} // namespace

void load_devices()
{
    load_cuda();
}

std::string devices()
{
    std::string all = "cpu";

    for (int64_t i = 0; i < cuda_devices(); i++)
        all += ",cuda:" + std::to_string(i);
    if (at::hasMPS())
        all += ",mps";
    return all;
}

std::string find_device(const std::string &name)
{
    std::string wanted = name == "cuda" ? "cuda:0" : name;
    std::string all = devices();

    if (!wanted.empty() && wanted.find(',') == std::string::npos &&
        ("," + all + ",").find("," + wanted + ",") != std::string::npos)
        return wanted;
    const std::string why = wanted.rfind("cuda", 0) ? "" : load_cuda();

    throw Failure(
        SENTIMENT_EDEVICE, "no device \"%s\" here: there is %s%s%s",
        name.c_str(), all.c_str(), why.empty() ? "" : "; ", why.c_str());
}

} // namespace snt
