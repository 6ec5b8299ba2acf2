/* SPDX-License-Identifier: GPL-2.0-only */
#include "test_protocol.h"

static NDIS_STATUS Register(NDIS_PROTOCOL_DRIVER_CHARACTERISTICS* characteristics) {
    ProtocolNew(&Protocol);
    return NdisRegisterProtocolDriver(&Protocol, characteristics, &Protocol.Handle);
}

CONFORMANCE(NdisRegisterProtocolDriver, GivesAHandleAndSaysThatAllIsBound) {
    ProtocolNew(&Protocol);
    REQUIRE(ProtocolUp(&Protocol) == NDIS_STATUS_SUCCESS);
    CHECK(Protocol.Handle != NULL);
    CHECK_EQ(Protocol.Binds, 0);
    CHECK_EQ(Protocol.BindsCompletes, 1);
    CHECK(!Protocol.EventHadContext);
    ProtocolDown(&Protocol);
}
CONFORMANCE(NdisRegisterProtocolDriver, RefusesAWrongVersion) {
    NDIS_PROTOCOL_DRIVER_CHARACTERISTICS characteristics = ProtocolCharacteristics;
    characteristics.MajorNdisVersion = 7;
    CHECK_STATUS(Register(&characteristics), NDIS_STATUS_BAD_VERSION);
    characteristics.MajorNdisVersion = 4;
    CHECK_STATUS(Register(&characteristics), NDIS_STATUS_BAD_VERSION);
}
CONFORMANCE(NdisRegisterProtocolDriver, RefusesWrongCharacteristics) {
    NDIS_PROTOCOL_DRIVER_CHARACTERISTICS characteristics = ProtocolCharacteristics;
    characteristics.Header.Type = NDIS_OBJECT_TYPE_DEFAULT;
    CHECK_STATUS(Register(&characteristics), NDIS_STATUS_BAD_CHARACTERISTICS);
    characteristics = ProtocolCharacteristics;
    characteristics.Header.Size = 8;
    CHECK_STATUS(Register(&characteristics), NDIS_STATUS_BAD_CHARACTERISTICS);
    characteristics = ProtocolCharacteristics;
    characteristics.BindAdapterHandlerEx = NULL;
    CHECK_STATUS(Register(&characteristics), NDIS_STATUS_BAD_CHARACTERISTICS);
    characteristics = ProtocolCharacteristics;
    characteristics.CloseAdapterCompleteHandlerEx = NULL;
    CHECK_STATUS(Register(&characteristics), NDIS_STATUS_BAD_CHARACTERISTICS);
    characteristics = ProtocolCharacteristics;
    characteristics.SendNetBufferListsCompleteHandler = NULL;
    CHECK_STATUS(Register(&characteristics), NDIS_STATUS_BAD_CHARACTERISTICS);
}
CONFORMANCE(NdisRegisterProtocolDriver, TakesOneWithoutOptionalHandlers) {
    NDIS_PROTOCOL_DRIVER_CHARACTERISTICS characteristics = ProtocolCharacteristics;
    characteristics.StatusHandlerEx = NULL;
    characteristics.UninstallHandler = NULL;
    CHECK_STATUS(Register(&characteristics), NDIS_STATUS_SUCCESS);
    ProtocolDown(&Protocol);
}
static NDIS_STATUS optionsStatus;
static NDIS_HANDLE optionsHandle;
static NDIS_STATUS NTAPI SetOptions(NDIS_HANDLE handle, NDIS_HANDLE context) {
    CHECK(context == &Protocol);
    optionsHandle = handle;
    return optionsStatus;
}
CONFORMANCE(NdisRegisterProtocolDriver, CallsProtocolSetOptions) {
    NDIS_PROTOCOL_DRIVER_CHARACTERISTICS characteristics = ProtocolCharacteristics;
    characteristics.SetOptionsHandler = SetOptions;
    optionsStatus = NDIS_STATUS_SUCCESS;
    REQUIRE(Register(&characteristics) == NDIS_STATUS_SUCCESS);
    CHECK(optionsHandle == Protocol.Handle);
    ProtocolDown(&Protocol);
}
CONFORMANCE(NdisRegisterProtocolDriver, FailsWithProtocolSetOptions) {
    NDIS_PROTOCOL_DRIVER_CHARACTERISTICS characteristics = ProtocolCharacteristics;
    characteristics.SetOptionsHandler = SetOptions;
    optionsStatus = NDIS_STATUS_RESOURCES;
    MiniportNew();
    REQUIRE(MiniportUp());
    CHECK_STATUS(Register(&characteristics), NDIS_STATUS_RESOURCES);
    CHECK_EQ(Protocol.Binds, 0);
    MiniportDown();
}
CONFORMANCE(NdisRegisterProtocolDriver, BindsToAnAdapterThatRuns) {
    RSL_NDIS_ADAPTER_STATE state;
    MiniportNew();
    ProtocolNew(&Protocol);
    REQUIRE(MiniportUp());
    REQUIRE(ProtocolUp(&Protocol) == NDIS_STATUS_SUCCESS);
    CHECK_EQ(Protocol.Binds, 1);
    CHECK_EQ(Protocol.Restarts, 1);
    CHECK_EQ(Protocol.Parameters.Header.Type, NDIS_OBJECT_TYPE_BIND_PARAMETERS);
    CHECK(Protocol.Parameters.PhysicalDeviceObject == MiniportPdo);
    CHECK_EQ(Protocol.Parameters.MediaType, NdisMedium802_3);
    CHECK_EQ(Protocol.Parameters.MtuSize, 1500);
    CHECK_EQ(Protocol.Power.Header.Type, NDIS_OBJECT_TYPE_DEFAULT); /* mandatory since NDIS 6.20 */
    CHECK_EQ(Protocol.Power.MinMagicPacketWakeUp, 0);
    CHECK_EQ(Protocol.Parameters.MacAddressLength, 6);
    CHECK_EQ(Protocol.Parameters.CurrentMacAddress[5], 7);
    CHECK_EQ(Protocol.Parameters.LowestIfIndex, Miniport.Index);
    CHECK_EQ(Protocol.Parameters.BoundIfIndex, Miniport.Index);
    CHECK_EQ(Protocol.BoundIndex, Miniport.Index);
    CHECK_STATUS(RslNdisQueryAdapter(Miniport.Index, &state), STATUS_SUCCESS);
    CHECK(wcsstr(Protocol.AdapterName, state.Instance) == Protocol.AdapterName + 8);
    CHECK(wcsncmp(Protocol.AdapterName, L"\\Device\\", 8) == 0);
    CHECK(wcsncmp(Protocol.Section, L"ConformanceProtocol\\Parameters\\Adapters\\{", 41) == 0);
    ProtocolDown(&Protocol);
    MiniportDown();
}
CONFORMANCE(NdisRegisterProtocolDriver, BindsToAnAdapterThatComesAndUnbindsWhenItGoes) {
    MiniportNew();
    ProtocolNew(&Protocol);
    REQUIRE(ProtocolUp(&Protocol) == NDIS_STATUS_SUCCESS);
    for (LONG round = 1; round <= 3; ++round) {
        REQUIRE(MiniportUp());
        CHECK_EQ(Protocol.Binds, round);
        CHECK_EQ(Protocol.Restarts, round);
        CHECK_EQ(Protocol.Unbinds, round - 1);
        MiniportDown();
        CHECK_EQ(Protocol.Pauses, round);
        CHECK_EQ(Protocol.Unbinds, round);
        CHECK_EQ(Miniport.Halted, round);
    }
    ProtocolDown(&Protocol);
    CHECK_EQ(Protocol.Unbinds, 3);
}

