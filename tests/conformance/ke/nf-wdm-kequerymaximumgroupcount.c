// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeQueryMaximumGroupCount, IsAtLeastTheActiveCount) {
    CHECK(KeQueryMaximumGroupCount() >= KeQueryActiveGroupCount());
}
