// SPDX-License-Identifier: GPL-2.0-only
// Processors as hardware: non-maskable interrupts, caches, translations, counters, numbered locks.
#include "abi/functions/ke_hardware.h"

#include <atomic>

#include "abi/functions/export.h"
#include "abi/types/bugcheck.h"
#include "abi/types/status.h"
#include "kernel/arch/arch.hpp"
#include "kernel/arch/paging.hpp"
#include "kernel/ke/bug_check.hpp"
#include "kernel/ke/call.hpp"
#include "kernel/ke/dispatcher.hpp"
#include "kernel/ke/irql.hpp"
#include "kernel/ke/nmi_callbacks.hpp"
#include "kernel/ke/nt_spin_lock.hpp"
#include "kernel/ke/processor.hpp"

using namespace rsl;

namespace {

constexpr uintptr_t kCacheLine = 64;

void here_and_on_others(void (*routine)(void*), void* argument) {
    routine(argument);
    ke::call_others(routine, argument);
}

void write_back_caches(void*) { asm volatile("wbinvd" ::: "memory"); }

}  // namespace

/// KeRegisterNmiCallback (wdm.h) asks to be called when a non-maskable interrupt comes. When nobody says that it
/// was his, the machine stops.
///   IRQL     <= APC_LEVEL
///   Returns  a handle, or NULL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-keregisternmicallback
///   Differs  nothing known
RSL_EXPORT PVOID NTAPI KeRegisterNmiCallback(PNMI_CALLBACK CallbackRoutine, PVOID Context) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return ke::add_nmi_callback(CallbackRoutine, Context);
}

/// KeDeregisterNmiCallback (wdm.h) undoes KeRegisterNmiCallback; the routine does not run any more.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_HANDLE
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kederegisternmicallback
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI KeDeregisterNmiCallback(PVOID Handle) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return ke::remove_nmi_callback(Handle) ? STATUS_SUCCESS : STATUS_INVALID_HANDLE;
}

/// KeFlushEntireTb (ntos.h) forgets every address translation, here or on all processors.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Source   public headers; the behaviour is what callers of the documented wrappers rely on
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeFlushEntireTb(BOOLEAN Invalid, BOOLEAN AllProcessors) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    constexpr auto flush = [](void*) { arch::flush_all(); };
    if (AllProcessors) {
        here_and_on_others(flush, nullptr);
    } else {
        flush(nullptr);
    }
}

/// KeInvalidateAllCaches (ntddk.h) writes back and empties the caches of every processor.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  TRUE; callers take it as nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-keinvalidateallcaches
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI KeInvalidateAllCaches(VOID) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    here_and_on_others(write_back_caches, nullptr);
    return TRUE;
}

/// KeInvalidateRangeAllCaches (ntddk.h) writes back and empties a range of addresses from all caches, which
/// CLFLUSH does on every processor at once.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-keinvalidaterangeallcaches
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeInvalidateRangeAllCaches(PVOID BaseAddress, ULONG Length) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    const auto begin = reinterpret_cast<uintptr_t>(BaseAddress);
    asm volatile("mfence" ::: "memory");
    for (uintptr_t line = begin & ~(kCacheLine - 1); line < begin + Length; line += kCacheLine) {
        asm volatile("clflush %0" : "+m"(*reinterpret_cast<volatile char*>(line)));
    }
    asm volatile("mfence" ::: "memory");
}

/// KeFlushIoBuffers (wdm.h) makes a buffer of DMA or programmed I/O coherent.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-keflushiobuffers
///   Differs  nothing to do: caches of x64 processors are coherent with devices, data and code
RSL_EXPORT VOID NTAPI KeFlushIoBuffers(PMDL Mdl, BOOLEAN ReadOperation, BOOLEAN DmaOperation) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
}

/// KeGetRecommendedSharedDataAlignment (wdm.h) tells how far apart data of different processors should be.
///   IRQL     any
///   Returns  the size of a cache line
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kegetrecommendedshareddataalignment
///   Differs  nothing known
RSL_EXPORT ULONG NTAPI KeGetRecommendedSharedDataAlignment(VOID) { return kCacheLine; }

/// KeIsExecutingDpc (wdm.h) tells whether this processor runs a DPC.
///   IRQL     any
///   Returns  nonzero when it does
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-keisexecutingdpc
///   Differs  nothing known
RSL_EXPORT ULONG NTAPI KeIsExecutingDpc(VOID) { return arch::processor().dpc_running ? 1 : 0; }

