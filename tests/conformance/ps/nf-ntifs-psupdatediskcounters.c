// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(VOID, PsUpdateDiskCounters, PEPROCESS, ULONG64, ULONG64, ULONG, ULONG, ULONG);

CONFORMANCE(PsUpdateDiskCounters, MayBeCalledAtDispatchLevel) {
    AT_IRQL(DISPATCH_LEVEL,
            ImportedPsUpdateDiskCounters(PsInitialSystemProcess, 512, 512, 1, 1, 0));
}
