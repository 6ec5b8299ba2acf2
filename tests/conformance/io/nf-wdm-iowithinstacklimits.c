// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

CONFORMANCE(IoWithinStackLimits, TrueForWhatLiesWholeInTheStack) {
    static UCHAR elsewhere[16];
    UCHAR here[16];
    ULONG within = 0;
    AT_IRQL(APC_LEVEL, within = IoWithinStackLimits((ULONG_PTR)here, sizeof(here)));
    CHECK(within);
    CHECK(!IoWithinStackLimits((ULONG_PTR)elsewhere, sizeof(elsewhere)));
    CHECK(!IoWithinStackLimits((ULONG_PTR)here, 0x10000000));
    CHECK(!IoWithinStackLimits((ULONG_PTR)here, (SIZE_T)-1));
}

CONFORMANCE(IoGetInitialStack, IsTheTopOfTheStackInUse) {
    UCHAR here[16];
    ULONG_PTR base = 0;
    AT_IRQL(APC_LEVEL, base = (ULONG_PTR)IoGetInitialStack());
    CHECK(base > (ULONG_PTR)here);
    CHECK(base - (ULONG_PTR)here < 0x10000);
    CHECK(IoWithinStackLimits(base - 64, 64));
}
