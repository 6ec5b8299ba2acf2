/* SPDX-License-Identifier: GPL-2.0-only */
/* Byte-range locks as file systems use them: a FILE_LOCK, made-up file objects, no file system. */
#include "files.h"

static FILE_OBJECT One, Two;
static int Unlocked;

static VOID NTAPI OnUnlock(PVOID context, PFILE_LOCK_INFO info) {
    (void)context;
    Unlocked += info->Length.QuadPart == 10;
}

static BOOLEAN Take(PFILE_LOCK lock, PFILE_OBJECT file, LONGLONG at, LONGLONG bytes, ULONG key, BOOLEAN exclusive, NTSTATUS* outcome) {
    LARGE_INTEGER offset = {.QuadPart = at}, length = {.QuadPart = bytes};
    IO_STATUS_BLOCK status = {{0}};
    BOOLEAN decided = FsRtlPrivateLock(lock, file, &offset, &length, PsGetCurrentProcess(), key, TRUE, exclusive, &status, NULL, NULL, FALSE);
    *outcome = status.Status;
    return decided;
}

static BOOLEAN MayWrite(PFILE_LOCK lock, PFILE_OBJECT file, LONGLONG at, LONGLONG bytes, ULONG key) {
    LARGE_INTEGER offset = {.QuadPart = at}, length = {.QuadPart = bytes};
    return FsRtlFastCheckLockForWrite(lock, &offset, &length, key, file, PsGetCurrentProcess());
}
static BOOLEAN MayRead(PFILE_LOCK lock, PFILE_OBJECT file, LONGLONG at, LONGLONG bytes, ULONG key) {
    LARGE_INTEGER offset = {.QuadPart = at}, length = {.QuadPart = bytes};
    return FsRtlFastCheckLockForRead(lock, &offset, &length, key, file, PsGetCurrentProcess());
}

CONFORMANCE(FsRtlInitializeFileLock, StartsWithoutLocks) {
    FILE_LOCK lock;
    FsRtlInitializeFileLock(&lock, NULL, NULL);
    CHECK(FsRtlGetNextFileLock(&lock, TRUE) == NULL);
    CHECK(MayWrite(&lock, &One, 0, 100, 0));
    FsRtlUninitializeFileLock(&lock);
}

CONFORMANCE(FsRtlPrivateLock, ExclusiveExcludesAllSharedExcludesExclusive) {
    FILE_LOCK lock;
    NTSTATUS status;
    FsRtlInitializeFileLock(&lock, NULL, NULL);
    CHECK(Take(&lock, &One, 0, 10, 1, FALSE, &status));
    CHECK_STATUS(status, STATUS_SUCCESS);
    CHECK(Take(&lock, &Two, 5, 10, 2, FALSE, &status)); /* shared with shared */
    CHECK(!Take(&lock, &Two, 5, 1, 2, TRUE, &status));
    CHECK_STATUS(status, STATUS_LOCK_NOT_GRANTED);
    CHECK(Take(&lock, &Two, 15, 10, 2, TRUE, &status)); /* beside it */
    CHECK(!Take(&lock, &One, 20, 1, 1, FALSE, &status));
    FsRtlUninitializeFileLock(&lock);
}

CONFORMANCE(FsRtlPrivateLock, RefusesRangesThatWrapAround) {
    FILE_LOCK lock;
    NTSTATUS status;
    FsRtlInitializeFileLock(&lock, NULL, NULL);
    CHECK(Take(&lock, &One, -5, 10, 0, TRUE, &status));
    CHECK_STATUS(status, STATUS_INVALID_LOCK_RANGE);
    FsRtlUninitializeFileLock(&lock);
}

CONFORMANCE(FsRtlUninitializeFileLock, FreesWhatIsHeld) {
    FILE_LOCK lock;
    NTSTATUS status;
    FsRtlInitializeFileLock(&lock, NULL, NULL);
    CHECK(Take(&lock, &One, 0, 10, 0, TRUE, &status));
    FsRtlUninitializeFileLock(&lock);
    FsRtlInitializeFileLock(&lock, NULL, NULL);
    CHECK(Take(&lock, &Two, 0, 10, 0, TRUE, &status));
    CHECK_STATUS(status, STATUS_SUCCESS);
    FsRtlUninitializeFileLock(&lock);
}

