// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(IoIs32bitProcess, IsFalseForANativeProcess) {
    CHECK(!IoIs32bitProcess(NULL));
    AT_IRQL(DISPATCH_LEVEL, CHECK(!IoIs32bitProcess(NULL)));
}
