// SPDX-License-Identifier: GPL-2.0-only
// Power.
#pragma once

#include "abi/nt.h"

#ifdef __cplusplus
extern "C" {
#endif

NTSTATUS NTAPI PoCallDriver(PDEVICE_OBJECT DeviceObject, PIRP Irp);
VOID NTAPI PoStartNextPowerIrp(PIRP Irp);
NTSTATUS NTAPI PoRequestPowerIrp(PDEVICE_OBJECT DeviceObject, UCHAR MinorFunction, POWER_STATE PowerState,
                                 PREQUEST_POWER_COMPLETE CompletionFunction, PVOID Context, PIRP* Irp);
POWER_STATE NTAPI PoSetPowerState(PDEVICE_OBJECT DeviceObject, POWER_STATE_TYPE Type, POWER_STATE State);
PULONG NTAPI PoRegisterDeviceForIdleDetection(PDEVICE_OBJECT DeviceObject, ULONG ConservationIdleTime,
                                              ULONG PerformanceIdleTime, DEVICE_POWER_STATE State);
VOID NTAPI PoSetDeviceBusyEx(PULONG IdlePointer);
PVOID NTAPI PoRegisterSystemState(PVOID StateHandle, ULONG Flags);
VOID NTAPI PoUnregisterSystemState(PVOID StateHandle);
VOID NTAPI PoSetSystemState(ULONG Flags);
NTSTATUS NTAPI PoRegisterPowerSettingCallback(PDEVICE_OBJECT DeviceObject, LPCGUID SettingGuid,
                                              PPOWER_SETTING_CALLBACK Callback, PVOID Context, PVOID* Handle);
NTSTATUS NTAPI PoUnregisterPowerSettingCallback(PVOID Handle);
BOOLEAN NTAPI PoGetSystemWake(PIRP Irp);
VOID NTAPI PoSetSystemWake(PIRP Irp);
BOOLEAN NTAPI PoQueryWatchdogTime(PDEVICE_OBJECT Pdo, PULONG SecondsRemaining);

#ifdef __cplusplus
}
#endif
