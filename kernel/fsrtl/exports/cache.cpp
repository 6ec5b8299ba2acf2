// SPDX-License-Identifier: GPL-2.0-only
// What of the cache manager has an answer where nothing is cached: docs/nt/files.md.
#include "abi/functions/export.h"
#include "abi/functions/fsrtl.h"
#include "abi/types/status.h"
#include "kernel/ke/irql.hpp"
#include "kernel/mm/file_pages.hpp"

using namespace rsl;

/// CcFlushCache (ntifs.h) writes what the cache holds of a file to its disk.
///   IRQL     <= APC_LEVEL
///   Returns  IoStatus: STATUS_SUCCESS, what writing came to
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ccflushcache
///   Differs  files are written through, so only what views of sections changed is written, all of it
RSL_EXPORT VOID NTAPI CcFlushCache(PSECTION_OBJECT_POINTERS SectionObjectPointer, PLARGE_INTEGER, ULONG,
                                   PIO_STATUS_BLOCK IoStatus) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const NTSTATUS status = mm::flush_file_pages(*SectionObjectPointer);
    if (IoStatus != nullptr) *IoStatus = {{.Status = status}, 0};
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
