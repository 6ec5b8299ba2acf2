// SPDX-License-Identifier: GPL-2.0-only
#include "names.h"

static LONG Runs;
static OB_PREOP_CALLBACK_STATUS NTAPI Before(PVOID Context,
                                             POB_PRE_OPERATION_INFORMATION Information) {
    UNREFERENCED_PARAMETER(Context);
    UNREFERENCED_PARAMETER(Information);
    InterlockedIncrement(&Runs);
    return OB_PREOP_SUCCESS;
}
CONFORMANCE(ObUnRegisterCallbacks, NoCallbackRunsAfterwards) {
    OB_OPERATION_REGISTRATION operation = {PsThreadType, OB_OPERATION_HANDLE_CREATE, Before, NULL};
    OB_CALLBACK_REGISTRATION registration = {OB_FLT_REGISTRATION_VERSION, 1,
                                             RTL_CONSTANT_STRING(L"300001"), NULL, &operation};
    HANDLE handle = NULL;
    PVOID cookie = NULL;
    LONG before;
    REQUIRE(PsGetCurrentThread() != NULL);
    CHECK_SUCCESS(ObRegisterCallbacks(&registration, &cookie));
    CHECK_SUCCESS(ObOpenObjectByPointer(PsGetCurrentThread(), OBJ_KERNEL_HANDLE, NULL, SYNCHRONIZE,
                                        *PsThreadType, KernelMode, &handle));
    ZwClose(handle);
    CHECK(Runs != 0);
    ObUnRegisterCallbacks(cookie);
    before = Runs;
    CHECK_SUCCESS(ObOpenObjectByPointer(PsGetCurrentThread(), OBJ_KERNEL_HANDLE, NULL, SYNCHRONIZE,
                                        *PsThreadType, KernelMode, &handle));
    ZwClose(handle);
    CHECK_EQ(Runs, before);
}
