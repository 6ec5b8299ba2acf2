/* SPDX-License-Identifier: GPL-2.0-only */
#include "test_filter.h"

static NDIS_STATUS Register(NDIS_FILTER_DRIVER_CHARACTERISTICS* characteristics) {
    FilterNew(&Filter);
    return NdisFRegisterFilterDriver(ConformanceDriver, &Filter, characteristics, &Filter.Handle);
}

CONFORMANCE(NdisFRegisterFilterDriver, GivesAHandleAndCallsFilterSetOptions) {
    FilterNew(&Filter);
    REQUIRE(FilterUp(&Filter) == NDIS_STATUS_SUCCESS);
    CHECK(Filter.Handle != NULL);
    CHECK_EQ(Filter.Options, 1);
    CHECK_EQ(Filter.Attaches, 0);
    FilterDown(&Filter);
}
CONFORMANCE(NdisFRegisterFilterDriver, RefusesAWrongVersion) {
    NDIS_FILTER_DRIVER_CHARACTERISTICS characteristics = FilterCharacteristics;
    characteristics.MajorNdisVersion = 5;
    CHECK_STATUS(Register(&characteristics), NDIS_STATUS_BAD_VERSION);
    characteristics.MajorNdisVersion = 7;
    CHECK_STATUS(Register(&characteristics), NDIS_STATUS_BAD_VERSION);
}
CONFORMANCE(NdisFRegisterFilterDriver, RefusesWrongCharacteristics) {
    NDIS_FILTER_DRIVER_CHARACTERISTICS characteristics = FilterCharacteristics;
    characteristics.Header.Type = NDIS_OBJECT_TYPE_DEFAULT;
    CHECK_STATUS(Register(&characteristics), NDIS_STATUS_BAD_CHARACTERISTICS);
    characteristics = FilterCharacteristics;
    characteristics.Header.Size = 8;
    CHECK_STATUS(Register(&characteristics), NDIS_STATUS_BAD_CHARACTERISTICS);
    characteristics = FilterCharacteristics;
    characteristics.AttachHandler = NULL;
    CHECK_STATUS(Register(&characteristics), NDIS_STATUS_BAD_CHARACTERISTICS);
    characteristics = FilterCharacteristics;
    characteristics.DetachHandler = NULL;
    CHECK_STATUS(Register(&characteristics), NDIS_STATUS_BAD_CHARACTERISTICS);
    characteristics = FilterCharacteristics;
    characteristics.RestartHandler = NULL;
    CHECK_STATUS(Register(&characteristics), NDIS_STATUS_BAD_CHARACTERISTICS);
    characteristics = FilterCharacteristics;
    characteristics.PauseHandler = NULL;
    CHECK_STATUS(Register(&characteristics), NDIS_STATUS_BAD_CHARACTERISTICS);
}
CONFORMANCE(NdisFRegisterFilterDriver, RefusesNoDriverObject) {
    NDIS_FILTER_DRIVER_CHARACTERISTICS characteristics = FilterCharacteristics;
    CHECK_STATUS(NdisFRegisterFilterDriver(NULL, &Filter, &characteristics, &Filter.Handle),
                 NDIS_STATUS_INVALID_PARAMETER);
}
CONFORMANCE(NdisFRegisterFilterDriver, FailsWithFilterSetOptions) {
    MiniportNew();
    FilterNew(&Filter);
    REQUIRE(MiniportUp());
    Filter.SetOptionsStatus = NDIS_STATUS_RESOURCES;
    CHECK_STATUS(FilterUp(&Filter), NDIS_STATUS_RESOURCES);
    CHECK_EQ(Filter.Attaches, 0);
    MiniportDown();
}
CONFORMANCE(NdisFRegisterFilterDriver, AttachesToAnAdapterThatRuns) {
    RSL_NDIS_ADAPTER_STATE state;
    MiniportNew();
    FilterNew(&Filter);
    REQUIRE(MiniportUp());
    REQUIRE(FilterUp(&Filter) == NDIS_STATUS_SUCCESS);
    CHECK_EQ(Filter.Attaches, 1);
    CHECK_EQ(Filter.Restarts, 1);
    CHECK_EQ(Miniport.Paused, 1); /* and runs again */
    CHECK_EQ(Miniport.Restarted, 2);
    CHECK_EQ(Filter.Parameters.Header.Type, NDIS_OBJECT_TYPE_FILTER_ATTACH_PARAMETERS);
    CHECK_EQ(Filter.Parameters.BaseMiniportIfIndex, Miniport.Index);
    CHECK_EQ(Filter.Parameters.LowerIfIndex, Miniport.Index);
    CHECK_EQ(Filter.LowerIndex, Miniport.Index);
    CHECK(Filter.Parameters.IfIndex != Miniport.Index);
    CHECK(Filter.Parameters.MiniportPhysicalDeviceObject == MiniportPdo);
    CHECK_EQ(Filter.Parameters.MiniportMediaType, NdisMedium802_3);
    CHECK_EQ(Filter.Parameters.MacAddressLength, 6);
    CHECK_EQ(Filter.Parameters.CurrentMacAddress[5], 7);
    CHECK_EQ(Filter.Parameters.MediaConnectState, MediaConnectStateConnected);
    CHECK_STATUS(RslNdisQueryAdapter(Miniport.Index, &state), STATUS_SUCCESS);
    CHECK_EQ(state.Running, 1);
    CHECK(wcsstr(Filter.MiniportName, state.Instance) == Filter.MiniportName + 8);
    CHECK(wcsstr(Filter.Name, state.Instance) == Filter.Name);
    CHECK(wcscmp(Filter.InstanceName, TEST_ADAPTER_NAME) == 0);
    CHECK(wcsstr(Filter.Name, FilterCharacteristics.UniqueName.Buffer) != NULL);
    FilterDown(&Filter);
    MiniportDown();
}
CONFORMANCE(NdisFRegisterFilterDriver, AttachesToAnAdapterThatComesAndDetachesWhenItGoes) {
    MiniportNew();
    FilterNew(&Filter);
    REQUIRE(FilterUp(&Filter) == NDIS_STATUS_SUCCESS);
    for (LONG round = 1; round <= 3; ++round) {
        REQUIRE(MiniportUp());
        CHECK_EQ(Filter.Attaches, round);
        CHECK_EQ(Filter.Restarts, round);
        CHECK_EQ(Filter.Pauses, round - 1);
        CHECK_EQ(Miniport.Restarted, round); /* once for each start */
        MiniportDown();
        CHECK_EQ(Filter.Pauses, round);
        CHECK_EQ(Filter.Detaches, round);
        CHECK_EQ(Miniport.Halted, round);
    }
    FilterDown(&Filter);
    CHECK_EQ(Filter.Detaches, 3);
}
CONFORMANCE(NdisFRegisterFilterDriver, TheLaterFilterIsAboveAndPausesFirst) {
    MiniportNew();
    FilterNew(&Filter);
    FilterNew(&Upper);
    ProtocolNew(&Protocol);
    REQUIRE(MiniportUp());
    REQUIRE(ProtocolUp(&Protocol) == NDIS_STATUS_SUCCESS);
    CHECK_STATUS(FilterUp(&Filter), NDIS_STATUS_SUCCESS);
    CHECK_STATUS(FilterUp(&Upper), NDIS_STATUS_SUCCESS);
    CHECK_EQ(Upper.LowerIndex, Filter.Parameters.IfIndex);
    CHECK_EQ(Upper.Parameters.LowerIfIndex, Filter.Parameters.IfIndex);
    CHECK_EQ(Protocol.BoundIndex, Upper.Parameters.IfIndex);
    CHECK_EQ(Protocol.Restarts, 3); /* bound, and two changes of the stack */
    CHECK_EQ(Protocol.Pauses, 2);
    CHECK(Filter.RestartOrder < Upper.RestartOrder);
    /* Each name has its length in front of it. */
    CHECK_EQ(Protocol.ModuleNameBytes,
             2 * sizeof(USHORT) + (wcslen(Filter.Name) + wcslen(Upper.Name)) * sizeof(WCHAR));
    CHECK_EQ(*(USHORT*)Protocol.ModuleNames, wcslen(Upper.Name) * sizeof(WCHAR));
    CHECK_BYTES(Protocol.ModuleNames + sizeof(USHORT), Upper.Name,
                wcslen(Upper.Name) * sizeof(WCHAR));
    MiniportDown();
    CHECK(Protocol.Order < Upper.PauseOrder);
    CHECK(Upper.PauseOrder < Filter.PauseOrder);
    FilterDown(&Filter);
    FilterDown(&Upper);
    ProtocolDown(&Protocol);
}
CONFORMANCE(NdisFRegisterFilterDriver, AFilterThatDoesNotAttachIsNotThere) {
    MiniportNew();
    FilterNew(&Filter);
    Filter.AttachStatus = NDIS_STATUS_RESOURCES;
    REQUIRE(MiniportUp());
    CHECK_STATUS(FilterUp(&Filter), NDIS_STATUS_SUCCESS);
    CHECK_EQ(Filter.Attaches, 1);
    CHECK_EQ(Filter.Restarts, 0);
    CHECK_EQ(Miniport.Restarted, 2);
    FilterDown(&Filter);
    CHECK_EQ(Filter.Detaches, 0);
    MiniportDown();
}

