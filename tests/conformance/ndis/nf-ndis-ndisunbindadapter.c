/* SPDX-License-Identifier: GPL-2.0-only */
/* What drivers ask to be done to their own layers, and where their parameters are. */
#include "test_filter.h"

static BOOLEAN Up(VOID) {
    MiniportNew();
    return MiniportUp() && FilterUp(&Filter) == NDIS_STATUS_SUCCESS &&
           ProtocolUp(&Protocol) == NDIS_STATUS_SUCCESS;
}
static VOID Down(VOID) {
    ProtocolDown(&Protocol);
    FilterDown(&Filter);
    MiniportDown();
}

CONFORMANCE(NdisUnbindAdapter, HasTheProtocolUnbound) {
    NDIS_STATUS status = NDIS_STATUS_FAILURE;
    FilterNew(&Filter);
    ProtocolNew(&Protocol);
    REQUIRE(Up());
    AT_IRQL(DISPATCH_LEVEL, status = NdisUnbindAdapter(Protocol.Binding));
    CHECK_STATUS(status, NDIS_STATUS_SUCCESS);
    CHECK(EVENTUALLY(Protocol.Unbinds == 1));
    CHECK_EQ(Protocol.Pauses, 1);
    Down();
    CHECK_EQ(Protocol.Unbinds, 1);
}
CONFORMANCE(NdisUnbindAdapter, TheBindingMayBeGoneFirst) {
    FilterNew(&Filter);
    ProtocolNew(&Protocol);
    REQUIRE(Up());
    CHECK_STATUS(NdisUnbindAdapter(Protocol.Binding), NDIS_STATUS_SUCCESS);
    CHECK_STATUS(NdisUnbindAdapter(Protocol.Binding), NDIS_STATUS_SUCCESS);
    Down();
    CHECK_EQ(Protocol.Unbinds, 1);
}

CONFORMANCE(NdisReEnumerateProtocolBindings, BindsWhatIsNotBound) {
    FilterNew(&Filter);
    ProtocolNew(&Protocol);
    REQUIRE(Up());
    CHECK_STATUS(NdisUnbindAdapter(Protocol.Binding), NDIS_STATUS_SUCCESS);
    CHECK(EVENTUALLY(Protocol.Unbinds == 1));
    NdisReEnumerateProtocolBindings(Protocol.Handle);
    CHECK(EVENTUALLY(Protocol.Restarts == 2));
    CHECK_EQ(Protocol.Binds, 2);
    Down();
    CHECK_EQ(Protocol.Unbinds, 2);
}
CONFORMANCE(NdisReEnumerateProtocolBindings, LeavesWhatIsBound) {
    FilterNew(&Filter);
    ProtocolNew(&Protocol);
    REQUIRE(Up());
    NdisReEnumerateProtocolBindings(Protocol.Handle);
    PauseMs(10);
    CHECK_EQ(Protocol.Binds, 1);
    Down();
}

CONFORMANCE(NdisFRestartFilter, PausesAndRestartsTheModule) {
    NDIS_STATUS status = NDIS_STATUS_FAILURE;
    FilterNew(&Filter);
    Filter.HasModuleOptions = TRUE;
    ProtocolNew(&Protocol);
    REQUIRE(Up());
    CHECK_EQ(Filter.ModuleOptions, 1);
    AT_IRQL(DISPATCH_LEVEL, status = NdisFRestartFilter(Filter.Module));
    CHECK_STATUS(status, NDIS_STATUS_SUCCESS);
    CHECK(EVENTUALLY(Protocol.Restarts == 2));
    CHECK_EQ(Filter.Pauses, 1);
    CHECK_EQ(Filter.ModuleOptions, 2);
    CHECK_EQ(Filter.Restarts, 2);
    CHECK_EQ(Filter.Detaches, 0);
    Down();
}
CONFORMANCE(NdisFRestartFilter, TheModuleMayBeGoneFirst) {
    FilterNew(&Filter);
    ProtocolNew(&Protocol);
    REQUIRE(Up());
    CHECK_STATUS(NdisFRestartFilter(Filter.Module), NDIS_STATUS_SUCCESS);
    Down();
    CHECK_EQ(Filter.Detaches, 1);
}

