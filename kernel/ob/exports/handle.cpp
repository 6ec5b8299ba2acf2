// SPDX-License-Identifier: GPL-2.0-only
// Handles: made from pointers and names, closed, duplicated, marked.
#include "abi/functions/export.h"
#include "abi/functions/ob.h"
#include "abi/types/ps.h"
#include "abi/types/status.h"
#include "kernel/ke/irql.hpp"
#include "kernel/ob/access.hpp"
#include "kernel/ob/attributes.hpp"
#include "kernel/ps/previous_mode.hpp"
#include "kernel/ps/process.hpp"
#include "kernel/ps/user_memory.hpp"

using namespace rsl;

/// ObOpenObjectByPointer (ntifs.h) makes a handle to an object that the caller has a reference on.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_OBJECT_TYPE_MISMATCH, STATUS_ACCESS_DENIED,
///            STATUS_INSUFFICIENT_RESOURCES
///   Owner    the caller closes the handle
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-obopenobjectbypointer
///   Differs  the access state gives only the rights it was made for, not privileges
RSL_EXPORT NTSTATUS NTAPI ObOpenObjectByPointer(PVOID Object, ULONG HandleAttributes,
                                                PACCESS_STATE PassedAccessState,
                                                ACCESS_MASK DesiredAccess, POBJECT_TYPE ObjectType,
                                                KPROCESSOR_MODE AccessMode, PHANDLE Handle) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const ob::ObjectType* type = ob::header_of(Object).type;
    if (ObjectType != nullptr && type != ob::from_nt(ObjectType))
        return STATUS_OBJECT_TYPE_MISMATCH;
    if (PassedAccessState != nullptr)
        DesiredAccess =
            PassedAccessState->RemainingDesiredAccess | PassedAccessState->PreviouslyGrantedAccess;
    auto handle = ob::create_handle(Object, DesiredAccess, HandleAttributes, AccessMode);
    if (!handle) return handle.failure().nt();
    *Handle = *handle;
    return STATUS_SUCCESS;
}
/// ObOpenObjectByPointerWithTag (ntifs.h): the same with a tag for tracing.
///   IRQL     PASSIVE_LEVEL
///   Returns  as ObOpenObjectByPointer
///   Owner    as ObOpenObjectByPointer
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-obopenobjectbypointerwithtag
///   Differs  tags are not kept
RSL_EXPORT NTSTATUS NTAPI ObOpenObjectByPointerWithTag(PVOID Object, ULONG HandleAttributes,
                                                       PACCESS_STATE PassedAccessState,
                                                       ACCESS_MASK DesiredAccess,
                                                       POBJECT_TYPE ObjectType,
                                                       KPROCESSOR_MODE AccessMode, ULONG,
                                                       PHANDLE Handle) {
    return ObOpenObjectByPointer(Object, HandleAttributes, PassedAccessState, DesiredAccess,
                                 ObjectType, AccessMode, Handle);
}

/// ObOpenObjectByName (not in a public header) opens a named object of a type.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_OBJECT_TYPE_MISMATCH, ...
///   Owner    the caller closes the handle
///   Source   Russinovich, Solomon, Ionescu: Windows Internals, object manager
///   Differs  the access state is not used
RSL_EXPORT NTSTATUS NTAPI ObOpenObjectByName(POBJECT_ATTRIBUTES ObjectAttributes,
                                             POBJECT_TYPE ObjectType, KPROCESSOR_MODE AccessMode,
                                             PACCESS_STATE, ACCESS_MASK DesiredAccess,
                                             PVOID ParseContext, PHANDLE Handle) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    auto handle = ob::open_handle(ObjectAttributes, ob::from_nt(ObjectType), DesiredAccess,
                                  AccessMode, ParseContext);
    if (!handle) return handle.failure().nt();
    *Handle = *handle;
    return STATUS_SUCCESS;
}

/// ObCloseHandle (ntifs.h) closes a handle as a caller of the given mode.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_HANDLE, STATUS_HANDLE_NOT_CLOSABLE
///   Owner    the handle is gone
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-obclosehandle
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ObCloseHandle(HANDLE Handle, KPROCESSOR_MODE PreviousMode) {
    return ob::close_handle(Handle, PreviousMode).status().nt();
}

/// NtClose (ntifs.h) closes a handle of the calling process.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_HANDLE, STATUS_HANDLE_NOT_CLOSABLE
///   Owner    the handle is gone; the object too when this was its last use
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ntclose
///   Differs  a bad handle raises nothing: there is no user-mode debugger
RSL_EXPORT NTSTATUS NTAPI NtClose(HANDLE Handle) {
    return ob::close_handle(Handle, ps::previous_mode()).status().nt();
}
/// ZwClose (wdm.h): NtClose for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtClose
///   Owner    as NtClose
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-zwclose
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ZwClose(HANDLE Handle) {
    ps::KernelModeCall call;  // close routines of drivers look at the previous mode
    return ob::close_handle(Handle, KernelMode).status().nt();
}

