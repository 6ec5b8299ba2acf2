/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

CONFORMANCE(ExRaiseDatatypeMisalignment, RaisesAMisalignment) {
    CHECK_RAISES(ExRaiseDatatypeMisalignment(), STATUS_DATATYPE_MISALIGNMENT);
    AT_IRQL(DISPATCH_LEVEL,
            CHECK_RAISES(ExRaiseDatatypeMisalignment(), STATUS_DATATYPE_MISALIGNMENT));
}
