// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(NtOpenProcessTokenEx, OpensTheTokenOfAProcess) {
    HANDLE token = NULL;
    CHECK_STATUS(NtOpenProcessTokenEx(NtCurrentProcess(), TOKEN_QUERY, OBJ_KERNEL_HANDLE, &token),
                 STATUS_SUCCESS);
    CHECK(ObIsKernelHandle(token));
    ZwClose(token);
}
CONFORMANCE_IN_CALLER(NtOpenProcessTokenEx, RefusesAUsersBadPointer) {
    CHECK_STATUS(NtOpenProcessTokenEx(NtCurrentProcess(), TOKEN_QUERY, 0, (PHANDLE)0x10),
                 STATUS_ACCESS_VIOLATION);
}
CONFORMANCE(NtOpenProcessTokenEx, RefusesWhatIsNoProcess) {
    HANDLE token = NULL;
    CHECK_STATUS(NtOpenProcessTokenEx((HANDLE)0x7FFFFFF0, TOKEN_QUERY, OBJ_KERNEL_HANDLE, &token),
                 STATUS_INVALID_HANDLE);
    CHECK_STATUS(NtOpenProcessTokenEx(NtCurrentThread(), TOKEN_QUERY, OBJ_KERNEL_HANDLE, &token),
                 STATUS_OBJECT_TYPE_MISMATCH);
}
