/* SPDX-License-Identifier: GPL-2.0-only */
#include "test_miniport.h"

static NDIS_HANDLE configuration;

static NDIS_STATUS Open(NDIS_HANDLE handle) {
    NDIS_CONFIGURATION_OBJECT object = {{NDIS_OBJECT_TYPE_CONFIGURATION_OBJECT,
                                         NDIS_CONFIGURATION_OBJECT_REVISION_1,
                                         NDIS_SIZEOF_CONFIGURATION_OBJECT_REVISION_1}};
    object.NdisHandle = handle;
    configuration = NULL;
    return NdisOpenConfigurationEx(&object, &configuration);
}
static BOOLEAN OpenAdapters(VOID) {
    MiniportNew();
    if (!MiniportUp()) return FALSE;
    if (Open(Miniport.Adapter) == NDIS_STATUS_SUCCESS) return TRUE;
    MiniportDown();
    return FALSE;
}
static VOID Close(VOID) {
    NdisCloseConfiguration(configuration);
    MiniportDown();
}
/* Puts a value into the adapter's software key, as an INF does. */
static NTSTATUS Put(PCWSTR text, ULONG type, PVOID data, ULONG bytes) {
    UNICODE_STRING name;
    HANDLE key;
    NTSTATUS status = IoOpenDeviceRegistryKey(MiniportPdo, PLUGPLAY_REGKEY_DRIVER, KEY_WRITE, &key);
    if (!NT_SUCCESS(status)) return status;
    RtlInitUnicodeString(&name, text);
    status = ZwSetValueKey(key, &name, 0, type, data, bytes);
    ZwClose(key);
    return status;
}
static PNDIS_CONFIGURATION_PARAMETER Read(PCWSTR text, NDIS_PARAMETER_TYPE type,
                                          PNDIS_STATUS status) {
    PNDIS_CONFIGURATION_PARAMETER value = NULL;
    UNICODE_STRING name;
    RtlInitUnicodeString(&name, text);
    NdisReadConfiguration(status, &value, configuration, &name, type);
    return value;
}

