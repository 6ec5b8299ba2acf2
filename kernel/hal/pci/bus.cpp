// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/hal/pci/bus.hpp"

#include "kernel/arch/acpi/machine.hpp"
#include "kernel/arch/arch.hpp"
#include "kernel/arch/command_line.hpp"
#include "kernel/hal/io_apic.hpp"
#include "kernel/init/init.hpp"
#include "kernel/ke/log.hpp"
#include "kernel/ke/ipi.hpp"
#include "kernel/ke/spin_lock.hpp"
#include "kernel/mm/virtual.hpp"

namespace rsl::hal::pci {
namespace {

constexpr uint64_t kUsualEcam = 0xE0000000;  // microvm's, which has no MCFG table
constexpr uint64_t kMegabyte = 1 << 20;
constexpr uint64_t kDeviceBytes = 8 * 4096;
constexpr uint32_t kDevices = 32;
// Memory for BARs: between RAM and the configuration space on both profiles, and far above RAM.
constexpr Topology::Resources kResources{{0xC0000000, 512 * kMegabyte},
                                         {uint64_t{0xC000000000}, uint64_t{0x4000000000}},
                                         {0xC000, 0x3000}};

/// QEMU's TCG before 8.1 lets other processors look their device memory up in the new map with what they remember of the
/// old one: a write of theirs hits another device, or none, and QEMU dies. So they stand still meanwhile.
void write_alone(ConfigSpace& config, Address at, uint32_t offset, uint16_t value) {
    struct Write {
        ConfigSpace& config;
        Address at;
        uint32_t offset;
        uint16_t value;
    } write{config, at, offset, value};
    ke::run_alone(
        [](void* opaque) {
            const auto& what = *static_cast<Write*>(opaque);
            what.config.write16(what.at, what.offset, what.value);
        },
        &write);
}

/// Configuration space in memory: 1 MB a bus. A bus is mapped when it is first scanned: all of bus 0,
/// of others one device until a second is asked for (below an Express port there is no second).
class MemorySpace final : public ConfigSpace {
  public:
    void open(uint64_t base) { base_ = base; }
    bool is_open() const { return base_ != 0; }

    uint32_t read(Address at, uint32_t offset, uint32_t bytes) override {
        const volatile uint8_t* const from = locate(at, offset);
        if (from == nullptr) return bytes == 4 ? ~0u : (1u << bytes * 8) - 1;
        if (bytes == 1) return *from;
        if (bytes == 2) return *reinterpret_cast<const volatile uint16_t*>(from);
        return *reinterpret_cast<const volatile uint32_t*>(from);
    }
    void write(Address at, uint32_t offset, uint32_t bytes, uint32_t value) override {
        volatile uint8_t* const to = locate(at, offset);
        if (to == nullptr) return;
        if (bytes == 1) *to = static_cast<uint8_t>(value);
        if (bytes == 2) *reinterpret_cast<volatile uint16_t*>(to) = static_cast<uint16_t>(value);
        if (bytes == 4) *reinterpret_cast<volatile uint32_t*>(to) = value;
    }
    void write_mapping16(Address at, uint32_t offset, uint16_t value) override { write_alone(*this, at, offset, value); }

