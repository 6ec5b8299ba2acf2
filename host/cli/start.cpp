// SPDX-License-Identifier: GPL-2.0-only
// `rsl start`: a VM that stays.
#include "host/cli/data_text.hpp"
#include "host/cli/state_folders.hpp"
#include "host/cli/supervisor_client.hpp"
#include "host/cli/supervisor_start.hpp"
#include "host/cli/verbs.hpp"
#include "host/cli/vm_client.hpp"
#include "host/cli/vm_flags.hpp"
#include "transport/link/message_socket.hpp"

namespace rsl::cli {
namespace {

/// Its supervisor stays to tell how it ended: starting anew would lose that.
HostResult<void> refuse_a_dead_one(const std::string& name) {
    auto supervisor = SupervisorClient::connect(name);
    if (!supervisor) return {};
    const auto status = RSL_TRY(supervisor->status());
    if (status.reply.state != wire::VmState::kDead) return {};
    return Error::wrong_use("the VM '" + name + "' is dead; 'rsl status --vm " + name + "' tells how it ended, 'rsl stop --vm " +
                            name + "' clears it away");
}

}  // namespace

const Verb kStart{
    .path = "start",
    .summary = "start a VM that stays",
    .flags =
        with_vm_flags({{"--vm", "its name (default: $RSL_VM, or \"default\")", "NAME"},
                       {"--device", "hardware for a driver: edu, pci-testdev, e1000, e1000e, virtio-net-pci; a network adapter takes ,tap=INTERFACE; may be repeated", "NAME"},
                       {"--restart", "start it again when it ends by itself: a driver crashed it, or QEMU was killed"},
                       {"--clients", "how many clients it can have at once (default 8)", "N"}}),
    .more = "rsl start --vm lab --cpus 0.5\nrsl driver load echo.sys --vm lab\nrsl start --vm io --disk disk.img --serial gps=pty\nrsl stop --vm lab",
    .run = [](const Invocation& call, Output& out) -> HostResult<void> {
        auto options = RSL_TRY(vm_options_of(call, false));  // refused here rather than in rsld
        const std::string name = vm_name(call);
        (void)RSL_TRY(transport::vm_socket_path(name));  // a name that is no name of a folder either
        RSL_TRY(refuse_a_dead_one(name));
        if (!call.has("drive-c") || !call.has("registry")) {
            const auto own = RSL_TRY(state_folders_of(name));
            if (!call.has("drive-c")) options.drive_c = own.drive_c;
            if (!call.has("registry")) options.registry = own.registry;
        }
        std::vector<std::string> flags;
        for (const auto& [flag, value] : call.ordered()) {
            if (flag == "vm" || flag == "json" || flag == "drive-c" || flag == "registry" || flag == "disk") continue;
            flags.push_back("--" + flag);
            flags.push_back(flag == "restart" ? "on" : value);
        }
        const auto folder = [](const std::string& path) { return path.empty() ? std::string("none") : path; };
        flags.insert(flags.end(), {"--drive-c", folder(options.drive_c), "--registry", folder(options.registry)});
        for (const vm::Disk& disk : options.disks) flags.insert(flags.end(), {"--disk", vm::text_of(disk)});  // rsld is in another folder
        RSL_TRY(start_supervisor(name, flags, out));
        auto supervisor = RSL_TRY(SupervisorClient::connect(name));
        const auto status = RSL_TRY(supervisor.status());
        out.data = {{"name", name},
                    {"supervisor_pid", status.reply.supervisor_pid},
                    {"boot_ms", static_cast<double>(status.reply.boot_ns) / 1e6}};
        out.line("{} runs, up in {}", out.in(Tone::kStrong, name),
                 duration_text(status.reply.boot_ns));
        return {};
    },
};

}  // namespace rsl::cli
