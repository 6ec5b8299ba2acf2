// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(SeFreePrivileges, FreesWhatAnAccessCheckListed) {
    SECURITY_SUBJECT_CONTEXT subject;
    PPRIVILEGE_SET used = NULL;
    SECURITY_DESCRIPTOR descriptor;
    ACCESS_MASK granted;
    NTSTATUS status;
    RtlCreateSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION);
    SeCaptureSubjectContext(&subject);
    CHECK_EQ(SeAccessCheck(&descriptor, &subject, FALSE, ACCESS_SYSTEM_SECURITY, 0, &used,
                           (PGENERIC_MAPPING)&TestMapping, UserMode, &granted, &status),
             TRUE);
    SeReleaseSubjectContext(&subject);
    REQUIRE(used != NULL);
    CHECK_EQ(used->PrivilegeCount, 1);
    SeFreePrivileges(used);
}
