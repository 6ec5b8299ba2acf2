// SPDX-License-Identifier: GPL-2.0-only
// Which statuses a file system may meet.
#include "abi/functions/export.h"
#include "abi/functions/fsrtl.h"
#include "abi/types/status.h"

/// FsRtlIsNtstatusExpected (ntifs.h): whether an exception's code is one that bad input or hardware can cause.
///   IRQL     any
///   Returns  FALSE for STATUS_DATATYPE_MISALIGNMENT, STATUS_ACCESS_VIOLATION, STATUS_ILLEGAL_INSTRUCTION and
///            STATUS_INSTRUCTION_MISALIGNMENT, else TRUE
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-_fsrtl_advanced_fcb_header-fsrtlisntstatusexpected
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI FsRtlIsNtstatusExpected(NTSTATUS Exception) {
    return Exception != STATUS_DATATYPE_MISALIGNMENT && Exception != STATUS_ACCESS_VIOLATION &&
           Exception != STATUS_ILLEGAL_INSTRUCTION && Exception != STATUS_INSTRUCTION_MISALIGNMENT;
}

/// FsRtlNormalizeNtstatus (ntifs.h): an expected code as it is, any other as the generic one.
///   IRQL     any
///   Returns  Exception or GenericException
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-_fsrtl_advanced_fcb_header-fsrtlnormalizentstatus
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI FsRtlNormalizeNtstatus(NTSTATUS Exception, NTSTATUS GenericException) {
    return FsRtlIsNtstatusExpected(Exception) ? Exception : GenericException;
}
