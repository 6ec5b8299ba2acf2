// SPDX-License-Identifier: GPL-2.0-only
// The I/O APICs: where each interrupt line (GSI) goes. Any IRQL once initialized.
#pragma once

#include <cstdint>

#include "base/core/result.hpp"

namespace rsl::hal {

enum class Trigger : uint8_t { kEdge, kLevel };
enum class Polarity : uint8_t { kHigh, kLow };

/// Maps every I/O APIC and masks its lines.
Result<void> initialize_io_apics();
uint32_t io_apic_count();
/// Lets a line interrupt a processor; kNotFound when no I/O APIC has that line.
Result<void> route_line(uint32_t gsi, uint8_t vector, uint32_t processor, Trigger trigger, Polarity polarity);
void mask_line(uint32_t gsi);

/// Where an ISA interrupt goes, with firmware's overrides, and how it signals there.
struct IsaLine {
    uint32_t gsi;
    Trigger trigger;
    Polarity polarity;
};
IsaLine isa_line(uint8_t irq);

}  // namespace rsl::hal
