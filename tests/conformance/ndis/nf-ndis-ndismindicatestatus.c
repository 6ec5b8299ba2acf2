/* SPDX-License-Identifier: GPL-2.0-only */
/* NdisMIndicateStatus and NdisMIndicateStatusComplete, as functions and as the header's macros. */
#include "binding.h"
#include "legacy_adapter.h"

#undef NdisMIndicateStatus
#undef NdisMIndicateStatusComplete
NDISAPI VOID NTAPI NdisMIndicateStatus(NDIS_HANDLE MiniportAdapterHandle, NDIS_STATUS GeneralStatus,
                                       PVOID StatusBuffer, UINT StatusBufferSize);
NDISAPI VOID NTAPI NdisMIndicateStatusComplete(NDIS_HANDLE MiniportAdapterHandle);

#define CONNECTED    1
#define DISCONNECTED 2
#define LINK_STATE   0x40010017

CONFORMANCE(NdisMIndicateStatus, TellsWhoIsAboveOfTheLink) {
    REQUIRE(LegacyUp() && BindingUp());
    AT_IRQL(DISPATCH_LEVEL,
            NdisMIndicateStatus(Legacy.Adapter, NDIS_STATUS_MEDIA_DISCONNECT, NULL, 0));
    CHECK_EQ(Seen.Statuses, 1);
    CHECK_STATUS(Seen.LastStatus, LINK_STATE); /* as NDIS 6 calls it */
    CHECK_EQ(Seen.LinkState, DISCONNECTED);
    ((PNDIS_MINIPORT_BLOCK)Legacy.Adapter)
        ->StatusHandler(Legacy.Adapter, NDIS_STATUS_MEDIA_CONNECT, NULL, 0);
    CHECK_EQ(Seen.Statuses, 2);
    CHECK_EQ(Seen.LinkState, CONNECTED);
    CHECK_EQ(Seen.LinkSpeed, 100000000); /* what the driver answers, in units of 100 bits */
    BindingDown();
    LegacyDown();
}
CONFORMANCE(NdisMIndicateStatus, PassesOthersOn) {
    ULONG data = 7;
    REQUIRE(LegacyUp() && BindingUp());
    NdisMIndicateStatus(Legacy.Adapter, NDIS_STATUS_MEDIA_SPECIFIC_INDICATION, &data, sizeof(data));
    CHECK_EQ(Seen.Statuses, 1);
    CHECK_STATUS(Seen.LastStatus, NDIS_STATUS_MEDIA_SPECIFIC_INDICATION);
    BindingDown();
    LegacyDown();
}
CONFORMANCE(NdisMIndicateStatus, NobodyNeedsToBeAbove) {
    REQUIRE(LegacyUp());
    NdisMIndicateStatus(Legacy.Adapter, NDIS_STATUS_MEDIA_DISCONNECT, NULL, 0);
    REQUIRE(BindingUp());
    CHECK_EQ(Seen.Statuses, 0);
    BindingDown();
    LegacyDown();
}
CONFORMANCE(NdisMIndicateStatusComplete, EndsAnIndicationAndTellsNothingNew) {
    REQUIRE(LegacyUp() && BindingUp());
    NdisMIndicateStatus(Legacy.Adapter, NDIS_STATUS_MEDIA_DISCONNECT, NULL, 0);
    AT_IRQL(DISPATCH_LEVEL, NdisMIndicateStatusComplete(Legacy.Adapter));
    ((PNDIS_MINIPORT_BLOCK)Legacy.Adapter)->StatusCompleteHandler(Legacy.Adapter);
    CHECK_EQ(Seen.Statuses, 1);
    BindingDown();
    LegacyDown();
}
