// SPDX-License-Identifier: GPL-2.0-only
// What ntoskrnl exports of processors as hardware: non-maskable interrupts, caches, counters, sets of
// processors, numbered locks. Threads, waits, time: abi/functions/ke.h.
#pragma once

#include "abi/types/ke.h"
#include "abi/types/mm.h"
#include "abi/types/ps.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef BOOLEAN(NTAPI NMI_CALLBACK)(PVOID Context, BOOLEAN Handled);
typedef NMI_CALLBACK* PNMI_CALLBACK;

typedef struct _KDPC_WATCHDOG_INFORMATION {
    ULONG DpcTimeLimit;
    ULONG DpcTimeCount;
    ULONG DpcWatchdogLimit;
    ULONG DpcWatchdogCount;
    ULONG Reserved;
} KDPC_WATCHDOG_INFORMATION, *PKDPC_WATCHDOG_INFORMATION;

// A set of processors across groups. Count groups are valid of Size that there is room for.
#define KAFFINITY_EX_GROUPS 20
typedef struct _KAFFINITY_EX {
    USHORT Count;
    USHORT Size;
    ULONG Reserved;
    ULONG64 Bitmap[KAFFINITY_EX_GROUPS];
} KAFFINITY_EX, *PKAFFINITY_EX;
RSL_ABI_SIZE(KAFFINITY_EX, 168);

typedef ULONG64 KSPIN_LOCK_QUEUE_NUMBER;

// ---- kernel/ke/exports/hardware.cpp
PVOID NTAPI KeRegisterNmiCallback(PNMI_CALLBACK CallbackRoutine, PVOID Context);
NTSTATUS NTAPI KeDeregisterNmiCallback(PVOID Handle);
VOID NTAPI KeFlushEntireTb(BOOLEAN Invalid, BOOLEAN AllProcessors);
BOOLEAN NTAPI KeInvalidateAllCaches(VOID);
VOID NTAPI KeInvalidateRangeAllCaches(PVOID BaseAddress, ULONG Length);
VOID NTAPI KeFlushIoBuffers(PMDL Mdl, BOOLEAN ReadOperation, BOOLEAN DmaOperation);
ULONG NTAPI KeGetRecommendedSharedDataAlignment(VOID);
ULONG NTAPI KeIsExecutingDpc(VOID);
ULONG NTAPI KeShouldYieldProcessor(VOID);
NTSTATUS NTAPI KeQueryDpcWatchdogInformation(PKDPC_WATCHDOG_INFORMATION WatchdogInformation);
PVOID NTAPI KeQueryPrcbAddress(ULONG Number);
ULONG64 NTAPI KeQueryTotalCycleTimeThread(PKTHREAD Thread, PULONG64 CycleTimeStamp);
NTSTATUS NTAPI KeQueryAuxiliaryCounterFrequency(PULONG64 AuxiliaryCounterFrequency);
NTSTATUS NTAPI KeConvertAuxiliaryCounterToPerformanceCounter(ULONG64 AuxiliaryCounterValue,
                                                             PULONG64 PerformanceCounterValue,
                                                             PULONG64 ConversionError);
NTSTATUS NTAPI KeConvertPerformanceCounterToAuxiliaryCounter(ULONG64 PerformanceCounterValue,
                                                             PULONG64 AuxiliaryCounterValue,
                                                             PULONG64 ConversionError);
NTSTATUS NTAPI KeQueryNodeActiveAffinity2(USHORT NodeNumber, PGROUP_AFFINITY GroupAffinities,
                                          USHORT GroupAffinitiesCount, PUSHORT GroupAffinitiesRequired);
ULONG NTAPI KeQueryNodeActiveProcessorCount(USHORT NodeNumber);
VOID NTAPI KeInitializeAffinityEx(PKAFFINITY_EX Affinity);
VOID NTAPI KeAddProcessorAffinityEx(PKAFFINITY_EX Affinity, ULONG ProcessorIndex);
VOID NTAPI KeRemoveProcessorAffinityEx(PKAFFINITY_EX Affinity, ULONG ProcessorIndex);
BOOLEAN NTAPI KeCheckProcessorAffinityEx(PKAFFINITY_EX Affinity, ULONG ProcessorIndex);
ULONG NTAPI KeCountSetBitsAffinityEx(PKAFFINITY_EX Affinity);
KIRQL NTAPI KeAcquireQueuedSpinLock(KSPIN_LOCK_QUEUE_NUMBER Number);
VOID NTAPI KeReleaseQueuedSpinLock(KSPIN_LOCK_QUEUE_NUMBER Number, KIRQL OldIrql);
LOGICAL NTAPI KeTryToAcquireQueuedSpinLock(KSPIN_LOCK_QUEUE_NUMBER Number, PKIRQL OldIrql);
NTSTATUS NTAPI KdSystemDebugControl(ULONG Command, PVOID InputBuffer, ULONG InputBufferLength,
                                    PVOID OutputBuffer, ULONG OutputBufferLength, PULONG ReturnLength,
                                    KPROCESSOR_MODE PreviousMode);

#ifdef __cplusplus
}
#endif
