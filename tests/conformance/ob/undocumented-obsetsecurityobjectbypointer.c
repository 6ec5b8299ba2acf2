// SPDX-License-Identifier: GPL-2.0-only
// Facts: ObSetSecurityObjectByPointer of public NT headers (ntosp.h); ZwSetSecurityObject for an
// object by pointer.
#include "names.h"

NTKERNELAPI NTSTATUS NTAPI ObSetSecurityObjectByPointer(PVOID Object,
                                                        SECURITY_INFORMATION SecurityInformation,
                                                        PSECURITY_DESCRIPTOR SecurityDescriptor);

CONFORMANCE(ObSetSecurityObjectByPointer, ReplacesTheNamedParts) {
    PSECURITY_DESCRIPTOR found = NULL;
    SECURITY_DESCRIPTOR descriptor;
    BOOLEAN allocated, defaulted;
    HANDLE event = NewEvent();
    PVOID object = ObjectOf(event);
    PSID owner = NULL;
    RtlCreateSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION);
    RtlSetOwnerSecurityDescriptor(&descriptor, WORLD_SID, FALSE);
    CHECK_STATUS(ObSetSecurityObjectByPointer(object, OWNER_SECURITY_INFORMATION, &descriptor),
                 STATUS_SUCCESS);
    CHECK_SUCCESS(ObGetObjectSecurity(object, &found, &allocated));
    REQUIRE(found != NULL);
    CHECK_SUCCESS(RtlGetOwnerSecurityDescriptor(found, &owner, &defaulted));
    CHECK(owner != NULL && RtlEqualSid(owner, WORLD_SID));
    ObReleaseObjectSecurity(found, allocated);
    ObDereferenceObject(object);
    ZwClose(event);
}
