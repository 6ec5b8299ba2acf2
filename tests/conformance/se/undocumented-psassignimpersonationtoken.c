// SPDX-License-Identifier: GPL-2.0-only
// Facts: PsAssignImpersonationToken of public NT headers (ntosp.h); ThreadImpersonationToken of
// NtSetInformationThread.
#include "identities.h"

NTKERNELAPI NTSTATUS NTAPI PsAssignImpersonationToken(PETHREAD Thread, HANDLE Token);

CONFORMANCE(PsAssignImpersonationToken, TakesAHandleToAnImpersonationToken) {
    PACCESS_TOKEN token = CopyOwnToken(SecurityImpersonation);
    SECURITY_SUBJECT_CONTEXT subject;
    HANDLE handle = NULL, primary = OpenOwnToken(TOKEN_IMPERSONATE);
    CHECK_SUCCESS(ObOpenObjectByPointer(token, OBJ_KERNEL_HANDLE, NULL, TOKEN_IMPERSONATE,
                                        *SeTokenObjectType, KernelMode, &handle));
    CHECK_STATUS(PsAssignImpersonationToken(PsGetCurrentThread(), handle), STATUS_SUCCESS);
    SeCaptureSubjectContext(&subject);
    CHECK_EQ(subject.ClientToken, token);
    SeReleaseSubjectContext(&subject);
    CHECK_STATUS(PsAssignImpersonationToken(PsGetCurrentThread(), primary), STATUS_BAD_TOKEN_TYPE);
    CHECK_STATUS(PsAssignImpersonationToken(PsGetCurrentThread(), NULL), STATUS_SUCCESS);
    SeCaptureSubjectContext(&subject);
    CHECK_EQ(subject.ClientToken, NULL);
    SeReleaseSubjectContext(&subject);
    ZwClose(handle);
    ZwClose(primary);
    ObDereferenceObject(token);
}
