// SPDX-License-Identifier: GPL-2.0-only
// The local APIC of this processor: x2APIC where the CPU has it, else by its memory page.
#pragma once

#include <cstdint>

#include "base/core/result.hpp"

namespace rsl::arch::x64 {

/// Finds and maps the APIC. Once, on the boot processor, after mm.
Result<void> find_apic();
/// Turns this processor's APIC on: all vectors open, the timer masked.
void enable_apic();
/// This processor's id.
uint32_t apic_id();
void end_of_interrupt();

/// Sends a fixed interrupt to one processor, to this one, or to all others.
void send_interrupt(uint32_t apic_id, uint8_t vector);
void send_self_interrupt(uint8_t vector);
void send_nmi(uint32_t apic_id);
void send_init(uint32_t apic_id);
void send_startup(uint32_t apic_id, uint8_t page);

/// The timer: counts down from `ticks`, once; 0 stops it.
void start_apic_timer(uint32_t ticks);
uint32_t apic_timer_left();
/// Whether the processor's timer takes absolute time-stamp values.
bool has_tsc_deadline();

}  // namespace rsl::arch::x64
