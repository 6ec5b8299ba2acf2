// SPDX-License-Identifier: GPL-2.0-only
// Checks that servers and file systems make of what others hand them.
#include <cstring>

#include "abi/functions/export.h"
#include "abi/functions/io_support.h"
#include "kernel/io/file.hpp"
#include "kernel/io/services.hpp"
#include "kernel/io/share_access.hpp"
#include "kernel/ke/irql.hpp"
#include "kernel/ob/types.hpp"

using namespace rsl;

/// IoCheckEaBufferValidity (ntifs.h): whether a list of extended attributes is well formed.
///   IRQL     < DISPATCH_LEVEL
///   Returns  STATUS_SUCCESS; STATUS_EA_LIST_INCONSISTENT with the offset of the entry
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-iocheckeabuffervalidity
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI IoCheckEaBufferValidity(PFILE_FULL_EA_INFORMATION EaBuffer, ULONG EaLength,
                                                  PULONG ErrorOffset) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    constexpr ULONG kHead = FIELD_OFFSET(FILE_FULL_EA_INFORMATION, EaName);
    const auto* base = reinterpret_cast<const char*>(EaBuffer);
    const auto wrong_at = [ErrorOffset](ULONG offset) {
        *ErrorOffset = offset;
        return STATUS_EA_LIST_INCONSISTENT;
    };
    for (ULONG at = 0;;) {
        const ULONG left = EaLength - at;
        if (static_cast<LONG>(EaLength) < 0 || left < kHead) return wrong_at(at);
        const auto& entry = *reinterpret_cast<const FILE_FULL_EA_INFORMATION*>(base + at);
        const ULONG bytes = kHead + entry.EaNameLength + 1u + entry.EaValueLength;
        if (bytes > left || std::memchr(entry.EaName, 0, entry.EaNameLength + 1u) != entry.EaName + entry.EaNameLength) {
            return wrong_at(at);
        }
        const ULONG next = entry.NextEntryOffset;
        // The last one ends the buffer, but for what aligns it.
        if (next == 0) return left - bytes < sizeof(ULONG) ? STATUS_SUCCESS : wrong_at(at);
        if (next % sizeof(ULONG) != 0 || next < bytes || next >= left) return wrong_at(at);
        at += next;
    }
}

/// IoCheckQuerySetFileInformation (ntifs.h): whether a file information class takes a length.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_INFO_CLASS, STATUS_INFO_LENGTH_MISMATCH
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-iocheckquerysetfileinformation
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI IoCheckQuerySetFileInformation(FILE_INFORMATION_CLASS FileInformationClass, ULONG Length,
                                                         BOOLEAN SetOperation) {
    return io::check_file_class(static_cast<uint32_t>(FileInformationClass), Length, SetOperation != 0).status;
}

/// IoCheckQuerySetVolumeInformation (ntifs.h): the same for volumes.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_INFO_CLASS, STATUS_INFO_LENGTH_MISMATCH
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-iocheckquerysetvolumeinformation
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI IoCheckQuerySetVolumeInformation(ULONG FsInformationClass, ULONG Length,
                                                           BOOLEAN SetOperation) {
    // FS_INFORMATION_CLASS from 1 on: shortest buffer to query and to set; 0: not at all.
    constexpr struct {
        uint8_t query, set;
    } kRules[] = {{0, 0}, {24, 0}, {0, 8}, {24, 0}, {8, 0}, {16, 0}, {48, 48}, {32, 0},
                  {64, 64}, {12, 0}, {4, 0}, {28, 0}};
    if (FsInformationClass >= sizeof(kRules) / sizeof(kRules[0])) return STATUS_INVALID_INFO_CLASS;
    const ULONG least = SetOperation ? kRules[FsInformationClass].set : kRules[FsInformationClass].query;
    if (least == 0) return STATUS_INVALID_INFO_CLASS;
    return Length < least ? STATUS_INFO_LENGTH_MISMATCH : STATUS_SUCCESS;
}

/// IoCheckDesiredAccess (ntifs.h): whether rights, generic ones mapped, are within those granted.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_ACCESS_DENIED
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-iocheckdesiredaccess
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI IoCheckDesiredAccess(PACCESS_MASK DesiredAccess, ACCESS_MASK GrantedAccess) {
    *DesiredAccess = ob::map_generic(*DesiredAccess, io::File::kType.mapping);
    return (*DesiredAccess & ~GrantedAccess) == 0 ? STATUS_SUCCESS : STATUS_ACCESS_DENIED;
}

