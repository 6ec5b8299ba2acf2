/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

NTSYSAPI BOOLEAN NTAPI RtlIsStateSeparationEnabled(VOID);

CONFORMANCE(RtlIsStateSeparationEnabled, IsOffOnAnOrdinarySystem) {
    CHECK_EQ(RtlIsStateSeparationEnabled(), FALSE);
}
