// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"
#include "current.h"

CONFORMANCE(IoIsSystemThread, IsTrueInASystemThread) {
    CHECK(IoIsSystemThread(PsGetCurrentThread()));
}

CONFORMANCE_IN_CALLER(IoIsSystemThread, IsFalseInACallersThread) {
    CHECK(!IoIsSystemThread(PsGetCurrentThread()));
}
