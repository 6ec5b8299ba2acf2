// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/ex/system_counters.hpp"

#include <cstring>

#include "abi/types/status.h"
#include "kernel/arch/arch.hpp"
#include "kernel/ke/clock.hpp"
#include "kernel/ke/processor.hpp"
#include "kernel/mm/virtual.hpp"

namespace rsl::ex {
namespace {

template <typename Field>
uint64_t sum_of_processors(Field field) {
    uint64_t sum = 0;
    const uint32_t count = ke::processor_count.load(std::memory_order_relaxed);  // never shrinks
    for (uint32_t i = 0; i < count; ++i) sum += field(*ke::processors[i]);
    return sum;
}

SYSTEM_PERFORMANCE_INFORMATION performance() {
    const mm::MemoryUsage memory = mm::memory_usage();
    SYSTEM_PERFORMANCE_INFORMATION info{};
    const uint64_t idle_ns = sum_of_processors([](const ke::Processor& processor) { return ke::idle_time_ns(processor); });
    info.IdleProcessTime.QuadPart = static_cast<int64_t>(idle_ns / 100);
    info.AvailablePages = static_cast<ULONG>(memory.free_pages);
    info.CommittedPages = static_cast<ULONG>(memory.total_pages - memory.free_pages);
    info.CommitLimit = static_cast<ULONG>(memory.total_pages);  // there is no page file
    info.PeakCommitment = info.CommittedPages;
    return info;
}

}  // namespace

int32_t query_counters(SYSTEM_INFORMATION_CLASS which, std::span<std::byte> out, uint32_t& needed) {
    // Documented as opaque, to take seeds from: of counts there are those of interrupts, of lists none.
    struct Lookaside {
        ULONG words[8];
    };
    struct Policy {
        PVOID reserved[2];
        ULONG words[3];
    };
    struct LeapSeconds {
        BOOLEAN enabled;
        ULONG flags;
    };
    switch (which) {
        case SystemPerformanceInformation: return give(performance(), out, needed);
        case SystemExceptionInformation: {
            const uint64_t interrupts = sum_of_processors([](const ke::Processor& processor) { return processor.interrupts; });
            return give(SYSTEM_EXCEPTION_INFORMATION{{0, static_cast<ULONG>(interrupts), 0, 0}}, out, needed);
        }
        case SystemRegistryQuotaInformation: {
            const mm::MemoryUsage memory = mm::memory_usage();
            const uint64_t quota = memory.total_pages * 4096 / 4;
            return give(SYSTEM_REGISTRY_QUOTA_INFORMATION{static_cast<ULONG>(quota), 0, memory.pool_pages * 4096}, out, needed);
        }
        case SystemLookasideInformation: return give(Lookaside{}, out, needed);
        case SystemPolicyInformation: return give(Policy{}, out, needed);
        case SystemQueryPerformanceCounterInformation:
            return give(SYSTEM_QUERY_PERFORMANCE_COUNTER_INFORMATION{1, 2, 3}, out, needed);  // the time-stamp counter
        // No page tables of user mode, no branch predictor that is switched: no flag is set.
        case SystemKernelVaShadowInformation:
        case SystemSpeculationControlInformation: return give(ULONG{0}, out, needed);
        case SystemLeapSecondInformation: return give(LeapSeconds{FALSE, 0}, out, needed);
        default: return STATUS_INVALID_INFO_CLASS;
    }
}

}  // namespace rsl::ex