/// KeShouldYieldProcessor (wdm.h) advises a long loop at DISPATCH_LEVEL to let others run.
///   IRQL     >= DISPATCH_LEVEL
///   Returns  TRUE when DPCs, timers or a thread wait for this processor
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-keshouldyieldprocessor
///   Differs  nothing known
RSL_EXPORT ULONG NTAPI KeShouldYieldProcessor(VOID) {
    ke::Processor& here = arch::processor();
    // A hint: what is missed here is seen at the next look.
    return here.software_wanted.load(std::memory_order_relaxed) != 0 || here.dpc_depth != 0 ? TRUE : FALSE;
}

/// KeQueryDpcWatchdogInformation (wdm.h) tells how long a DPC may still run.
///   IRQL     >= DISPATCH_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_UNSUCCESSFUL when no DPC runs here
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kequerydpcwatchdoginformation
///   Differs  there is no watchdog: all limits are zero, which stands for none
RSL_EXPORT NTSTATUS NTAPI KeQueryDpcWatchdogInformation(PKDPC_WATCHDOG_INFORMATION WatchdogInformation) {
    if (!arch::processor().dpc_running) return STATUS_UNSUCCESSFUL;
    *WatchdogInformation = {};
    return STATUS_SUCCESS;
}

/// KeQueryPrcbAddress (ntos.h) names a processor's control block.
///   IRQL     any
///   Returns  its address, or NULL for a processor that is not there
///   Source   public headers; the behaviour is what callers of the documented wrappers rely on
///   Differs  only the fields that gs:[0x180] and up have here are filled
RSL_EXPORT PVOID NTAPI KeQueryPrcbAddress(ULONG Number) {
    const bool there = Number < ke::processor_count.load(std::memory_order_acquire);
    return there ? ke::processors[Number]->current_prcb : nullptr;
}

/// KeQueryTotalCycleTimeThread (wdm.h) tells how many cycles a thread has run.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the cycles, of time-stamp counter frequency; the counter itself in CycleTimeStamp
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kequerytotalcycletimethread
///   Differs  counted in nanoseconds and converted
RSL_EXPORT ULONG64 NTAPI KeQueryTotalCycleTimeThread(PKTHREAD Thread, PULONG64 CycleTimeStamp) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    const ke::Thread& thread = ke::from_nt(Thread);
    const bool runs = &thread == &ke::current_thread();
    const uint64_t now = arch::now_ns();
    const uint64_t stamp = arch::read_tsc();
    if (CycleTimeStamp != nullptr) *CycleTimeStamp = stamp;
    const uint64_t ns = thread.run_ns + (runs ? now - thread.switched_in_ns : 0);
    // The counter began with the machine, as the clock did: their ratio is the frequency. Kept, so that
    // what a thread has run never shrinks.
    static constinit std::atomic<uint64_t> cycles_per_1024_ns = 0;
    uint64_t ratio = cycles_per_1024_ns.load(std::memory_order_relaxed);
    if (ratio == 0) {
        const uint64_t fresh = stamp / (now / 1024 + 1) + 1;
        ratio = cycles_per_1024_ns.compare_exchange_strong(ratio, fresh) ? fresh : ratio;
    }
    return ns / 1024 * ratio;
}

/// KeQueryAuxiliaryCounterFrequency (wdm.h): of a counter beside the performance counter.
///   IRQL     any
///   Returns  STATUS_NOT_SUPPORTED: there is none
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kequeryauxiliarycounterfrequency
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI KeQueryAuxiliaryCounterFrequency(PULONG64 AuxiliaryCounterFrequency) {
    return STATUS_NOT_SUPPORTED;
}
/// KeConvertAuxiliaryCounterToPerformanceCounter (wdm.h): of the same counter.
///   IRQL     any
///   Returns  STATUS_NOT_SUPPORTED: there is none
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-keconvertauxiliarycountertoperformancecounter
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI KeConvertAuxiliaryCounterToPerformanceCounter(ULONG64, PULONG64, PULONG64) {
    return STATUS_NOT_SUPPORTED;
}
/// KeConvertPerformanceCounterToAuxiliaryCounter (wdm.h): of the same counter.
///   IRQL     any
///   Returns  STATUS_NOT_SUPPORTED: there is none
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-keconvertperformancecountertoauxiliarycounter
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI KeConvertPerformanceCounterToAuxiliaryCounter(ULONG64, PULONG64, PULONG64) {
    return STATUS_NOT_SUPPORTED;
}

