// SPDX-License-Identifier: GPL-2.0-only
#include "filesystems/hostfs/ninep/errors.hpp"

#include <cerrno>

#include "abi/types/status.h"
#include "base/testing/test.hpp"

namespace rsl::hostfs {

RSL_TEST(HostErrors, AreWhatWindowsSaysInTheirPlace)
{
    const struct {
        int error;  // this machine's, which is Linux
        NTSTATUS status;
    } kExpected[] = {
        {EPERM, STATUS_ACCESS_DENIED},
        {ENOENT, STATUS_OBJECT_NAME_NOT_FOUND},
        {EINTR, STATUS_CANCELLED},
        {EIO, STATUS_IO_DEVICE_ERROR},
        {ENXIO, STATUS_NO_SUCH_DEVICE},
        {EBADF, STATUS_FILE_CLOSED},
        {ENOMEM, STATUS_INSUFFICIENT_RESOURCES},
        {EACCES, STATUS_ACCESS_DENIED},
        {EBUSY, STATUS_SHARING_VIOLATION},
        {EEXIST, STATUS_OBJECT_NAME_COLLISION},
        {EXDEV, STATUS_NOT_SAME_DEVICE},
        {ENOTDIR, STATUS_NOT_A_DIRECTORY},
        {EISDIR, STATUS_FILE_IS_A_DIRECTORY},
        {EINVAL, STATUS_INVALID_PARAMETER},
        {EMFILE, STATUS_TOO_MANY_OPENED_FILES},
        {ETXTBSY, STATUS_SHARING_VIOLATION},
        {EFBIG, STATUS_DISK_FULL},
        {ENOSPC, STATUS_DISK_FULL},
        {EROFS, STATUS_MEDIA_WRITE_PROTECTED},
        {EMLINK, STATUS_TOO_MANY_LINKS},
        {ENAMETOOLONG, STATUS_NAME_TOO_LONG},
        {ENOTEMPTY, STATUS_DIRECTORY_NOT_EMPTY},
        {ELOOP, STATUS_REPARSE_POINT_NOT_RESOLVED},
        {EOPNOTSUPP, STATUS_NOT_SUPPORTED},
        {ESTALE, STATUS_FILE_INVALID},
        {EDQUOT, STATUS_DISK_FULL},
    };
    for (const auto& expected : kExpected)
        RSL_EXPECT(status_of(static_cast<uint32_t>(expected.error)) == Status(expected.status));
}

RSL_TEST(HostErrors, EveryNumberIsAFailure)
{
    for (uint32_t error = 0; error < 300; ++error) RSL_EXPECT(status_of(error).failed());
    RSL_EXPECT(status_of(0xFFFFFFFF).failed());
}

}  // namespace rsl::hostfs
