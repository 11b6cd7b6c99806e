// devices.cc - see devices.hh. The shim is linked with the CPU part of libtorch
// only; libtorch_cuda.so is loaded when it lies beside it and the machine has
// an NVIDIA driver, so that a machine without a GPU pays nothing.
#include "devices.hh"

#include <dlfcn.h>
#include <unistd.h>

#include <ATen/Context.h>

#include "guard.hh"

namespace snt
{
namespace
{

bool load_cuda()
{
    static const bool loaded = [] {
        return access("/proc/driver/nvidia/version", R_OK) == 0 &&
               dlopen("libtorch_cuda.so", RTLD_NOW | RTLD_GLOBAL) != nullptr;
    }();

    return loaded && at::hasCUDA();
}

int64_t cuda_devices()
{
    return load_cuda() ? at::detail::getCUDAHooks().deviceCount() : 0;
}

} // namespace

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
    throw Failure(
        SENTIMENT_EDEVICE, "no device \"%s\" here: there is %s", name.c_str(),
        all.c_str());
}

} // namespace snt
