// SPDX-License-Identifier: GPL-2.0-only
// `rsl driver load FILE`: loads a driver into a VM that runs, and starts it.
#include "host/cli/data_text.hpp"
#include "host/cli/driver_file.hpp"
#include "host/cli/status_text.hpp"
#include "host/cli/verbs.hpp"
#include "host/cli/vm_client.hpp"

namespace rsl::cli {

const Verb kDriverLoad{
    .path = "driver load",
    .summary = "load a driver into the running VM and start it",
    .args = {{"FILE", "the .sys file"}},
    .flags = {{"--name", "its service name (default: the file's name)", "NAME"}, kVerifyFlag},
    .target = Target::kVm,
    .more = kVerifyHelp,
    .run = [](const Invocation& call, Output& out) -> HostResult<void> {
        const auto file = RSL_TRY(DriverFile::open(call.arg("FILE")));
        auto vm = RSL_TRY(VmClient::connect(call));
        const std::string service = call.value_or("name", file.service());
        const auto verify = RSL_TRY(verify_of(call));
        if (verify) RSL_TRY(vm.verify_driver(service, *verify));
        const auto report = RSL_TRY(vm.load_driver(service, file.bytes()));
        out.data = {{"service", service},
                    {"entry_status", status_json(report.entry_status)},
                    {"entry_us", static_cast<double>(report.entry_ns) / 1e3},
                    {"image_base", fmt::format("{:#x}", report.image_base)},
                    {"image_bytes", report.image_bytes},
                    {"missing_imports", report.missing_imports},
                    {"note", report.text}};
        if (verify) out.data["verify"] = verify->json();
        out.line("{} loaded; DriverEntry took {}", out.in(Tone::kStrong, service),
                 duration_text(report.entry_ns));
        if (report.text[0] != 0) out.line("  {}", report.text);
        return {};
    },
};

}  // namespace rsl::cli
