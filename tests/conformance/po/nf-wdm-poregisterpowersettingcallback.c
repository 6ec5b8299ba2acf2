/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

static const GUID AcDc = {0x5d3e9a59, 0xe9d5, 0x4b00, {0xa6, 0xbd, 0xff, 0x34, 0xff, 0x51, 0x65, 0x48}};
static const GUID Nobodys = {0x44444444, 1, 2, {3, 4, 5, 6, 7, 8, 9, 10}};

typedef struct {
    ULONG Calls, Value, Length;
    GUID Setting;
} SEEN;

static NTSTATUS NTAPI OnSetting(LPCGUID setting, PVOID value, ULONG length, PVOID context) {
    SEEN* seen = context;
    seen->Calls++;
    seen->Setting = *setting;
    seen->Length = length;
    if (length == sizeof(ULONG)) seen->Value = *(ULONG*)value;
    return STATUS_SUCCESS;
}

CONFORMANCE(PoRegisterPowerSettingCallback, TellsTheValueOfNow) {
    SEEN seen = {0, 77, 0};
    PVOID handle = NULL;
    CHECK_STATUS(PoRegisterPowerSettingCallback(NULL, &AcDc, OnSetting, &seen, &handle), STATUS_SUCCESS);
    CHECK(handle != NULL);
    CHECK_EQ(seen.Calls, 1);
    CHECK_EQ(seen.Length, (ULONG)sizeof(ULONG));
    CHECK(RtlCompareMemory(&seen.Setting, &AcDc, sizeof(GUID)) == sizeof(GUID));
    CHECK(seen.Value <= 2); /* SYSTEM_POWER_CONDITION */
    CHECK_SUCCESS(PoUnregisterPowerSettingCallback(handle));
}

CONFORMANCE(PoRegisterPowerSettingCallback, AnUnknownSettingIsNeverCalled) {
    SEEN seen = {0, 77, 0};
    PVOID handle = NULL;
    CHECK_STATUS(PoRegisterPowerSettingCallback(ConformanceDevice, &Nobodys, OnSetting, &seen, &handle), STATUS_SUCCESS);
    CHECK_EQ(seen.Calls, 0);
    CHECK_SUCCESS(PoUnregisterPowerSettingCallback(handle));
}

CONFORMANCE(PoRegisterPowerSettingCallback, RefusesNoCallback) {
    PVOID handle = NULL;
    CHECK_STATUS(PoRegisterPowerSettingCallback(NULL, &AcDc, NULL, NULL, &handle), STATUS_INVALID_PARAMETER);
}

CONFORMANCE(PoUnregisterPowerSettingCallback, RefusesWhatIsNoHandle) {
    ULONG nothing = 0;
    CHECK_STATUS(PoUnregisterPowerSettingCallback(&nothing), STATUS_INVALID_PARAMETER);
}

CONFORMANCE(PoUnregisterPowerSettingCallback, EndsARegistration) {
    SEEN seen = {0, 0, 0};
    PVOID handle = NULL;
    REQUIRE(NT_SUCCESS(PoRegisterPowerSettingCallback(NULL, &AcDc, OnSetting, &seen, &handle)));
    CHECK_STATUS(PoUnregisterPowerSettingCallback(handle), STATUS_SUCCESS);
    CHECK_STATUS(PoUnregisterPowerSettingCallback(handle), STATUS_INVALID_PARAMETER);
}
