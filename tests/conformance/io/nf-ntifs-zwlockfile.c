// SPDX-License-Identifier: GPL-2.0-only
#include "services.h"

static ULONG SeenMinor, SeenKey;
static LARGE_INTEGER SeenOffset, SeenBytes;
static UCHAR SeenFlags;
static NTSTATUS Answer;

static NTSTATUS NTAPI Lock(PDEVICE_OBJECT Device, PIRP Irp) {
    PIO_STACK_LOCATION here = IoGetCurrentIrpStackLocation(Irp);
    UNREFERENCED_PARAMETER(Device);
    if (here->MajorFunction != IRP_MJ_LOCK_CONTROL) return Complete(Irp, STATUS_SUCCESS, 0);
    SeenMinor = here->MinorFunction;
    SeenKey = here->Parameters.LockControl.Key;
    SeenOffset = here->Parameters.LockControl.ByteOffset;
    if (here->Parameters.LockControl.Length != NULL)
        SeenBytes = *here->Parameters.LockControl.Length;
    SeenFlags = here->Flags;
    return Complete(Irp, Answer, 0);
}

static VOID Locking(BOOLEAN Zw) {
    LARGE_INTEGER offset = {.QuadPart = 100}, length = {.QuadPart = 50};
    IO_STATUS_BLOCK outcome;
    OPENED opened;
    REQUIRE(OpenDevice(&opened, 0, FILE_SYNCHRONOUS_IO_NONALERT));
    ConformanceDispatch = Lock;
    Answer = STATUS_SUCCESS;
    CHECK_STATUS((Zw ? ZwLockFile : NtLockFile)(opened.File, NULL, NULL, NULL, &outcome, &offset,
                                                &length, 7, TRUE, TRUE),
                 STATUS_SUCCESS);
    CHECK_EQ(SeenMinor, IRP_MN_LOCK);
    CHECK(SeenOffset.QuadPart == 100 && SeenBytes.QuadPart == 50 && SeenKey == 7);
    CHECK_EQ(SeenFlags & (SL_FAIL_IMMEDIATELY | SL_EXCLUSIVE_LOCK),
             SL_FAIL_IMMEDIATELY | SL_EXCLUSIVE_LOCK);
    Answer = STATUS_LOCK_NOT_GRANTED;
    CHECK_STATUS((Zw ? ZwLockFile : NtLockFile)(opened.File, NULL, NULL, NULL, &outcome, &offset,
                                                &length, 7, FALSE, FALSE),
                 STATUS_LOCK_NOT_GRANTED);
    CHECK_EQ(SeenFlags & (SL_FAIL_IMMEDIATELY | SL_EXCLUSIVE_LOCK), 0);
    CloseDevice(&opened);
}

static VOID Unlocking(BOOLEAN Zw) {
    LARGE_INTEGER offset = {.QuadPart = 8}, length = {.QuadPart = 16};
    IO_STATUS_BLOCK outcome;
    OPENED opened;
    REQUIRE(OpenDevice(&opened, 0, FILE_SYNCHRONOUS_IO_NONALERT));
    ConformanceDispatch = Lock;
    Answer = STATUS_SUCCESS;
    CHECK_STATUS((Zw ? ZwUnlockFile : NtUnlockFile)(opened.File, &outcome, &offset, &length, 3),
                 STATUS_SUCCESS);
    CHECK_EQ(SeenMinor, IRP_MN_UNLOCK_SINGLE);
    CHECK(SeenOffset.QuadPart == 8 && SeenBytes.QuadPart == 16 && SeenKey == 3);
    Answer = STATUS_RANGE_NOT_LOCKED;
    CHECK_STATUS((Zw ? ZwUnlockFile : NtUnlockFile)(opened.File, &outcome, &offset, &length, 3),
                 STATUS_RANGE_NOT_LOCKED);
    CloseDevice(&opened);
}

CONFORMANCE(ZwLockFile, TheDriverSeesRangeKeyAndFlags) { Locking(TRUE); }
CONFORMANCE(NtLockFile, TheDriverSeesRangeKeyAndFlags) { Locking(FALSE); }
CONFORMANCE(ZwUnlockFile, TheDriverSeesTheRange) { Unlocking(TRUE); }
CONFORMANCE(NtUnlockFile, TheDriverSeesTheRange) { Unlocking(FALSE); }
