// SPDX-License-Identifier: GPL-2.0-only
// What unit tests see of the processor that a host thread plays: nothing is delivered by itself, what
// was asked for is written down.
#pragma once

#include <cstdint>

#include "kernel/ke/processor.hpp"

namespace rsl::arch::hosted {

struct HostedProcessor {
    ke::Processor block = {};
    KIRQL irql = PASSIVE_LEVEL;
    bool interrupts_enabled = true;
    bool dispatch_requested = false;
    bool apc_requested = false;
    uint64_t timer_deadline_ns = 0;
    uint64_t address_space_root = 0;
    uint32_t ipis_sent = 0;
    HostedProcessor();
};

/// The calling host thread's. Made at first use; numbers count up from 0 in a test program.
HostedProcessor& this_processor();

}  // namespace rsl::arch::hosted