CONFORMANCE(NdisFDeregisterFilterDriver, DetachesFirst) {
    MiniportNew();
    FilterNew(&Filter);
    REQUIRE(MiniportUp());
    REQUIRE(FilterUp(&Filter) == NDIS_STATUS_SUCCESS);
    FilterDown(&Filter);
    CHECK_EQ(Filter.Pauses, 1);
    CHECK_EQ(Filter.Detaches, 1);
    CHECK_EQ(Miniport.Paused, 2);
    CHECK_EQ(Miniport.Restarted, 3); /* and runs again */
    MiniportDown();
    CHECK_EQ(Filter.Detaches, 1);
}
CONFORMANCE(NdisFDeregisterFilterDriver, LeavesTheFiltersAroundIt) {
    MiniportNew();
    FilterNew(&Filter);
    FilterNew(&Upper);
    REQUIRE(MiniportUp());
    REQUIRE(FilterUp(&Filter) == NDIS_STATUS_SUCCESS);
    REQUIRE(FilterUp(&Upper) == NDIS_STATUS_SUCCESS);
    FilterDown(&Filter);
    CHECK_EQ(Upper.Detaches, 0);
    CHECK_EQ(Upper.LowerIndex, Miniport.Index);
    MiniportDown();
    CHECK_EQ(Upper.Detaches, 1);
    FilterDown(&Upper);
}

