// SPDX-License-Identifier: GPL-2.0-only
// `rsl read DEVICE`: one ReadFile from the shell.
#include "host/cli/data_text.hpp"
#include "host/cli/verbs.hpp"
#include "host/cli/vm_client.hpp"

namespace rsl::cli {

const Verb kRead{
    .path = "read",
    .summary = "read from a device",
    .args = {{"DEVICE", "\\\\.\\Echo, \\Device\\Echo, or just Echo"}},
    .flags = {{"--bytes", "how many at most (default 4096)", "N"},
              {"--offset", "where in the device (default 0)", "N"},
              {"--raw", "write the bytes as they are"}},
    .target = Target::kVm,
    .run = [](const Invocation& call, Output& out) -> HostResult<void> {
        const uint64_t bytes = RSL_TRY(call.number("bytes", 4096));
        const uint64_t offset = RSL_TRY(call.number("offset", 0));
        if (bytes > (1u << 30)) return Error::wrong_use("--bytes is at most 1 GB");
        auto vm = RSL_TRY(VmClient::connect(call));
        const OpenDevice device{vm, RSL_TRY(vm.open(call.arg("DEVICE"), RSL_READ))};
        const Bytes data = RSL_TRY(vm.read(device.handle(), static_cast<int64_t>(offset), bytes));
        out.data = {{"bytes", data.size()}, {"data", hex(data)}};
        if (call.has("raw")) {
            if (!out.json()) out.raw({reinterpret_cast<const char*>(data.data()), data.size()});
            return {};
        }
        out.line("{} byte{}", data.size(), data.size() == 1 ? "" : "s");
        for (const auto& row : hex_dump(data)) out.line("{}", row);
        return {};
    },
};

}  // namespace rsl::cli
