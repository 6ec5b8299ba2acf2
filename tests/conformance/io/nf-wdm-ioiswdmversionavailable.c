// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

CONFORMANCE(IoIsWdmVersionAvailable, TrueUpToOurVersion) {
    CHECK_EQ(IoIsWdmVersionAvailable(1, 0x10), TRUE);
    CHECK_EQ(IoIsWdmVersionAvailable(1, 0x30), TRUE);
    CHECK_EQ(IoIsWdmVersionAvailable(6, 0), TRUE);
    CHECK_EQ(IoIsWdmVersionAvailable(99, 0), FALSE);
}
