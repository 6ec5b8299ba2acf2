// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

#undef IoCheckShareAccessEx
#undef IoSetShareAccessEx
static FILE_OBJECT Files[2];
static SHARE_ACCESS Share;

CONFORMANCE(IoSetShareAccessEx, WithoutWritePermissionNobodyKeepsReadersOut) {
    BOOLEAN mayWrite = FALSE;
    RtlZeroMemory(Files, sizeof(Files));
    IoSetShareAccessEx(FILE_READ_DATA, 0, &Files[0], &Share, &mayWrite);
    CHECK(Share.OpenCount == 1 && Share.SharedRead == 1 && Share.SharedWrite == 0);
    mayWrite = TRUE;
    IoSetShareAccessEx(FILE_READ_DATA, 0, &Files[0], &Share, &mayWrite);
    CHECK_EQ(Share.SharedRead, 0);
    IoSetShareAccessEx(FILE_READ_DATA, 0, &Files[0], &Share, NULL);
    CHECK_EQ(Share.SharedRead, 0);
}

CONFORMANCE(IoCheckShareAccessEx, DowngradesAnExclusiveReadWithoutWritePermission) {
    BOOLEAN mayWrite = FALSE;
    RtlZeroMemory(Files, sizeof(Files));
    IoSetShareAccessEx(FILE_READ_DATA, FILE_SHARE_READ, &Files[0], &Share, NULL);
    CHECK_STATUS(IoCheckShareAccessEx(FILE_READ_DATA, 0, &Files[1], &Share, FALSE, NULL),
                 STATUS_SHARING_VIOLATION);
    CHECK_STATUS(IoCheckShareAccessEx(FILE_READ_DATA, 0, &Files[1], &Share, TRUE, &mayWrite),
                 STATUS_SUCCESS);
    CHECK(Share.OpenCount == 2 && Share.SharedRead == 2);
    CHECK_STATUS(
        IoCheckShareAccessEx(FILE_WRITE_DATA, FILE_SHARE_READ, &Files[1], &Share, FALSE, NULL),
        STATUS_SHARING_VIOLATION);
}
