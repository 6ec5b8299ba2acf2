// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/hal/io_apic.hpp"

#include "kernel/arch/acpi/machine.hpp"
#include "kernel/arch/interrupts.hpp"
#include "kernel/ke/spin_lock.hpp"
#include "kernel/mm/virtual.hpp"

namespace rsl::hal {
namespace {

constexpr uint64_t kUsualAddress = 0xFEC00000;
constexpr uint32_t kVersion = 1, kFirstEntry = 0x10;
constexpr uint32_t kActiveLow = 1 << 13, kLevel = 1 << 15, kMasked = 1 << 16;

struct IoApic {
    volatile uint32_t* registers = nullptr;  // [0] selects, [4] is the selected register
    uint32_t first_gsi = 0, lines = 0;

    uint32_t read(uint32_t index) const {
        registers[0] = index;
        return registers[4];
    }
    void write(uint32_t index, uint32_t value) const {
        registers[0] = index;
        registers[4] = value;
    }
};

constinit ke::SpinLock lock{ke::LockRank::kHardware};  // a register takes two accesses
constinit IoApic apics[arch::Machine::kMaxIoApics] RSL_GUARDED_BY(lock) = {};
constinit uint32_t count = 0;

const IoApic* apic_of(uint32_t gsi) RSL_REQUIRES(lock) {
    for (uint32_t i = 0; i < count; ++i) {
        if (gsi - apics[i].first_gsi < apics[i].lines) return &apics[i];
    }
    return nullptr;
}

Result<void> add(uint64_t physical, uint32_t first_gsi) {
    const uint64_t address = RSL_TRY(mm::map_physical(
        physical, arch::kPageBytes, {.writable = true, .caching = arch::Caching::kUncached}));
    ke::InterruptLockGuard guard(lock);
    IoApic& apic = apics[count];
    apic.registers = reinterpret_cast<volatile uint32_t*>(address);
    apic.first_gsi = first_gsi;
    apic.lines = (apic.read(kVersion) >> 16 & 0xFF) + 1;
    for (uint32_t line = 0; line < apic.lines; ++line) apic.write(kFirstEntry + line * 2, kMasked);
    ++count;
    return {};
}

}  // namespace

Result<void> initialize_io_apics() {
    const arch::Machine& machine = arch::machine();
    if (machine.io_apic_count == 0) return add(kUsualAddress, 0);  // no tables
    for (uint32_t i = 0; i < machine.io_apic_count; ++i) {
        RSL_TRY(add(machine.io_apics[i].address, machine.io_apics[i].first_gsi));
    }
    return {};
}

uint32_t io_apic_count() { return count; }

Result<void> route_line(uint32_t gsi, uint8_t vector, uint32_t processor, Trigger trigger, Polarity polarity) {
    ke::InterruptLockGuard guard(lock);
    const IoApic* const apic = apic_of(gsi);
    if (apic == nullptr) return Status::kNotFound;
    const uint32_t entry = kFirstEntry + (gsi - apic->first_gsi) * 2;
    apic->write(entry, kMasked);
    apic->write(entry + 1, arch::apic_id_of(processor) << 24);
    apic->write(entry, vector | (trigger == Trigger::kLevel ? kLevel : 0) | (polarity == Polarity::kLow ? kActiveLow : 0));
    return {};
}

void mask_line(uint32_t gsi) {
    ke::InterruptLockGuard guard(lock);
    const IoApic* const apic = apic_of(gsi);
    if (apic != nullptr) apic->write(kFirstEntry + (gsi - apic->first_gsi) * 2, kMasked);
}

IsaLine isa_line(uint8_t irq) {
    constexpr uint16_t kPolarityMask = 3, kTriggerMask = 3 << 2, kLow = 3, kLevelSensitive = 3 << 2;
    const arch::Machine& machine = arch::machine();
    for (uint32_t i = 0; i < machine.override_count; ++i) {
        const arch::InterruptOverride& entry = machine.overrides[i];
        if (entry.isa_irq != irq) continue;
        return {entry.gsi, (entry.flags & kTriggerMask) == kLevelSensitive ? Trigger::kLevel : Trigger::kEdge,
                (entry.flags & kPolarityMask) == kLow ? Polarity::kLow : Polarity::kHigh};
    }
    return {irq, Trigger::kEdge, Polarity::kHigh};
}

}  // namespace rsl::hal
