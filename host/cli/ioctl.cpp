// SPDX-License-Identifier: GPL-2.0-only
// `rsl ioctl DEVICE CODE`: one DeviceIoControl from the shell.
#include "host/cli/data_text.hpp"
#include "host/cli/verbs.hpp"
#include "host/cli/vm_client.hpp"

namespace rsl::cli {

const Verb kIoctl{
    .path = "ioctl",
    .summary = "send an I/O control code to a device",
    .args = {{"DEVICE", "\\\\.\\Echo, \\Device\\Echo, or just Echo"},
             {"CODE", "the control code, 0x222000"}},
    .flags = {{"--in", "the input: hexadecimal, @FILE, @- or text:...", "DATA"},
              {"--out", "room for output, in bytes (default 4096)", "BYTES"},
              {"--raw", "write the output's bytes as they are"}},
    .target = Target::kVm,
    .more = "rsl ioctl Echo 0x222000 --in text:hello",
    .run = [](const Invocation& call, Output& out) -> HostResult<void> {
        const auto code = parse_number(call.arg("CODE"));
        if (!code || *code > 0xFFFFFFFF)
            return Error::wrong_use("'" + call.arg("CODE") +
                                    "' is no control code; write it as 0x222000");
        const Bytes input = RSL_TRY(parse_data(call.value_or("in", "")));
        const uint64_t room = RSL_TRY(call.number("out", 4096));
        if (room > (64u << 20)) return Error::wrong_use("--out is at most 64 MB");
        auto vm = RSL_TRY(VmClient::connect(call));
        const OpenDevice device{vm, RSL_TRY(vm.open(call.arg("DEVICE"), RSL_READ | RSL_WRITE))};
        const Bytes answer = RSL_TRY(vm.ioctl(device.handle(), static_cast<uint32_t>(*code), input, room));
        out.data = {{"bytes", answer.size()}, {"output", hex(answer)}};
        if (call.has("raw")) {
            if (!out.json()) out.raw({reinterpret_cast<const char*>(answer.data()), answer.size()});
            return {};
        }
        out.line("{} byte{}", answer.size(), answer.size() == 1 ? "" : "s");
        for (const auto& row : hex_dump(answer)) out.line("{}", row);
        return {};
    },
};

}  // namespace rsl::cli
