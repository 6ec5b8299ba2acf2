// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

static VOID OpensWhatTheThreadImpersonates(NTSTATUS(NTAPI* Open)(HANDLE, ACCESS_MASK, BOOLEAN,
                                                                 PHANDLE)) {
    PACCESS_TOKEN token = CopyOwnToken(SecurityImpersonation);
    HANDLE handle = NULL;
    CHECK_STATUS(Open(NtCurrentThread(), TOKEN_QUERY, TRUE, &handle), STATUS_NO_TOKEN);
    CHECK_SUCCESS(
        PsImpersonateClient(PsGetCurrentThread(), token, FALSE, FALSE, SecurityImpersonation));
    CHECK_STATUS(Open(NtCurrentThread(), TOKEN_QUERY, TRUE, &handle), STATUS_SUCCESS);
    ZwClose(handle);
    PsRevertToSelf();
    CHECK_STATUS(Open((HANDLE)0x7FFFFFF0, TOKEN_QUERY, TRUE, &handle), STATUS_INVALID_HANDLE);
    ObDereferenceObject(token);
}
CONFORMANCE(NtOpenThreadToken, OpensWhatTheThreadImpersonates) {
    OpensWhatTheThreadImpersonates(NtOpenThreadToken);
}
CONFORMANCE(ZwOpenThreadToken, OpensWhatTheThreadImpersonates) {
    OpensWhatTheThreadImpersonates(ZwOpenThreadToken);
}
