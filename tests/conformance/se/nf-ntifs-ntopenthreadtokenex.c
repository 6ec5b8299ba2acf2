// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

static VOID OpensWhatTheThreadImpersonates(NTSTATUS(NTAPI* Open)(HANDLE, ACCESS_MASK, BOOLEAN,
                                                                 ULONG, PHANDLE)) {
    PACCESS_TOKEN token = CopyOwnToken(SecurityImpersonation), found = NULL;
    HANDLE handle = NULL;
    NTSTATUS status =
        PsImpersonateClient(PsGetCurrentThread(), token, FALSE, FALSE, SecurityImpersonation);
    CHECK_STATUS(status, STATUS_SUCCESS);
    if (!NT_SUCCESS(status)) {
        ObDereferenceObject(token);
        return;
    }
    CHECK_STATUS(Open(NtCurrentThread(), TOKEN_QUERY, TRUE, OBJ_KERNEL_HANDLE, &handle),
                 STATUS_SUCCESS);
    CHECK_SUCCESS(ObReferenceObjectByHandle(handle, TOKEN_QUERY, *SeTokenObjectType, KernelMode,
                                            &found, NULL));
    CHECK_EQ(found, token);
    ObDereferenceObject(found);
    ZwClose(handle);
    CHECK_SUCCESS(
        PsImpersonateClient(PsGetCurrentThread(), token, TRUE, FALSE, SecurityImpersonation));
    CHECK_STATUS(Open(NtCurrentThread(), TOKEN_QUERY, FALSE, OBJ_KERNEL_HANDLE, &handle),
                 STATUS_SUCCESS);
    CHECK_SUCCESS(ObReferenceObjectByHandle(handle, TOKEN_QUERY, *SeTokenObjectType, KernelMode,
                                            &found, NULL));
    CHECK(found != token);  // copy on open
    ObDereferenceObject(found);
    ZwClose(handle);
    CHECK_SUCCESS(
        PsImpersonateClient(PsGetCurrentThread(), token, FALSE, FALSE, SecurityAnonymous));
    CHECK_STATUS(Open(NtCurrentThread(), TOKEN_QUERY, TRUE, OBJ_KERNEL_HANDLE, &handle),
                 STATUS_CANT_OPEN_ANONYMOUS);
    PsRevertToSelf();
    ObDereferenceObject(token);
}
static VOID RefusesAThreadWithoutAToken(NTSTATUS(NTAPI* Open)(HANDLE, ACCESS_MASK, BOOLEAN, ULONG,
                                                              PHANDLE)) {
    HANDLE handle = NULL;
    CHECK_STATUS(Open(NtCurrentThread(), TOKEN_QUERY, TRUE, OBJ_KERNEL_HANDLE, &handle),
                 STATUS_NO_TOKEN);
    CHECK_STATUS(Open((HANDLE)0x7FFFFFF0, TOKEN_QUERY, TRUE, OBJ_KERNEL_HANDLE, &handle),
                 STATUS_INVALID_HANDLE);
    CHECK_STATUS(Open(NtCurrentProcess(), TOKEN_QUERY, TRUE, OBJ_KERNEL_HANDLE, &handle),
                 STATUS_OBJECT_TYPE_MISMATCH);
}
CONFORMANCE(NtOpenThreadTokenEx, OpensWhatTheThreadImpersonates) {
    OpensWhatTheThreadImpersonates(NtOpenThreadTokenEx);
}
CONFORMANCE(ZwOpenThreadTokenEx, OpensWhatTheThreadImpersonates) {
    OpensWhatTheThreadImpersonates(ZwOpenThreadTokenEx);
}
CONFORMANCE(NtOpenThreadTokenEx, RefusesAThreadWithoutAToken) {
    RefusesAThreadWithoutAToken(NtOpenThreadTokenEx);
}
CONFORMANCE(ZwOpenThreadTokenEx, RefusesAThreadWithoutAToken) {
    RefusesAThreadWithoutAToken(ZwOpenThreadTokenEx);
}
