// SPDX-License-Identifier: GPL-2.0-only
// Directory and symbolic link objects by handle.
#include "kernel/ob/directory.hpp"
#include "abi/functions/export.h"
#include "abi/functions/ob.h"
#include "abi/types/status.h"
#include "kernel/ke/irql.hpp"
#include "kernel/ob/access.hpp"
#include "kernel/ob/attributes.hpp"
#include "kernel/ob/exports/create.hpp"
#include "kernel/ob/query.hpp"
#include "kernel/ob/symbolic_link.hpp"
#include "kernel/ob/types.hpp"
#include "kernel/ps/captured_string.hpp"
#include "kernel/ps/previous_mode.hpp"

using namespace rsl;

/// NtCreateDirectoryObject (wdm.h, as ZwCreateDirectoryObject) makes or opens an object directory.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_OBJECT_NAME_EXISTS, STATUS_OBJECT_NAME_COLLISION,
///            STATUS_OBJECT_PATH_NOT_FOUND, STATUS_OBJECT_NAME_INVALID,
///            STATUS_INSUFFICIENT_RESOURCES
///   Owner    the caller closes the handle
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-zwcreatedirectoryobject
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtCreateDirectoryObject(PHANDLE DirectoryHandle,
                                                  ACCESS_MASK DesiredAccess,
                                                  POBJECT_ATTRIBUTES ObjectAttributes) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return ob::create_named(DirectoryHandle, DesiredAccess, ObjectAttributes,
                            []() -> Result<void*> {
                                auto directory = RSL_TRY(ob::make_object<ob::Directory>(0));
                                return static_cast<void*>(directory.release());
                            });
}
/// ZwCreateDirectoryObject (wdm.h): NtCreateDirectoryObject for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtCreateDirectoryObject
///   Owner    as NtCreateDirectoryObject
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-zwcreatedirectoryobject
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ZwCreateDirectoryObject(PHANDLE DirectoryHandle,
                                                  ACCESS_MASK DesiredAccess,
                                                  POBJECT_ATTRIBUTES ObjectAttributes) {
    return ps::as_kernel(&NtCreateDirectoryObject, DirectoryHandle, DesiredAccess,
                         ObjectAttributes);
}

/// NtOpenDirectoryObject (ntifs.h, as ZwOpenDirectoryObject) opens an object directory.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_OBJECT_PATH_NOT_FOUND,
///            STATUS_OBJECT_PATH_SYNTAX_BAD, STATUS_OBJECT_TYPE_MISMATCH, STATUS_ACCESS_DENIED
///   Owner    the caller closes the handle
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-zwopendirectoryobject
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtOpenDirectoryObject(PHANDLE DirectoryHandle, ACCESS_MASK DesiredAccess,
                                                POBJECT_ATTRIBUTES ObjectAttributes) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return ob::open_named(DirectoryHandle, DesiredAccess, ObjectAttributes, ob::Directory::kType);
}
/// ZwOpenDirectoryObject (ntifs.h): NtOpenDirectoryObject for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtOpenDirectoryObject
///   Owner    as NtOpenDirectoryObject
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-zwopendirectoryobject
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ZwOpenDirectoryObject(PHANDLE DirectoryHandle, ACCESS_MASK DesiredAccess,
                                                POBJECT_ATTRIBUTES ObjectAttributes) {
    return ps::as_kernel(&NtOpenDirectoryObject, DirectoryHandle, DesiredAccess, ObjectAttributes);
}

/// NtQueryDirectoryObject (winternl.h) lists the names in a directory, from Context on.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_MORE_ENTRIES, STATUS_NO_MORE_ENTRIES, STATUS_BUFFER_TOO_SMALL,
///            STATUS_INVALID_HANDLE, STATUS_ACCESS_DENIED
///   Owner    the caller owns the buffer; the array ends with an empty entry
///   Source   learn.microsoft.com/windows/win32/devnotes/ntquerydirectoryobject
///   Differs  names of more than 256 characters are where a listing stops
RSL_EXPORT NTSTATUS NTAPI NtQueryDirectoryObject(HANDLE DirectoryHandle, PVOID Buffer, ULONG Length,
                                                 BOOLEAN ReturnSingleEntry, BOOLEAN RestartScan,
                                                 PULONG Context, PULONG ReturnLength) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const KPROCESSOR_MODE mode = ps::previous_mode();
    auto body = ob::reference_handle(DirectoryHandle, &ob::Directory::kType, DIRECTORY_QUERY, mode);
    if (!body) return body.failure().nt();
    const auto directory = Ref<ob::Directory>::adopt(static_cast<ob::Directory*>(*body));
    ob::publish_types();
    return ob::query_directory({*directory, Buffer, Length, ReturnSingleEntry != 0,
                                RestartScan != 0, Context, ReturnLength, mode});
}
/// ZwQueryDirectoryObject: NtQueryDirectoryObject for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtQueryDirectoryObject
///   Owner    as NtQueryDirectoryObject
///   Source   learn.microsoft.com/windows/win32/devnotes/ntquerydirectoryobject
///   Differs  as NtQueryDirectoryObject
RSL_EXPORT NTSTATUS NTAPI ZwQueryDirectoryObject(HANDLE DirectoryHandle, PVOID Buffer, ULONG Length,
                                                 BOOLEAN ReturnSingleEntry, BOOLEAN RestartScan,
                                                 PULONG Context, PULONG ReturnLength) {
    return ps::as_kernel(&NtQueryDirectoryObject, DirectoryHandle, Buffer, Length,
                         ReturnSingleEntry, RestartScan, Context, ReturnLength);
}

