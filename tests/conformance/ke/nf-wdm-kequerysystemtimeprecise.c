// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

NTKERNELAPI VOID NTAPI KeQuerySystemTimePrecise(PLARGE_INTEGER CurrentTime);

CONFORMANCE(KeQuerySystemTimePrecise, AgreesWithTheSystemTime) {
    LARGE_INTEGER coarse, precise;
    KeQuerySystemTime(&coarse);
    KeQuerySystemTimePrecise(&precise);
    CHECK(precise.QuadPart >= coarse.QuadPart);
    CHECK(precise.QuadPart - coarse.QuadPart < 10000000);
    AT_IRQL(HIGH_LEVEL, KeQuerySystemTimePrecise(&precise));
}
