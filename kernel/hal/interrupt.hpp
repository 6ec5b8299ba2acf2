// SPDX-License-Identifier: GPL-2.0-only
// Interrupt objects: a driver's service routine on an interrupt line. Lines are shared: a vector has a
// chain of objects, asked in the order in which they came. Messages have a vector each, no chain.
#pragma once

#include <atomic>
#include <cstdint>

#include "abi/types/bus.h"
#include "base/core/result.hpp"
#include "kernel/hal/io_apic.hpp"

/// Opaque to drivers, which hold PKINTERRUPT; ours to lay out.
struct _KINTERRUPT {
    CSHORT Type;  // InterruptObject
    CSHORT Size;
    uint8_t vector;
    KIRQL irql;
    KIRQL synchronize_irql;
    bool shared;
    KINTERRUPT_MODE mode;
    PKSERVICE_ROUTINE routine;
    PKMESSAGE_SERVICE_ROUTINE message_routine;  // instead, for CONNECT_MESSAGE_BASED
    uint32_t message_id;
    void* context;
    KSPIN_LOCK own_lock;
    KSPIN_LOCK* lock;  // the driver's, or own_lock
    std::atomic<_KINTERRUPT*> next;
};

namespace rsl::hal {

/// A line's place among the vectors: what HalGetInterruptVector and resource lists tell drivers.
struct LineVector {
    uint8_t vector;
    KIRQL irql;
};
/// The vector of a line, given at the first question. IRQL <= DISPATCH_LEVEL.
Result<LineVector> vector_of_line(uint32_t gsi, Trigger trigger, Polarity polarity);

struct InterruptRequest {
    PKSERVICE_ROUTINE routine;
    void* context;
    KSPIN_LOCK* lock;  // may be nullptr
    uint32_t vector;
    KIRQL synchronize_irql;
    KINTERRUPT_MODE mode;
    bool shared;
    PKMESSAGE_SERVICE_ROUTINE message_routine = nullptr;  // instead of `routine`
    uint32_t message_id = 0;
};
/// Connects a routine. kInvalidParameter for a vector that nobody was given or a wrong level,
/// kSharingViolation when the line is taken and one of the two does not share.
Result<PKINTERRUPT> connect_interrupt(const InterruptRequest& request);
/// Takes it out; returns when the routine runs nowhere any more, and frees it. PASSIVE_LEVEL.
void disconnect_interrupt(PKINTERRUPT interrupt);

/// Holds what the service routine holds while it runs: its IRQL and its lock. The first returns the
/// IRQL before.
KIRQL acquire_interrupt_lock(KINTERRUPT& interrupt);
void release_interrupt_lock(KINTERRUPT& interrupt, KIRQL old);

class InterruptGuard {
  public:
    explicit InterruptGuard(KINTERRUPT& interrupt) : interrupt_(interrupt), old_(acquire_interrupt_lock(interrupt)) {}
    ~InterruptGuard() { release_interrupt_lock(interrupt_, old_); }
    InterruptGuard(const InterruptGuard&) = delete;
    InterruptGuard& operator=(const InterruptGuard&) = delete;

  private:
    KINTERRUPT& interrupt_;
    KIRQL old_;
};

}  // namespace rsl::hal
