// SPDX-License-Identifier: GPL-2.0-only
// What of the cache manager has an answer where nothing is cached: docs/nt/files.md.
#include "abi/functions/export.h"
#include "abi/functions/fsrtl.h"
#include "abi/types/status.h"
#include "kernel/ke/irql.hpp"

/// CcFlushCache (ntifs.h) writes what the cache holds of a file to its disk.
///   IRQL     <= APC_LEVEL
///   Returns  IoStatus: STATUS_SUCCESS
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ccflushcache
///   Differs  there is nothing to write: files are written through; what views of a file's sections changed goes to the file with the last of them
RSL_EXPORT VOID NTAPI CcFlushCache(PSECTION_OBJECT_POINTERS, PLARGE_INTEGER, ULONG, PIO_STATUS_BLOCK IoStatus) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    if (IoStatus != nullptr) *IoStatus = {{.Status = STATUS_SUCCESS}, 0};
}

/// CcPurgeCacheSection (ntifs.h) forgets what the cache holds of a file.
///   IRQL     <= APC_LEVEL
///   Returns  TRUE; FALSE when a section maps the file
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ccpurgecachesection
///   Differs  there is nothing to forget
RSL_EXPORT BOOLEAN NTAPI CcPurgeCacheSection(PSECTION_OBJECT_POINTERS SectionObjectPointer, PLARGE_INTEGER, ULONG, ULONG) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return SectionObjectPointer->DataSectionObject == nullptr && SectionObjectPointer->ImageSectionObject == nullptr;
}
