// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(VOID, PsDereferencePrimaryToken, PACCESS_TOKEN);

CONFORMANCE(PsDereferencePrimaryToken, GivesTheReferenceBack) {
    PACCESS_TOKEN first = PsReferencePrimaryToken(PsInitialSystemProcess), second;
    ImportedPsDereferencePrimaryToken(first);
    second = PsReferencePrimaryToken(PsInitialSystemProcess);
    CHECK_EQ(second, first);
    ImportedPsDereferencePrimaryToken(second);
}