CONFORMANCE(NdisOpenConfigurationEx, OpensTheAdaptersKey) {
    NDIS_STATUS status;
    PNDIS_CONFIGURATION_PARAMETER value;
    REQUIRE(OpenAdapters());
    CHECK_STATUS(Put(L"*Speed", REG_SZ, L"5", sizeof(L"5")), STATUS_SUCCESS);
    value = Read(L"*Speed", NdisParameterInteger, &status);
    CHECK_STATUS(status, NDIS_STATUS_SUCCESS);
    REQUIRE(value != NULL);
    CHECK_EQ(value->ParameterData.IntegerData, 5);
    Close();
}
CONFORMANCE(NdisOpenConfigurationEx, RefusesAnotherStructure) {
    NDIS_CONFIGURATION_OBJECT object = {{NDIS_OBJECT_TYPE_DEFAULT, 1, sizeof(object)}};
    NDIS_HANDLE handle = &object;
    CHECK(NdisOpenConfigurationEx(&object, &handle) != NDIS_STATUS_SUCCESS);
    CHECK(handle == NULL);
}
CONFORMANCE(NdisReadConfiguration, ReadsEachType) {
    static UCHAR bytes[] = {1, 2, 3, 4, 5};
    static ULONG number = 77;
    NDIS_STATUS status;
    PNDIS_CONFIGURATION_PARAMETER value;
    REQUIRE(OpenAdapters());
    Put(L"Dword", REG_DWORD, &number, sizeof(number));
    Put(L"Bytes", REG_BINARY, bytes, sizeof(bytes));
    Put(L"Text", REG_SZ, L"abc", sizeof(L"abc"));
    Put(L"Hex", REG_SZ, L"1F", sizeof(L"1F"));
    Put(L"Many", REG_MULTI_SZ, L"a\0b\0", sizeof(L"a\0b\0"));
    value = Read(L"Dword", NdisParameterInteger, &status);
    REQUIRE(value != NULL);
    CHECK_EQ(value->ParameterType, NdisParameterInteger);
    CHECK_EQ(value->ParameterData.IntegerData, 77);
    value = Read(L"Bytes", NdisParameterBinary, &status);
    REQUIRE(value != NULL);
    CHECK_EQ(value->ParameterType, NdisParameterBinary);
    CHECK_EQ(value->ParameterData.BinaryData.Length, 5);
    CHECK(RtlCompareMemory(value->ParameterData.BinaryData.Buffer, bytes, 5) == 5);
    value = Read(L"Text", NdisParameterString, &status);
    REQUIRE(value != NULL);
    CHECK_EQ(value->ParameterType, NdisParameterString);
    CHECK(ConformanceSameText(&value->ParameterData.StringData, L"abc"));
    value = Read(L"Hex", NdisParameterHexInteger, &status);
    REQUIRE(value != NULL);
    CHECK_EQ(value->ParameterData.IntegerData, 0x1F);
    value = Read(L"Many", NdisParameterMultiString, &status);
    REQUIRE(value != NULL);
    CHECK_EQ(value->ParameterType, NdisParameterMultiString);
    CHECK_EQ(value->ParameterData.StringData.Buffer[2], L'b');
    Close();
}
CONFORMANCE(NdisReadConfiguration, KnowsThePredefinedNames) {
    NDIS_STATUS status;
    PNDIS_CONFIGURATION_PARAMETER value;
    REQUIRE(OpenAdapters());
    value = Read(L"NdisVersion", NdisParameterInteger, &status);
    REQUIRE(value != NULL);
    CHECK_EQ(value->ParameterData.IntegerData, NdisGetVersion());
    CHECK(Read(L"ProcessorType", NdisParameterInteger, &status) != NULL);
    value = Read(L"Environment", NdisParameterInteger, &status);
    REQUIRE(value != NULL);
    CHECK_EQ(value->ParameterData.IntegerData, 1); /* NdisEnvironmentWindowsNt */
    Close();
}
/* No page has it; drivers of NDIS 5 name their devices after it. */
CONFORMANCE(NdisReadConfiguration, NamesTheAdapterForOldDrivers) {
    NDIS_STATUS status;
    PNDIS_CONFIGURATION_PARAMETER value, instance;
    REQUIRE(OpenAdapters());
    value = Read(L"MiniportName", NdisParameterString, &status);
    REQUIRE(value != NULL);
    CHECK_EQ(value->ParameterType, NdisParameterString);
    instance = Read(L"NetCfgInstanceId", NdisParameterString, &status);
    REQUIRE(instance != NULL);
    CHECK(RtlEqualUnicodeString(&value->ParameterData.StringData,
                                &instance->ParameterData.StringData, FALSE));
    Close();
}
CONFORMANCE(NdisReadConfiguration, FailsForAValueThatIsNotThere) {
    NDIS_STATUS status = NDIS_STATUS_SUCCESS;
    REQUIRE(OpenAdapters());
    CHECK(Read(L"Nowhere", NdisParameterInteger, &status) == NULL);
    CHECK_STATUS(status, NDIS_STATUS_FAILURE);
    Close();
}
CONFORMANCE(NdisWriteConfiguration, WritesWhatIsReadAgain) {
    static UCHAR bytes[] = {9, 8, 7};
    NDIS_CONFIGURATION_PARAMETER value;
    PNDIS_CONFIGURATION_PARAMETER read;
    UNICODE_STRING name;
    NDIS_STATUS status;
    REQUIRE(OpenAdapters());
    RtlInitUnicodeString(&name, L"Written");
    value.ParameterType = NdisParameterInteger;
    value.ParameterData.IntegerData = 4711;
    NdisWriteConfiguration(&status, configuration, &name, &value);
    CHECK_STATUS(status, NDIS_STATUS_SUCCESS);
    read = Read(L"Written", NdisParameterInteger, &status);
    REQUIRE(read != NULL);
    CHECK_EQ(read->ParameterData.IntegerData, 4711);
    value.ParameterType = NdisParameterString;
    RtlInitUnicodeString(&value.ParameterData.StringData, L"text");
    NdisWriteConfiguration(&status, configuration, &name, &value);
    CHECK_STATUS(status, NDIS_STATUS_SUCCESS);
    read = Read(L"Written", NdisParameterString, &status);
    REQUIRE(read != NULL);
    CHECK(ConformanceSameText(&read->ParameterData.StringData, L"text"));
    value.ParameterType = NdisParameterBinary;
    value.ParameterData.BinaryData.Length = sizeof(bytes);
    value.ParameterData.BinaryData.Buffer = bytes;
    NdisWriteConfiguration(&status, configuration, &name, &value);
    CHECK_STATUS(status, NDIS_STATUS_SUCCESS);
    read = Read(L"Written", NdisParameterBinary, &status);
    REQUIRE(read != NULL);
    CHECK_EQ(read->ParameterData.BinaryData.Length, sizeof(bytes));
    Close();
}
CONFORMANCE(NdisWriteConfiguration, RefusesATypeThatIsNone) {
    NDIS_CONFIGURATION_PARAMETER value;
    UNICODE_STRING name;
    NDIS_STATUS status = NDIS_STATUS_SUCCESS;
    REQUIRE(OpenAdapters());
    RtlInitUnicodeString(&name, L"Never");
    RtlZeroMemory(&value, sizeof(value));
    value.ParameterType = (NDIS_PARAMETER_TYPE)99;
    NdisWriteConfiguration(&status, configuration, &name, &value);
    CHECK_STATUS(status, NDIS_STATUS_NOT_SUPPORTED);
    CHECK(Read(L"Never", NdisParameterInteger, &status) == NULL);
    Close();
}
CONFORMANCE(NdisOpenConfigurationKeyByName, OpensAKeyBelow) {
    UNICODE_STRING name;
    NDIS_HANDLE below, own;
    NDIS_STATUS status;
    HANDLE key, sub;
    OBJECT_ATTRIBUTES attributes;
    REQUIRE(OpenAdapters());
    CHECK_STATUS(IoOpenDeviceRegistryKey(MiniportPdo, PLUGPLAY_REGKEY_DRIVER, KEY_ALL_ACCESS, &key),
                 STATUS_SUCCESS);
    RtlInitUnicodeString(&name, L"Below");
    InitializeObjectAttributes(&attributes, &name, OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE, key,
                               NULL);
    CHECK_STATUS(ZwCreateKey(&sub, KEY_WRITE, &attributes, 0, NULL, REG_OPTION_VOLATILE, NULL),
                 STATUS_SUCCESS);
    RtlInitUnicodeString(&name, L"Value");
    ZwSetValueKey(sub, &name, 0, REG_SZ, L"12", sizeof(L"12"));
    ZwClose(sub);
    ZwClose(key);
    RtlInitUnicodeString(&name, L"Below");
    NdisOpenConfigurationKeyByName(&status, configuration, &name, &below);
    CHECK_STATUS(status, NDIS_STATUS_SUCCESS);
    own = configuration;
    configuration = below;
    CHECK(Read(L"Value", NdisParameterInteger, &status) != NULL);
    NdisCloseConfiguration(below);
    configuration = own;
    RtlInitUnicodeString(&name, L"Nowhere");
    NdisOpenConfigurationKeyByName(&status, configuration, &name, &below);
    CHECK_STATUS(status, NDIS_STATUS_FAILURE);
    CHECK(below == NULL);
    Close();
}
CONFORMANCE(NdisReadNetworkAddress, ReadsTheConfiguredAddress) {
    static const UCHAR expected[6] = {0x02, 0x11, 0x22, 0x33, 0x44, 0x55};
    PVOID address = NULL;
    NDIS_UINT bytes = 0;
    NDIS_STATUS status;
    REQUIRE(OpenAdapters());
    CHECK_STATUS(Put(L"NetworkAddress", REG_SZ, L"021122334455", sizeof(L"021122334455")),
                 STATUS_SUCCESS);
    NdisReadNetworkAddress(&status, &address, &bytes, configuration);
    CHECK_STATUS(status, NDIS_STATUS_SUCCESS);
    CHECK_EQ(bytes, 6);
    if (bytes == 6) CHECK(RtlCompareMemory(address, expected, 6) == 6);
    Put(L"NetworkAddress", REG_SZ, L"", sizeof(L""));
    NdisReadNetworkAddress(&status, &address, &bytes, configuration);
    CHECK(status != NDIS_STATUS_SUCCESS || bytes == 0);
    Close();
}
CONFORMANCE(NdisCloseConfiguration, ClosesTheKey) {
    NDIS_STATUS status;
    REQUIRE(OpenAdapters());
    for (ULONG i = 0; i < 3; ++i) Read(L"NdisVersion", NdisParameterInteger, &status);
    NdisCloseConfiguration(configuration);
    CHECK_STATUS(Open(Miniport.Adapter), NDIS_STATUS_SUCCESS);
    Close();
}
