// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeSetSystemAffinityThread, MovesTheThreadAtOnce) {
    ULONG count = KeQueryActiveProcessorCount(NULL), i;
    for (i = 0; i < count; i++) {
        KeSetSystemAffinityThread((KAFFINITY)1 << i);
        CHECK_EQ(KeGetCurrentProcessorNumberEx(NULL), i);
    }
    KeRevertToUserAffinityThread();
}
