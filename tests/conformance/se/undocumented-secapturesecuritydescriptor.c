// SPDX-License-Identifier: GPL-2.0-only
// Facts: SeCaptureSecurityDescriptor and SeReleaseSecurityDescriptor of public NT headers
// (ntosp.h).
#include "identities.h"

NTKERNELAPI NTSTATUS NTAPI SeCaptureSecurityDescriptor(
    PSECURITY_DESCRIPTOR OriginalSecurityDescriptor, KPROCESSOR_MODE CurrentMode,
    POOL_TYPE PoolType, BOOLEAN CaptureIfKernel, PSECURITY_DESCRIPTOR* CapturedSecurityDescriptor);
NTKERNELAPI NTSTATUS NTAPI
SeReleaseSecurityDescriptor(PSECURITY_DESCRIPTOR CapturedSecurityDescriptor,
                            KPROCESSOR_MODE CurrentMode, BOOLEAN CaptureIfKernelMode);

CONFORMANCE(SeCaptureSecurityDescriptor, CopiesAsOneBlock) {
    PSECURITY_DESCRIPTOR copy = NULL;
    GUARD guard;
    InitializeGuard(&guard);
    CHECK_STATUS(
        SeCaptureSecurityDescriptor(&guard.Descriptor, KernelMode, PagedPool, FALSE, &copy),
        STATUS_SUCCESS);
    CHECK_EQ(copy, (PSECURITY_DESCRIPTOR)&guard.Descriptor);
    CHECK_STATUS(SeCaptureSecurityDescriptor(&guard.Descriptor, KernelMode, PagedPool, TRUE, &copy),
                 STATUS_SUCCESS);
    CHECK_EQ(((SECURITY_DESCRIPTOR_RELATIVE*)copy)->Control, SE_SELF_RELATIVE | SE_DACL_PRESENT);
    CHECK_STATUS(SeReleaseSecurityDescriptor(copy, KernelMode, TRUE), STATUS_SUCCESS);
}
CONFORMANCE_IN_CALLER(SeCaptureSecurityDescriptor, RefusesAUsersBadPointer) {
    PSECURITY_DESCRIPTOR copy = NULL;
    CHECK_STATUS(SeCaptureSecurityDescriptor((PVOID)0x10, UserMode, PagedPool, TRUE, &copy),
                 STATUS_ACCESS_VIOLATION);
}
CONFORMANCE(SeReleaseSecurityDescriptor, LeavesWhatWasNotCopied) {
    GUARD guard;
    InitializeGuard(&guard);
    CHECK_STATUS(SeReleaseSecurityDescriptor(&guard.Descriptor, KernelMode, FALSE), STATUS_SUCCESS);
    CHECK_EQ(guard.Descriptor.Revision, SECURITY_DESCRIPTOR_REVISION);
}
