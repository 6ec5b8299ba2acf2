// SPDX-License-Identifier: GPL-2.0-only
// Win32 error codes of status codes.
//   IRQL     < DISPATCH_LEVEL as documented; any in fact
//   Returns  the code of winerror.h, or ERROR_MR_MID_NOT_FOUND when there is none
//   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-rtlntstatustodoserror
//   Differs  the table has the codes that drivers return, not all
#include "abi/functions/rtl_file.h"
#include "abi/types/status.h"

RSL_EXPORT ULONG NTAPI RtlNtStatusToDosErrorNoTeb(NTSTATUS Status) {
    constexpr ULONG kNotFound = 317;  // ERROR_MR_MID_NOT_FOUND
    constexpr ULONG kCustomer = 0x20000000, kFacilityMask = 0x0FFF0000, kFromWin32 = 0x00070000;
    const auto bits = static_cast<ULONG>(Status);
    if ((bits & kCustomer) != 0) return bits;  // a driver's own code
    if ((bits & 0xF0000000) != 0 && (bits & kFacilityMask) == kFromWin32)
        return bits & 0xFFFF;  // NTSTATUS_FROM_WIN32
    switch (Status) {
#define RSL_DOS_ERROR(status, error) \
    case status:                     \
        return error;
#include "kernel/rtl/dos_errors.inc"
#undef RSL_DOS_ERROR
        default:
            return kNotFound;
    }
}
/// RtlNtStatusToDosError also notes the status in the thread's block; a kernel thread has none.
RSL_EXPORT ULONG NTAPI RtlNtStatusToDosError(NTSTATUS Status) {
    return RtlNtStatusToDosErrorNoTeb(Status);
}
