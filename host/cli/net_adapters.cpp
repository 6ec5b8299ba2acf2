// SPDX-License-Identifier: GPL-2.0-only
#include "host/cli/net_adapters.hpp"

#include <algorithm>
#include <cstring>

#include "abi/private/rsl_net.h"
#include "base/core/result.hpp"
#include "host/cli/driver_file.hpp"
#include "host/inf/file.hpp"
#include "host/vm/installation.hpp"

namespace rsl::cli {
namespace {

constexpr const char* kDevice = "\\Device\\RslNet";
constexpr int32_t kNoMoreEntries = static_cast<int32_t>(0x8000001Au);

template <size_t kRoom>
std::string text_of(const WCHAR (&text)[kRoom]) {
    std::string out;  // GUIDs and service names; what is not ASCII does not matter for finding them
    for (size_t i = 0; i < kRoom && text[i] != 0; ++i)
        out += text[i] < 0x80 ? static_cast<char>(text[i]) : '?';
    return out;
}

HostResult<rsl_handle> open_driver(VmClient& vm) {
    rsl_handle handle = 0;
    if (RSL_SUCCEEDED(rsl_open(vm.raw(), kDevice, RSL_READ | RSL_WRITE, &handle))) return handle;
    const auto file = RSL_TRY(DriverFile::open(vm::share_directory() + "/rslnet.sys"));
    const auto loaded = vm.load_driver("rslnet", file.bytes());
    // Somebody else may have loaded it meanwhile.
    if (RSL_SUCCEEDED(rsl_open(vm.raw(), kDevice, RSL_READ | RSL_WRITE, &handle))) return handle;
    if (!loaded) return loaded.failure();
    return vm.open(kDevice, RSL_READ | RSL_WRITE);
}

/// The device whose network interface ends in the adapter's GUID.
std::string device_of(const Json& interfaces, const std::string& guid) {
    for (const auto& interface : interfaces) {
        const std::string link = interface.value("link", std::string());
        if (link.size() > guid.size() &&
            inf::same(std::string_view(link).substr(link.size() - guid.size()), guid))
            return interface.value("device", std::string());
    }
    return {};
}

std::string list_of(const std::vector<NetAdapter>& adapters) {
    std::string text;
    for (const auto& adapter : adapters) {
        text +=
            fmt::format("{}{} ({})", text.empty() ? "" : ", ",
                        adapter.device.empty() ? adapter.guid : adapter.device, adapter.service);
    }
    return text;
}

}  // namespace

HostResult<std::vector<NetAdapter>> net_adapters(VmClient& vm) {
    const rsl_handle driver = RSL_TRY(open_driver(vm));
    const Json interfaces =
        Json::parse(RSL_TRY(vm.inspect("kernel/pnp/interfaces")), nullptr, false);
    std::vector<NetAdapter> found;
    uint32_t index = 1;
    for (;;) {
        Bytes in(sizeof(index));
        std::memcpy(in.data(), &index, sizeof(index));
        const auto answer = vm.ioctl(driver, RSL_NET_LIST, in, sizeof(RSL_NDIS_ADAPTER_STATE));
        if (!answer) {
            vm.close(driver);
            if (answer.failure().nt_status() == kNoMoreEntries) return found;
            return answer.failure();
        }
        if (answer->size() != sizeof(RSL_NDIS_ADAPTER_STATE))
            return Error("rslnet.sys answered nonsense");
        RSL_NDIS_ADAPTER_STATE state;
        std::memcpy(&state, answer->data(), sizeof(state));
        const std::string guid = text_of(state.Instance);
        found.push_back({state.InterfaceIndex, state.Running != 0, guid, text_of(state.Service),
                         state.Medium == NdisMediumIP, device_of(interfaces, guid)});
        index = state.InterfaceIndex + 1;
    }
}

HostResult<NetAdapter> find_adapter(VmClient& vm, const std::string& name) {
    const auto adapters = RSL_TRY(net_adapters(vm));
    std::vector<NetAdapter> meant;
    for (const auto& adapter : adapters) {
        if (inf::same(adapter.device, name) || inf::same(adapter.guid, name) ||
            inf::same(adapter.service, name))
            meant.push_back(adapter);
    }
    if (adapters.empty())
        return Error::refused(
            fmt::format("there is no network adapter {}, nor any other; install its driver with "
                        "'rsl driver install FILE.inf', and see 'rsl tree devices'",
                        name),
            static_cast<int32_t>(0xC000000Eu));
    if (meant.empty())
        return Error::refused(
            fmt::format("there is no network adapter {}; there are: {}", name, list_of(adapters)),
            static_cast<int32_t>(0xC000000Eu));
    if (meant.size() > 1)
        return Error::wrong_use(
            fmt::format("{} has several adapters, name one of: {}", name, list_of(meant)));
    if (!meant[0].running)
        return Error::refused(
            fmt::format("the adapter {} does not run; see 'rsl tree devices'", list_of(meant)),
            static_cast<int32_t>(0xC00000A3u));
    return meant[0];
}

}  // namespace rsl::cli