namespace {

struct Needed {
    bool known;
    uint32_t any_of;  // 0: nothing
};

/// The rights that a request takes.
Needed rights_for(UCHAR major, UCHAR minor, ULONG code, const void* file_class, const void* volume_class) {
    const auto class_of = [](const void* at) { return at == nullptr ? 0 : *static_cast<const uint32_t*>(at); };
    switch (major) {
        case IRP_MJ_CREATE: case IRP_MJ_CLOSE: case IRP_MJ_CLEANUP: return {true, 0};
        case IRP_MJ_READ: return {true, FILE_READ_DATA};
        case IRP_MJ_WRITE: case IRP_MJ_FLUSH_BUFFERS: return {true, FILE_WRITE_DATA | FILE_APPEND_DATA};
        case IRP_MJ_QUERY_INFORMATION: return {true, io::check_file_class(class_of(file_class), ~0u, false).access};
        case IRP_MJ_SET_INFORMATION: return {true, io::check_file_class(class_of(file_class), ~0u, true).access};
        case IRP_MJ_QUERY_EA: return {true, FILE_READ_EA};
        case IRP_MJ_SET_EA: return {true, FILE_WRITE_EA};
        case IRP_MJ_QUERY_VOLUME_INFORMATION: {
            constexpr uint32_t kControl = 6;  // FileFsControlInformation
            return {true, class_of(volume_class) == kControl ? uint32_t{FILE_READ_DATA} : 0u};
        }
        case IRP_MJ_SET_VOLUME_INFORMATION: return {true, FILE_WRITE_DATA};
        case IRP_MJ_DIRECTORY_CONTROL: return {true, FILE_LIST_DIRECTORY};
        case IRP_MJ_LOCK_CONTROL: return {true, FILE_READ_DATA | FILE_WRITE_DATA};
        case IRP_MJ_DEVICE_CONTROL: case IRP_MJ_INTERNAL_DEVICE_CONTROL: return {true, code >> 14 & 3};
        case IRP_MJ_FILE_SYSTEM_CONTROL: return {true, minor == IRP_MN_USER_FS_REQUEST ? code >> 14 & 3 : 0};
        case IRP_MJ_QUERY_SECURITY: return {true, READ_CONTROL};
        case IRP_MJ_SET_SECURITY: return {true, WRITE_DAC | WRITE_OWNER};
        default: return {false, 0};
    }
}

/// Both bits of a control code have to be granted; of others one is enough.
bool needs_all(UCHAR major) {
    return major == IRP_MJ_DEVICE_CONTROL || major == IRP_MJ_INTERNAL_DEVICE_CONTROL ||
           major == IRP_MJ_FILE_SYSTEM_CONTROL;
}

}  // namespace

/// IoCheckFunctionAccess (ntifs.h): whether rights are enough for a request.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_ACCESS_DENIED, STATUS_INVALID_DEVICE_REQUEST for other functions
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-iocheckfunctionaccess
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI IoCheckFunctionAccess(ACCESS_MASK GrantedAccess, UCHAR MajorFunction, UCHAR MinorFunction,
                                                ULONG IoControlCode, PVOID Arg1, PVOID Arg2) {
    const Needed needed = rights_for(MajorFunction, MinorFunction, IoControlCode, Arg1, Arg2);
    if (!needed.known) return STATUS_INVALID_DEVICE_REQUEST;
    if (needed.any_of == 0) return STATUS_SUCCESS;
    const uint32_t has = GrantedAccess & needed.any_of;
    const bool enough = needs_all(MajorFunction) ? has == needed.any_of : has != 0;
    return enough ? STATUS_SUCCESS : STATUS_ACCESS_DENIED;
}

namespace {

/// Who cannot write the share may not keep others from reading: an exclusive read becomes a shared one.
ULONG downgrade(ACCESS_MASK access, ULONG share, const BOOLEAN* write_permission) {
    const bool reads_alone = (share & FILE_SHARE_READ) == 0 && io::sharing_of(access, share).reads;
    const bool may_not_write = write_permission != nullptr && !*write_permission;
    return reads_alone && may_not_write ? FILE_SHARE_READ : share;
}

}  // namespace

/// IoCheckShareAccessEx (wdm.h): IoCheckShareAccess for openers that may lack the permission to write.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_SHARING_VIOLATION
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iocheckshareaccessex
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI IoCheckShareAccessEx(ACCESS_MASK DesiredAccess, ULONG DesiredShareAccess,
                                               PFILE_OBJECT FileObject, PSHARE_ACCESS ShareAccess, BOOLEAN Update,
                                               PBOOLEAN WritePermission) {
    const io::Sharing wanted =
        io::sharing_of(DesiredAccess, downgrade(DesiredAccess, DesiredShareAccess, WritePermission));
    if (io::ignores_sharing(*FileObject)) return STATUS_SUCCESS;
    io::note_sharing(*FileObject, wanted);
    if (!io::can_share(*ShareAccess, wanted)) return STATUS_SHARING_VIOLATION;
    if (Update) io::add_sharing(*ShareAccess, wanted);
    return STATUS_SUCCESS;
}

/// IoSetShareAccessEx (wdm.h): IoSetShareAccess likewise.
///   IRQL     PASSIVE_LEVEL
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iosetshareaccessex
///   Differs  nothing known
RSL_EXPORT VOID NTAPI IoSetShareAccessEx(ACCESS_MASK DesiredAccess, ULONG DesiredShareAccess, PFILE_OBJECT FileObject,
                                         PSHARE_ACCESS ShareAccess, PBOOLEAN WritePermission) {
    const io::Sharing wanted =
        io::sharing_of(DesiredAccess, downgrade(DesiredAccess, DesiredShareAccess, WritePermission));
    io::note_sharing(*FileObject, wanted);
    *ShareAccess = {};
    io::add_sharing(*ShareAccess, wanted);
}
