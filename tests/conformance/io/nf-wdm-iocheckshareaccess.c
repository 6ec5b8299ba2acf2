// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

static FILE_OBJECT Files[3];
static SHARE_ACCESS Share;

static VOID Begin(ACCESS_MASK Access, ULONG Desired) {
    RtlZeroMemory(Files, sizeof(Files));
    RtlFillMemory(&Share, sizeof(Share), 0xCC);
    IoSetShareAccess(Access, Desired, &Files[0], &Share);
}

CONFORMANCE(IoSetShareAccess, StartsTheCountsWithTheFirstOpen) {
    Begin(FILE_READ_DATA | FILE_APPEND_DATA, FILE_SHARE_READ | FILE_SHARE_DELETE);
    CHECK_EQ(Share.OpenCount, 1);
    CHECK(Share.Readers == 1 && Share.Writers == 1 && Share.Deleters == 0);
    CHECK(Share.SharedRead == 1 && Share.SharedWrite == 0 && Share.SharedDelete == 1);
    CHECK(Files[0].ReadAccess && Files[0].WriteAccess && !Files[0].DeleteAccess);
    CHECK(Files[0].SharedRead && !Files[0].SharedWrite && Files[0].SharedDelete);
}

CONFORMANCE(IoSetShareAccess, AnOpenForAttributesOnlyIsNotCounted) {
    Begin(FILE_READ_ATTRIBUTES, 0);
    CHECK_EQ(Share.OpenCount, 0);
    CHECK_EQ(Share.Readers, 0);
}

CONFORMANCE(IoCheckShareAccess, RefusesWhatOneSideDoesNotShare) {
    Begin(FILE_READ_DATA, FILE_SHARE_READ);
    CHECK_STATUS(IoCheckShareAccess(FILE_WRITE_DATA, FILE_SHARE_READ | FILE_SHARE_WRITE, &Files[1],
                                    &Share, FALSE),
                 STATUS_SHARING_VIOLATION);
    CHECK_STATUS(IoCheckShareAccess(FILE_READ_DATA, FILE_SHARE_WRITE, &Files[1], &Share, FALSE),
                 STATUS_SHARING_VIOLATION);
    CHECK_STATUS(IoCheckShareAccess(FILE_READ_DATA, FILE_SHARE_READ, &Files[1], &Share, FALSE),
                 STATUS_SUCCESS);
    CHECK_EQ(Share.OpenCount, 1);
    CHECK_STATUS(IoCheckShareAccess(FILE_READ_DATA, FILE_SHARE_READ, &Files[1], &Share, TRUE),
                 STATUS_SUCCESS);
    CHECK_EQ(Share.OpenCount, 2);
    CHECK_EQ(Share.SharedRead, 2);
}

CONFORMANCE(IoUpdateShareAccess, CountsAnOpenThatWasChecked) {
    Begin(FILE_READ_DATA, FILE_SHARE_READ | FILE_SHARE_WRITE);
    CHECK_SUCCESS(IoCheckShareAccess(FILE_WRITE_DATA, FILE_SHARE_READ, &Files[1], &Share, FALSE));
    IoUpdateShareAccess(&Files[1], &Share);
    CHECK_EQ(Share.OpenCount, 2);
    CHECK_EQ(Share.Writers, 1);
    CHECK_EQ(Share.SharedRead, 2);
    CHECK_EQ(Share.SharedWrite, 1);
}

CONFORMANCE(IoRemoveShareAccess, TakesTheOpenBack) {
    Begin(FILE_READ_DATA, FILE_SHARE_READ);
    CHECK_SUCCESS(IoCheckShareAccess(FILE_READ_DATA, FILE_SHARE_READ, &Files[1], &Share, TRUE));
    IoRemoveShareAccess(&Files[0], &Share);
    CHECK_EQ(Share.OpenCount, 1);
    CHECK_EQ(Share.Readers, 1);
    IoRemoveShareAccess(&Files[1], &Share);
    CHECK_EQ(Share.OpenCount, 0);
    CHECK_SUCCESS(IoCheckShareAccess(DELETE, 0, &Files[2], &Share, TRUE));
    CHECK_EQ(Share.Deleters, 1);
}
