// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(PVOID, PsGetParentSilo, PVOID);

CONFORMANCE(PsGetParentSilo, OfNoJobIsTheHost) { CHECK_EQ(ImportedPsGetParentSilo(NULL), NULL); }
