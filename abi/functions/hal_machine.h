// SPDX-License-Identifier: GPL-2.0-only
// What hal.dll and ntoskrnl export about machines of other times: dispatch tables, firmware,
// counters, boot screen.
#pragma once

#include "abi/functions/export.h"
#include "abi/types/basic.h"

#ifdef __cplusplus
extern "C" {
#endif

VOID NTAPI HalReturnToFirmware(ULONG Routine);
NTSTATUS NTAPI HalAllocateHardwareCounters(PVOID GroupAffinty, ULONG GroupCount, PVOID ResourceList,
                                           PHANDLE CounterSetHandle);
NTSTATUS NTAPI HalFreeHardwareCounters(HANDLE CounterSetHandle);
PVOID NTAPI HalGetAdapter(PVOID DeviceDescription, PULONG NumberOfMapRegisters);
PVOID NTAPI HalAllocateCrashDumpRegisters(PVOID AdapterObject, PULONG NumberOfMapRegisters);

BOOLEAN NTAPI InbvIsBootDriverInstalled(VOID);
VOID NTAPI InbvAcquireDisplayOwnership(VOID);
BOOLEAN NTAPI InbvCheckDisplayOwnership(VOID);
VOID NTAPI InbvNotifyDisplayOwnershipLost(PVOID Callback);
BOOLEAN NTAPI InbvResetDisplay(VOID);
BOOLEAN NTAPI InbvEnableDisplayString(BOOLEAN Enable);
BOOLEAN NTAPI InbvDisplayString(PCSZ String);
VOID NTAPI InbvInstallDisplayStringFilter(PVOID Filter);
VOID NTAPI InbvSetScrollRegion(ULONG X1, ULONG Y1, ULONG X2, ULONG Y2);
ULONG NTAPI InbvSetTextColor(ULONG Color);
VOID NTAPI InbvSolidColorFill(ULONG X1, ULONG Y1, ULONG X2, ULONG Y2, ULONG Color);

#ifdef __cplusplus
}
#endif