/// ObIsKernelHandle (ntifs.h): whether only the kernel can use this handle.
///   IRQL     <= APC_LEVEL
///   Returns  TRUE or FALSE
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-obiskernelhandle
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI ObIsKernelHandle(HANDLE Handle) {
    return ob::is_kernel_handle(Handle) ? TRUE : FALSE;
}

/// ObSetHandleAttributes (ntosp.h) changes whether a handle is inherited and can be closed.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_HANDLE
///   Source   learn.microsoft.com/windows/win32/api/handleapi/nf-handleapi-sethandleinformation
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ObSetHandleAttributes(HANDLE Handle,
                                                POBJECT_HANDLE_FLAG_INFORMATION HandleFlags,
                                                KPROCESSOR_MODE PreviousMode) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const uint32_t attributes =
        (HandleFlags->Inherit ? OBJ_INHERIT : 0u) |
        (HandleFlags->ProtectFromClose ? ob::HandleTable::kProtectClose : 0u);
    return ob::set_handle_attributes(Handle, attributes, PreviousMode).status().nt();
}

/// ObDuplicateObject (ntosp.h) duplicates a handle between processes given by pointer.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtDuplicateObject
///   Owner    the target process closes the handle
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-zwduplicateobject
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ObDuplicateObject(PEPROCESS SourceProcess, HANDLE SourceHandle,
                                            PEPROCESS TargetProcess, PHANDLE TargetHandle,
                                            ACCESS_MASK DesiredAccess, ULONG HandleAttributes,
                                            ULONG Options, KPROCESSOR_MODE PreviousMode) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    auto handle = ob::duplicate_handle({.source = reinterpret_cast<ps::Process*>(SourceProcess),
                                        .handle = SourceHandle,
                                        .target = reinterpret_cast<ps::Process*>(TargetProcess),
                                        .desired_access = DesiredAccess,
                                        .attributes = HandleAttributes,
                                        .options = Options},
                                       PreviousMode);
    if (!handle) return handle.failure().nt();
    if (TargetHandle == nullptr) return STATUS_SUCCESS;
    return ps::write_out(TargetHandle, *handle, PreviousMode).status().nt();
}

/// NtDuplicateObject (ntifs.h) duplicates a handle of one process into another, or closes it.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_HANDLE, STATUS_ACCESS_DENIED,
///   STATUS_OBJECT_TYPE_MISMATCH,
///            STATUS_PROCESS_IS_TERMINATING, STATUS_INVALID_PARAMETER
///   Owner    the target process closes the handle
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-zwduplicateobject
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtDuplicateObject(HANDLE SourceProcessHandle, HANDLE SourceHandle,
                                            HANDLE TargetProcessHandle, PHANDLE TargetHandle,
                                            ACCESS_MASK DesiredAccess, ULONG HandleAttributes,
                                            ULONG Options) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const KPROCESSOR_MODE mode = ps::previous_mode();
    const auto process = [mode](HANDLE handle) -> Result<ob::AnyRef> {
        void* body =
            RSL_TRY(ob::reference_handle(handle, &ps::Process::kType, PROCESS_DUP_HANDLE, mode));
        return ob::adopt(body);
    };
    auto source = process(SourceProcessHandle);
    if (!source) return source.failure().nt();
    ob::AnyRef target;
    if (TargetProcessHandle != nullptr) {
        auto opened = process(TargetProcessHandle);
        if (!opened) return opened.failure().nt();
        target = std::move(*opened);
    } else if ((Options & DUPLICATE_CLOSE_SOURCE) == 0) {
        return STATUS_INVALID_PARAMETER;
    }
    auto* target_process = reinterpret_cast<ps::Process*>(target.get());
    if (target_process != nullptr && target_process->exiting.load(std::memory_order_relaxed))
        return STATUS_PROCESS_IS_TERMINATING;
    auto handle = ob::duplicate_handle({.source = reinterpret_cast<ps::Process*>(source->get()),
                                        .handle = SourceHandle,
                                        .target = target_process,
                                        .desired_access = DesiredAccess,
                                        .attributes = HandleAttributes,
                                        .options = Options},
                                       mode);
    if (!handle) return handle.failure().nt();
    if (TargetHandle == nullptr || target_process == nullptr) return STATUS_SUCCESS;
    return ps::write_out(TargetHandle, *handle, mode).status().nt();
}
/// ZwDuplicateObject (ntifs.h): NtDuplicateObject for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtDuplicateObject
///   Owner    as NtDuplicateObject
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-zwduplicateobject
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ZwDuplicateObject(HANDLE SourceProcessHandle, HANDLE SourceHandle,
                                            HANDLE TargetProcessHandle, PHANDLE TargetHandle,
                                            ACCESS_MASK DesiredAccess, ULONG HandleAttributes,
                                            ULONG Options) {
    ps::KernelModeCall call;
    return NtDuplicateObject(SourceProcessHandle, SourceHandle, TargetProcessHandle, TargetHandle,
                             DesiredAccess, HandleAttributes, Options);
}
