// SPDX-License-Identifier: GPL-2.0-only
// Firmware, performance counters, and adapters of the time before plug and play.
#include <atomic>

#include "abi/functions/hal_machine.h"
#include "abi/types/status.h"
#include "kernel/arch/arch.hpp"

namespace {

/// Whoever has the performance counters, all of them. A handle is the address of this word.
constinit std::atomic<uint32_t> g_counters_taken = 0;

}  // namespace

/// HalReturnToFirmware (ntddk.h, obsolete) leaves the system: the VM ends. Whether it starts again
/// is for the host to say.
///   IRQL     any
///   Returns  never
///   Differs  restart and power off are the same
RSL_EXPORT VOID NTAPI HalReturnToFirmware(ULONG Routine) { rsl::arch::power_off(0); }

/// HalAllocateHardwareCounters (ntddk.h) reserves the performance counters, so that two drivers do
/// not use them at once.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INSUFFICIENT_RESOURCES (taken), STATUS_INVALID_PARAMETER,
///   STATUS_NOT_SUPPORTED (a part) Owner    the caller, until HalFreeHardwareCounters Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-halallocatehardwarecounters
///   Differs  the VM has no counters to give, as the page says of virtual machines
RSL_EXPORT NTSTATUS NTAPI HalAllocateHardwareCounters(PVOID GroupAffinty, ULONG GroupCount,
                                                      PVOID ResourceList,
                                                      PHANDLE CounterSetHandle) {
    if (CounterSetHandle == nullptr || (GroupAffinty == nullptr) != (GroupCount == 0))
        return STATUS_INVALID_PARAMETER;
    if (ResourceList != nullptr) return STATUS_NOT_SUPPORTED;
    // Acquire: pairs with the release of HalFreeHardwareCounters.
    if (g_counters_taken.exchange(1, std::memory_order_acquire) != 0)
        return STATUS_INSUFFICIENT_RESOURCES;
    *CounterSetHandle = &g_counters_taken;
    return STATUS_SUCCESS;
}
/// HalFreeHardwareCounters (ntddk.h) gives them back.
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER
RSL_EXPORT NTSTATUS NTAPI HalFreeHardwareCounters(HANDLE CounterSetHandle) {
    if (CounterSetHandle != &g_counters_taken) return STATUS_INVALID_PARAMETER;
    const bool taken = g_counters_taken.exchange(0, std::memory_order_release) != 0;
    return taken ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}

/// HalGetAdapter, HalAllocateCrashDumpRegisters (ntddk.h, obsolete) made adapter objects before
/// IoGetDmaAdapter did.
///   Returns  NULL: no resources, as a driver has to expect
RSL_EXPORT PVOID NTAPI HalGetAdapter(PVOID DeviceDescription, PULONG NumberOfMapRegisters) {
    if (NumberOfMapRegisters != nullptr) *NumberOfMapRegisters = 0;
    return nullptr;
}
RSL_EXPORT PVOID NTAPI HalAllocateCrashDumpRegisters(PVOID AdapterObject,
                                                     PULONG NumberOfMapRegisters) {
    if (NumberOfMapRegisters != nullptr) *NumberOfMapRegisters = 0;
    return nullptr;
}
