// SPDX-License-Identifier: GPL-2.0-only
// Byte-range locks, for file systems.
#include "abi/functions/export.h"
#include "abi/functions/fsrtl.h"
#include "abi/functions/io.h"
#include "abi/functions/mm.h"
#include "abi/functions/ps.h"
#include "abi/types/status.h"
#include "kernel/fsrtl/file_lock.hpp"
#include "kernel/io/stack_location.hpp"
#include "kernel/ke/irql.hpp"
#include "kernel/mm/pool.hpp"

using namespace rsl;
using fsrtl::ByteRange;
using fsrtl::FileLocks;

namespace {

constexpr mm::PoolTag kTag = mm::pool_tag("FsLo");

ByteRange range_of(const LARGE_INTEGER& first, const LARGE_INTEGER& length) {
    return {static_cast<uint64_t>(first.QuadPart), static_cast<uint64_t>(length.QuadPart)};
}

bool is_allowed(FILE_LOCK& lock, IRP& irp, FileLocks::Access access) {
    FileLocks* locks = fsrtl::existing_locks(lock);
    if (locks == nullptr) return true;
    const auto& location = io::current_location(irp);
    const auto& read = location.Parameters.Read;  // Write has the same members
    return locks->allows({static_cast<uint64_t>(read.ByteOffset.QuadPart), read.Length},
                         {location.FileObject, IoGetRequestorProcess(&irp), read.Key}, access);
}

NTSTATUS complete(IRP& irp, FILE_LOCK& lock, NTSTATUS status, void* context) {
    irp.IoStatus.Status = status;
    irp.IoStatus.Information = 0;
    if (lock.CompleteLockIrpRoutine != nullptr) return lock.CompleteLockIrpRoutine(context, &irp);
    IofCompleteRequest(&irp, IO_NO_INCREMENT);
    return status;
}

}  // namespace

/// FsRtlInitializeFileLock (ntifs.h) makes a FILE_LOCK ready.
///   IRQL     <= APC_LEVEL
///   Returns  -
///   Owner    the file system, until FsRtlUninitializeFileLock
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-_fsrtl_advanced_fcb_header-fsrtlinitializefilelock
///   Differs  nothing known
RSL_EXPORT VOID NTAPI FsRtlInitializeFileLock(PFILE_LOCK FileLock, PCOMPLETE_LOCK_IRP_ROUTINE CompleteLockIrpRoutine,
                                              PUNLOCK_ROUTINE UnlockRoutine) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    *FileLock = {};
    FileLock->CompleteLockIrpRoutine = CompleteLockIrpRoutine;
    FileLock->UnlockRoutine = UnlockRoutine;
}
/// FsRtlUninitializeFileLock (ntifs.h) frees what locks are left; requests that wait fail.
///   IRQL     <= APC_LEVEL
///   Returns  -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-_fsrtl_advanced_fcb_header-fsrtluninitializefilelock
///   Differs  nothing known
RSL_EXPORT VOID NTAPI FsRtlUninitializeFileLock(PFILE_LOCK FileLock) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    mm::destroy(fsrtl::existing_locks(*FileLock));
    FileLock->LockInformation = nullptr;
}

/// FsRtlAllocateFileLock (ntifs.h): a FILE_LOCK from the pool, ready.
///   IRQL     <= APC_LEVEL
///   Returns  NULL when there is no memory
///   Owner    FsRtlFreeFileLock frees it
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-_fsrtl_advanced_fcb_header-fsrtlallocatefilelock
///   Differs  nothing known
RSL_EXPORT PFILE_LOCK NTAPI FsRtlAllocateFileLock(PCOMPLETE_LOCK_IRP_ROUTINE CompleteLockIrpRoutine,
                                                  PUNLOCK_ROUTINE UnlockRoutine) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    auto* lock = static_cast<PFILE_LOCK>(mm::allocate(sizeof(FILE_LOCK), kTag));
    if (lock != nullptr) FsRtlInitializeFileLock(lock, CompleteLockIrpRoutine, UnlockRoutine);
    return lock;
}
/// FsRtlFreeFileLock (ntifs.h) frees it.
///   IRQL     <= APC_LEVEL
///   Returns  -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-_fsrtl_advanced_fcb_header-fsrtlfreefilelock
///   Differs  nothing known
RSL_EXPORT VOID NTAPI FsRtlFreeFileLock(PFILE_LOCK FileLock) {
    FsRtlUninitializeFileLock(FileLock);
    mm::free_tagged(FileLock, kTag);
}

