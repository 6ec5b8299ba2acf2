// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(SeAssignSecurityEx, AppendsInheritedEntriesAutomatically) {
    SECURITY_SUBJECT_CONTEXT subject;
    PSECURITY_DESCRIPTOR made = NULL;
    GUARD wish, parent;
    BOOLEAN present, defaulted;
    PACL list = NULL;
    ACE_HEADER* ace = NULL;
    InitializeGuard(&wish);
    InitializeGuard(&parent);
    Allow(&wish, WORLD_SID, 1);
    CHECK_SUCCESS(RtlAddAccessAllowedAceEx(&parent.u.List, ACL_REVISION, OBJECT_INHERIT_ACE, 2,
                                           LOCAL_SID));
    SeCaptureSubjectContext(&subject);
    CHECK_STATUS(SeAssignSecurityEx(&parent.Descriptor, &wish.Descriptor, &made, NULL, FALSE,
                                    SEF_DACL_AUTO_INHERIT, &subject, (PGENERIC_MAPPING)&TestMapping,
                                    PagedPool),
                 STATUS_SUCCESS);
    SeReleaseSubjectContext(&subject);
    REQUIRE(made != NULL);
    CHECK_SUCCESS(RtlGetDaclSecurityDescriptor(made, &present, &list, &defaulted));
    REQUIRE(list != NULL);
    CHECK_EQ(list->AceCount, 2);
    CHECK_SUCCESS(RtlGetAce(list, 1, (PVOID*)&ace));
    CHECK_EQ(ace->AceFlags, INHERITED_ACE);
    SeDeassignSecurity(&made);
}
CONFORMANCE(SeAssignSecurityEx, TakesOwnerAndGroupOfTheParentOnRequest) {
    SECURITY_SUBJECT_CONTEXT subject;
    PSECURITY_DESCRIPTOR made = NULL;
    GUARD parent;
    PSID owner = NULL;
    BOOLEAN defaulted;
    InitializeGuard(&parent);
    SeCaptureSubjectContext(&subject);
    CHECK_STATUS(SeAssignSecurityEx(&parent.Descriptor, NULL, &made, NULL, FALSE,
                                    SEF_DEFAULT_OWNER_FROM_PARENT | SEF_DEFAULT_GROUP_FROM_PARENT,
                                    &subject, (PGENERIC_MAPPING)&TestMapping, PagedPool),
                 STATUS_SUCCESS);
    SeReleaseSubjectContext(&subject);
    REQUIRE(made != NULL);
    CHECK_SUCCESS(RtlGetOwnerSecurityDescriptor(made, &owner, &defaulted));
    CHECK(owner != NULL && RtlEqualSid(owner, NULL_SID));
    CHECK_SUCCESS(RtlGetGroupSecurityDescriptor(made, &owner, &defaulted));
    CHECK(owner != NULL && RtlEqualSid(owner, NULL_SID));
    SeDeassignSecurity(&made);
}
CONFORMANCE_IN_CALLER(SeAssignSecurityEx, AvoidsTheOwnerCheckOnRequest) {
    TOKEN_PRIVILEGES state = {1, {{{SE_RESTORE_PRIVILEGE, 0}, 0}}};
    HANDLE token = OpenOwnToken(TOKEN_ADJUST_PRIVILEGES | TOKEN_QUERY);
    SECURITY_SUBJECT_CONTEXT subject;
    PSECURITY_DESCRIPTOR made = NULL;
    GUARD wish;
    InitializeGuard(&wish);
    CHECK_SUCCESS(ZwAdjustPrivilegesToken(token, FALSE, &state, 0, NULL, NULL));
    SeCaptureSubjectContext(&subject);
    CHECK_STATUS(SeAssignSecurityEx(NULL, &wish.Descriptor, &made, NULL, FALSE, 0, &subject,
                                    (PGENERIC_MAPPING)&TestMapping, PagedPool),
                 STATUS_INVALID_OWNER);
    CHECK_STATUS(
        SeAssignSecurityEx(NULL, &wish.Descriptor, &made, NULL, FALSE, SEF_AVOID_OWNER_CHECK,
                           &subject, (PGENERIC_MAPPING)&TestMapping, PagedPool),
        STATUS_SUCCESS);
    SeReleaseSubjectContext(&subject);
    SeDeassignSecurity(&made);
    state.Privileges[0].Attributes = SE_PRIVILEGE_ENABLED;
    CHECK_SUCCESS(ZwAdjustPrivilegesToken(token, FALSE, &state, 0, NULL, NULL));
    ZwClose(token);
}
