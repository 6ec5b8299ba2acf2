// SPDX-License-Identifier: GPL-2.0-only
#include "host/cli/vm_flags.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "host/cli/data_text.hpp"
#include "host/supervisor/supervisor.hpp"

namespace rsl::cli {
namespace {

HostResult<uint32_t> bounded(std::string_view flag, std::string_view text, uint32_t least,
                             uint32_t most) {
    const auto number = parse_number(text);
    if (number && *number >= least && *number <= most) return static_cast<uint32_t>(*number);
    return Error::wrong_use(
        fmt::format("--{} '{}' is not a number from {} to {}", flag, text, least, most));
}

HostResult<void> apply(vm::VmOptions& options, std::string_view flag, const std::string& value, bool start) {
    if (flag == "cpus") return vm::set_cpus(options, value);
    if (flag == "memory") return vm::set_memory(options, value);
    if (flag == "smp") options.processors = RSL_TRY(bounded(flag, value, 1, vm::kMaxProcessors));
    if (flag == "profile") options.profile = RSL_TRY(vm::parse_profile(value));
    if (flag == "accel") options.accel = RSL_TRY(vm::parse_accel(value));
    if (flag == "clients")
        options.client_slots = RSL_TRY(bounded(flag, value, 0, vm::kMaxClientSlots));
    if (flag == "device" && vm::find_pluggable(value.substr(0, value.find(','))) != nullptr) return vm::add_device(options, value);
    if (flag == "device" && start) return vm::add_device(options, value);  // says which there are
    if (flag == "serial") return vm::add_serial(options, value);
    if (flag == "disk") return vm::add_disk(options, value);
    if (flag == "kernel-args") options.kernel_arguments = value;
    if (flag == "drive-c" && value != "none") options.drive_c = RSL_TRY(vm::shared_folder(flag, value));
    if (flag == "registry" && value != "none") options.registry = RSL_TRY(vm::shared_folder(flag, value));
    return {};
}

constexpr int kMostGraceS = 3600;
constexpr std::string_view kNames[] = {"cpus",    "memory",      "smp",     "profile", "accel",
                                       "clients", "kernel-args", "drive-c", "registry", "disk", "serial"};

}  // namespace

std::vector<Flag> with_vm_flags(std::vector<Flag> own) {
    const Flag flags[] = {
        {"--cpus", "CPU time the whole VM may use, as many CPUs: 0.5, 2 (a control group holds it)",
         "N"},
        {"--memory",
         "the guest's memory, 128M if not given; with the flag, a control group holds the VM to it",
         "SIZE"},
        {"--smp", "virtual CPUs, without limiting their time", "N"},
        {"--profile", "micro (default) or q35 (PC with I/O ports)", "NAME"},
        {"--accel", "auto (default), kvm or tcg", "NAME"},
        {"--drive-c", "the folder that drivers see as C:, or none", "DIR"},
        {"--registry", "the folder that keeps the registry from one start to the next, or none", "DIR"},
        {"--disk", "a file or block device of the host as a disk of the VM; ,readonly keeps it as it is; may be repeated",
         "FILE[,readonly]"},
        {"--serial", "a serial port of the VM as a terminal of the host, which 'rsl status' names; may be repeated", "[NAME=]pty"},
        {"--kernel-args", "more for the kernel's command line, such as log=debug", "TEXT"},
    };
    own.insert(own.end(), std::begin(flags), std::end(flags));
    return own;
}

HostResult<vm::VmOptions> vm_options_of(const Invocation& call, bool vm_flag_holds_options) {
    vm::VmOptions options;
    for (const auto& [flag, value] : call.ordered()) {
        if (flag != "vm" || !vm_flag_holds_options) {
            RSL_TRY(apply(options, flag, value, !vm_flag_holds_options));
            continue;
        }
        for (std::string_view rest = value; !rest.empty();) {
            const std::string_view pair = rest.substr(0, rest.find(','));
            rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
            const std::string_view name = pair.substr(0, pair.find('='));
            if (std::find(std::begin(kNames), std::end(kNames), name) == std::end(kNames) ||
                name.size() == pair.size()) {
                return Error::wrong_use(
                    fmt::format("--vm '{}' is no option of a VM; write such as "
                                "cpus=2,memory=64M,profile=q35,accel=tcg",
                                pair));
            }
            RSL_TRY(apply(options, name, std::string(pair.substr(name.size() + 1)), false));
        }
    }
    return options;
}

HostResult<std::chrono::milliseconds> grace_of(const Invocation& call) {
    const auto text = call.value("grace");
    if (!text) return std::chrono::milliseconds(supervisor::kDefaultGrace);
    char* end = nullptr;
    const double seconds = std::strtod(text->c_str(), &end);
    if (!text->empty() && *end == 0 && seconds >= 0 && seconds <= kMostGraceS)
        return std::chrono::milliseconds(static_cast<int64_t>(seconds * 1000));
    return Error::wrong_use(
        fmt::format("--grace '{}' is no number of seconds from 0 to {}", *text, kMostGraceS));
}

}  // namespace rsl::cli
