// SPDX-License-Identifier: GPL-2.0-only
// Stopping the machine, with a report that the host can read.
#pragma once

#include <cstdint>

#include "abi/types/bugcheck.h"
#include "abi/types/exception.h"

namespace rsl::ke {

/// What is known beyond NT's code and four parameters. Text lives as long as the machine.
struct BugCheckDetail {
    const char* explanation = nullptr;  // one sentence for people
    const CONTEXT* context = nullptr;   // where it happened, for the stack trace
    uint64_t guilty = 0;                // the code to blame, where the stack does not show it
    const char* function = nullptr;     // of ours, that refused its caller
    const char* advice = nullptr;       // what the driver's author can do about it
    const char* facts = nullptr;        // more that is known: lines, each ended by a newline
};

/// Called before the report is written, on the processor that writes it: makes memory readable that the
/// stack trace may look at. kernel/vf sets it.
void set_report_preparation(void (*prepare)());

/// Stops every processor, writes one line of JSON that starts with "@bugcheck " to the emergency
/// console (code, name, parameters, driver, address, stack, explanation), and powers off. Any IRQL.
[[noreturn]] void bug_check(uint32_t code, uint64_t p1 = 0, uint64_t p2 = 0, uint64_t p3 = 0,
                            uint64_t p4 = 0, const BugCheckDetail& detail = {});

}  // namespace rsl::ke