/// NtCreateSymbolicLinkObject (ntobapi.h) makes a symbolic link in the object namespace.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_OBJECT_NAME_COLLISION, STATUS_OBJECT_NAME_EXISTS,
///            STATUS_INVALID_PARAMETER, STATUS_INSUFFICIENT_RESOURCES
///   Owner    the caller closes the handle; the link goes with it unless it is permanent
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iocreatesymboliclink
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtCreateSymbolicLinkObject(PHANDLE LinkHandle, ACCESS_MASK DesiredAccess,
                                                     POBJECT_ATTRIBUTES ObjectAttributes,
                                                     PUNICODE_STRING LinkTarget) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    auto target = ps::CapturedString::capture(LinkTarget, ps::previous_mode());
    if (!target) return target.failure().nt();
    if (target->text().empty()) return STATUS_INVALID_PARAMETER;
    return ob::create_named(LinkHandle, DesiredAccess, ObjectAttributes,
                            [&] { return ob::create_symbolic_link(target->text()); });
}
/// ZwCreateSymbolicLinkObject: NtCreateSymbolicLinkObject for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtCreateSymbolicLinkObject
///   Owner    as NtCreateSymbolicLinkObject
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iocreatesymboliclink
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ZwCreateSymbolicLinkObject(PHANDLE LinkHandle, ACCESS_MASK DesiredAccess,
                                                     POBJECT_ATTRIBUTES ObjectAttributes,
                                                     PUNICODE_STRING LinkTarget) {
    return ps::as_kernel(&NtCreateSymbolicLinkObject, LinkHandle, DesiredAccess, ObjectAttributes,
                         LinkTarget);
}

/// NtOpenSymbolicLinkObject (wdm.h, as ZwOpenSymbolicLinkObject) opens a link itself, not its
/// target.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_OBJECT_TYPE_MISMATCH, ...
///   Owner    the caller closes the handle
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-zwopensymboliclinkobject
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtOpenSymbolicLinkObject(PHANDLE LinkHandle, ACCESS_MASK DesiredAccess,
                                                   POBJECT_ATTRIBUTES ObjectAttributes) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return ob::open_named(LinkHandle, DesiredAccess, ObjectAttributes, ob::SymbolicLink::kType);
}
/// ZwOpenSymbolicLinkObject (wdm.h): NtOpenSymbolicLinkObject for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtOpenSymbolicLinkObject
///   Owner    as NtOpenSymbolicLinkObject
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-zwopensymboliclinkobject
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ZwOpenSymbolicLinkObject(PHANDLE LinkHandle, ACCESS_MASK DesiredAccess,
                                                   POBJECT_ATTRIBUTES ObjectAttributes) {
    return ps::as_kernel(&NtOpenSymbolicLinkObject, LinkHandle, DesiredAccess, ObjectAttributes);
}

/// NtQuerySymbolicLinkObject (wdm.h, as ZwQuerySymbolicLinkObject) tells where a link leads.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_BUFFER_TOO_SMALL, STATUS_INVALID_HANDLE, STATUS_ACCESS_DENIED
///   Owner    the caller owns the string; a NUL follows when there is room
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-zwquerysymboliclinkobject
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtQuerySymbolicLinkObject(HANDLE LinkHandle, PUNICODE_STRING LinkTarget,
                                                    PULONG ReturnedLength) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const KPROCESSOR_MODE mode = ps::previous_mode();
    auto body =
        ob::reference_handle(LinkHandle, &ob::SymbolicLink::kType, SYMBOLIC_LINK_QUERY, mode);
    if (!body) return body.failure().nt();
    const auto link = Ref<ob::SymbolicLink>::adopt(static_cast<ob::SymbolicLink*>(*body));
    auto string = ps::read_in(LinkTarget, mode);
    if (!string) return string.failure().nt();
    const auto target = link->target();
    const auto bytes = static_cast<ULONG>(target.size() * sizeof(WCHAR));
    if (ReturnedLength != nullptr) {
        const auto told =
            ps::write_out(ReturnedLength, bytes + static_cast<ULONG>(sizeof(WCHAR)), mode);
        if (!told) return told.failure().nt();
    }
    if (bytes > string->MaximumLength) return STATUS_BUFFER_TOO_SMALL;
    auto told = ps::copy_out(string->Buffer, target.data(), bytes, mode);
    if (told && bytes + sizeof(WCHAR) <= string->MaximumLength)
        told = ps::write_out(string->Buffer + target.size(), WCHAR{0}, mode);
    if (told) told = ps::write_out(&LinkTarget->Length, static_cast<USHORT>(bytes), mode);
    return told.status().nt();
}
/// ZwQuerySymbolicLinkObject (wdm.h): NtQuerySymbolicLinkObject for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtQuerySymbolicLinkObject
///   Owner    as NtQuerySymbolicLinkObject
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-zwquerysymboliclinkobject
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ZwQuerySymbolicLinkObject(HANDLE LinkHandle, PUNICODE_STRING LinkTarget,
                                                    PULONG ReturnedLength) {
    return ps::as_kernel(&NtQuerySymbolicLinkObject, LinkHandle, LinkTarget, ReturnedLength);
}