CONFORMANCE(FsRtlAllocateFileLock, MakesOneThatWorks) {
    NTSTATUS status;
    PFILE_LOCK lock = FsRtlAllocateFileLock(NULL, NULL);
    REQUIRE(lock != NULL);
    CHECK(Take(lock, &One, 0, 10, 0, TRUE, &status));
    CHECK(!MayRead(lock, &Two, 5, 1, 0));
    FsRtlFreeFileLock(lock);
}

CONFORMANCE(FsRtlFreeFileLock, FreesOneWithLocks) {
    NTSTATUS status;
    PFILE_LOCK lock = FsRtlAllocateFileLock(NULL, NULL);
    REQUIRE(lock != NULL);
    CHECK(Take(lock, &One, 0, 10, 0, FALSE, &status));
    CHECK(Take(lock, &Two, 0, 10, 0, FALSE, &status));
    FsRtlFreeFileLock(lock);
}

CONFORMANCE(FsRtlFastCheckLockForRead, OnlyOthersExclusiveLocksForbid) {
    FILE_LOCK lock;
    NTSTATUS status;
    FsRtlInitializeFileLock(&lock, NULL, NULL);
    Take(&lock, &One, 0, 10, 7, TRUE, &status);
    Take(&lock, &One, 20, 10, 7, FALSE, &status);
    CHECK(MayRead(&lock, &One, 0, 10, 7));
    CHECK(!MayRead(&lock, &One, 0, 10, 8)); /* another key is another owner */
    CHECK(!MayRead(&lock, &Two, 9, 1, 7));
    CHECK(MayRead(&lock, &Two, 10, 10, 7));
    CHECK(MayRead(&lock, &Two, 20, 10, 7));
    FsRtlUninitializeFileLock(&lock);
}

CONFORMANCE(FsRtlFastCheckLockForWrite, SharedLocksForbidEvenTheirOwner) {
    FILE_LOCK lock;
    NTSTATUS status;
    FsRtlInitializeFileLock(&lock, NULL, NULL);
    Take(&lock, &One, 0, 10, 0, TRUE, &status);
    Take(&lock, &One, 20, 10, 0, FALSE, &status);
    CHECK(MayWrite(&lock, &One, 0, 10, 0));
    CHECK(!MayWrite(&lock, &Two, 0, 1, 0));
    CHECK(!MayWrite(&lock, &One, 25, 1, 0));
    CHECK(MayWrite(&lock, &Two, 10, 10, 0));
    FsRtlUninitializeFileLock(&lock);
}

CONFORMANCE(FsRtlFastUnlockSingle, TakesExactRangesAndTells) {
    FILE_LOCK lock;
    NTSTATUS status;
    LARGE_INTEGER offset = {.QuadPart = 0}, length = {.QuadPart = 9};
    FsRtlInitializeFileLock(&lock, NULL, &OnUnlock);
    Unlocked = 0;
    Take(&lock, &One, 0, 10, 0, TRUE, &status);
    CHECK_STATUS(FsRtlFastUnlockSingle(&lock, &One, &offset, &length, PsGetCurrentProcess(), 0, NULL, FALSE), STATUS_RANGE_NOT_LOCKED);
    length.QuadPart = 10;
    CHECK_STATUS(FsRtlFastUnlockSingle(&lock, &Two, &offset, &length, PsGetCurrentProcess(), 0, NULL, FALSE), STATUS_RANGE_NOT_LOCKED);
    CHECK_EQ(Unlocked, 0);
    CHECK_STATUS(FsRtlFastUnlockSingle(&lock, &One, &offset, &length, PsGetCurrentProcess(), 0, NULL, FALSE), STATUS_SUCCESS);
    CHECK_EQ(Unlocked, 1);
    FsRtlUninitializeFileLock(&lock);
}