/// FsRtlPrivateLock (ntifs.h): the routine behind FsRtlFastLock: locks a range for a file object and process.
///   IRQL     <= APC_LEVEL
///   Returns  TRUE when it is decided (IoStatus: STATUS_SUCCESS, STATUS_PENDING with an IRP that waits,
///            STATUS_INVALID_LOCK_RANGE), FALSE with STATUS_LOCK_NOT_GRANTED
///   Owner    an IRP that waits is the lock's until it is completed
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-fsrtlfastlock
///   Differs  AlreadySynchronized changes nothing
RSL_EXPORT BOOLEAN NTAPI FsRtlPrivateLock(PFILE_LOCK FileLock, PFILE_OBJECT FileObject, PLARGE_INTEGER FileOffset,
                                          PLARGE_INTEGER Length, PEPROCESS Process, ULONG Key, BOOLEAN FailImmediately,
                                          BOOLEAN ExclusiveLock, PIO_STATUS_BLOCK IoStatus, PIRP Irp, PVOID Context,
                                          BOOLEAN) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    IoStatus->Information = 0;
    auto locks = fsrtl::locks_of(*FileLock);
    auto outcome = locks ? (*locks)->lock(range_of(*FileOffset, *Length), {FileObject, Process, Key},
                                          ExclusiveLock != 0, FailImmediately ? nullptr : Irp, Context)
                         : Result<NTSTATUS>(locks.failure());
    IoStatus->Status = outcome ? *outcome : outcome.failure().nt();
    const NTSTATUS status = IoStatus->Status;
    if (status == STATUS_SUCCESS) FileObject->LockOperation = TRUE;
    if (Irp != nullptr && status != STATUS_PENDING) complete(*Irp, *FileLock, status, Context);
    return status != STATUS_LOCK_NOT_GRANTED;
}

/// FsRtlFastUnlockSingle (ntifs.h) unlocks one range, exactly as it was locked.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_RANGE_NOT_LOCKED
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-_fsrtl_advanced_fcb_header-fsrtlfastunlocksingle
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI FsRtlFastUnlockSingle(PFILE_LOCK FileLock, PFILE_OBJECT FileObject,
                                                PLARGE_INTEGER FileOffset, PLARGE_INTEGER Length, PEPROCESS Process,
                                                ULONG Key, PVOID Context, BOOLEAN) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    FileLocks* locks = fsrtl::existing_locks(*FileLock);
    if (locks == nullptr) return STATUS_RANGE_NOT_LOCKED;
    return locks->unlock(range_of(*FileOffset, *Length), {FileObject, Process, Key}, Context);
}
/// FsRtlFastUnlockAll (ntifs.h) unlocks all that a file object has locked for a process.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_RANGE_NOT_LOCKED
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-_fsrtl_advanced_fcb_header-fsrtlfastunlockall
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI FsRtlFastUnlockAll(PFILE_LOCK FileLock, PFILE_OBJECT FileObject, PEPROCESS Process,
                                             PVOID Context) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    FileLocks* locks = fsrtl::existing_locks(*FileLock);
    if (locks == nullptr) return STATUS_RANGE_NOT_LOCKED;
    return locks->unlock_all(FileObject, Process, nullptr, Context) ? STATUS_SUCCESS : STATUS_RANGE_NOT_LOCKED;
}
/// FsRtlFastUnlockAllByKey (ntifs.h): those with a key.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_RANGE_NOT_LOCKED
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-_fsrtl_advanced_fcb_header-fsrtlfastunlockallbykey
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI FsRtlFastUnlockAllByKey(PFILE_LOCK FileLock, PFILE_OBJECT FileObject, PEPROCESS Process,
                                                  ULONG Key, PVOID Context) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    FileLocks* locks = fsrtl::existing_locks(*FileLock);
    if (locks == nullptr) return STATUS_RANGE_NOT_LOCKED;
    return locks->unlock_all(FileObject, Process, &Key, Context) ? STATUS_SUCCESS : STATUS_RANGE_NOT_LOCKED;
}

