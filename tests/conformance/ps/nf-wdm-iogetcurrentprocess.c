// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(PEPROCESS, PsGetCurrentProcess, VOID);

CONFORMANCE(IoGetCurrentProcess, IsTheSystemProcessInASystemThread) {
    CHECK_EQ(IoGetCurrentProcess(), PsInitialSystemProcess);
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(IoGetCurrentProcess(), PsInitialSystemProcess));
}

CONFORMANCE_IN_CALLER(PsGetCurrentProcess, IsTheProcessOfTheCaller) {
    PEPROCESS found = NULL;
    CHECK(ImportedPsGetCurrentProcess() != PsInitialSystemProcess);
    CHECK_STATUS(PsLookupProcessByProcessId(PsGetCurrentProcessId(), &found), STATUS_SUCCESS);
    CHECK_EQ(ImportedPsGetCurrentProcess(), found);
    ObDereferenceObject(found);
}
