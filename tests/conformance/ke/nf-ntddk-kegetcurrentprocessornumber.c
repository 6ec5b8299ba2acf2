// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(ULONG, KeGetCurrentProcessorNumber, VOID);

CONFORMANCE(KeGetCurrentProcessorNumber, IsTheProcessorOfTheAffinity) {
    ULONG count = KeQueryActiveProcessorCount(NULL), i;
    for (i = 0; i < count; i++) {
        KAFFINITY before = KeSetSystemAffinityThreadEx((KAFFINITY)1 << i);
        CHECK_EQ(ImportedKeGetCurrentProcessorNumber(), i);
        KeRevertToUserAffinityThreadEx(before);
    }
}
