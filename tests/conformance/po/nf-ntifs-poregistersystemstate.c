/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

#define SYSTEM_REQUIRED 0x00000001 /* ES_SYSTEM_REQUIRED */
#define USER_PRESENT 0x00000004    /* ES_USER_PRESENT */

CONFORMANCE(PoRegisterSystemState, GivesAHandle) {
    PVOID handle = PoRegisterSystemState(NULL, SYSTEM_REQUIRED | 0x80000000);
    REQUIRE(handle != NULL);
    PoUnregisterSystemState(handle);
}

CONFORMANCE(PoRegisterSystemState, AHandleIsUsedAgain) {
    PVOID handle = PoRegisterSystemState(NULL, SYSTEM_REQUIRED | 0x80000000);
    REQUIRE(handle != NULL);
    CHECK_EQ(PoRegisterSystemState(handle, USER_PRESENT | 0x80000000), handle);
    PoUnregisterSystemState(handle);
}

CONFORMANCE(PoUnregisterSystemState, TwoRegistrationsAreTwoHandles) {
    PVOID one = PoRegisterSystemState(NULL, SYSTEM_REQUIRED), other = PoRegisterSystemState(NULL, SYSTEM_REQUIRED);
    REQUIRE(one != NULL && other != NULL);
    CHECK(one != other);
    PoUnregisterSystemState(one);
    CHECK_EQ(PoRegisterSystemState(other, USER_PRESENT), other);
    PoUnregisterSystemState(other);
}

CONFORMANCE(PoSetSystemState, MayBeCalledAtDispatchLevel) {
    PoSetSystemState(SYSTEM_REQUIRED);
    AT_IRQL(DISPATCH_LEVEL, PoSetSystemState(SYSTEM_REQUIRED));
}
