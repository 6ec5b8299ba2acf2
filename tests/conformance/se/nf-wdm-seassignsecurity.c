// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

static PSECURITY_DESCRIPTOR Assign(PSECURITY_DESCRIPTOR Parent, PSECURITY_DESCRIPTOR Wish,
                                   BOOLEAN Directory) {
    SECURITY_SUBJECT_CONTEXT subject;
    PSECURITY_DESCRIPTOR made = NULL;
    SeCaptureSubjectContext(&subject);
    CHECK_STATUS(SeAssignSecurity(Parent, Wish, &made, Directory, &subject,
                                  (PGENERIC_MAPPING)&TestMapping, PagedPool),
                 STATUS_SUCCESS);
    SeReleaseSubjectContext(&subject);
    return made;
}
static PACL ListOf(PSECURITY_DESCRIPTOR Descriptor) {
    BOOLEAN present = FALSE, defaulted;
    PACL list = NULL;
    CHECK_SUCCESS(RtlGetDaclSecurityDescriptor(Descriptor, &present, &list, &defaulted));
    return present ? list : NULL;
}
CONFORMANCE(SeAssignSecurity, TakesOwnerGroupAndListFromTheSubject) {
    PSECURITY_DESCRIPTOR made = Assign(NULL, NULL, FALSE);
    PSID owner = NULL, group = NULL;
    BOOLEAN defaulted;
    REQUIRE(made != NULL);
    CHECK(RtlValidSecurityDescriptor(made) &&
          (((SECURITY_DESCRIPTOR*)made)->Control & SE_SELF_RELATIVE));
    CHECK_SUCCESS(RtlGetOwnerSecurityDescriptor(made, &owner, &defaulted));
    CHECK(owner != NULL && RtlEqualSid(owner, ADMINS_SID));
    CHECK_SUCCESS(RtlGetGroupSecurityDescriptor(made, &group, &defaulted));
    CHECK(group != NULL && RtlEqualSid(group, LOCAL_SYSTEM_SID));
    CHECK(ListOf(made) != NULL && ListOf(made)->AceCount != 0);
    SeDeassignSecurity(&made);
}
CONFORMANCE(SeAssignSecurity, AssignsTheSpecifiedList) {
    GUARD wish, parent;
    PSECURITY_DESCRIPTOR made;
    ACCESS_ALLOWED_ACE* ace = NULL;
    InitializeGuard(&wish);
    InitializeGuard(&parent);
    Allow(&wish, WORLD_SID, GENERIC_READ);
    CHECK_SUCCESS(RtlAddAccessAllowedAceEx(&parent.u.List, ACL_REVISION, OBJECT_INHERIT_ACE, 2,
                                           LOCAL_SID));
    made = Assign(&parent.Descriptor, &wish.Descriptor, FALSE);
    REQUIRE(made != NULL && ListOf(made) != NULL);
    CHECK_EQ(ListOf(made)->AceCount, 1);
    CHECK_SUCCESS(RtlGetAce(ListOf(made), 0, (PVOID*)&ace));
    CHECK_EQ(ace->Mask, READ_CONTROL | 1);  // generic rights are mapped
    SeDeassignSecurity(&made);
}
CONFORMANCE(SeAssignSecurity, InheritsFromTheParentWithoutAList) {
    GUARD parent;
    PSECURITY_DESCRIPTOR made;
    ACCESS_ALLOWED_ACE* ace = NULL;
    InitializeGuard(&parent);
    CHECK_SUCCESS(RtlAddAccessAllowedAceEx(&parent.u.List, ACL_REVISION,
                                           OBJECT_INHERIT_ACE | CONTAINER_INHERIT_ACE, 2,
                                           CREATOR_OWNER_SID));
    CHECK_SUCCESS(
        RtlAddAccessAllowedAceEx(&parent.u.List, ACL_REVISION, 0, 4, WORLD_SID));
    made = Assign(&parent.Descriptor, NULL, FALSE);
    REQUIRE(made != NULL && ListOf(made) != NULL);
    CHECK_EQ(ListOf(made)->AceCount, 1);
    CHECK_SUCCESS(RtlGetAce(ListOf(made), 0, (PVOID*)&ace));
    CHECK_EQ(ace->Header.AceFlags, 0);
    CHECK(RtlEqualSid((PSID)&ace->SidStart, ADMINS_SID));  // the owner
    SeDeassignSecurity(&made);
    made = Assign(&parent.Descriptor, NULL, TRUE);  // a directory passes it on, too
    REQUIRE(made != NULL && ListOf(made) != NULL);
    CHECK_EQ(ListOf(made)->AceCount, 2);
    CHECK_SUCCESS(RtlGetAce(ListOf(made), 1, (PVOID*)&ace));
    CHECK_EQ(ace->Header.AceFlags, OBJECT_INHERIT_ACE | CONTAINER_INHERIT_ACE | INHERIT_ONLY_ACE);
    SeDeassignSecurity(&made);
}
CONFORMANCE_IN_CALLER(SeAssignSecurity, RefusesAnOwnerThatTheCallerIsNot) {
    TOKEN_PRIVILEGES state = {1, {{{SE_RESTORE_PRIVILEGE, 0}, 0}}};
    HANDLE token = OpenOwnToken(TOKEN_ADJUST_PRIVILEGES | TOKEN_QUERY);
    SECURITY_SUBJECT_CONTEXT subject;
    PSECURITY_DESCRIPTOR made = NULL;
    GUARD wish;
    InitializeGuard(&wish);
    CHECK_SUCCESS(ZwAdjustPrivilegesToken(token, FALSE, &state, 0, NULL, NULL));
    RtlSetOwnerSecurityDescriptor(&wish.Descriptor, LOCAL_SYSTEM_SID, FALSE);
    SeCaptureSubjectContext(&subject);
    CHECK_STATUS(SeAssignSecurity(NULL, &wish.Descriptor, &made, FALSE, &subject,
                                  (PGENERIC_MAPPING)&TestMapping, PagedPool),
                 STATUS_INVALID_OWNER);
    SeReleaseSubjectContext(&subject);
    state.Privileges[0].Attributes = SE_PRIVILEGE_ENABLED;
    CHECK_SUCCESS(ZwAdjustPrivilegesToken(token, FALSE, &state, 0, NULL, NULL));
    ZwClose(token);
}
CONFORMANCE_IN_CALLER(SeAssignSecurity, RefusesASystemListWithoutThePrivilege) {
    TOKEN_PRIVILEGES state = {1, {{{SE_SECURITY_PRIVILEGE, 0}, 0}}};
    HANDLE token = OpenOwnToken(TOKEN_ADJUST_PRIVILEGES | TOKEN_QUERY);
    SECURITY_SUBJECT_CONTEXT subject;
    PSECURITY_DESCRIPTOR made = NULL;
    GUARD wish;
    InitializeGuard(&wish);
    RtlSetOwnerSecurityDescriptor(&wish.Descriptor, NULL, FALSE);
    RtlSetSaclSecurityDescriptor(&wish.Descriptor, TRUE, &wish.u.List, FALSE);
    CHECK_SUCCESS(ZwAdjustPrivilegesToken(token, FALSE, &state, 0, NULL, NULL));
    SeCaptureSubjectContext(&subject);
    CHECK_STATUS(SeAssignSecurity(NULL, &wish.Descriptor, &made, FALSE, &subject,
                                  (PGENERIC_MAPPING)&TestMapping, PagedPool),
                 STATUS_PRIVILEGE_NOT_HELD);
    state.Privileges[0].Attributes = SE_PRIVILEGE_ENABLED;
    CHECK_SUCCESS(ZwAdjustPrivilegesToken(token, FALSE, &state, 0, NULL, NULL));
    CHECK_STATUS(SeAssignSecurity(NULL, &wish.Descriptor, &made, FALSE, &subject,
                                  (PGENERIC_MAPPING)&TestMapping, PagedPool),
                 STATUS_SUCCESS);
    SeReleaseSubjectContext(&subject);
    SeDeassignSecurity(&made);
    ZwClose(token);
}
