/* SPDX-License-Identifier: GPL-2.0-only */
#include "legacy_adapter.h"

static PDRIVER_OBJECT Unloaded;
static KIRQL UnloadIrql;
static VOID NTAPI OnUnload(PDRIVER_OBJECT driver) {
    Unloaded = driver;
    UnloadIrql = KeGetCurrentIrql();
}

static BOOLEAN RegisteredDriver(VOID) {
    NDIS_MINIPORT_CHARACTERISTICS characteristics;
    LegacyCharacteristics(&characteristics);
    return LegacyDriverUp() &&
           NdisMRegisterMiniport(Legacy.Wrapper, &characteristics, sizeof(characteristics)) ==
               NDIS_STATUS_SUCCESS;
}

CONFORMANCE(NdisMRegisterUnloadHandler, ItIsCalledWhenTheDriverIsUnloaded) {
    Unloaded = NULL;
    REQUIRE(RegisteredDriver());
    NdisMRegisterUnloadHandler(Legacy.Wrapper, OnUnload);
    CHECK(Unloaded == NULL);
    REQUIRE(Legacy.Driver->DriverUnload != NULL);
    Legacy.Driver->DriverUnload(Legacy.Driver);
    CHECK(Unloaded == Legacy.Driver);
    CHECK_EQ(UnloadIrql, PASSIVE_LEVEL);
    LegacyDriverDown();
}
CONFORMANCE(NdisMRegisterUnloadHandler, ADriverNeedsNone) {
    Unloaded = NULL;
    REQUIRE(RegisteredDriver());
    Legacy.Driver->DriverUnload(Legacy.Driver);
    CHECK(Unloaded == NULL);
    LegacyDriverDown();
}