/// KdSystemDebugControl (ntos.h) has the kernel debugger do something.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_DEBUGGER_INACTIVE: there is none
///   Source   public headers; the behaviour is what callers of the documented wrappers rely on
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI KdSystemDebugControl(ULONG, PVOID, ULONG, PVOID, ULONG, PULONG ReturnLength,
                                               KPROCESSOR_MODE) {
    if (ReturnLength != nullptr) *ReturnLength = 0;
    return STATUS_DEBUGGER_INACTIVE;
}

// ---- Nodes

/// KeQueryNodeActiveAffinity2 (wdm.h) tells which processors of a node run, group by group.
///   IRQL     any
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER, STATUS_BUFFER_TOO_SMALL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kequerynodeactiveaffinity2
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI KeQueryNodeActiveAffinity2(USHORT NodeNumber, PGROUP_AFFINITY GroupAffinities,
                                                     USHORT GroupAffinitiesCount,
                                                     PUSHORT GroupAffinitiesRequired) {
    if (NodeNumber != 0) return STATUS_INVALID_PARAMETER;
    *GroupAffinitiesRequired = 1;
    if (GroupAffinitiesCount < 1) return STATUS_BUFFER_TOO_SMALL;
    *GroupAffinities = {ke::active_processors(), 0, {}};
    return STATUS_SUCCESS;
}
/// KeQueryNodeActiveProcessorCount (wdm.h) tells how many processors of a node run.
///   IRQL     any
///   Returns  the number, 0 for a node that is not there
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kequerynodeactiveprocessorcount
///   Differs  nothing known
RSL_EXPORT ULONG NTAPI KeQueryNodeActiveProcessorCount(USHORT NodeNumber) {
    return NodeNumber == 0 ? ke::processor_count.load(std::memory_order_acquire) : 0;
}

// ---- Numbered locks

namespace {
constexpr KSPIN_LOCK_QUEUE_NUMBER kQueuedLocks = 17;  // LockQueueMaximumLock
struct NumberedLock {
    alignas(kCacheLine) KSPIN_LOCK lock = 0;
};
constinit NumberedLock queued_locks[kQueuedLocks];

KSPIN_LOCK& queued_lock(KSPIN_LOCK_QUEUE_NUMBER number) {
    if (number >= kQueuedLocks) {
        ke::bug_check(DRIVER_VIOLATION, number, kQueuedLocks, 0, 0,
                      {.explanation = "a queued spin lock has a number that does not exist"});
    }
    return queued_locks[number].lock;
}
}  // namespace

/// KeAcquireQueuedSpinLock (ntifs.h) takes one of the system's numbered spin locks.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the level before
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-keacquirequeuedspinlock
///   Differs  the locks guard drivers from one another only: the kernel has its own
RSL_EXPORT KIRQL NTAPI KeAcquireQueuedSpinLock(KSPIN_LOCK_QUEUE_NUMBER Number) {
    KSPIN_LOCK& lock = queued_lock(Number);
    const KIRQL old = ke::raise_irql(DISPATCH_LEVEL);
    ke::acquire(lock);
    return old;
}
/// KeReleaseQueuedSpinLock (ntifs.h) gives it back and lowers the level.
///   IRQL     DISPATCH_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-kereleasequeuedspinlock
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeReleaseQueuedSpinLock(KSPIN_LOCK_QUEUE_NUMBER Number, KIRQL OldIrql) {
    ke::release(queued_lock(Number));
    ke::lower_irql(OldIrql);
}
/// KeTryToAcquireQueuedSpinLock (ntifs.h) takes it if it is free.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  TRUE when taken, the level before in OldIrql
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ketrytoacquirequeuedspinlock
///   Differs  nothing known
RSL_EXPORT LOGICAL NTAPI KeTryToAcquireQueuedSpinLock(KSPIN_LOCK_QUEUE_NUMBER Number, PKIRQL OldIrql) {
    KSPIN_LOCK& lock = queued_lock(Number);
    const KIRQL old = ke::raise_irql(DISPATCH_LEVEL);
    if (!ke::try_acquire(lock)) {
        ke::lower_irql(old);
        return FALSE;
    }
    *OldIrql = old;
    return TRUE;
}