CONFORMANCE(FsRtlFastUnlockAll, TakesAllOfOneFileObject) {
    FILE_LOCK lock;
    NTSTATUS status;
    FsRtlInitializeFileLock(&lock, NULL, NULL);
    CHECK_STATUS(FsRtlFastUnlockAll(&lock, &One, PsGetCurrentProcess(), NULL), STATUS_RANGE_NOT_LOCKED);
    Take(&lock, &One, 0, 10, 1, TRUE, &status);
    Take(&lock, &One, 20, 10, 2, TRUE, &status);
    Take(&lock, &Two, 40, 10, 1, TRUE, &status);
    CHECK_STATUS(FsRtlFastUnlockAll(&lock, &One, PsGetCurrentProcess(), NULL), STATUS_SUCCESS);
    CHECK(MayWrite(&lock, &Two, 0, 30, 9));
    CHECK(!MayWrite(&lock, &One, 40, 1, 9));
    FsRtlUninitializeFileLock(&lock);
}

CONFORMANCE(FsRtlFastUnlockAllByKey, TakesThoseWithTheKey) {
    FILE_LOCK lock;
    NTSTATUS status;
    FsRtlInitializeFileLock(&lock, NULL, NULL);
    Take(&lock, &One, 0, 10, 1, TRUE, &status);
    Take(&lock, &One, 20, 10, 2, TRUE, &status);
    CHECK_STATUS(FsRtlFastUnlockAllByKey(&lock, &One, PsGetCurrentProcess(), 1, NULL), STATUS_SUCCESS);
    CHECK(MayWrite(&lock, &Two, 0, 10, 0));
    CHECK(!MayWrite(&lock, &Two, 20, 10, 0));
    CHECK_STATUS(FsRtlFastUnlockAllByKey(&lock, &One, PsGetCurrentProcess(), 1, NULL), STATUS_RANGE_NOT_LOCKED);
    FsRtlUninitializeFileLock(&lock);
}

CONFORMANCE(FsRtlGetNextFileLock, ListsThemAll) {
    FILE_LOCK lock;
    NTSTATUS status;
    PFILE_LOCK_INFO info;
    LONGLONG sum = 0;
    int count = 0;
    FsRtlInitializeFileLock(&lock, NULL, NULL);
    Take(&lock, &One, 100, 10, 5, TRUE, &status);
    Take(&lock, &Two, 200, 20, 6, FALSE, &status);
    for (info = FsRtlGetNextFileLock(&lock, TRUE); info; info = FsRtlGetNextFileLock(&lock, FALSE)) {
        ++count;
        sum += info->StartingByte.QuadPart;
        CHECK_EQ(info->EndingByte.QuadPart, info->StartingByte.QuadPart + info->Length.QuadPart - 1);
        CHECK_EQ(info->ExclusiveLock, info->FileObject == &One);
    }
    CHECK_EQ(count, 2);
    CHECK_EQ(sum, 300);
    FsRtlUninitializeFileLock(&lock);
}

/* An IRP of lock or transfer kind for a made-up file object, at its first stack location. */
static PIRP MakeIrp(UCHAR major, UCHAR minor, PFILE_OBJECT file) {
    PIRP irp = IoAllocateIrp(1, FALSE);
    if (irp) {
        IoSetNextIrpStackLocation(irp);
        IoGetCurrentIrpStackLocation(irp)->MajorFunction = major;
        IoGetCurrentIrpStackLocation(irp)->MinorFunction = minor;
        IoGetCurrentIrpStackLocation(irp)->FileObject = file;
        irp->Tail.Overlay.Thread = PsGetCurrentThread();
    }
    return irp;
}

static NTSTATUS Completed;
static NTSTATUS NTAPI OnLockComplete(PVOID context, PIRP irp) {
    (void)context;
    Completed = irp->IoStatus.Status;
    return irp->IoStatus.Status;
}