  private:
    struct Bus {
        volatile uint8_t* memory = nullptr;
        uint32_t devices = 0;
    };
    volatile uint8_t* locate(Address at, uint32_t offset) {
        if (at.bus > topology().last_bus() || offset >= 4096) return nullptr;
        Bus& bus = buses_[at.bus];
        if (at.device >= bus.devices && !map(at, bus)) return nullptr;
        return bus.memory + at.device * kDeviceBytes + at.function * 4096u + offset;
    }
    // Only while scanning, by one thread: later every bus that exists is mapped as far as needed.
    bool map(Address at, Bus& bus) {
        if (arch::irql() > APC_LEVEL) return false;
        const uint32_t devices = at.bus == 0 || at.device != 0 ? kDevices : 1;
        const auto mapped = mm::map_physical(base_ + at.bus * kMegabyte, devices * kDeviceBytes,
                                             {.writable = true, .caching = arch::Caching::kUncached});
        if (!mapped) return false;
        bus = {reinterpret_cast<volatile uint8_t*>(*mapped), devices};
        return true;
    }
    uint64_t base_ = 0;
    Bus buses_[256] = {};
};

/// Configuration space through the two ports of 1992: 256 bytes a function.
class PortSpace final : public ConfigSpace {
  public:
    static bool is_there() {
        arch::port_write32(kAddressPort, kEnable);
        return arch::port_read32(kAddressPort) == kEnable;
    }
    uint32_t read(Address at, uint32_t offset, uint32_t bytes) override {
        if (offset >= 256) return ~0u;
        ke::InterruptLockGuard guard(lock_);
        const auto port = select(at, offset);
        return bytes == 1 ? arch::port_read8(port) : bytes == 2 ? arch::port_read16(port) : arch::port_read32(port);
    }
    void write(Address at, uint32_t offset, uint32_t bytes, uint32_t value) override {
        if (offset >= 256) return;
        ke::InterruptLockGuard guard(lock_);
        const auto port = select(at, offset);
        if (bytes == 1) arch::port_write8(port, static_cast<uint8_t>(value));
        if (bytes == 2) arch::port_write16(port, static_cast<uint16_t>(value));
        if (bytes == 4) arch::port_write32(port, value);
    }
    void write_mapping16(Address at, uint32_t offset, uint16_t value) override { write_alone(*this, at, offset, value); }

  private:
    static constexpr uint16_t kAddressPort = 0xCF8, kDataPort = 0xCFC;
    static constexpr uint32_t kEnable = 0x80000000;
    static uint16_t select(Address at, uint32_t offset) {
        arch::port_write32(kAddressPort, kEnable | uint32_t{at.bus} << 16 | uint32_t{at.device} << 11 |
                                             uint32_t{at.function} << 8 | (offset & 0xFC));
        return static_cast<uint16_t>(kDataPort + (offset & 3));
    }
    ke::SpinLock lock_{ke::LockRank::kHardware};
};

class NoSpace final : public ConfigSpace {
    uint32_t read(Address, uint32_t, uint32_t bytes) override { return bytes == 4 ? ~0u : (1u << bytes * 8) - 1; }
    void write(Address, uint32_t, uint32_t, uint32_t) override {}
};

constinit Topology the_topology;
constinit MemorySpace memory_space;
constinit PortSpace port_space;
constinit NoSpace no_space;
constinit ConfigSpace* space = &no_space;

bool is_config_space(uint64_t physical) {
    const auto mapped = mm::map_physical(physical, arch::kPageBytes, {.caching = arch::Caching::kUncached});
    if (!mapped) return false;
    const uint32_t host_bridge = *reinterpret_cast<const volatile uint32_t*>(*mapped);
    mm::unmap_system(*mapped, arch::kPageBytes);
    return host_bridge != 0 && host_bridge != ~0u;
}

uint64_t find_memory_space() {
    if (arch::machine().ecam_base != 0) return arch::machine().ecam_base;
    const uint64_t told = arch::command_line_number(init::boot_info().command_line, "ecam").value_or(kUsualEcam);
    return is_config_space(told) ? told : 0;
}

}  // namespace

ConfigSpace& config_space() { return *space; }
uint32_t config_bytes() { return memory_space.is_open() ? 4096 : 256; }
Topology& topology() { return the_topology; }

void initialize_bus() {
    if (const uint64_t base = find_memory_space()) {
        memory_space.open(base);
        space = &memory_space;
    } else if (PortSpace::is_there()) {
        space = &port_space;
    } else {
        return;
    }
    the_topology.scan(*space, kResources, io_apic_count() > 1);
    if (the_topology.unassigned() != 0) {
        ke::log(ke::LogLevel::kWarn, "%u PCI resources did not fit into the address space", the_topology.unassigned());
    }
}

}  // namespace rsl::hal::pci
