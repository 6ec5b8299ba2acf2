// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

static VOID OpensWhatTheThreadImpersonates(NTSTATUS(NTAPI* Open)(HANDLE, ACCESS_MASK, BOOLEAN,
                                                                 PHANDLE)) {
    PACCESS_TOKEN token = CopyOwnToken(SecurityImpersonation);
    HANDLE handle = NULL;
    NTSTATUS status =
        PsImpersonateClient(PsGetCurrentThread(), token, FALSE, FALSE, SecurityImpersonation);
    CHECK_STATUS(status, STATUS_SUCCESS);
    if (!NT_SUCCESS(status)) {
        ObDereferenceObject(token);
        return;
    }
    CHECK_STATUS(Open(NtCurrentThread(), TOKEN_QUERY, TRUE, &handle), STATUS_SUCCESS);
    ZwClose(handle);
    PsRevertToSelf();
    ObDereferenceObject(token);
}
static VOID RefusesAThreadWithoutAToken(NTSTATUS(NTAPI* Open)(HANDLE, ACCESS_MASK, BOOLEAN,
                                                              PHANDLE)) {
    HANDLE handle = NULL;
    CHECK_STATUS(Open(NtCurrentThread(), TOKEN_QUERY, TRUE, &handle), STATUS_NO_TOKEN);
    CHECK_STATUS(Open((HANDLE)0x7FFFFFF0, TOKEN_QUERY, TRUE, &handle), STATUS_INVALID_HANDLE);
    CHECK_STATUS(Open(NtCurrentProcess(), TOKEN_QUERY, TRUE, &handle), STATUS_OBJECT_TYPE_MISMATCH);
}
CONFORMANCE(NtOpenThreadToken, OpensWhatTheThreadImpersonates) {
    OpensWhatTheThreadImpersonates(NtOpenThreadToken);
}
CONFORMANCE(ZwOpenThreadToken, OpensWhatTheThreadImpersonates) {
    OpensWhatTheThreadImpersonates(ZwOpenThreadToken);
}
CONFORMANCE(NtOpenThreadToken, RefusesAThreadWithoutAToken) {
    RefusesAThreadWithoutAToken(NtOpenThreadToken);
}
CONFORMANCE(ZwOpenThreadToken, RefusesAThreadWithoutAToken) {
    RefusesAThreadWithoutAToken(ZwOpenThreadToken);
}
