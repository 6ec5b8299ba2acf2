// SPDX-License-Identifier: GPL-2.0-only
#include "filesystems/hostfs/ninep/errors.hpp"

#include "abi/types/status.h"
#include "filesystems/hostfs/ninep/message.hpp"

namespace rsl::hostfs {

Status status_of(uint32_t error) {
    constexpr struct {
        uint32_t error;
        NTSTATUS status;
    } kMap[] = {
        {ninep::kNotPermitted, STATUS_ACCESS_DENIED},
        {ninep::kNoEntry, STATUS_OBJECT_NAME_NOT_FOUND},
        {ninep::kInterrupted, STATUS_CANCELLED},
        {ninep::kIo, STATUS_IO_DEVICE_ERROR},
        {ninep::kNoDevice, STATUS_NO_SUCH_DEVICE},
        {ninep::kBadDescriptor, STATUS_FILE_CLOSED},
        {ninep::kNoMemory, STATUS_INSUFFICIENT_RESOURCES},
        {ninep::kAccess, STATUS_ACCESS_DENIED},
        {ninep::kBusy, STATUS_SHARING_VIOLATION},
        {ninep::kExists, STATUS_OBJECT_NAME_COLLISION},
        {ninep::kCrossDevice, STATUS_NOT_SAME_DEVICE},
        {ninep::kNotDirectory, STATUS_NOT_A_DIRECTORY},
        {ninep::kIsDirectory, STATUS_FILE_IS_A_DIRECTORY},
        {ninep::kInvalid, STATUS_INVALID_PARAMETER},
        {ninep::kTooManyInSystem, STATUS_TOO_MANY_OPENED_FILES},
        {ninep::kTooManyOpen, STATUS_TOO_MANY_OPENED_FILES},
        {ninep::kTextBusy, STATUS_SHARING_VIOLATION},
        {ninep::kFileTooLarge, STATUS_DISK_FULL},
        {ninep::kNoSpace, STATUS_DISK_FULL},
        {ninep::kReadOnlySystem, STATUS_MEDIA_WRITE_PROTECTED},
        {ninep::kTooManyLinks, STATUS_TOO_MANY_LINKS},
        {ninep::kNameTooLong, STATUS_NAME_TOO_LONG},
        {ninep::kNotEmpty, STATUS_DIRECTORY_NOT_EMPTY},
        {ninep::kLoop, STATUS_REPARSE_POINT_NOT_RESOLVED},
        {ninep::kOverflow, STATUS_INVALID_PARAMETER},
        {ninep::kNotSupported, STATUS_NOT_SUPPORTED},
        {ninep::kStale, STATUS_FILE_INVALID},
        {ninep::kQuota, STATUS_DISK_FULL},
    };
    for (const auto& entry : kMap) {
        if (entry.error == error) return Status(entry.status);
    }
    return Status::kUnsuccessful;
}

}  // namespace rsl::hostfs
