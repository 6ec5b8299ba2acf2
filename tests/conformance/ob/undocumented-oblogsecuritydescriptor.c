// SPDX-License-Identifier: GPL-2.0-only
// Facts: ObLogSecurityDescriptor, ObReferenceSecurityDescriptor and ObDereferenceSecurityDescriptor
// of the WDK's ntifs.h.
#include "names.h"

NTKERNELAPI NTSTATUS NTAPI ObLogSecurityDescriptor(PSECURITY_DESCRIPTOR InputSecurityDescriptor,
                                                   PSECURITY_DESCRIPTOR* OutputSecurityDescriptor,
                                                   ULONG RefBias);
NTKERNELAPI VOID NTAPI ObReferenceSecurityDescriptor(PSECURITY_DESCRIPTOR SecurityDescriptor,
                                                     ULONG Count);
NTKERNELAPI VOID NTAPI ObDereferenceSecurityDescriptor(PSECURITY_DESCRIPTOR SecurityDescriptor,
                                                       ULONG Count);

static ULONG Make(PUCHAR Room, ULONG Bytes, PSID Owner) {
    SECURITY_DESCRIPTOR descriptor;
    RtlCreateSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION);
    RtlSetOwnerSecurityDescriptor(&descriptor, Owner, FALSE);
    CHECK_SUCCESS(RtlAbsoluteToSelfRelativeSD(&descriptor, Room, &Bytes));
    return Bytes;
}
CONFORMANCE(ObLogSecurityDescriptor, EqualDescriptorsShareOneCopy) {
    UCHAR one[128] __attribute__((aligned(8))), other[128] __attribute__((aligned(8)));
    PSECURITY_DESCRIPTOR first = NULL, second = NULL, third = NULL;
    SECURITY_DESCRIPTOR absolute;
    ULONG bytes = Make(one, sizeof(one), WORLD_SID);
    Make(other, sizeof(other), LOCAL_SID);
    CHECK_STATUS(ObLogSecurityDescriptor(one, &first, 1), STATUS_SUCCESS);
    CHECK_STATUS(ObLogSecurityDescriptor(one, &second, 1), STATUS_SUCCESS);
    CHECK_STATUS(ObLogSecurityDescriptor(other, &third, 1), STATUS_SUCCESS);
    CHECK(first != (PVOID)one && first == second && first != third);
    CHECK_EQ(RtlLengthSecurityDescriptor(first), bytes);
    ObDereferenceSecurityDescriptor(first, 2);
    ObDereferenceSecurityDescriptor(third, 1);
    RtlCreateSecurityDescriptor(&absolute, SECURITY_DESCRIPTOR_REVISION);
    CHECK(!NT_SUCCESS(ObLogSecurityDescriptor(&absolute, &first, 1)));
}
CONFORMANCE(ObReferenceSecurityDescriptor, KeepsTheCopy) {
    UCHAR one[128] __attribute__((aligned(8)));
    PSECURITY_DESCRIPTOR shared = NULL, again = NULL;
    Make(one, sizeof(one), WORLD_SID);
    CHECK_SUCCESS(ObLogSecurityDescriptor(one, &shared, 1));
    ObReferenceSecurityDescriptor(shared, 2);
    ObDereferenceSecurityDescriptor(shared, 2);
    CHECK_SUCCESS(ObLogSecurityDescriptor(one, &again, 1));
    CHECK_EQ(again, shared);
    ObDereferenceSecurityDescriptor(shared, 2);
}
CONFORMANCE(ObDereferenceSecurityDescriptor, RunsAtDispatchLevel) {
    UCHAR one[128] __attribute__((aligned(8)));
    PSECURITY_DESCRIPTOR shared = NULL;
    Make(one, sizeof(one), WORLD_SID);
    CHECK_SUCCESS(ObLogSecurityDescriptor(one, &shared, 3));
    AT_IRQL(DISPATCH_LEVEL, ObDereferenceSecurityDescriptor(shared, 2));
    CHECK(RtlValidSecurityDescriptor(shared));
    ObDereferenceSecurityDescriptor(shared, 1);
}
