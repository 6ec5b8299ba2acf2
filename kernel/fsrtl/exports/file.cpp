// SPDX-License-Identifier: GPL-2.0-only
// Files of whatever file system: size, locks of the whole file, reading without an IRP of one's own.
#include "abi/functions/export.h"
#include "abi/functions/ex.h"
#include "abi/functions/fsrtl.h"
#include "abi/functions/io.h"
#include "abi/functions/ke.h"
#include "abi/functions/mm.h"
#include "abi/types/status.h"
#include "kernel/io/device.hpp"
#include "kernel/io/stack_location.hpp"
#include "kernel/ke/irql.hpp"
#include "kernel/mm/pool.hpp"

using namespace rsl;

namespace {

constexpr mm::PoolTag kTag = mm::pool_tag("FsFi");

/// One read request to a device, waited for.
NTSTATUS read_synchronously(DEVICE_OBJECT& device, FILE_OBJECT& file, LARGE_INTEGER offset, ULONG bytes, ULONG key,
                            void* buffer, IO_STATUS_BLOCK& outcome) {
    KEVENT done;
    KeInitializeEvent(&done, NotificationEvent, FALSE);
    PIRP irp = IoBuildSynchronousFsdRequest(IRP_MJ_READ, &device, buffer, bytes, &offset, &done, &outcome);
    if (irp == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    IO_STACK_LOCATION& location = io::next_location(*irp);
    location.FileObject = &file;
    location.Parameters.Read.Key = key;
    const NTSTATUS status = IofCallDriver(&device, irp);
    if (status == STATUS_PENDING) KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, nullptr);
    return status == STATUS_PENDING ? outcome.Status : status;
}

const FAST_IO_DISPATCH* fast_io_of(FILE_OBJECT& file) {
    const DEVICE_OBJECT& device = io::device_for(file);
    return device.DriverObject->FastIoDispatch;
}

}  // namespace

/// FsRtlGetFileSize (ntifs.h): the size of a file.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_FILE_IS_A_DIRECTORY, STATUS_INSUFFICIENT_RESOURCES, what the file system says
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-_fsrtl_advanced_fcb_header-fsrtlgetfilesize
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI FsRtlGetFileSize(PFILE_OBJECT FileObject, PLARGE_INTEGER FileSize) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    FILE_STANDARD_INFORMATION standard = {};
    ULONG got = 0;
    const NTSTATUS status = IoQueryFileInformation(FileObject, FileStandardInformation, sizeof(standard), &standard, &got);
    if (status < 0) return status;
    if (standard.Directory) return STATUS_FILE_IS_A_DIRECTORY;
    *FileSize = standard.EndOfFile;
    return STATUS_SUCCESS;
}

/// FsRtlCopyRead (ntifs.h): the data of a file to a buffer, without an IRP of the caller's.
///   IRQL     <= APC_LEVEL
///   Returns  TRUE: IoStatus has the outcome; FALSE: it could not be done without waiting
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-_fsrtl_advanced_fcb_header-fsrtlcopyread
///   Differs  nothing is ever in a cache, so without Wait the answer is FALSE, and with it the data is read
RSL_EXPORT BOOLEAN NTAPI FsRtlCopyRead(PFILE_OBJECT FileObject, PLARGE_INTEGER FileOffset, ULONG Length, BOOLEAN Wait,
                                       ULONG LockKey, PVOID Buffer, PIO_STATUS_BLOCK IoStatus,
                                       PDEVICE_OBJECT DeviceObject) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    if (Length == 0) {
        *IoStatus = {{.Status = STATUS_SUCCESS}, 0};
        return TRUE;
    }
    if (!Wait) return FALSE;
    IO_STATUS_BLOCK outcome = {};
    outcome.Status = read_synchronously(*DeviceObject, *FileObject, *FileOffset, Length, LockKey, Buffer, outcome);
    *IoStatus = outcome;
    return TRUE;
}

