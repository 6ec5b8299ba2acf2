// SPDX-License-Identifier: GPL-2.0-only
// Firmware: the machine starts without UEFI, as with a BIOS.
#include "abi/functions/export.h"
#include "abi/functions/ps_object.h"
#include "abi/types/status.h"
#include "kernel/ke/irql.hpp"

/// ExGetFirmwareEnvironmentVariable (wdm.h) reads a firmware variable.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_NOT_IMPLEMENTED, as on a machine with a legacy BIOS
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exgetfirmwareenvironmentvariable
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ExGetFirmwareEnvironmentVariable(PUNICODE_STRING, GUID*, PVOID, PULONG, PULONG) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return STATUS_NOT_IMPLEMENTED;
}
/// ExSetFirmwareEnvironmentVariable (wdm.h) writes a firmware variable.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_NOT_IMPLEMENTED, as on a machine with a legacy BIOS
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exsetfirmwareenvironmentvariable
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ExSetFirmwareEnvironmentVariable(PUNICODE_STRING, GUID*, PVOID, ULONG, ULONG) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return STATUS_NOT_IMPLEMENTED;
}
/// ExGetFirmwareType (wdm.h) tells what started the machine.
///   IRQL     PASSIVE_LEVEL
///   Returns  FirmwareTypeBios
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exgetfirmwaretype
///   Differs  nothing known
RSL_EXPORT FIRMWARE_TYPE NTAPI ExGetFirmwareType(VOID) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return FirmwareTypeBios;
}
/// ExIsSoftBoot (wdm.h) tells whether the kernel was restarted without the firmware.
///   IRQL     PASSIVE_LEVEL
///   Returns  FALSE
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-exissoftboot
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI ExIsSoftBoot(VOID) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return FALSE;
}
