// SPDX-License-Identifier: GPL-2.0-only
// Services that take a name and no handle.
#include "kernel/io/file_by_name.hpp"

#include "abi/functions/export.h"
#include "abi/functions/io.h"
#include "kernel/ke/irql.hpp"
#include "kernel/ps/previous_mode.hpp"
#include "kernel/ps/user_memory.hpp"

using namespace rsl;

namespace {

template <typename T>
NTSTATUS query(POBJECT_ATTRIBUTES attributes, FILE_INFORMATION_CLASS what, T* out) {
    const KPROCESSOR_MODE mode = ps::previous_mode();
    T answer = {};
    const NTSTATUS status = io::query_by_name(attributes, mode, what, &answer, sizeof(answer));
    if (status < 0) return status;
    return ps::write_out(out, answer, mode).status().nt();
}

}  // namespace

/// NtDeleteFile (ntifs.h, as ZwDeleteFile) deletes a file by name.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_OBJECT_PATH_NOT_FOUND, STATUS_SHARING_VIOLATION,
///            STATUS_CANNOT_DELETE, STATUS_OBJECT_NAME_INVALID
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-zwdeletefile
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtDeleteFile(POBJECT_ATTRIBUTES ObjectAttributes) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    return io::delete_file(ObjectAttributes, ps::previous_mode());
}
RSL_EXPORT NTSTATUS NTAPI ZwDeleteFile(POBJECT_ATTRIBUTES ObjectAttributes) {
    return ps::as_kernel(NtDeleteFile, ObjectAttributes);
}

/// NtQueryFullAttributesFile (as ZwQueryFullAttributesFile, wdm.h): what a directory listing says of a file.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_OBJECT_PATH_NOT_FOUND, STATUS_OBJECT_NAME_INVALID
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-zwqueryfullattributesfile
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtQueryFullAttributesFile(POBJECT_ATTRIBUTES ObjectAttributes,
                                                    PFILE_NETWORK_OPEN_INFORMATION FileInformation) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    return query(ObjectAttributes, FileNetworkOpenInformation, FileInformation);
}
RSL_EXPORT NTSTATUS NTAPI ZwQueryFullAttributesFile(POBJECT_ATTRIBUTES ObjectAttributes,
                                                    PFILE_NETWORK_OPEN_INFORMATION FileInformation) {
    return ps::as_kernel(NtQueryFullAttributesFile, ObjectAttributes, FileInformation);
}

/// NtQueryAttributesFile (ntifs.h, as ZwQueryAttributesFile): times and attributes of a file.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtQueryFullAttributesFile
///   Source   learn.microsoft.com/windows/win32/devnotes/ntqueryattributesfile
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtQueryAttributesFile(POBJECT_ATTRIBUTES ObjectAttributes,
                                                PFILE_BASIC_INFORMATION FileInformation) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    return query(ObjectAttributes, FileBasicInformation, FileInformation);
}
RSL_EXPORT NTSTATUS NTAPI ZwQueryAttributesFile(POBJECT_ATTRIBUTES ObjectAttributes,
                                                PFILE_BASIC_INFORMATION FileInformation) {
    return ps::as_kernel(NtQueryAttributesFile, ObjectAttributes, FileInformation);
}
