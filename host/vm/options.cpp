// SPDX-License-Identifier: GPL-2.0-only
#include "host/vm/options.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <memory>

#include "base/core/result.hpp"
#include "host/vm/serial_port.hpp"
#include "host/vm/tap.hpp"

namespace rsl::vm {

HostResult<Profile> parse_profile(std::string_view text) {
    if (text == "micro") return Profile::kMicro;
    if (text == "q35") return Profile::kQ35;
    return Error::wrong_use("there is no VM profile '" + std::string(text) +
                            "'; use micro (the default) or q35 (devices with I/O ports)");
}

HostResult<AccelChoice> parse_accel(std::string_view text) {
    if (text == "auto") return AccelChoice::kAuto;
    if (text == "tcg") return AccelChoice::kTcg;
    if (text == "kvm") return AccelChoice::kKvm;
    return Error::wrong_use("there is no accelerator '" + std::string(text) +
                            "'; use auto, kvm or tcg");
}

HostResult<void> set_cpus(VmOptions& options, std::string_view text) {
    double cpus = 0;
    const auto [end, failed] =
        std::from_chars(text.data(), text.data() + text.size(), cpus, std::chars_format::fixed);
    if (failed != std::errc{} || end != text.data() + text.size() || !(cpus >= 0.01) ||
        cpus > kMaxProcessors) {
        return Error::wrong_use(
            "--cpus '" + std::string(text) +
            "' is not a number of CPUs; give one from 0.01 to 16, such as 0.5 or 2");
    }
    options.cpu_limit = cpus;
    options.processors = static_cast<uint32_t>(std::ceil(cpus));
    return {};
}

HostResult<void> set_memory(VmOptions& options, std::string_view text) {
    uint64_t number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    std::string_view unit(end, static_cast<size_t>(text.data() + text.size() - end));
    if (unit == "G" || unit == "GB") {
        number = number > 1024 ? 0 : number * 1024;
    } else if (!unit.empty() && unit != "M" && unit != "MB") {
        number = 0;
    }
    constexpr uint64_t kMaxMemoryMb = 64 * 1024;
    if (failed != std::errc{} || number < kMinMemoryMb || number > kMaxMemoryMb) {
        return Error::wrong_use(
            "--memory '" + std::string(text) +
            "' is not a memory size; give megabytes from 32 on, such as 128M or 1G");
    }
    options.memory_mb = static_cast<uint32_t>(number);
    options.limit_memory = true;
    return {};
}

std::span<const PluggableDevice> pluggable_devices() {
    static constexpr PluggableDevice kDevices[] = {
        {"edu", "PCI\\VEN_1234&DEV_11E8", "teaching device: registers, interrupts, DMA"},
        {"pci-testdev", "PCI\\VEN_1B36&DEV_0005", "registers that count writes"},
        {"virtio-net-pci", "PCI\\VEN_1AF4&DEV_1041", "network adapter for virtual machines", true},
        {"e1000", "PCI\\VEN_8086&DEV_100E", "network adapter: Intel 82540EM, interrupts by its line", true},
        {"e1000e", "PCI\\VEN_8086&DEV_10D3", "network adapter: Intel 82574L, interrupts by messages", true},
    };
    return kDevices;
}

const PluggableDevice* find_pluggable(std::string_view name) {
    for (const auto& device : pluggable_devices()) {
        if (device.name == name) return &device;
    }
    return nullptr;
}

namespace {

constexpr std::string_view kTapOption = "tap=";

HostResult<std::string> tap_of(const PluggableDevice& device, std::string_view option) {
    const std::string name(device.name);
    if (!device.network) return Error::wrong_use("the device " + name + " has no options; write --device " + name);
    if (!option.starts_with(kTapOption)) {
        return Error::wrong_use("a network adapter has no option '" + std::string(option) + "'; write --device " + name +
                                " or --device " + name + ",tap=INTERFACE");
    }
    option.remove_prefix(kTapOption.size());
    if (!is_interface_name(option) || option.find(',') != option.npos) {
        return Error::wrong_use("'" + std::string(option) + "' is no name for a network interface: 1 to 15 letters, digits, '-', '_' or '.'");
    }
    return std::string(option);
}

}  // namespace

HostResult<void> add_device(VmOptions& options, std::string_view text) {
    const std::string_view name = text.substr(0, text.find(','));
    const std::string_view more = text.substr(std::min(text.size(), name.size() + 1));
    const PluggableDevice* const device = find_pluggable(name);
    if (device == nullptr) {
        std::string known;
        for (const auto& each : pluggable_devices()) known += (known.empty() ? "" : ", ") + std::string(each.name);
        return Error::wrong_use("there is no device '" + std::string(name) + "' to give a VM; there are " + known);
    }
    if (options.devices.size() == kMaxDevices) return Error::wrong_use("a VM takes at most 8 devices");
    GivenDevice given{.name = std::string(name), .tap = {}};
    if (name.size() != text.size()) given.tap = RSL_TRY(tap_of(*device, more));
    options.devices.push_back(std::move(given));
    return {};
}

HostResult<void> add_disk(VmOptions& options, std::string_view text) {
    if (options.disks.size() == kMaxDisks) return Error::wrong_use("a VM takes at most 8 disks");
    Disk disk = RSL_TRY(parse_disk(text));
    for (const Disk& other : options.disks) {
        if (other.path == disk.path && !(other.read_only && disk.read_only))
            return Error::wrong_use("--disk " + disk.path + " is there twice; both would write to it: give the second one a copy");
    }
    options.disks.push_back(std::move(disk));
    return {};
}

HostResult<void> add_serial(VmOptions& options, std::string_view text) {
    if (options.serial_ports.size() == kMaxSerialPorts) return Error::wrong_use("a VM takes at most 2 serial ports");
    std::string name = RSL_TRY(parse_serial(text, options.serial_ports.size()));
    for (const std::string& other : options.serial_ports) {
        if (other == name) return Error::wrong_use("--serial: two ports are named '" + name + "'; give each a name of its own");
    }
    options.serial_ports.push_back(std::move(name));
    return {};
}

HostResult<std::string> shared_folder(std::string_view flag, const std::string& text) {
    const std::unique_ptr<char, void (*)(void*)> real(::realpath(text.c_str(), nullptr), ::free);
    const std::string name = "--" + std::string(flag) + " " + text;
    if (real == nullptr && errno == ENOENT) {
        return Error::wrong_use(name + ": there is no such folder; make it first: mkdir -p '" + text + "'");
    }
    if (real == nullptr) return Error::from_errno("look at " + text);
    struct stat info{};
    if (::stat(real.get(), &info) < 0 || !S_ISDIR(info.st_mode)) return Error::wrong_use(name + " is not a folder");
    if (std::string_view(real.get()) == "/") return Error::wrong_use(name + ": the whole host is too much to show to a driver; name a folder");
    return std::string(real.get());
}

std::string_view name_of(Profile profile) { return profile == Profile::kMicro ? "micro" : "q35"; }
std::string_view name_of(Accel accel) { return accel == Accel::kTcg ? "tcg" : "kvm"; }

}  // namespace rsl::vm
