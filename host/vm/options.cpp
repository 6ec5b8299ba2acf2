// SPDX-License-Identifier: GPL-2.0-only
#include "host/vm/options.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <memory>

#include "base/core/result.hpp"
#include "host/vm/serial_port.hpp"

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
        {"virtio-net-pci", "PCI\\VEN_1AF4&DEV_1041", "network adapter; with the micro profile on a hub with the VM's others, else connected to nothing"},
    };
    return kDevices;
}

const PluggableDevice* find_pluggable(std::string_view name) {
    for (const auto& device : pluggable_devices()) {
        if (device.name == name) return &device;
    }
    return nullptr;
}

HostResult<void> add_device(VmOptions& options, std::string_view name) {
    if (find_pluggable(name) == nullptr) {
        std::string known;
        for (const auto& device : pluggable_devices()) known += (known.empty() ? "" : ", ") + std::string(device.name);
        return Error::wrong_use("there is no device '" + std::string(name) + "' to give a VM; there are " + known);
    }
    if (options.devices.size() == kMaxDevices) return Error::wrong_use("a VM takes at most 8 devices");
    options.devices.emplace_back(name);
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
