// SPDX-License-Identifier: GPL-2.0-only
#include "names.h"

static LONG PreRuns, PostRuns;
static PVOID PreContext;
static ACCESS_MASK PostGranted;
static PVOID Watched;
static OB_PREOP_CALLBACK_STATUS NTAPI Before(PVOID Context,
                                             POB_PRE_OPERATION_INFORMATION Information) {
    if (Information->Object != Watched) return OB_PREOP_SUCCESS;
    PreContext = Context;
    InterlockedIncrement(&PreRuns);
    if (Information->Operation == OB_OPERATION_HANDLE_CREATE)
        Information->Parameters->CreateHandleInformation.DesiredAccess &= ~PROCESS_TERMINATE;
    else
        Information->Parameters->DuplicateHandleInformation.DesiredAccess &= ~PROCESS_TERMINATE;
    return OB_PREOP_SUCCESS;
}
static VOID NTAPI After(PVOID Context, POB_POST_OPERATION_INFORMATION Information) {
    UNREFERENCED_PARAMETER(Context);
    if (Information->Object != Watched) return;
    InterlockedIncrement(&PostRuns);
    PostGranted = Information->Parameters->CreateHandleInformation.GrantedAccess;
}
static OB_OPERATION_REGISTRATION Operation;
static OB_CALLBACK_REGISTRATION Registration(const WCHAR* Altitude) {
    OB_CALLBACK_REGISTRATION registration = {
        OB_FLT_REGISTRATION_VERSION, 1, {0, 0, NULL}, (PVOID)42, &Operation};
    RtlInitUnicodeString(&registration.Altitude, Altitude);
    Operation.ObjectType = PsProcessType;
    Operation.Operations = OB_OPERATION_HANDLE_CREATE | OB_OPERATION_HANDLE_DUPLICATE;
    Operation.PreOperation = Before;
    Operation.PostOperation = After;
    PreRuns = PostRuns = 0;
    Watched = PsInitialSystemProcess;
    return registration;
}
CONFORMANCE(ObRegisterCallbacks, MayTakeRightsAwayFromUserHandles) {
    OB_CALLBACK_REGISTRATION registration = Registration(L"300000.1");
    HANDLE handle = NULL;
    PVOID cookie = NULL;
    CHECK_STATUS(ObRegisterCallbacks(&registration, &cookie), STATUS_SUCCESS);
    CHECK_SUCCESS(ObOpenObjectByPointer(PsInitialSystemProcess, 0, NULL,
                                        PROCESS_TERMINATE | SYNCHRONIZE, *PsProcessType, KernelMode,
                                        &handle));
    CHECK_EQ(PreRuns, 1);
    CHECK_EQ(PostRuns, 1);
    CHECK_EQ(PreContext, (PVOID)42);
    ObCloseHandle(handle, KernelMode);
    ObUnRegisterCallbacks(cookie);
    CHECK_SUCCESS(ObOpenObjectByPointer(PsInitialSystemProcess, 0, NULL, PROCESS_TERMINATE,
                                        *PsProcessType, KernelMode, &handle));
    CHECK_EQ(PreRuns, 1);
    ObCloseHandle(handle, KernelMode);
}
CONFORMANCE_IN_CALLER(ObRegisterCallbacks, TheRightsAreGoneFromTheHandle) {
    OB_CALLBACK_REGISTRATION registration = Registration(L"300000.2");
    HANDLE handle = NULL;
    PVOID cookie = NULL;
    CHECK_STATUS(ObRegisterCallbacks(&registration, &cookie), STATUS_SUCCESS);
    CHECK_SUCCESS(ObOpenObjectByPointer(PsInitialSystemProcess, 0, NULL,
                                        PROCESS_TERMINATE | SYNCHRONIZE, *PsProcessType, KernelMode,
                                        &handle));
    CHECK_EQ(PreRuns, 1);
    CHECK_EQ(GrantedTo(handle) & (PROCESS_TERMINATE | SYNCHRONIZE), SYNCHRONIZE);
    CHECK_EQ(PostGranted & PROCESS_TERMINATE, 0);
    NtClose(handle);
    ObUnRegisterCallbacks(cookie);
}
CONFORMANCE(ObRegisterCallbacks, RefusesAsDocumented) {
    OB_CALLBACK_REGISTRATION registration = Registration(L"300000.3"), other;
    PVOID cookie = NULL, second = NULL;
    CHECK_STATUS(ObRegisterCallbacks(&registration, &cookie), STATUS_SUCCESS);
    other = registration;
    CHECK_STATUS(ObRegisterCallbacks(&other, &second), STATUS_FLT_INSTANCE_ALTITUDE_COLLISION);
    ObUnRegisterCallbacks(cookie);
    other.Version = 1;
    CHECK_STATUS(ObRegisterCallbacks(&other, &second), STATUS_INVALID_PARAMETER);
    other.Version = OB_FLT_REGISTRATION_VERSION;
    Operation.PreOperation = NULL;
    Operation.PostOperation = NULL;
    CHECK_STATUS(ObRegisterCallbacks(&other, &second), STATUS_INVALID_PARAMETER);
    Operation.PreOperation = Before;
    Operation.ObjectType = ExEventObjectType;
    CHECK_STATUS(ObRegisterCallbacks(&other, &second), STATUS_INVALID_PARAMETER);
}