/* The service's Linkage\\Bind, a REG_MULTI_SZ of one name; NULL takes the key away. */
static VOID SetLinkage(PCWSTR name) {
    static PCWSTR const paths[] = {
        L"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\ConformanceProtocol",
        L"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\ConformanceProtocol\\Linkage"};
    UNICODE_STRING path, value = RTL_CONSTANT_STRING(L"Bind");
    OBJECT_ATTRIBUTES attributes;
    HANDLE keys[2];
    WCHAR text[80] = {0};
    for (ULONG i = 0; i < 2; ++i) {
        RtlInitUnicodeString(&path, paths[i]);
        InitializeObjectAttributes(&attributes, &path, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE,
                                   NULL, NULL);
        CHECK_SUCCESS(
            ZwCreateKey(&keys[i], KEY_ALL_ACCESS, &attributes, 0, NULL, REG_OPTION_VOLATILE, NULL));
    }
    if (name != NULL) {
        ULONG length = (ULONG)wcslen(name);
        RtlCopyMemory(text, name, length * sizeof(WCHAR));
        CHECK_SUCCESS(
            ZwSetValueKey(keys[1], &value, 0, REG_MULTI_SZ, text, (length + 2) * sizeof(WCHAR)));
    } else {
        CHECK_SUCCESS(ZwDeleteKey(keys[1]));
        CHECK_SUCCESS(ZwDeleteKey(keys[0]));
    }
    ZwClose(keys[1]);
    ZwClose(keys[0]);
}
CONFORMANCE(NdisRegisterProtocolDriver, BindsToTheAdaptersThatItsServiceNames) {
    MiniportNew();
    ProtocolNew(&Protocol);
    REQUIRE(MiniportUp());
    SetLinkage(L"\\Device\\{00000000-0000-0000-0000-000000000000}");
    CHECK_STATUS(ProtocolUp(&Protocol), NDIS_STATUS_SUCCESS);
    CHECK_EQ(Protocol.Binds, 0);
    CHECK_EQ(Protocol.BindsCompletes, 1);
    ProtocolDown(&Protocol);
    SetLinkage(NULL);
    CHECK_STATUS(ProtocolUp(&Protocol), NDIS_STATUS_SUCCESS);
    CHECK_EQ(Protocol.Binds, 1);
    ProtocolDown(&Protocol);
    SetLinkage(Protocol.AdapterName);
    CHECK_STATUS(ProtocolUp(&Protocol), NDIS_STATUS_SUCCESS);
    CHECK_EQ(Protocol.Binds, 2);
    ProtocolDown(&Protocol);
    SetLinkage(NULL);
    MiniportDown();
}

