// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

static PSECURITY_DESCRIPTOR NewDescriptor(VOID) {
    SECURITY_SUBJECT_CONTEXT subject;
    PSECURITY_DESCRIPTOR made = NULL;
    SeCaptureSubjectContext(&subject);
    CHECK_SUCCESS(SeAssignSecurity(NULL, NULL, &made, FALSE, &subject,
                                   (PGENERIC_MAPPING)&TestMapping, PagedPool));
    SeReleaseSubjectContext(&subject);
    return made;
}
CONFORMANCE(SeSetSecurityDescriptorInfo, ReplacesThePartsThatAreNamed) {
    PSECURITY_DESCRIPTOR old = NewDescriptor(), now = old;
    SECURITY_INFORMATION what = DACL_SECURITY_INFORMATION;
    BOOLEAN present, defaulted;
    PACL list = NULL;
    PSID owner = NULL;
    GUARD change;
    REQUIRE(old != NULL);
    InitializeGuard(&change);
    CHECK_STATUS(SeSetSecurityDescriptorInfo(NULL, &what, &change.Descriptor, &now, PagedPool,
                                             (PGENERIC_MAPPING)&TestMapping),
                 STATUS_SUCCESS);
    CHECK(now != old && RtlValidSecurityDescriptor(now));
    CHECK_SUCCESS(RtlGetDaclSecurityDescriptor(now, &present, &list, &defaulted));
    CHECK(present && list != NULL && list->AceCount == 0);
    CHECK_SUCCESS(RtlGetOwnerSecurityDescriptor(now, &owner, &defaulted));
    CHECK(owner != NULL && RtlEqualSid(owner, ADMINS_SID));
    ExFreePool(now);
    ExFreePool(old);
}
CONFORMANCE(SeSetSecurityDescriptorInfo, WantsASelfRelativeDescriptor) {
    SECURITY_INFORMATION what = DACL_SECURITY_INFORMATION;
    GUARD change, absolute;
    PSECURITY_DESCRIPTOR none = NULL, wrong = &absolute.Descriptor;
    InitializeGuard(&change);
    InitializeGuard(&absolute);
    CHECK_STATUS(SeSetSecurityDescriptorInfo(NULL, &what, &change.Descriptor, &none, PagedPool,
                                             (PGENERIC_MAPPING)&TestMapping),
                 STATUS_NO_SECURITY_ON_OBJECT);
    CHECK_STATUS(SeSetSecurityDescriptorInfo(NULL, &what, &change.Descriptor, &wrong, PagedPool,
                                             (PGENERIC_MAPPING)&TestMapping),
                 STATUS_BAD_DESCRIPTOR_FORMAT);
}
