// SPDX-License-Identifier: GPL-2.0-only
#include "clients.h"

NTKERNELAPI VOID NTAPI KeQuerySystemTimePrecise(PLARGE_INTEGER CurrentTime);
CONFORMANCE(PsGetProcessCreateTimeQuadPart, LiesInThePast) {
    LARGE_INTEGER before, after;
    PEPROCESS client;
    KeQuerySystemTimePrecise(&before);
    client = StartClient(L"time.exe");
    KeQuerySystemTimePrecise(&after);
    REQUIRE(client != NULL);
    CHECK(PsGetProcessCreateTimeQuadPart(client) >= before.QuadPart);
    CHECK(PsGetProcessCreateTimeQuadPart(client) <= after.QuadPart);
    CHECK(PsGetProcessCreateTimeQuadPart(PsInitialSystemProcess) < before.QuadPart);
    EndClient(client);
}
