// SPDX-License-Identifier: GPL-2.0-only
// What firmware's ACPI tables say of the machine: processors, I/O APICs, interrupt overrides, PCI
// configuration space. No AML: what we need stands in fixed tables. Pure: tests feed it memory.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace rsl::arch {

/// Reads physical memory; an empty span where it cannot.
class PhysicalView {
  public:
    virtual std::span<const std::byte> view(uint64_t physical, uint64_t bytes) = 0;

  protected:
    ~PhysicalView() = default;
};

struct IoApicDescription {
    uint64_t address;
    uint32_t first_gsi;
};

/// An ISA interrupt that does not go where its number says.
struct InterruptOverride {
    uint8_t isa_irq;
    uint32_t gsi;
    uint16_t flags;  // MPS INTI: bits 0-1 polarity, 2-3 trigger
};

struct Machine {
    static constexpr uint32_t kMaxProcessors = 64, kMaxIoApics = 8, kMaxOverrides = 16;
    std::array<uint32_t, kMaxProcessors> apic_ids = {};  // enabled ones, in firmware's order
    uint32_t processor_count = 0;
    std::array<IoApicDescription, kMaxIoApics> io_apics = {};
    uint32_t io_apic_count = 0;
    std::array<InterruptOverride, kMaxOverrides> overrides = {};
    uint32_t override_count = 0;
    uint64_t ecam_base = 0;  // of bus 0; 0: no MCFG table
    uint8_t ecam_last_bus = 0;
    bool has_tables = false;  // ACPI was found and sound
};

/// `rsdp` 0: it is looked for below 1 MB. Tables with bad checksums count as absent; no entry is read
/// beyond its table.
Machine describe_machine(uint64_t rsdp, PhysicalView& memory);

/// The running machine's, from start_interrupts() on.
const Machine& machine();

}  // namespace rsl::arch
