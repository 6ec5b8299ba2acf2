/* SPDX-License-Identifier: GPL-2.0-only */
#include "ndis_test.h"

CONFORMANCE(NdisGetSharedDataAlignment, IsACacheLine) {
    ULONG bytes = NdisGetSharedDataAlignment();
    CHECK(bytes >= 64 && (bytes & (bytes - 1)) == 0);
}
