// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(ZwOpenProcessTokenEx, OpensTheTokenOfAProcess) {
    PACCESS_TOKEN own = OwnToken(), found = NULL;
    HANDLE token = NULL;
    CHECK_STATUS(ZwOpenProcessTokenEx(NtCurrentProcess(), TOKEN_QUERY, OBJ_KERNEL_HANDLE, &token),
                 STATUS_SUCCESS);
    CHECK(ObIsKernelHandle(token));
    CHECK_SUCCESS(ObReferenceObjectByHandle(token, TOKEN_QUERY, *SeTokenObjectType, KernelMode,
                                            &found, NULL));
    CHECK_EQ(found, own);
    ObDereferenceObject(found);
    ZwClose(token);
    CHECK_STATUS(ZwOpenProcessTokenEx((HANDLE)0x7FFFFFF0, TOKEN_QUERY, OBJ_KERNEL_HANDLE, &token),
                 STATUS_INVALID_HANDLE);
    CHECK_STATUS(ZwOpenProcessTokenEx(NtCurrentThread(), TOKEN_QUERY, OBJ_KERNEL_HANDLE, &token),
                 STATUS_OBJECT_TYPE_MISMATCH);
    PsDereferencePrimaryToken(own);
}
