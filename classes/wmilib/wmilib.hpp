// SPDX-License-Identifier: GPL-2.0-only
// wmilib.sys: takes WMI's IRPs apart for drivers and puts the answers together. Driven by the structures
// of wmistr.h; keeps nothing between calls.
#pragma once

#include "abi/functions/export.h"
#include "abi/functions/io.h"
#include "abi/functions/ke.h"
#include "abi/functions/mm.h"
#include "abi/functions/ob.h"
#include "abi/functions/pnp.h"
#include "abi/types/wmilib.h"

namespace rsl::wmilib {

/// IRP_MN_REGINFO(_EX): fills the IRP's buffer with what the driver registers; the IRP's status and
/// Information are set, it is not completed.
NTSTATUS answer_registration(WMILIB_CONTEXT& context, DEVICE_OBJECT& device, IRP& irp, const IO_STACK_LOCATION& location);

inline IO_STACK_LOCATION& location_of(IRP& irp) { return *irp.Tail.Overlay.CurrentStackLocation; }

}  // namespace rsl::wmilib

extern "C" {
NTSTATUS NTAPI WmiSystemControl(PWMILIB_CONTEXT WmiLibInfo, PDEVICE_OBJECT DeviceObject, PIRP Irp,
                                PSYSCTL_IRP_DISPOSITION IrpDisposition);
NTSTATUS NTAPI WmiCompleteRequest(PDEVICE_OBJECT DeviceObject, PIRP Irp, NTSTATUS Status, ULONG BufferUsed,
                                  CCHAR PriorityBoost);
NTSTATUS NTAPI WmiFireEvent(PDEVICE_OBJECT DeviceObject, LPCGUID Guid, ULONG InstanceIndex, ULONG EventDataSize,
                            PVOID EventData);
}
