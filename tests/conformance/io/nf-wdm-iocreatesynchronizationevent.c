// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

CONFORMANCE(IoCreateSynchronizationEvent, ANewOneIsSignalledAndOneWaitClearsIt) {
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\BaseNamedObjects\\ConformanceIoSyncEvent");
    HANDLE handle = NULL;
    PKEVENT event = IoCreateSynchronizationEvent(&name, &handle);
    REQUIRE(event != NULL);
    CHECK_EQ(KeReadStateEvent(event), 1);
    CHECK(Arrives(event));
    CHECK_EQ(KeReadStateEvent(event), 0);
    ZwClose(handle);
}

CONFORMANCE(IoCreateSynchronizationEvent, NullForANameThatCannotBe) {
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\ConformanceNoDirectory\\Event");
    HANDLE handle = NULL;
    CHECK_EQ(IoCreateSynchronizationEvent(&name, &handle), NULL);
}
