/* SPDX-License-Identifier: GPL-2.0-only */
#include "test_miniport.h"

static VOID Describe(RSL_NDIS_ADAPTER_STATE* state) {
    RtlZeroMemory(state, sizeof(*state));
    CHECK_STATUS(RslNdisQueryAdapter(Miniport.Index, state), STATUS_SUCCESS);
}

CONFORMANCE(NdisMSetMiniportAttributes, TellsWhatTheAdapterIs) {
    RSL_NDIS_ADAPTER_STATE state;
    MiniportNew();
    REQUIRE(MiniportUp());
    Describe(&state);
    CHECK_EQ(state.Mtu, 1500);
    CHECK_EQ(state.CurrentAddress[0], 2);
    CHECK_EQ(state.CurrentAddress[5], 7);
    CHECK_EQ(state.XmitLinkSpeed, 1000000);
    CHECK_EQ(state.MediaConnectState, MediaConnectStateConnected);
    MiniportDown();
}
/* The context that registration attributes give is what the handlers get. */
static NDIS_STATUS found;
static NDIS_STATUS NTAPI TooLongAnAddress(NDIS_HANDLE adapter) {
    NDIS_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES general = {
        {NDIS_OBJECT_TYPE_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES,
         NDIS_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES_REVISION_1,
         NDIS_SIZEOF_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES_REVISION_1}};
    general.MacAddressLength = NDIS_MAX_PHYS_ADDRESS_LENGTH + 1;
    found = NdisMSetMiniportAttributes(adapter, (PNDIS_MINIPORT_ADAPTER_ATTRIBUTES)&general);
    return NDIS_STATUS_SUCCESS;
}
static NDIS_STATUS NTAPI TooShort(NDIS_HANDLE adapter) {
    NDIS_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES registration = {
        {NDIS_OBJECT_TYPE_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES,
         NDIS_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES_REVISION_1, 8}};
    found = NdisMSetMiniportAttributes(adapter, (PNDIS_MINIPORT_ADAPTER_ATTRIBUTES)&registration);
    return NDIS_STATUS_SUCCESS;
}
static NDIS_STATUS NTAPI AnotherKind(NDIS_HANDLE adapter) {
    NDIS_OBJECT_HEADER header = {0x70, 1, sizeof(header)};
    found = NdisMSetMiniportAttributes(adapter, (PNDIS_MINIPORT_ADAPTER_ATTRIBUTES)&header);
    return NDIS_STATUS_SUCCESS;
}
static VOID IsRefused(NDIS_STATUS(NTAPI* during)(NDIS_HANDLE)) {
    MiniportNew();
    found = NDIS_STATUS_SUCCESS;
    Miniport.DuringInitialize = during;
    REQUIRE(MiniportUp());
    CHECK(found != NDIS_STATUS_SUCCESS);
    MiniportDown();
}
CONFORMANCE(NdisMSetMiniportAttributes, RefusesWhatCannotBe) {
    IsRefused(TooLongAnAddress);
    IsRefused(TooShort);
    IsRefused(AnotherKind);
}
CONFORMANCE(NdisMSetMiniportAttributes, AFailedInitializationLeavesNoAdapterRunning) {
    RSL_NDIS_ADAPTER_STATE state;
    MiniportNew();
    Miniport.InitializeStatus = NDIS_STATUS_RESOURCES;
    REQUIRE(MiniportAdd());
    CHECK(!NT_SUCCESS(MiniportStart()));
    CHECK_EQ(Miniport.Initialized, 1);
    CHECK_EQ(Miniport.Halted, 0); /* MiniportHaltEx is not called after a failed initialization */
    CHECK_EQ(Miniport.Restarted, 0);
    Describe(&state);
    CHECK_EQ(state.Running, 0);
    MiniportDown();
}
