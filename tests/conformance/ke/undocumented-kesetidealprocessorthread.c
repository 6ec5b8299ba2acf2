// SPDX-License-Identifier: GPL-2.0-only
// Prototype of public headers (ntddk.h of older kits); the user-mode twin SetThreadIdealProcessor
// is documented: a hint, and the previous ideal processor comes back.
#include "conformance.h"

NTKERNELAPI UCHAR NTAPI KeSetIdealProcessorThread(PKTHREAD Thread, UCHAR Processor);

CONFORMANCE(KeSetIdealProcessorThread, ReturnsThePreviousOne) {
    PKTHREAD self = KeGetCurrentThread();
    UCHAR last = (UCHAR)(KeQueryActiveProcessorCount(NULL) - 1);
    UCHAR before = KeSetIdealProcessorThread(self, last);
    CHECK(before < KeQueryMaximumProcessorCount());
    CHECK_EQ(KeSetIdealProcessorThread(self, 0), last);
    CHECK_EQ(KeSetIdealProcessorThread(self, before), 0);
}
