// SPDX-License-Identifier: GPL-2.0-only
// `rsl device add|remove|disable|enable|restart|scan`: what a user does to the device tree.
#include "base/core/result.hpp"
#include "host/cli/device_text.hpp"
#include "host/cli/installer.hpp"
#include "host/cli/verbs.hpp"

namespace rsl::cli {
namespace {

/// Does it and shows the device as it is then.
HostResult<void> act(const Invocation& call, Output& out, rsl_device_operation operation,
                     const std::string& device) {
    auto vm = RSL_TRY(VmClient::connect(call));
    const std::string added = RSL_TRY(device_action(vm, operation, device));
    const std::string& path = added.empty() ? device : added;
    out.data = {{"id", path}, {"there", false}};
    for (const auto& line : RSL_TRY(device_tree(vm))) {
        if (!inf::same(line.id, path)) continue;
        out.data = line.json;
        out.line("{}  {}", line.id, state_text(line));
        return {};
    }
    if (!path.empty()) out.line("{} is gone", path);
    return {};
}

}  // namespace

const Verb kDeviceAdd{
    .path = "device add",
    .summary = "make a root-enumerated device",
    .args = {{"HWID", "its hardware id, such as ROOT\\com0com"}},
    .target = Target::kVm,
    .run = [](const Invocation& call,
              Output& out) { return act(call, out, RSL_DEVICE_ADD, call.arg("HWID")); },
};
const Verb kDeviceRemove{
    .path = "device remove",
    .summary = "remove a device in order; a root-enumerated one for good",
    .args = {{"ID", "its instance path, as 'rsl tree devices' shows it"}},
    .target = Target::kVm,
    .run = [](const Invocation& call,
              Output& out) { return act(call, out, RSL_DEVICE_REMOVE, call.arg("ID")); },
};
const Verb kDeviceDisable{
    .path = "device disable",
    .summary = "remove a device's drivers and leave it stopped",
    .args = {{"ID", "its instance path"}},
    .target = Target::kVm,
    .run = [](const Invocation& call,
              Output& out) { return act(call, out, RSL_DEVICE_DISABLE, call.arg("ID")); },
};
const Verb kDeviceEnable{
    .path = "device enable",
    .summary = "start a disabled device again",
    .args = {{"ID", "its instance path"}},
    .target = Target::kVm,
    .run = [](const Invocation& call,
              Output& out) { return act(call, out, RSL_DEVICE_ENABLE, call.arg("ID")); },
};
const Verb kDeviceRestart{
    .path = "device restart",
    .summary = "stop a device and start it again",
    .args = {{"ID", "its instance path"}},
    .target = Target::kVm,
    .run = [](const Invocation& call,
              Output& out) { return act(call, out, RSL_DEVICE_RESTART, call.arg("ID")); },
};
const Verb kDeviceScan{
    .path = "device scan",
    .summary = "have every bus look for devices, and try those without a driver",
    .target = Target::kVm,
    .run = [](const Invocation& call, Output& out) -> HostResult<void> {
        auto vm = RSL_TRY(VmClient::connect(call));
        RSL_TRY(device_action(vm, RSL_DEVICE_SCAN, ""));
        show_device_tree(RSL_TRY(device_tree(vm)), out);
        return {};
    },
};

}  // namespace rsl::cli
