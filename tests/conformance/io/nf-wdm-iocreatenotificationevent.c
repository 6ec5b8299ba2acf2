// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

CONFORMANCE(IoCreateNotificationEvent, ANewOneIsSignalledAndTheNameIsShared) {
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\BaseNamedObjects\\ConformanceIoEvent");
    HANDLE first = NULL, second = NULL;
    PKEVENT event = IoCreateNotificationEvent(&name, &first), again;
    REQUIRE(event != NULL);
    CHECK_EQ(KeReadStateEvent(event), 1);
    KeClearEvent(event);
    again = IoCreateNotificationEvent(&name, &second);
    CHECK_EQ(again, event);
    CHECK_EQ(KeReadStateEvent(event), 0);
    KeSetEvent(event, 0, FALSE);
    CHECK(Arrives(event));
    CHECK_EQ(KeReadStateEvent(event), 1);
    ZwClose(second);
    ZwClose(first);
}

CONFORMANCE(IoCreateNotificationEvent, NullForANameThatCannotBe) {
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\ConformanceNoDirectory\\Event");
    HANDLE handle = NULL;
    CHECK_EQ(IoCreateNotificationEvent(&name, &handle), NULL);
}
