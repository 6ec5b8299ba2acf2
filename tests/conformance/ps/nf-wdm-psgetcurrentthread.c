// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(PETHREAD, PsGetCurrentThread, VOID);

CONFORMANCE(PsGetCurrentThread, IsTheRunningThread) {
    CHECK_EQ(ImportedPsGetCurrentThread(), (PETHREAD)KeGetCurrentThread());
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(ImportedPsGetCurrentThread(), (PETHREAD)KeGetCurrentThread()));
}
