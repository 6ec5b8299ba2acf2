// SPDX-License-Identifier: GPL-2.0-only
// References on objects: by handle, pointer and name.
#include "abi/functions/export.h"
#include "abi/functions/ob.h"
#include "abi/types/status.h"
#include "kernel/ke/irql.hpp"
#include "kernel/ob/object.hpp"
#include "kernel/ob/symbolic_link.hpp"

using namespace rsl;

/// ObReferenceObjectByHandle (wdm.h) checks a handle and references its object.
///   IRQL     PASSIVE_LEVEL; works up to DISPATCH_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_HANDLE, STATUS_OBJECT_TYPE_MISMATCH, STATUS_ACCESS_DENIED
///   Owner    the caller owns the reference
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-obreferenceobjectbyhandle
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ObReferenceObjectByHandle(HANDLE Handle, ACCESS_MASK DesiredAccess,
                                                    POBJECT_TYPE ObjectType,
                                                    KPROCESSOR_MODE AccessMode, PVOID* Object,
                                                    POBJECT_HANDLE_INFORMATION HandleInformation) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    *Object = nullptr;
    auto body = ob::reference_handle(Handle, ob::from_nt(ObjectType), DesiredAccess, AccessMode,
                                     HandleInformation);
    if (!body) return body.failure().nt();
    *Object = *body;
    return STATUS_SUCCESS;
}

/// ObReferenceObjectByHandleWithTag (wdm.h): ObReferenceObjectByHandle; the tag names the referrer for tracing.
///   IRQL     PASSIVE_LEVEL; works up to DISPATCH_LEVEL
///   Returns  as above
///   Owner    as above
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-obreferenceobjectbyhandlewithtag
///   Differs  tags are not kept: there is no reference tracing
RSL_EXPORT NTSTATUS NTAPI ObReferenceObjectByHandleWithTag(
    HANDLE Handle, ACCESS_MASK DesiredAccess, POBJECT_TYPE ObjectType, KPROCESSOR_MODE AccessMode,
    ULONG, PVOID* Object, POBJECT_HANDLE_INFORMATION HandleInformation) {
    return ObReferenceObjectByHandle(Handle, DesiredAccess, ObjectType, AccessMode, Object,
                                     HandleInformation);
}

/// ObReferenceObjectByPointer (wdm.h) references an object; for user mode it has to be of the
/// expected type. Symbolic links are refused for either mode.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_OBJECT_TYPE_MISMATCH
///   Owner    the caller owns the reference
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-obreferenceobjectbypointer
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ObReferenceObjectByPointer(PVOID Object, ACCESS_MASK,
                                                     POBJECT_TYPE ObjectType,
                                                     KPROCESSOR_MODE AccessMode) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    const ob::ObjectType* expected = ob::from_nt(ObjectType);
    if (expected == &ob::SymbolicLink::kType) return STATUS_OBJECT_TYPE_MISMATCH;
    if (AccessMode != KernelMode && ob::header_of(Object).type != expected)
        return STATUS_OBJECT_TYPE_MISMATCH;
    ob::reference(Object);
    return STATUS_SUCCESS;
}

/// ObReferenceObjectByPointerWithTag (wdm.h): the same with a tag for tracing.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  as ObReferenceObjectByPointer
///   Owner    as ObReferenceObjectByPointer
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-obreferenceobjectbypointerwithtag
///   Differs  tags are not kept
RSL_EXPORT NTSTATUS NTAPI ObReferenceObjectByPointerWithTag(PVOID Object, ACCESS_MASK DesiredAccess,
                                                            POBJECT_TYPE ObjectType,
                                                            KPROCESSOR_MODE AccessMode, ULONG) {
    return ObReferenceObjectByPointer(Object, DesiredAccess, ObjectType, AccessMode);
}

