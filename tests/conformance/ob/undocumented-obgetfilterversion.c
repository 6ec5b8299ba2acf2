// SPDX-License-Identifier: GPL-2.0-only
#include "names.h"

// Facts: ObGetFilterVersion of wdm.h.
CONFORMANCE(ObGetFilterVersion, IsTheVersionOfRegistrations) {
    CHECK_EQ(ObGetFilterVersion(), OB_FLT_REGISTRATION_VERSION);
}
