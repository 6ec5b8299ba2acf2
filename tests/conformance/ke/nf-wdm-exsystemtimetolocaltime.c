// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(ExSystemTimeToLocalTime, IsUndoneByTheInverse) {
    LARGE_INTEGER system, local, back;
    KeQuerySystemTime(&system);
    ExSystemTimeToLocalTime(&system, &local);
    ExLocalTimeToSystemTime(&local, &back);
    CHECK_EQ(back.QuadPart, system.QuadPart);
    CHECK(local.QuadPart - system.QuadPart <= 14LL * 3600 * 10000000);
}
