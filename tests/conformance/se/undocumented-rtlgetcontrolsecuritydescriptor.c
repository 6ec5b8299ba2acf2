// SPDX-License-Identifier: GPL-2.0-only
// Facts: GetSecurityDescriptorControl (securitybaseapi.h), whose kernel half it is.
#include "identities.h"

NTSYSAPI NTSTATUS NTAPI RtlGetControlSecurityDescriptor(PSECURITY_DESCRIPTOR SecurityDescriptor,
                                                        PSECURITY_DESCRIPTOR_CONTROL Control,
                                                        PULONG Revision);

CONFORMANCE(RtlGetControlSecurityDescriptor, TellsControlAndRevision) {
    GUARD guard;
    SECURITY_DESCRIPTOR_CONTROL control = 0;
    ULONG revision = 0;
    InitializeGuard(&guard);
    CHECK_STATUS(RtlGetControlSecurityDescriptor(&guard.Descriptor, &control, &revision),
                 STATUS_SUCCESS);
    CHECK_EQ(control, SE_DACL_PRESENT);
    CHECK_EQ(revision, SECURITY_DESCRIPTOR_REVISION);
    guard.Descriptor.Revision = 7;
    CHECK_STATUS(RtlGetControlSecurityDescriptor(&guard.Descriptor, &control, &revision),
                 STATUS_UNKNOWN_REVISION);
    CHECK_EQ(revision, 7);
}
