// SPDX-License-Identifier: GPL-2.0-only
// `rsl write DEVICE DATA`: one WriteFile from the shell.
#include "host/cli/data_text.hpp"
#include "host/cli/verbs.hpp"
#include "host/cli/vm_client.hpp"

namespace rsl::cli {

const Verb kWrite{
    .path = "write",
    .summary = "write to a device",
    .args = {{"DEVICE", "\\\\.\\Echo, \\Device\\Echo, or just Echo"},
             {"DATA", "hexadecimal, @FILE, @- or text:..."}},
    .flags = {{"--offset", "where in the device (default 0)", "N"}},
    .target = Target::kVm,
    .run = [](const Invocation& call, Output& out) -> HostResult<void> {
        const Bytes data = RSL_TRY(parse_data(call.arg("DATA")));
        const uint64_t offset = RSL_TRY(call.number("offset", 0));
        auto vm = RSL_TRY(VmClient::connect(call));
        const OpenDevice device{vm, RSL_TRY(vm.open(call.arg("DEVICE"), RSL_WRITE))};
        const size_t written = RSL_TRY(vm.write(device.handle(), static_cast<int64_t>(offset), data));
        out.data = {{"bytes", written}};
        out.line("{} byte{} written", written, written == 1 ? "" : "s");
        return {};
    },
};

}  // namespace rsl::cli
