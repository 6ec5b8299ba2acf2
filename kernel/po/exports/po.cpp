// SPDX-License-Identifier: GPL-2.0-only
#include "abi/functions/po.h"

#include "abi/functions/export.h"
#include "kernel/io/irp.hpp"
#include "kernel/ke/irql.hpp"
#include "kernel/po/device_power.hpp"
#include "kernel/po/settings.hpp"

using namespace rsl;

/// PoCallDriver (wdm.h) passes a power IRP to the next-lower driver.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  what the driver returns
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-pocalldriver
///   Differs  nothing known: since Windows Vista it is IoCallDriver
RSL_EXPORT NTSTATUS NTAPI PoCallDriver(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    return io::call_driver(*DeviceObject, *Irp);
}

/// PoStartNextPowerIrp (wdm.h) said that a driver can take its next power IRP.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-postartnextpowerirp
///   Differs  nothing known: since Windows Vista the next IRP comes when this one completes, and this does nothing
RSL_EXPORT VOID NTAPI PoStartNextPowerIrp(PIRP Irp) { RSL_IRQL_AT_MOST(DISPATCH_LEVEL); }

/// PoRequestPowerIrp (wdm.h) sends a power IRP to the top of a device's stack.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  STATUS_PENDING; STATUS_INVALID_PARAMETER_2, STATUS_INSUFFICIENT_RESOURCES
///   Owner    the IRP is the power manager's
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-porequestpowerirp
///   Differs  inrush devices are not powered up one after the other
RSL_EXPORT NTSTATUS NTAPI PoRequestPowerIrp(PDEVICE_OBJECT DeviceObject, UCHAR MinorFunction, POWER_STATE PowerState,
                                            PREQUEST_POWER_COMPLETE CompletionFunction, PVOID Context, PIRP* Irp) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    if (MinorFunction != IRP_MN_WAIT_WAKE && MinorFunction != IRP_MN_QUERY_POWER && MinorFunction != IRP_MN_SET_POWER) {
        return STATUS_INVALID_PARAMETER_2;
    }
    const auto sent = po::request({*DeviceObject, MinorFunction, DevicePowerState, PowerState, PowerActionNone,
                                   CompletionFunction, Context}, Irp);
    return sent ? STATUS_PENDING : sent.failure().nt();
}

/// PoSetPowerState (wdm.h) tells the power manager of a device's new power state.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the state before
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-posetpowerstate
///   Differs  nothing known
RSL_EXPORT POWER_STATE NTAPI PoSetPowerState(PDEVICE_OBJECT DeviceObject, POWER_STATE_TYPE Type, POWER_STATE State) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    return po::set_state(*DeviceObject, Type, State);
}

/// PoRegisterDeviceForIdleDetection (ntifs.h) has a device powered down when it is idle.
///   IRQL     PASSIVE_LEVEL
///   Returns  the idle counter, for PoSetDeviceBusy; NULL with both times 0, which ends the detection, and without memory
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-poregisterdeviceforidledetection
///   Differs  (ULONG)-1, the system's own times, mean that it never happens
RSL_EXPORT PULONG NTAPI PoRegisterDeviceForIdleDetection(PDEVICE_OBJECT DeviceObject, ULONG ConservationIdleTime,
                                                         ULONG PerformanceIdleTime, DEVICE_POWER_STATE State) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    return po::detect_idle(*DeviceObject, ConservationIdleTime, PerformanceIdleTime, State);
}

/// PoSetDeviceBusyEx (wdm.h) says that a device is in use.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-posetdevicebusyex
///   Differs  nothing known
RSL_EXPORT VOID NTAPI PoSetDeviceBusyEx(PULONG IdlePointer) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    __atomic_store_n(IdlePointer, 0u, __ATOMIC_RELAXED);  // the idle timer adds
}

/// PoRegisterSystemState (ntifs.h) says that the system is needed, until PoUnregisterSystemState.
///   IRQL     <= APC_LEVEL
///   Returns  a handle, the one given if it is not NULL; NULL without memory
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-poregistersystemstate
///   Differs  nothing known: the machine does not sleep by itself
RSL_EXPORT PVOID NTAPI PoRegisterSystemState(PVOID StateHandle, ULONG Flags) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return po::register_system_state(StateHandle, Flags);
}

/// PoUnregisterSystemState (ntifs.h) takes a registration of PoRegisterSystemState back.
///   IRQL     PASSIVE_LEVEL
///   Returns  -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-pounregistersystemstate
///   Differs  nothing known
RSL_EXPORT VOID NTAPI PoUnregisterSystemState(PVOID StateHandle) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    po::unregister_system_state(StateHandle);
}

/// PoSetSystemState (ntifs.h) says that the system is in use just now.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-posetsystemstate
///   Differs  nothing known: the machine does not sleep by itself
RSL_EXPORT VOID NTAPI PoSetSystemState(ULONG Flags) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    po::note_system_use(Flags);
}

/// PoRegisterPowerSettingCallback (wdm.h) has a driver told of a power setting, at once and when it changes.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER, STATUS_INSUFFICIENT_RESOURCES
///   Owner    the handle is the driver's, until PoUnregisterPowerSettingCallback
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-poregisterpowersettingcallback
///   Differs  settings that a virtual machine has no value for are accepted and never called
RSL_EXPORT NTSTATUS NTAPI PoRegisterPowerSettingCallback(PDEVICE_OBJECT DeviceObject, LPCGUID SettingGuid,
                                                         PPOWER_SETTING_CALLBACK Callback, PVOID Context, PVOID* Handle) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    if (SettingGuid == nullptr || Callback == nullptr) return STATUS_INVALID_PARAMETER;
    const auto handle = po::watch_setting(DeviceObject, *SettingGuid, Callback, Context);
    if (!handle) return handle.failure().nt();
    if (Handle != nullptr) *Handle = *handle;
    return STATUS_SUCCESS;
}

/// PoUnregisterPowerSettingCallback (wdm.h) takes a callback back.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-pounregisterpowersettingcallback
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI PoUnregisterPowerSettingCallback(PVOID Handle) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const auto gone = po::unwatch_setting(Handle);
    return gone ? STATUS_SUCCESS : gone.failure().nt();
}

/// PoGetSystemWake (wdm.h) says whether a device was marked as the one that woke the system.
///   IRQL     <= APC_LEVEL
///   Returns  FALSE unless PoSetSystemWake marked the IRP
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-pogetsystemwake
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI PoGetSystemWake(PIRP Irp) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return (Irp->Flags & 0x1000000) != 0;  // no IRP_* flag of a file system's lies there
}

/// PoSetSystemWake (wdm.h) marks a wait-wake IRP's device as the one that woke the system.
///   IRQL     <= APC_LEVEL
///   Returns  -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-posetsystemwake
///   Differs  nothing known
RSL_EXPORT VOID NTAPI PoSetSystemWake(PIRP Irp) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    Irp->Flags |= 0x1000000;
}

/// PoQueryWatchdogTime (wdm.h) says how long a power IRP may still take.
///   IRQL     <= APC_LEVEL
///   Returns  FALSE: no watchdog waits for power IRPs here
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-poquerywatchdogtime
///   Differs  nothing known: FALSE is documented for "no watchdog enabled"
RSL_EXPORT BOOLEAN NTAPI PoQueryWatchdogTime(PDEVICE_OBJECT Pdo, PULONG SecondsRemaining) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return FALSE;
}