CONFORMANCE(NdisFSetAttributes, GivesTheModuleItsContext) {
    MiniportNew();
    FilterNew(&Filter);
    REQUIRE(MiniportUp());
    REQUIRE(FilterUp(&Filter) == NDIS_STATUS_SUCCESS);
    CHECK_STATUS(Filter.AttributesStatus, NDIS_STATUS_SUCCESS);
    CHECK_EQ(Filter.Restarts, 1); /* counted in the context */
    FilterDown(&Filter);
    MiniportDown();
}
CONFORMANCE(NdisFSetAttributes, RefusesAnotherStructure) {
    MiniportNew();
    FilterNew(&Filter);
    Filter.WrongAttributes = TRUE;
    REQUIRE(MiniportUp());
    REQUIRE(FilterUp(&Filter) == NDIS_STATUS_SUCCESS);
    CHECK_STATUS(Filter.AttributesStatus, NDIS_STATUS_FAILURE);
    CHECK_EQ(Filter.Restarts, 0);
    FilterDown(&Filter);
    MiniportDown();
}

CONFORMANCE(NdisFPauseComplete, EndsAPendingPause) {
    MiniportNew();
    FilterNew(&Filter);
    Filter.PausePends = TRUE; /* completed by a DPC */
    REQUIRE(MiniportUp());
    REQUIRE(FilterUp(&Filter) == NDIS_STATUS_SUCCESS);
    FilterDown(&Filter);
    CHECK_EQ(Filter.Pauses, 1);
    CHECK_EQ(Filter.Detaches, 1);
    MiniportDown();
}
CONFORMANCE(NdisFPauseComplete, IsWaitedForBeforeTheMiniportPauses) {
    MiniportNew();
    FilterNew(&Filter);
    Filter.PausePends = TRUE;
    REQUIRE(FilterUp(&Filter) == NDIS_STATUS_SUCCESS);
    REQUIRE(MiniportUp());
    MiniportDown();
    CHECK_EQ(Miniport.Paused, 1);
    CHECK_EQ(Filter.Detaches, 1);
    FilterDown(&Filter);
}
CONFORMANCE(NdisFRestartComplete, EndsAPendingRestart) {
    MiniportNew();
    FilterNew(&Filter);
    Filter.RestartPends = TRUE;
    REQUIRE(MiniportUp());
    REQUIRE(FilterUp(&Filter) == NDIS_STATUS_SUCCESS);
    CHECK_EQ(Filter.Restarts, 1);
    CHECK_EQ(Filter.Detaches, 0);
    FilterDown(&Filter);
    CHECK_EQ(Filter.Pauses, 1);
    MiniportDown();
}
CONFORMANCE(NdisFRestartComplete, AFilterThatFailsIsDetached) {
    RSL_NDIS_ADAPTER_STATE state;
    MiniportNew();
    FilterNew(&Filter);
    Filter.RestartPends = TRUE;
    Filter.RestartStatus = NDIS_STATUS_RESOURCES;
    REQUIRE(MiniportUp());
    REQUIRE(FilterUp(&Filter) == NDIS_STATUS_SUCCESS);
    CHECK_EQ(Filter.Restarts, 1);
    CHECK_EQ(Filter.Pauses, 0);
    CHECK_EQ(Filter.Detaches, 1);
    CHECK_STATUS(RslNdisQueryAdapter(Miniport.Index, &state), STATUS_SUCCESS);
    CHECK_EQ(state.Running, 1); /* without it */
    FilterDown(&Filter);
    MiniportDown();
}