CONFORMANCE(FsRtlProcessFileLock, LocksWaitsAndUnlocks) {
    FILE_LOCK lock;
    LARGE_INTEGER length = {.QuadPart = 10};
    PIRP first = MakeIrp(IRP_MJ_LOCK_CONTROL, IRP_MN_LOCK, &One), second = MakeIrp(IRP_MJ_LOCK_CONTROL, IRP_MN_LOCK, &Two),
         unlock = MakeIrp(IRP_MJ_LOCK_CONTROL, IRP_MN_UNLOCK_ALL, &One);
    REQUIRE(first && second && unlock);
    FsRtlInitializeFileLock(&lock, &OnLockComplete, NULL);
    IoGetCurrentIrpStackLocation(first)->Parameters.LockControl.Length = &length;
    IoGetCurrentIrpStackLocation(first)->Flags = SL_EXCLUSIVE_LOCK;
    IoGetCurrentIrpStackLocation(second)->Parameters.LockControl.Length = &length;
    IoGetCurrentIrpStackLocation(second)->Flags = SL_EXCLUSIVE_LOCK;
    CHECK_STATUS(FsRtlProcessFileLock(&lock, first, NULL), STATUS_SUCCESS);
    Completed = STATUS_UNSUCCESSFUL;
    CHECK_STATUS(FsRtlProcessFileLock(&lock, second, NULL), STATUS_PENDING);
    CHECK_STATUS(Completed, STATUS_UNSUCCESSFUL);
    CHECK_STATUS(FsRtlProcessFileLock(&lock, unlock, NULL), STATUS_SUCCESS); /* and grants the one that waits */
    CHECK_STATUS(second->IoStatus.Status, STATUS_SUCCESS);
    CHECK(!MayRead(&lock, &One, 0, 1, 0));
    FsRtlUninitializeFileLock(&lock);
    IoFreeIrp(first);
    IoFreeIrp(second);
    IoFreeIrp(unlock);
}

CONFORMANCE(FsRtlProcessFileLock, FailsAtOnceWhenAsked) {
    FILE_LOCK lock;
    NTSTATUS status;
    LARGE_INTEGER length = {.QuadPart = 10};
    PIRP irp = MakeIrp(IRP_MJ_LOCK_CONTROL, IRP_MN_LOCK, &Two);
    REQUIRE(irp != NULL);
    FsRtlInitializeFileLock(&lock, &OnLockComplete, NULL);
    Take(&lock, &One, 0, 10, 0, TRUE, &status);
    IoGetCurrentIrpStackLocation(irp)->Parameters.LockControl.Length = &length;
    IoGetCurrentIrpStackLocation(irp)->Flags = SL_EXCLUSIVE_LOCK | SL_FAIL_IMMEDIATELY;
    FsRtlProcessFileLock(&lock, irp, NULL);
    CHECK_STATUS(Completed, STATUS_LOCK_NOT_GRANTED);
    FsRtlUninitializeFileLock(&lock);
    IoFreeIrp(irp);
}

CONFORMANCE(FsRtlCheckLockForReadAccess, TakesRangeAndOwnerFromTheIrp) {
    FILE_LOCK lock;
    NTSTATUS status;
    PIRP irp = MakeIrp(IRP_MJ_READ, 0, &Two);
    REQUIRE(irp != NULL);
    FsRtlInitializeFileLock(&lock, NULL, NULL);
    IoGetCurrentIrpStackLocation(irp)->Parameters.Read.Length = 5;
    IoGetCurrentIrpStackLocation(irp)->Parameters.Read.ByteOffset.QuadPart = 8;
    CHECK(FsRtlCheckLockForReadAccess(&lock, irp));
    Take(&lock, &One, 0, 10, 0, TRUE, &status);
    CHECK(!FsRtlCheckLockForReadAccess(&lock, irp));
    IoGetCurrentIrpStackLocation(irp)->Parameters.Read.ByteOffset.QuadPart = 10;
    CHECK(FsRtlCheckLockForReadAccess(&lock, irp));
    FsRtlUninitializeFileLock(&lock);
    IoFreeIrp(irp);
}

CONFORMANCE(FsRtlCheckLockForWriteAccess, TakesRangeAndOwnerFromTheIrp) {
    FILE_LOCK lock;
    NTSTATUS status;
    PIRP irp = MakeIrp(IRP_MJ_WRITE, 0, &One);
    REQUIRE(irp != NULL);
    FsRtlInitializeFileLock(&lock, NULL, NULL);
    IoGetCurrentIrpStackLocation(irp)->Parameters.Write.Length = 5;
    Take(&lock, &One, 0, 10, 0, TRUE, &status);
    CHECK(FsRtlCheckLockForWriteAccess(&lock, irp)); /* it is the owner */
    Take(&lock, &One, 20, 10, 0, FALSE, &status);
    IoGetCurrentIrpStackLocation(irp)->Parameters.Write.ByteOffset.QuadPart = 22;
    CHECK(!FsRtlCheckLockForWriteAccess(&lock, irp));
    FsRtlUninitializeFileLock(&lock);
    IoFreeIrp(irp);
}
