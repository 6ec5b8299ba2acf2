// SPDX-License-Identifier: GPL-2.0-only
#include "provider.h"

CONFORMANCE(EtwProviderEnabled, ZeroesAskWhetherAnythingIsEnabled) {
    REGHANDLE handle = Register();
    BOOLEAN enabled = FALSE;
    AT_IRQL(HIGH_LEVEL, enabled = EtwProviderEnabled(handle, 0, 0));
    if (EtwProviderEnabled(handle, 4, 1)) CHECK_EQ(enabled, TRUE);
    EtwUnregister(handle);
    CHECK_EQ(EtwProviderEnabled(handle, 0, 0), FALSE);
}