/// ObReferenceObjectByName (not in a public header) opens by path and references. Drivers use it to
/// find \Driver\NAME.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_OBJECT_PATH_NOT_FOUND,
///            STATUS_OBJECT_TYPE_MISMATCH, STATUS_OBJECT_NAME_INVALID
///   Owner    the caller owns the reference
///   Source   Russinovich, Solomon, Ionescu: Windows Internals, object manager; experiment
///   Differs  the access state is not used
RSL_EXPORT NTSTATUS NTAPI ObReferenceObjectByName(PUNICODE_STRING ObjectName, ULONG Attributes,
                                                  PACCESS_STATE, ACCESS_MASK DesiredAccess,
                                                  POBJECT_TYPE ObjectType,
                                                  KPROCESSOR_MODE AccessMode, PVOID ParseContext,
                                                  PVOID* Object) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    if (ObjectName == nullptr || ObjectName->Length == 0) return STATUS_OBJECT_NAME_INVALID;
    auto body =
        ob::open_path({ObjectName->Buffer, ObjectName->Length / sizeof(WCHAR)},
                      ob::from_nt(ObjectType), Attributes, DesiredAccess, AccessMode, ParseContext);
    if (!body) return body.failure().nt();
    *Object = *body;
    return STATUS_SUCCESS;
}

/// ObReferenceObjectSafe (ntosp.h) references unless the object is being destroyed.
///   IRQL     any
///   Returns  whether it did
///   Owner    the caller owns the reference
///   Source   learn.microsoft.com/windows-hardware/drivers/kernel/life-cycle-of-an-object
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI ObReferenceObjectSafe(PVOID Object) {
    return ob::try_reference(Object) ? TRUE : FALSE;
}

/// ObfReferenceObject (wdm.h, as the macro ObReferenceObject) adds a reference.
///   IRQL     <= DISPATCH_LEVEL; any in fact
///   Returns  the new count, for display only
///   Owner    the caller owns the reference
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-obreferenceobject
///   Differs  counts are larger: open handles hold references in stock (docs/nt/objects.md)
RSL_EXPORT LONG_PTR NTAPI ObfReferenceObject(PVOID Object) {
    return ob::header_of(Object).references.fetch_add(1, std::memory_order_relaxed) + 1;
}
/// ObfReferenceObjectWithTag (wdm.h): the same with a tag for tracing.
///   IRQL     <= DISPATCH_LEVEL; any in fact
///   Returns  as ObfReferenceObject
///   Owner    as ObfReferenceObject
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-obreferenceobjectwithtag
///   Differs  tags are not kept
RSL_EXPORT LONG_PTR NTAPI ObfReferenceObjectWithTag(PVOID Object, ULONG) {
    return ObfReferenceObject(Object);
}

/// ObfDereferenceObject (wdm.h, as the macro ObDereferenceObject) gives a reference back.
///   IRQL     <= DISPATCH_LEVEL; destroying happens in a worker when above PASSIVE_LEVEL
///   Returns  the new count, for display only; 0 when the object was destroyed
///   Owner    the caller's reference is gone
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-obdereferenceobject
///   Differs  as ObfReferenceObject
RSL_EXPORT LONG_PTR NTAPI ObfDereferenceObject(PVOID Object) {
    // No look at the level, which costs more than the rest: a worker does what cannot be done here.
    // Ours still counts here: once it is given back the object may be gone.
    const int64_t before = ob::header_of(Object).references.load(std::memory_order_relaxed);
    ob::dereference(Object);
    return before - 1;
}
/// ObfDereferenceObjectWithTag (wdm.h): the same with a tag for tracing.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  as ObfDereferenceObject
///   Owner    as ObfDereferenceObject
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-obdereferenceobjectwithtag
///   Differs  tags are not kept
RSL_EXPORT LONG_PTR NTAPI ObfDereferenceObjectWithTag(PVOID Object, ULONG) {
    return ObfDereferenceObject(Object);
}
/// ObDereferenceObject: the macro's name, exported too for very old drivers.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    as ObfDereferenceObject
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-obdereferenceobject
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ObDereferenceObject(PVOID Object) { ObfDereferenceObject(Object); }

/// ObDereferenceObjectDeferDelete (wdm.h) gives a reference back; destroying never happens in the caller, who may hold
/// locks that it needs.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    the caller's reference is gone
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-obdereferenceobjectdeferdelete
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ObDereferenceObjectDeferDelete(PVOID Object) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    ob::dereference_deferred(Object);
}
/// ObDereferenceObjectDeferDeleteWithTag (wdm.h): the same with a tag for tracing.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    as ObDereferenceObjectDeferDelete
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-obdereferenceobjectdeferdeletewithtag
///   Differs  tags are not kept
RSL_EXPORT VOID NTAPI ObDereferenceObjectDeferDeleteWithTag(PVOID Object, ULONG) {
    ObDereferenceObjectDeferDelete(Object);
}
