// devices.hh - which devices there are, and loading what one of them needs.
#ifndef SNT_DEVICES_HH
#define SNT_DEVICES_HH

#include <string>

namespace snt
{

// Loads what the devices of this machine need. Before anything else is asked of
// libtorch, which looks for CUDA once, and then for good.
void load_devices();

// "cpu,cuda:0,…": those that a model can be opened on now.
std::string devices();

// The device's full name ("cuda" is "cuda:0"); throws Failure with EDEVICE,
// naming what there is, when it is not there.
std::string find_device(const std::string &name);

} // namespace snt

#endif
