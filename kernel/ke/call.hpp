// SPDX-License-Identifier: GPL-2.0-only
// Running a function on other processors: TLB shoot-downs, KeIpiGenericCall, KeGenericCallDpc.
#pragma once

#include <atomic>
#include <cstdint>

namespace rsl::ke {

/// One call, on the caller's stack until every processor has made it.
struct CallRequest {
    CallRequest* next[16] = {};  // per target, in its list
    void (*routine)(void* argument) = nullptr;
    void* argument = nullptr;
    std::atomic<uint32_t> pending = 0;
};

/// Runs routine(argument) at IPI_LEVEL on every other processor and returns when all have. The routine
/// is short, takes no lock that a caller of this may hold, and waits for nothing. IRQL <= IPI_LEVEL; the
/// caller serves calls to itself meanwhile, so two processors may call one another. Never under the
/// dispatcher lock.
void call_others(void (*routine)(void* argument), void* argument);

}  // namespace rsl::ke
