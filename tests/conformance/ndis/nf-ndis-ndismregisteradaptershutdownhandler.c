/* SPDX-License-Identifier: GPL-2.0-only */
/* With NdisMDeregisterAdapterShutdownHandler. */
#include "legacy_adapter.h"

static LONG Calls;
static PVOID CalledWith;
static VOID NTAPI OnShutdown(PVOID context) {
    ++Calls;
    CalledWith = context;
}

CONFORMANCE(NdisMRegisterAdapterShutdownHandler, ItIsCalledWithItsContextAtShutdown) {
    int context;
    Calls = 0;
    REQUIRE(LegacyUp());
    NdisMRegisterAdapterShutdownHandler(Legacy.Adapter, &context, OnShutdown);
    CHECK_EQ(Calls, 0);
    CHECK_SUCCESS(LegacyRequest(IRP_MJ_SHUTDOWN, 0));
    CHECK_EQ(Calls, 1);
    CHECK(CalledWith == &context);
    CHECK_EQ(Legacy.Shutdowns, 0); /* the registered one takes the place of the characteristics' */
    LegacyDown();
}
CONFORMANCE(NdisMRegisterAdapterShutdownHandler, WithoutItTheCharacteristicsOneIsCalled) {
    REQUIRE(LegacyUp());
    CHECK_SUCCESS(LegacyRequest(IRP_MJ_SHUTDOWN, 0));
    CHECK_EQ(Legacy.Shutdowns, 1);
    LegacyDown();
}
CONFORMANCE(NdisMDeregisterAdapterShutdownHandler, ItIsNotCalledAnyMore) {
    Calls = 0;
    REQUIRE(LegacyUp());
    NdisMRegisterAdapterShutdownHandler(Legacy.Adapter, &Calls, OnShutdown);
    NdisMDeregisterAdapterShutdownHandler(Legacy.Adapter);
    CHECK_SUCCESS(LegacyRequest(IRP_MJ_SHUTDOWN, 0));
    CHECK_EQ(Calls, 0);
    LegacyDown();
}
CONFORMANCE(NdisMDeregisterAdapterShutdownHandler, ThereMayBeNone) {
    REQUIRE(LegacyUp());
    NdisMDeregisterAdapterShutdownHandler(Legacy.Adapter);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    LegacyDown();
}
