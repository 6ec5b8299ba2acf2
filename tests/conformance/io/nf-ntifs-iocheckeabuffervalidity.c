// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

static struct {
    ULONG Next;
    UCHAR Flags, NameLength;
    USHORT ValueLength;
    CHAR Rest[16];
} List[2];

static ULONG Good(VOID) {
    int i;
    RtlZeroMemory(List, sizeof(List));
    for (i = 0; i < 2; i++) {
        List[i].NameLength = 4;
        List[i].ValueLength = 11;
        RtlCopyMemory(List[i].Rest, "NAME", 4);
    }
    List[0].Next = sizeof(List[0]);
    return sizeof(List);
}

static NTSTATUS Check(ULONG Length, PULONG Offset) {
    *Offset = 0xFFFF;
    return IoCheckEaBufferValidity((PFILE_FULL_EA_INFORMATION)List, Length, Offset);
}

CONFORMANCE(IoCheckEaBufferValidity, TakesAWellFormedList) {
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    ULONG offset, bytes = Good();
    AT_IRQL(APC_LEVEL, status = Check(bytes, &offset));
    CHECK_STATUS(status, STATUS_SUCCESS);
}

CONFORMANCE(IoCheckEaBufferValidity, TellsTheOffsetOfABadEntry) {
    ULONG offset, bytes = Good();
    List[1].Rest[4] = 'x'; /* no NUL behind the name */
    CHECK_STATUS(Check(bytes, &offset), STATUS_EA_LIST_INCONSISTENT);
    CHECK_EQ(offset, sizeof(List[0]));
    Good();
    List[0].Next = 6; /* not on a ULONG boundary */
    CHECK_STATUS(Check(bytes, &offset), STATUS_EA_LIST_INCONSISTENT);
    CHECK_EQ(offset, 0);
    Good();
    List[1].ValueLength = 100; /* beyond the buffer */
    CHECK_STATUS(Check(bytes, &offset), STATUS_EA_LIST_INCONSISTENT);
    Good();
    CHECK_STATUS(Check(4, &offset), STATUS_EA_LIST_INCONSISTENT);
    CHECK_STATUS(Check((ULONG)-8, &offset), STATUS_EA_LIST_INCONSISTENT);
}
