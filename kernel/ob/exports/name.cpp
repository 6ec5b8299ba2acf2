// SPDX-License-Identifier: GPL-2.0-only
// Names, types and permanence of objects.
#include "abi/functions/export.h"
#include "abi/functions/ob.h"
#include "abi/types/status.h"
#include "kernel/ke/irql.hpp"
#include "kernel/ob/access.hpp"
#include "kernel/ob/object.hpp"
#include "kernel/ob/query.hpp"
#include "kernel/ps/previous_mode.hpp"
#include "kernel/ps/user_memory.hpp"

using namespace rsl;

/// ObQueryNameString (ntifs.h) writes the full name of an object; an unnamed one has an empty name.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INFO_LENGTH_MISMATCH with ReturnLength set to what is needed
///   Owner    the caller owns the buffer; the string lies in it, behind the structure, with a NUL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-obquerynamestring
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ObQueryNameString(PVOID Object, POBJECT_NAME_INFORMATION ObjectNameInfo,
                                            ULONG Length, PULONG ReturnLength) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return ob::query_name(Object, ObjectNameInfo, Length, ReturnLength, KernelMode).status().nt();
}

/// ObGetObjectType (ntifs.h): the type of an object.
///   IRQL     any
///   Returns  the type, as *PsProcessType and its like have it
///   Owner    types never go away
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-obgetobjecttype
///   Differs  nothing known
RSL_EXPORT POBJECT_TYPE NTAPI ObGetObjectType(PVOID Object) {
    return ob::nt(ob::header_of(Object).type);
}

/// ObMakeTemporaryObject (ntifs.h): the object loses its name with its last handle, now if it has
/// none.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-obmaketemporaryobject
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ObMakeTemporaryObject(PVOID Object) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    ob::make_temporary(Object);
}

/// NtMakeTemporaryObject (wdm.h, as ZwMakeTemporaryObject): the same by handle.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_HANDLE, STATUS_ACCESS_DENIED
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-zwmaketemporaryobject
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtMakeTemporaryObject(HANDLE Handle) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    auto body = ob::reference_handle(Handle, nullptr, DELETE, ps::previous_mode());
    if (!body) return body.failure().nt();
    ob::make_temporary(*body);
    ob::dereference(*body);
    return STATUS_SUCCESS;
}
/// ZwMakeTemporaryObject (wdm.h): NtMakeTemporaryObject for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtMakeTemporaryObject
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-zwmaketemporaryobject
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ZwMakeTemporaryObject(HANDLE Handle) {
    return ps::as_kernel(&NtMakeTemporaryObject, Handle);
}

/// NtMakePermanentObject (ntzwapi.h): the object keeps its name when its last handle closes.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_HANDLE
///   Source   learn.microsoft.com/windows-hardware/drivers/kernel/life-cycle-of-an-object
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtMakePermanentObject(HANDLE Handle) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    auto body = ob::reference_handle(Handle, nullptr, 0, ps::previous_mode());
    if (!body) return body.failure().nt();
    ob::header_of(*body).flags.fetch_or(ob::ObjectHeader::kPermanent, std::memory_order_relaxed);
    ob::dereference(*body);
    return STATUS_SUCCESS;
}
/// ZwMakePermanentObject: NtMakePermanentObject for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtMakePermanentObject
///   Source   learn.microsoft.com/windows-hardware/drivers/kernel/life-cycle-of-an-object
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ZwMakePermanentObject(HANDLE Handle) {
    return ps::as_kernel(&NtMakePermanentObject, Handle);
}

/// NtQueryObject (ntifs.h) answers questions about a handle and its object.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_HANDLE, STATUS_INVALID_INFO_CLASS,
///            STATUS_INFO_LENGTH_MISMATCH
///   Owner    the caller owns the buffer
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ntqueryobject
///   Differs  pool charges and creation times, which the page does not have, are 0
RSL_EXPORT NTSTATUS NTAPI NtQueryObject(HANDLE Handle,
                                        OBJECT_INFORMATION_CLASS ObjectInformationClass,
                                        PVOID ObjectInformation, ULONG ObjectInformationLength,
                                        PULONG ReturnLength) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return ob::query_object(Handle, ObjectInformationClass, ObjectInformation,
                            ObjectInformationLength, ReturnLength, ps::previous_mode())
        .status()
        .nt();
}
/// ZwQueryObject (ntifs.h): NtQueryObject for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtQueryObject
///   Owner    as NtQueryObject
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-zwqueryobject
///   Differs  as NtQueryObject
RSL_EXPORT NTSTATUS NTAPI ZwQueryObject(HANDLE Handle,
                                        OBJECT_INFORMATION_CLASS ObjectInformationClass,
                                        PVOID ObjectInformation, ULONG ObjectInformationLength,
                                        PULONG ReturnLength) {
    return ps::as_kernel(&NtQueryObject, Handle, ObjectInformationClass, ObjectInformation,
                         ObjectInformationLength, ReturnLength);
}

/// NtSetInformationObject (ntobapi.h) sets whether a handle is inherited and can be closed.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_HANDLE, STATUS_INVALID_INFO_CLASS,
///            STATUS_INFO_LENGTH_MISMATCH
///   Source   learn.microsoft.com/windows/win32/api/handleapi/nf-handleapi-sethandleinformation
///   Differs  ObjectHandleFlagInformation only
RSL_EXPORT NTSTATUS NTAPI NtSetInformationObject(HANDLE Handle,
                                                 OBJECT_INFORMATION_CLASS ObjectInformationClass,
                                                 PVOID ObjectInformation,
                                                 ULONG ObjectInformationLength) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const KPROCESSOR_MODE mode = ps::previous_mode();
    if (ObjectInformationClass != ObjectHandleFlagInformation) return STATUS_INVALID_INFO_CLASS;
    if (ObjectInformationLength != sizeof(OBJECT_HANDLE_FLAG_INFORMATION))
        return STATUS_INFO_LENGTH_MISMATCH;
    auto flags =
        ps::read_in(static_cast<const OBJECT_HANDLE_FLAG_INFORMATION*>(ObjectInformation), mode);
    if (!flags) return flags.failure().nt();
    return ObSetHandleAttributes(Handle, &*flags, mode);
}
/// ZwSetInformationObject: NtSetInformationObject for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtSetInformationObject
///   Source   learn.microsoft.com/windows/win32/api/handleapi/nf-handleapi-sethandleinformation
///   Differs  as NtSetInformationObject
RSL_EXPORT NTSTATUS NTAPI ZwSetInformationObject(HANDLE Handle,
                                                 OBJECT_INFORMATION_CLASS ObjectInformationClass,
                                                 PVOID ObjectInformation,
                                                 ULONG ObjectInformationLength) {
    return ps::as_kernel(&NtSetInformationObject, Handle, ObjectInformationClass, ObjectInformation,
                         ObjectInformationLength);
}