/// FsRtlProcessFileLock (ntifs.h) carries out an IRP_MJ_LOCK_CONTROL and completes it.
///   IRQL     <= APC_LEVEL
///   Returns  what the IRP came to; STATUS_PENDING while it waits
///   Owner    the IRP is not the caller's any more
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-_fsrtl_advanced_fcb_header-fsrtlprocessfilelock
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI FsRtlProcessFileLock(PFILE_LOCK FileLock, PIRP Irp, PVOID Context) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const auto& location = io::current_location(*Irp);
    const auto& parameters = location.Parameters.LockControl;
    LARGE_INTEGER offset = parameters.ByteOffset;
    PEPROCESS process = IoGetRequestorProcess(Irp);
    const UCHAR minor = location.MinorFunction;
    if (minor == IRP_MN_LOCK) {
        IO_STATUS_BLOCK outcome = {};
        FsRtlPrivateLock(FileLock, location.FileObject, &offset, parameters.Length, process, parameters.Key,
                         (location.Flags & SL_FAIL_IMMEDIATELY) != 0, (location.Flags & SL_EXCLUSIVE_LOCK) != 0,
                         &outcome, Irp, Context, FALSE);
        return outcome.Status;
    }
    NTSTATUS status = STATUS_INVALID_DEVICE_REQUEST;
    if (minor == IRP_MN_UNLOCK_SINGLE) {
        status = FsRtlFastUnlockSingle(FileLock, location.FileObject, &offset, parameters.Length, process,
                                       parameters.Key, Context, FALSE);
    } else if (minor == IRP_MN_UNLOCK_ALL) {
        status = FsRtlFastUnlockAll(FileLock, location.FileObject, process, Context);
    } else if (minor == IRP_MN_UNLOCK_ALL_BY_KEY) {
        status = FsRtlFastUnlockAllByKey(FileLock, location.FileObject, process, parameters.Key, Context);
    }
    return complete(*Irp, *FileLock, status, Context);
}

/// FsRtlCheckLockForReadAccess (ntifs.h): whether a read request meets no other's exclusive lock.
///   IRQL     <= APC_LEVEL
///   Returns  TRUE, FALSE
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-_fsrtl_advanced_fcb_header-fsrtlchecklockforreadaccess
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI FsRtlCheckLockForReadAccess(PFILE_LOCK FileLock, PIRP Irp) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return is_allowed(*FileLock, *Irp, FileLocks::Access::kRead);
}
/// FsRtlCheckLockForWriteAccess (ntifs.h): whether a write request meets no lock but its owner's exclusive ones.
///   IRQL     <= APC_LEVEL
///   Returns  TRUE, FALSE
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-_fsrtl_advanced_fcb_header-fsrtlchecklockforwriteaccess
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI FsRtlCheckLockForWriteAccess(PFILE_LOCK FileLock, PIRP Irp) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return is_allowed(*FileLock, *Irp, FileLocks::Access::kWrite);
}
/// FsRtlFastCheckLockForRead (ntifs.h): the same without an IRP.
///   IRQL     <= APC_LEVEL
///   Returns  TRUE, FALSE
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-_fsrtl_advanced_fcb_header-fsrtlfastchecklockforread
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI FsRtlFastCheckLockForRead(PFILE_LOCK FileLock, PLARGE_INTEGER StartingByte,
                                                   PLARGE_INTEGER Length, ULONG Key, PFILE_OBJECT FileObject,
                                                   PVOID ProcessId) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    FileLocks* locks = fsrtl::existing_locks(*FileLock);
    return locks == nullptr || locks->allows(range_of(*StartingByte, *Length), {FileObject, ProcessId, Key},
                                             FileLocks::Access::kRead);
}
/// FsRtlFastCheckLockForWrite (ntifs.h): the same without an IRP.
///   IRQL     <= APC_LEVEL
///   Returns  TRUE, FALSE
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-fsrtlfastchecklockforwrite
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI FsRtlFastCheckLockForWrite(PFILE_LOCK FileLock, PLARGE_INTEGER StartingByte,
                                                    PLARGE_INTEGER Length, ULONG Key, PFILE_OBJECT FileObject,
                                                    PVOID ProcessId) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    FileLocks* locks = fsrtl::existing_locks(*FileLock);
    return locks == nullptr || locks->allows(range_of(*StartingByte, *Length), {FileObject, ProcessId, Key},
                                             FileLocks::Access::kWrite);
}

/// FsRtlGetNextFileLock (ntifs.h) lists the locks of a file.
///   IRQL     <= APC_LEVEL
///   Returns  a lock, or NULL behind the last
///   Owner    what it points to stays the FILE_LOCK's, until the next call
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-_fsrtl_advanced_fcb_header-fsrtlgetnextfilelock
///   Differs  nothing known
RSL_EXPORT PFILE_LOCK_INFO NTAPI FsRtlGetNextFileLock(PFILE_LOCK FileLock, BOOLEAN Restart) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    FileLocks* locks = fsrtl::existing_locks(*FileLock);
    const auto next = Restart ? ULONG_PTR{0} : reinterpret_cast<ULONG_PTR>(FileLock->LastReturnedLock) + 1;
    if (locks == nullptr || !locks->at(static_cast<ULONG>(next), FileLock->LastReturnedLockInfo)) return nullptr;
    FileLock->LastReturnedLock = reinterpret_cast<PVOID>(next);
    return &FileLock->LastReturnedLockInfo;
}
