// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

// Facts: MmIsVerifierEnabled of ntddk.h.
CONFORMANCE(MmIsVerifierEnabled, TellsTheFlagsOrThatThereAreNone) {
    ULONG flags = 77;
    NTSTATUS status = MmIsVerifierEnabled(&flags);
    CHECK(status == STATUS_SUCCESS || (status == STATUS_NOT_SUPPORTED && flags == 0));
}
