// engine_torch.cc - the border of engine.h, kept by libtorch.
#include "engine.h"

#include <cstdio>
#include <cstring>
#include <memory>

#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <c10/core/InferenceMode.h>
#include <torch/version.h>

#include "devices.hh"
#include "features.h"
#include "guard.hh"
#include "kernels.h"
#include "linear.hh"
#include "network.hh"
#include "onednn.hh"

#if TORCH_VERSION_MAJOR < 2 ||                                                 \
    (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR < 6)
#error "libtorch 2.6 or newer is needed"
#endif

struct snt_engine_model {
    std::unique_ptr<snt::Network> network;
};

struct snt_session {
    std::unique_ptr<snt::Session> session;
};

namespace
{

using snt::guard;

template <size_t N> void put(char (&field)[N], const std::string &value)
{
    std::snprintf(field, N, "%s", value.c_str());
}

// libtorch keeps no binary promise between versions: the one that is loaded
// must be the one that this file was compiled for.
void check_version()
{
    const std::string built = "TORCH_VERSION=" TORCH_VERSION ",";

    if (at::show_config().find(built) == std::string::npos)
        throw snt::Failure(
            SENTIMENT_EENGINE,
            "the engine was built for libtorch %s, another one is loaded",
            TORCH_VERSION);
}

sentiment_status describe(snt_engine_caps *caps, sentiment_error *err)
{
    return guard(err, [&] {
        check_version();
        *caps = {};
        put(caps->version, TORCH_VERSION);
        put(caps->devices, snt::devices());
        put(caps->cpu, at::get_cpu_capability() + std::string(", kernels ") +
                           snt_kernels_best()->name);
        caps->precisions = snt::linear_precisions();
        const snt_cpu cpu = snt_cpu_here();
        caps->fast = caps->precisions & snt_cpu_fast(&cpu);
        caps->batch_tokens = 256;
        caps->gpu_batch_tokens = 8192;
    });
}

const char *name_of(snt_precision precision)
{
    switch (precision) {
    case SNT_FP32:
        return "fp32";
    case SNT_BF16_COMPUTE:
        return "bf16";
    case SNT_FP16_COMPUTE:
        return "fp16";
    case SNT_INT8:
        return "int8";
    }
    return "this precision";
}

std::string names_of(uint32_t precisions)
{
    std::string names;

    for (snt_precision p :
         {SNT_FP32, SNT_BF16_COMPUTE, SNT_FP16_COMPUTE, SNT_INT8})
        if (precisions & p)
            names +=
                std::string(names.empty() ? "there is " : ", ") + name_of(p);
    return names;
}

std::unique_ptr<snt::Network> make(
    const snt_network &network, const snt_engine_options &opts)
{
    const std::string name = opts.device;

    if (name == "cpu:stock")
        return snt::make_device_network(network, opts.precision, "cpu");
    const bool onednn = name == "cpu:onednn";
    const std::string device = onednn ? "cpu" : snt::find_device(name);

    if (device != "cpu")
        return snt::make_device_network(network, opts.precision, device);
    if (!(snt::linear_precisions() & opts.precision))
        throw snt::Failure(
            SENTIMENT_EDEVICE, "%s does not run on this CPU: %s",
            name_of(opts.precision),
            names_of(snt::linear_precisions()).c_str());
    return snt::make_cpu_network(
        network, opts, onednn ? snt::By::onednn : snt::By::best);
}

sentiment_status open(
    snt_engine_model **model, const snt_network *network,
    const snt_engine_options *opts, sentiment_error *err)
{
    *model = nullptr;
    return guard(err, [&] {
        c10::InferenceMode inference;

        at::set_num_threads(1);
        *model = new snt_engine_model{make(*network, *opts)};
    });
}

void close(snt_engine_model *model)
{
    delete model;
}

sentiment_status begin(
    snt_session **session, snt_engine_model *model, sentiment_error *err)
{
    *session = nullptr;
    return guard(err, [&] {
        at::set_num_threads(1);
        *session = new snt_session{model->network->session()};
    });
}

void end(snt_session *session)
{
    delete session;
}

sentiment_status forward(
    snt_session *session, const snt_batch *batch, float *logits,
    sentiment_error *err)
{
    return guard(err, [&] {
        c10::InferenceMode inference;

        session->session->forward(*batch, logits);
    });
}

int help(snt_session *session)
{
    return session->session->help();
}

int warm(snt_session *session)
{
    bool more = false;

    guard(nullptr, [&] {
        c10::InferenceMode inference;

        more = session->session->warm();
    });
    return more;
}

size_t met()
{
    return snt::onednn_met();
}

sentiment_status gauge(
    double *flop_per_s, const snt_network *network,
    const snt_engine_options *opts, sentiment_error *err)
{
    *flop_per_s = 0;
    return guard(err, [&] {
        c10::InferenceMode inference;

        at::set_num_threads(1);
        if (!std::strncmp(opts->device, "cpu", 3))
            *flop_per_s = snt::onednn_flop_per_s(*network, opts->precision);
    });
}

} // namespace

extern "C" const snt_engine_ops *snt_engine(void)
{
    static const snt_engine_ops ops = {
        SNT_ENGINE_ABI, "libtorch", describe, open, close, begin, end,
        forward,        help,       warm,     met,  gauge};

    snt::load_devices();
    return &ops;
}
