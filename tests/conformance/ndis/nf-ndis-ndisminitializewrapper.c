/* SPDX-License-Identifier: GPL-2.0-only */
/* NdisInitializeWrapper, as NdisMInitializeWrapper is exported, with NdisTerminateWrapper. */
#include "legacy_adapter.h"

CONFORMANCE(NdisInitializeWrapper, GivesAHandleToRegisterWith) {
    NDIS_MINIPORT_CHARACTERISTICS characteristics;
    REQUIRE(LegacyDriverUp());
    CHECK(Legacy.Wrapper != NULL);
    LegacyCharacteristics(&characteristics);
    CHECK_STATUS(NdisMRegisterMiniport(Legacy.Wrapper, &characteristics, sizeof(characteristics)),
                 NDIS_STATUS_SUCCESS);
    LegacyDriverDown();
}
CONFORMANCE(NdisInitializeWrapper, LeavesADriverThatHasNotRegisteredWithoutAddDevice) {
    REQUIRE(LegacyDriverUp());
    CHECK(Legacy.Driver->DriverExtension->AddDevice == NULL);
    LegacyDriverDown();
}
CONFORMANCE(NdisTerminateWrapper, EndsTheRegistration) {
    NDIS_MINIPORT_CHARACTERISTICS characteristics;
    REQUIRE(LegacyDriverUp());
    LegacyCharacteristics(&characteristics);
    CHECK_STATUS(NdisMRegisterMiniport(Legacy.Wrapper, &characteristics, sizeof(characteristics)),
                 NDIS_STATUS_SUCCESS);
    CHECK(Legacy.Driver->DriverExtension->AddDevice != NULL);
    NdisTerminateWrapper(Legacy.Wrapper, NULL);
    CHECK(Legacy.Driver->DriverExtension->AddDevice == NULL); /* no device comes any more */
    LegacyDriverDown();
}
CONFORMANCE(NdisTerminateWrapper, MayComeBeforeTheRegistration) {
    REQUIRE(LegacyDriverUp());
    NdisTerminateWrapper(Legacy.Wrapper, NULL);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    LegacyDriverDown();
}
