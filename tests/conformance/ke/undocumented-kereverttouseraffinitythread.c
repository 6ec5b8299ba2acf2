// SPDX-License-Identifier: GPL-2.0-only
// Prototype of wdm.h; KeSetSystemAffinityThread has a page and names it.
#include "conformance.h"

CONFORMANCE(KeRevertToUserAffinityThread, LetsTheThreadRunEverywhereAgain) {
    KeSetSystemAffinityThread(1);
    KeRevertToUserAffinityThread();
    CHECK_EQ(KeSetSystemAffinityThreadEx(1), 0);
    KeRevertToUserAffinityThreadEx(0);
}