CONFORMANCE(NdisGeneratePartialCancelId, IsAnotherOneEachTime) {
    UCHAR first = NdisGeneratePartialCancelId(), second = first;
    AT_IRQL(DISPATCH_LEVEL, second = NdisGeneratePartialCancelId());
    CHECK(first != second);
    CHECK(NdisGeneratePartialCancelId() != second);
}

/* ---- Parameters */

#define SERVICES L"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\"

static HANDLE keys[8];
static ULONG keyCount;

static HANDLE MakeKey(PCWSTR path) {
    UNICODE_STRING name;
    OBJECT_ATTRIBUTES attributes;
    HANDLE key = NULL;
    RtlInitUnicodeString(&name, path);
    InitializeObjectAttributes(&attributes, &name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL,
                               NULL);
    CHECK_SUCCESS(
        ZwCreateKey(&key, KEY_ALL_ACCESS, &attributes, 0, NULL, REG_OPTION_VOLATILE, NULL));
    keys[keyCount++] = key;
    return key;
}
static VOID DeleteKeys(VOID) {
    while (keyCount != 0) {
        CHECK_SUCCESS(ZwDeleteKey(keys[--keyCount]));
        ZwClose(keys[keyCount]);
    }
}
/* The number that stands at the value "Where". */
static ULONG Read(NDIS_HANDLE handle) {
    NDIS_CONFIGURATION_OBJECT object = {{NDIS_OBJECT_TYPE_CONFIGURATION_OBJECT,
                                         NDIS_CONFIGURATION_OBJECT_REVISION_1,
                                         NDIS_SIZEOF_CONFIGURATION_OBJECT_REVISION_1}};
    UNICODE_STRING where = RTL_CONSTANT_STRING(L"Where");
    PNDIS_CONFIGURATION_PARAMETER parameter;
    NDIS_HANDLE configuration;
    NDIS_STATUS status;
    ULONG number = 0;
    object.NdisHandle = handle;
    if (NdisOpenConfigurationEx(&object, &configuration) != NDIS_STATUS_SUCCESS) return 0;
    NdisReadConfiguration(&status, &parameter, configuration, &where, NdisParameterInteger);
    if (status == NDIS_STATUS_SUCCESS) number = parameter->ParameterData.IntegerData;
    NdisCloseConfiguration(configuration);
    return number;
}
static VOID Write(HANDLE key, ULONG number) {
    UNICODE_STRING where = RTL_CONSTANT_STRING(L"Where");
    CHECK_SUCCESS(ZwSetValueKey(key, &where, 0, REG_DWORD, &number, sizeof(number)));
}
CONFORMANCE(NdisOpenConfigurationEx, KnowsAProtocolsKeys) {
    WCHAR path[200] = SERVICES;
    FilterNew(&Filter);
    ProtocolNew(&Protocol);
    REQUIRE(Up());
    CHECK_EQ(Read(Protocol.Handle), 0); /* no such key */
    CHECK_EQ(Read(Protocol.Binding), 0);
    MakeKey(SERVICES L"ConformanceProtocol");
    Write(MakeKey(SERVICES L"ConformanceProtocol\\Parameters"), 1);
    MakeKey(SERVICES L"ConformanceProtocol\\Parameters\\Adapters");
    RtlCopyMemory(path + wcslen(SERVICES), Protocol.Section,
                  (wcslen(Protocol.Section) + 1) * sizeof(WCHAR));
    Write(MakeKey(path), 2);
    CHECK_EQ(Read(Protocol.Handle), 1);
    CHECK_EQ(Read(Protocol.Binding), 2);
    DeleteKeys();
    Down();
}
CONFORMANCE(NdisOpenConfigurationEx, KnowsAFilterModulesKey) {
    WCHAR path[200] = SERVICES L"ConformanceFilter\\Parameters\\Adapters\\";
    FilterNew(&Filter);
    ProtocolNew(&Protocol);
    REQUIRE(Up());
    CHECK_EQ(Read(Filter.Module), 0);
    MakeKey(SERVICES L"ConformanceFilter");
    MakeKey(SERVICES L"ConformanceFilter\\Parameters");
    MakeKey(SERVICES L"ConformanceFilter\\Parameters\\Adapters");
    RtlCopyMemory(path + wcslen(path), Filter.MiniportName + 8,
                  (wcslen(Filter.MiniportName + 8) + 1) * sizeof(WCHAR));
    Write(MakeKey(path), 3);
    CHECK_EQ(Read(Filter.Module), 3);
    DeleteKeys();
    Down();
}
