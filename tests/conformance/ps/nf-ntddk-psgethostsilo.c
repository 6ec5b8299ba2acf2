// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(PVOID, PsGetHostSilo, VOID);

CONFORMANCE(PsGetHostSilo, IsNull) { CHECK_EQ(ImportedPsGetHostSilo(), NULL); }