/// FsRtlMdlRead (ntifs.h): the data of a file in pages of the system, described by an MDL.
///   IRQL     <= APC_LEVEL
///   Returns  TRUE: IoStatus has the outcome; FALSE: a read IRP has to be made
///   Owner    FsRtlMdlReadComplete gives the pages back
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-_fsrtl_advanced_fcb_header-fsrtlmdlreaddev
///   Differs  the pages are the caller's own copy, not the cache's
RSL_EXPORT BOOLEAN NTAPI FsRtlMdlRead(PFILE_OBJECT FileObject, PLARGE_INTEGER FileOffset, ULONG Length, ULONG LockKey,
                                      PMDL* MdlChain, PIO_STATUS_BLOCK IoStatus) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    if (Length == 0) {
        *MdlChain = nullptr;
        *IoStatus = {{.Status = STATUS_SUCCESS}, 0};
        return TRUE;
    }
    mm::UniqueBytes pages(ROUND_TO_PAGES(Length), kTag);
    PMDL mdl = pages ? IoAllocateMdl(pages.get(), Length, FALSE, FALSE, nullptr) : nullptr;
    if (mdl == nullptr) return FALSE;
    IO_STATUS_BLOCK outcome = {};
    outcome.Status = read_synchronously(io::device_for(*FileObject), *FileObject, *FileOffset, Length, LockKey,
                                        pages.get(), outcome);
    *IoStatus = outcome;
    if (outcome.Status < 0) {
        IoFreeMdl(mdl);
        return TRUE;
    }
    mdl->ByteCount = static_cast<ULONG>(outcome.Information);
    MmBuildMdlForNonPagedPool(mdl);
    static_cast<void>(pages.release());  // the MDL's: FsRtlMdlReadComplete
    *MdlChain = mdl;
    return TRUE;
}
/// FsRtlMdlReadComplete (ntifs.h) gives the pages of FsRtlMdlRead back.
///   IRQL     <= APC_LEVEL
///   Returns  TRUE
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-_fsrtl_advanced_fcb_header-fsrtlmdlreadcompletedev
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI FsRtlMdlReadComplete(PFILE_OBJECT, PMDL MdlChain) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    while (MdlChain != nullptr) {
        PMDL next = MdlChain->Next;
        mm::free_tagged(MdlChain->MappedSystemVa, kTag);
        IoFreeMdl(MdlChain);
        MdlChain = next;
    }
    return TRUE;
}

/// FsRtlAcquireFileExclusive (ntifs.h) takes a file for oneself, as creating a section does.
///   IRQL     <= APC_LEVEL
///   Returns  -
///   Owner    the thread, until FsRtlReleaseFile
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-_fsrtl_advanced_fcb_header-fsrtlacquirefileexclusive
///   Differs  nothing known
RSL_EXPORT VOID NTAPI FsRtlAcquireFileExclusive(PFILE_OBJECT FileObject) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    KeEnterCriticalRegion();
    const FAST_IO_DISPATCH* fast = fast_io_of(*FileObject);
    if (fast != nullptr && fast->SizeOfFastIoDispatch > offsetof(FAST_IO_DISPATCH, AcquireFileForNtCreateSection) &&
        fast->AcquireFileForNtCreateSection != nullptr) {
        fast->AcquireFileForNtCreateSection(FileObject);
        return;
    }
    auto* header = static_cast<FSRTL_COMMON_FCB_HEADER*>(FileObject->FsContext);
    if (header != nullptr && header->Resource != nullptr) ExAcquireResourceExclusiveLite(header->Resource, TRUE);
}
/// FsRtlReleaseFile (ntifs.h) gives it back.
///   IRQL     <= APC_LEVEL
///   Returns  -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-_fsrtl_advanced_fcb_header-fsrtlreleasefile
///   Differs  nothing known
RSL_EXPORT VOID NTAPI FsRtlReleaseFile(PFILE_OBJECT FileObject) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const FAST_IO_DISPATCH* fast = fast_io_of(*FileObject);
    auto* header = static_cast<FSRTL_COMMON_FCB_HEADER*>(FileObject->FsContext);
    if (fast != nullptr && fast->SizeOfFastIoDispatch > offsetof(FAST_IO_DISPATCH, ReleaseFileForNtCreateSection) &&
        fast->AcquireFileForNtCreateSection != nullptr) {
        if (fast->ReleaseFileForNtCreateSection != nullptr) fast->ReleaseFileForNtCreateSection(FileObject);
    } else if (header != nullptr && header->Resource != nullptr) {
        ExReleaseResourceLite(header->Resource);
    }
    KeLeaveCriticalRegion();
}

/// FsRtlIsPagingFile (ntifs.h): whether a file is a paging file.
///   IRQL     any
///   Returns  0: there is no paging file
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-fsrtlispagingfile
///   Differs  nothing known
RSL_EXPORT ULONG NTAPI FsRtlIsPagingFile(PFILE_OBJECT) { return 0; }
