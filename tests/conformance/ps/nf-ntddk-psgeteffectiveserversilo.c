// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(PVOID, PsGetEffectiveServerSilo, PVOID);

CONFORMANCE(PsGetEffectiveServerSilo, OfTheHostIsTheHost) {
    CHECK_EQ(ImportedPsGetEffectiveServerSilo(NULL), NULL);
}
