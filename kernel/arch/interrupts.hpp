// SPDX-License-Identifier: GPL-2.0-only
// Interrupt vectors: a vector's upper four bits are the IRQL at which its handler runs. hal allocates
// the device ones and connects handlers; arch has the rest.
#pragma once

#include <cstdint>

#include "abi/types/basic.h"

namespace rsl::arch {

inline constexpr uint8_t kApcVector = 0x1F;
inline constexpr uint8_t kDispatchVector = 0x2F;
/// Devices get [first, last]: IRQL 3 to 12.
inline constexpr uint8_t kFirstDeviceVector = 0x30;
inline constexpr uint8_t kLastDeviceVector = 0xCF;
inline constexpr uint8_t kTimerVector = 0xD1;
inline constexpr uint8_t kRescheduleVector = 0xE1;
inline constexpr uint8_t kCallVector = 0xE2;
inline constexpr uint8_t kSpuriousVector = 0xFF;

constexpr KIRQL irql_of_vector(uint8_t vector) { return vector >> 4; }

/// The end of interrupt is signalled after it.
using InterruptHandler = void (*)(void* context, uint8_t vector);
/// How it runs: at the vector's IRQL with interrupts on; or, for one that only notes what came, with interrupts off at the level
/// that was interrupted: raising and lowering the level costs more than such a handler.
enum class HandlerKind : uint8_t { kAtItsLevel, kBrief };
/// Connects a device vector. The old handler, if any, may still be running on another processor when
/// this returns; hal waits for that. nullptr disconnects: a stray interrupt is counted and dropped.
void set_interrupt_handler(uint8_t vector, InterruptHandler handler, void* context, HandlerKind kind = HandlerKind::kAtItsLevel);
/// Interrupts that came for a vector without a handler.
uint64_t stray_interrupts();

/// Where a device sends message-signalled interrupts for `vector` on a processor.
struct MessageTarget {
    uint64_t address;
    uint32_t data;
};
MessageTarget message_target(uint32_t processor_number, uint8_t vector);
/// The local APIC's id of a processor, for the I/O APIC's redirection entries.
uint32_t apic_id_of(uint32_t processor_number);

}  // namespace rsl::arch