CONFORMANCE(NdisDeregisterProtocolDriver, UnbindsFirst) {
    MiniportNew();
    ProtocolNew(&Protocol);
    REQUIRE(MiniportUp());
    REQUIRE(ProtocolUp(&Protocol) == NDIS_STATUS_SUCCESS);
    CHECK_EQ(Protocol.Unbinds, 0);
    ProtocolDown(&Protocol);
    CHECK_EQ(Protocol.Pauses, 1);
    CHECK_EQ(Protocol.Unbinds, 1);
    CHECK_EQ(Miniport.Paused, 0); /* the adapter goes on */
    MiniportDown();
    CHECK_EQ(Protocol.Unbinds, 1);
    CHECK_EQ(Protocol.Binds, 1);
}
CONFORMANCE(NdisDeregisterProtocolDriver, LeavesAnotherProtocolBound) {
    MiniportNew();
    ProtocolNew(&Protocol);
    ProtocolNew(&Other);
    REQUIRE(MiniportUp());
    REQUIRE(ProtocolUp(&Protocol) == NDIS_STATUS_SUCCESS);
    REQUIRE(ProtocolUp(&Other) == NDIS_STATUS_SUCCESS);
    CHECK_EQ(Other.Binds, 1);
    ProtocolDown(&Protocol);
    CHECK_EQ(Other.Unbinds, 0);
    CHECK_EQ(Other.Pauses, 0);
    MiniportDown();
    CHECK_EQ(Other.Unbinds, 1);
    ProtocolDown(&Other);
}
CONFORMANCE(NdisDeregisterProtocolDriver, ClosesWhatTheDriverLeavesOpen) {
    MiniportNew();
    ProtocolNew(&Protocol);
    Protocol.LeaveOpen = TRUE;
    REQUIRE(MiniportUp());
    REQUIRE(ProtocolUp(&Protocol) == NDIS_STATUS_SUCCESS);
    ProtocolDown(&Protocol);
    CHECK_EQ(Protocol.Unbinds, 1);
    MiniportDown();
}

/* ProtocolStatusEx's page: NDIS tells of the begin and the end of a reset. */
static volatile LONG resets[2];
static VOID NTAPI CountsResets(NDIS_HANDLE context, PNDIS_STATUS_INDICATION indication) {
    UNREFERENCED_PARAMETER(context);
    if (indication->StatusCode == NDIS_STATUS_RESET_START && Miniport.Resets == 0)
        InterlockedIncrement(&resets[0]);
    if (indication->StatusCode == NDIS_STATUS_RESET_END && Miniport.Resets == 1)
        InterlockedIncrement(&resets[1]);
}
CONFORMANCE(NdisRegisterProtocolDriver, AProtocolHearsOfResets) {
    NDIS_PROTOCOL_DRIVER_CHARACTERISTICS characteristics = ProtocolCharacteristics;
    characteristics.StatusHandlerEx = CountsResets;
    resets[0] = resets[1] = 0;
    MiniportNew();
    REQUIRE(MiniportUp());
    CHECK_STATUS(Register(&characteristics), NDIS_STATUS_SUCCESS);
    NdisMResetMiniport(Miniport.Adapter);
    CHECK(EVENTUALLY(resets[1] == 1));
    CHECK_EQ(resets[0], 1);
    CHECK_EQ(Miniport.Resets, 1);
    ProtocolDown(&Protocol);
    MiniportDown();
}
