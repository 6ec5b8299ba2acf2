// SPDX-License-Identifier: GPL-2.0-only
#include "host/vm/command_line.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "host/vm/serial_port.hpp"

namespace rsl::vm {
namespace {

using Arguments = std::vector<std::string>;

/// Ports get fixed places from this PCI slot on, so that a device's address does not depend on how
/// many there are. Eight functions share a slot once the slots run out.
constexpr uint32_t kFirstPortSlot = 8;
constexpr uint32_t kPortSlots = 16;
/// Hardware for drivers lies behind the ports.
constexpr size_t kFirstMacByte = 0x56;  // the last one of the first adapter, as QEMU counts
constexpr size_t kFirstDeviceSlot = kFirstPortSlot + kPortSlots;

void add(Arguments& out, std::initializer_list<std::string> more) {
    out.insert(out.end(), more.begin(), more.end());
}

std::string machine(Profile profile, Accel accel) {
    // pic, pit, rtc: the kernel uses the local APIC; without them the machine starts sooner.
    if (profile == Profile::kMicro) {
        return fmt::format("microvm,accel={},pcie=on,pic=off,pit=off,rtc=off,isa-serial=on",
                           name_of(accel));
    }
    return fmt::format("q35,accel={},smm=off,sata=off,smbus=off,usb=off,vmport=off,hpet=off",
                       name_of(accel));
}

void add_confinement(Arguments& out) {
    add(out,
        {"-sandbox", "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny"});
}

void add_ring(Arguments& out, const char* id, int fd, uint32_t slot, uint32_t vectors,
              const char* more) {
    add(out, {"-chardev", fmt::format("socket,id=chr-{},fd={}", id, fd), "-device",
              fmt::format("ivshmem-doorbell,id={0},chardev=chr-{0},vectors={1},addr={2:#x}{3}", id,
                          vectors, slot, more)});
}

void add_client_ports(Arguments& out, uint32_t count) {
    const uint32_t functions = count > kPortSlots ? 8 : 1;
    for (uint32_t i = 0; i < count; ++i) {
        const uint32_t slot = kFirstPortSlot + i / functions, function = i % functions;
        std::string port = fmt::format("pcie-root-port,id={},chassis={},slot={},addr={:#x}.{}",
                                       port_id(i), i + 1, i + 1, slot, function);
        if (functions > 1 && function == 0) port += ",multifunction=on";
        add(out, {"-device", port});
    }
}

/// QEMU takes a comma inside a value when it is doubled.
std::string escaped(const std::string& value) {
    std::string out;
    for (const char c : value) out.append(c == ',' ? 2 : 1, c);
    return out;
}

/// A folder of the host as a 9P device. mapped-xattr: owners, modes and links that the guest makes are
/// attributes of plain files of ours, so that it cannot plant a link, a device or a set-uid program.
void add_folder(Arguments& out, const char* tag, const std::string& path, uint32_t slot) {
    if (path.empty()) return;
    add(out, {"-fsdev", fmt::format("local,id={},path={},security_model=mapped-xattr,multidevs=remap", tag,
                                    escaped(path))});
    add(out, {"-device", fmt::format("virtio-9p-pci-non-transitional,fsdev={0},mount_tag={0},addr={1:#x}", tag, slot)});
}

/// A network adapter, and what its cable ends in. No option ROM: nothing boots from it.
void add_network(Arguments& out, const VmOptions& options, size_t index, int* tap_fd) {
    const GivenDevice& given = options.devices[index];
    std::string device = fmt::format("{},addr={:#x},mac=52:54:00:12:34:{:02x},romfile=,id={}", given.name,
                                     kFirstDeviceSlot + index, kFirstMacByte + index, device_id(index));
    if (given.name == "virtio-net-pci") device += ",disable-legacy=on";
    std::string backend;
    if (!given.tap.empty()) {
        backend = fmt::format("tap,id=net{},fd={}", index, (*tap_fd)++);
    } else if (options.profile == Profile::kMicro) {
        // QEMU 7.2's q35 does not come out of its firmware with a hub: there the cable ends in nothing.
        backend = fmt::format("hubport,id=net{},hubid=0", index);
    }
    if (!backend.empty()) {
        add(out, {"-netdev", std::move(backend)});
        device += fmt::format(",netdev=net{}", index);
    }
    add(out, {"-device", std::move(device)});
}

void add_devices(Arguments& out, const VmOptions& options, const BootFacts& facts) {
    // As Machine hands them over: rings, disks, serial ports, then these.
    int tap_fd = kFirstClientRingFd + (facts.first_client ? 1 : 0) +
                 static_cast<int>(options.disks.size() + options.serial_ports.size());
    for (size_t i = 0; i < options.devices.size(); ++i) {
        const auto* const known = find_pluggable(options.devices[i].name);
        if (known != nullptr && known->network) {
            add_network(out, options, i, &tap_fd);
        } else {
            add(out, {"-device", fmt::format("{},addr={:#x}", options.devices[i].name, kFirstDeviceSlot + i)});
        }
    }
}

}  // namespace

std::string device_id(size_t index) { return fmt::format("device{}", index); }
std::string port_id(uint32_t slot) { return fmt::format("port{}", slot); }

std::vector<std::string> qemu_command_line(const VmOptions& options, Accel accel,
                                           const Installation& files, const BootFacts& facts) {
    Arguments out{files.qemu};
    add(out, {"-M", machine(options.profile, accel), "-bios", files.firmware, "-cpu", "max"});
    add(out, {"-m", std::to_string(options.memory_mb)});
    // With one possible CPU, TCG's atomics are not atomic against the host: always two possible.
    add(out, {"-smp",
              fmt::format("{},maxcpus={}", options.processors, std::max(2u, options.processors))});
    add(out, {"-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"});
    add(out, {"-global", "virtio-mmio.force-legacy=off"});
    if (options.profile == Profile::kQ35) {
        // Else q35 hot-plugs through ACPI, and the root ports' own slots stay silent.
        add(out, {"-global", "ICH9-LPC.acpi-pci-hotplug-with-bridge-support=off"});
    }
    std::string append = fmt::format("time={}", facts.unix_time_ns);
    if (facts.tsc_khz != 0) append += fmt::format(" tsc_khz={}", facts.tsc_khz);
    if (!options.kernel_arguments.empty()) append += " " + options.kernel_arguments;
    add(out, {"-kernel", files.kernel, "-initrd", files.archive, "-append", append});
    add_confinement(out);
    add(out, {"-chardev", fmt::format("socket,id=qmp,fd={}", kQmpFd), "-mon",
              "chardev=qmp,mode=control"});
    add(out, {"-chardev", "stdio,id=console,signal=off", "-serial", "chardev:console"});
    // The control ring's device never goes: its vectors from 1 on ring for the devices in the
    // client slots.
    add_ring(out, kControlRingId, kControlRingFd, 2, kRingVectors + options.client_slots,
             ",master=on");
    if (facts.first_client) add_ring(out, "ring-first", kFirstClientRingFd, 3, kRingVectors, "");
    add_folder(out, "drive-c", options.drive_c, 4);
    add_folder(out, "registry", options.registry, 5);
    add_devices(out, options, facts);
    const int first_disk_fd = facts.first_client ? kFirstClientRingFd + 1 : kFirstClientRingFd;
    for (size_t i = 0; i < options.disks.size(); ++i) {
        for (auto& word : disk_arguments(options.disks[i], i, first_disk_fd + static_cast<int>(i))) out.push_back(std::move(word));
    }
    const int first_serial_fd = first_disk_fd + static_cast<int>(options.disks.size());
    for (size_t i = 0; i < options.serial_ports.size(); ++i) {
        for (auto& word : serial_arguments(i, first_serial_fd + static_cast<int>(i))) out.push_back(std::move(word));
    }
    add_client_ports(out, options.client_slots);
    add(out, {"-device", "isa-debug-exit,iobase=0xf4,iosize=1"});
    return out;
}

std::vector<std::string> probe_command_line(Accel accel, const std::string& qemu,
                                            const std::string& firmware, const std::string& guest) {
    Arguments out{qemu};
    add(out, {"-M", machine(Profile::kMicro, accel), "-bios", firmware, "-cpu", "max", "-m", "32"});
    add(out,
        {"-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-kernel", guest});
    add_confinement(out);
    add(out, {"-device", "isa-debug-exit,iobase=0xf4,iosize=1"});
    return out;
}

}  // namespace rsl::vm
