// SPDX-License-Identifier: GPL-2.0-only
// The time-stamp counter as a clock, and the APIC's timer as the alarm.
#pragma once

#include <cstdint>
#include <string_view>

namespace rsl::arch::x64 {

/// Learns the counter's frequency: `tsc_khz=` of the command line, CPUID, or two milliseconds of
/// comparing it with the APIC's timer. Once, with the boot processor's APIC on.
void start_clock(std::string_view command_line);
/// The timer interrupt. Early ones (a long wait in pieces) go no further.
void on_timer();

}  // namespace rsl::arch::x64
