/* SPDX-License-Identifier: GPL-2.0-only */
#include "legacy_adapter.h"

static NDIS_STRING Keyword = RTL_CONSTANT_STRING(L"NetCfgInstanceId"),
                   Missing = RTL_CONSTANT_STRING(L"NobodyHasWrittenThis");
static NDIS_STATUS Opened, Found, NotFound;
static UINT FoundBytes;

static VOID ReadConfiguration(NDIS_HANDLE context) {
    PNDIS_CONFIGURATION_PARAMETER parameter = NULL;
    NDIS_HANDLE configuration = NULL;
    NdisOpenConfiguration(&Opened, &configuration, context);
    if (Opened != NDIS_STATUS_SUCCESS) return;
    NdisReadConfiguration(&Found, &parameter, configuration, &Keyword, NdisParameterString);
    if (Found == NDIS_STATUS_SUCCESS && parameter->ParameterType == NdisParameterString)
        FoundBytes = parameter->ParameterData.StringData.Length;
    NdisReadConfiguration(&NotFound, &parameter, configuration, &Missing, NdisParameterInteger);
    NdisCloseConfiguration(configuration);
}

CONFORMANCE(NdisOpenConfiguration, OpensTheAdaptersParametersInInitialize) {
    Opened = Found = NDIS_STATUS_FAILURE;
    NotFound = NDIS_STATUS_SUCCESS;
    FoundBytes = 0;
    Legacy.AtInitialize = ReadConfiguration;
    REQUIRE(LegacyUp());
    CHECK_STATUS(Opened, NDIS_STATUS_SUCCESS);
    CHECK_STATUS(Found, NDIS_STATUS_SUCCESS);
    CHECK_EQ(FoundBytes, 38 * sizeof(WCHAR)); /* "{GUID}" */
    CHECK_STATUS(NotFound, NDIS_STATUS_FAILURE);
    LegacyDown();
}

static VOID OpenTwice(NDIS_HANDLE context) {
    NDIS_HANDLE first = NULL, second = NULL;
    NDIS_STATUS status;
    NdisOpenConfiguration(&status, &first, context);
    NdisOpenConfiguration(&Opened, &second, context);
    CHECK_STATUS(status, NDIS_STATUS_SUCCESS);
    CHECK(first != second);
    NdisCloseConfiguration(first);
    NdisCloseConfiguration(second);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}
CONFORMANCE(NdisOpenConfiguration, EachHandleIsItsOwn) {
    Opened = NDIS_STATUS_FAILURE;
    Legacy.AtInitialize = OpenTwice;
    REQUIRE(LegacyUp());
    CHECK_STATUS(Opened, NDIS_STATUS_SUCCESS);
    LegacyDown();
}
