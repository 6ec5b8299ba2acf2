// SPDX-License-Identifier: GPL-2.0-only
#include "provider.h"

CONFORMANCE(EtwEventEnabled, AgreesWithEtwProviderEnabled) {
    REGHANDLE handle = Register();
    BOOLEAN enabled = FALSE;
    AT_IRQL(HIGH_LEVEL, enabled = EtwEventEnabled(handle, &Informational));
    CHECK_EQ(enabled, EtwProviderEnabled(handle, Informational.Level, Informational.Keyword));
    CHECK_EQ(EtwEventEnabled(handle, &Verbose),
             EtwProviderEnabled(handle, Verbose.Level, Verbose.Keyword));
    EtwUnregister(handle);
}

CONFORMANCE(EtwEventEnabled, FalseWithoutARegistration) {
    CHECK_EQ(EtwEventEnabled(0, &Informational), FALSE);
    CHECK_EQ(EtwEventEnabled(0x123456789ULL, &Informational), FALSE);
}
