// SPDX-License-Identifier: GPL-2.0-only
// The performance counter, and waiting by spinning.
#include "abi/functions/export.h"
#include "abi/functions/hal.h"
#include "kernel/arch/arch.hpp"

using namespace rsl;

/// KeStallExecutionProcessor (wdm.h) waits by spinning.
///   IRQL     any
///   Returns  after MicroSeconds, or later when the processor was interrupted
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kestallexecutionprocessor
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeStallExecutionProcessor(ULONG MicroSeconds) {
    const uint64_t end = arch::now_ns() + uint64_t{MicroSeconds} * 1000;
    while (arch::now_ns() < end) arch::pause();
}

/// KeQueryPerformanceCounter (wdm.h) reads a monotonic clock that is the same on all processors.
///   IRQL     any
///   Returns  ticks; PerformanceFrequency, if given, gets ticks a second: 10 million, as on Windows 10
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kequeryperformancecounter
///   Differs  nothing known
RSL_EXPORT LARGE_INTEGER NTAPI KeQueryPerformanceCounter(PLARGE_INTEGER PerformanceFrequency) {
    constexpr LONGLONG kTicksPerSecond = 10'000'000;
    constexpr uint64_t kNsPerTick = 100;
    if (PerformanceFrequency != nullptr) PerformanceFrequency->QuadPart = kTicksPerSecond;
    LARGE_INTEGER ticks;
    ticks.QuadPart = static_cast<LONGLONG>(arch::now_ns() / kNsPerTick);
    return ticks;
}
