// SPDX-License-Identifier: GPL-2.0-only
// Prototype of public headers. The block begins at gs:[0x180]; at offset 8 is the running thread.
#include "conformance.h"

NTKERNELAPI PVOID NTAPI KeQueryPrcbAddress(ULONG Number);

CONFORMANCE(KeQueryPrcbAddress, NamesTheRunningThread) {
    PVOID* block;
    KeSetSystemAffinityThread(1);
    block = KeQueryPrcbAddress(0);
    CHECK(block != NULL && block[1] == (PVOID)KeGetCurrentThread());
    KeRevertToUserAffinityThread();
    CHECK_EQ(KeQueryPrcbAddress(63), NULL);
}
