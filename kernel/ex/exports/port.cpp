// SPDX-License-Identifier: GPL-2.0-only
// Message ports. Who makes them on NT are processes of user mode (csrss, lsass, services), which are not
// here, so there is no port to connect to and no handle is one.
#include "abi/functions/export.h"
#include "abi/functions/ps_object.h"
#include "abi/types/status.h"
#include "kernel/ke/irql.hpp"
#include "kernel/ob/access.hpp"
#include "kernel/ps/previous_mode.hpp"

using namespace rsl;

namespace {

/// No handle is one of a port: what it fails with.
NTSTATUS refuse(HANDLE handle) {
    auto found = ob::reference_handle(handle, nullptr, 0, KernelMode);
    if (!found) return found.failure().nt();
    ob::dereference(*found);
    return STATUS_OBJECT_TYPE_MISMATCH;
}

}  // namespace

/// ZwConnectPort connects to a server's port by its name.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_OBJECT_NAME_NOT_FOUND
///   Source   public headers
///   Differs  no server makes ports in the VM
RSL_EXPORT NTSTATUS NTAPI ZwConnectPort(PHANDLE, PUNICODE_STRING, PVOID, PVOID, PVOID, PULONG, PVOID, PULONG) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    return STATUS_OBJECT_NAME_NOT_FOUND;
}
/// ZwAlpcConnectPort is the same for advanced ports.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_OBJECT_NAME_NOT_FOUND
///   Source   public headers
///   Differs  no server makes ports in the VM
RSL_EXPORT NTSTATUS NTAPI ZwAlpcConnectPort(PHANDLE, PUNICODE_STRING, POBJECT_ATTRIBUTES, PVOID, ULONG, PVOID, PVOID,
                                            PULONG, PVOID, PVOID, PLARGE_INTEGER) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    return STATUS_OBJECT_NAME_NOT_FOUND;
}
/// ZwRequestWaitReplyPort sends a message to a port and waits for the answer.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_INVALID_HANDLE, STATUS_OBJECT_TYPE_MISMATCH
///   Source   public headers
///   Differs  there are no ports
RSL_EXPORT NTSTATUS NTAPI ZwRequestWaitReplyPort(HANDLE PortHandle, PVOID, PVOID) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    return refuse(PortHandle);
}
/// ZwAlpcSendWaitReceivePort is the same for advanced ports.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_INVALID_HANDLE, STATUS_OBJECT_TYPE_MISMATCH
///   Source   public headers
///   Differs  there are no ports
RSL_EXPORT NTSTATUS NTAPI ZwAlpcSendWaitReceivePort(HANDLE PortHandle, ULONG, PVOID, PVOID, PVOID, PULONG, PVOID,
                                                    PLARGE_INTEGER) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    return refuse(PortHandle);
}
