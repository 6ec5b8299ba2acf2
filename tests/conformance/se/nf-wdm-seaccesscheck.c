// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(SeAccessCheck, GrantsWhatTheListAllows) {
    GUARD guard;
    ACCESS_MASK granted = 0;
    InitializeGuard(&guard);
    Allow(&guard, WORLD_SID, GENERIC_READ);
    CHECK_STATUS(CheckNow(&guard.Descriptor, GENERIC_READ, &granted), STATUS_SUCCESS);
    CHECK_EQ(granted, READ_CONTROL | 1);
    CHECK_STATUS(CheckNow(&guard.Descriptor, 3, &granted), STATUS_ACCESS_DENIED);
}
CONFORMANCE(SeAccessCheck, AnEarlierDenialWins) {
    GUARD guard;
    ACCESS_MASK granted = 0;
    InitializeGuard(&guard);
    CHECK_SUCCESS(RtlAddAce(&guard.u.List, ACL_REVISION, MAXULONG, &(struct {
        ACE_HEADER h;
        ACCESS_MASK m;
        SID s;
    }){{ACCESS_DENIED_ACE_TYPE, 0, 20}, 1, {1, 1, {{0, 0, 0, 0, 0, 1}}, {0}}},
                            20));
    Allow(&guard, WORLD_SID, 3);
    CHECK_STATUS(CheckNow(&guard.Descriptor, 1, &granted), STATUS_ACCESS_DENIED);
    CHECK_STATUS(CheckNow(&guard.Descriptor, MAXIMUM_ALLOWED, &granted), STATUS_SUCCESS);
    CHECK_EQ(granted, 2);
}
CONFORMANCE(SeAccessCheck, NullListGivesGenericAllToMaximumAllowed) {
    SECURITY_DESCRIPTOR descriptor;
    ACCESS_MASK granted = 0;
    RtlCreateSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION);
    RtlSetDaclSecurityDescriptor(&descriptor, TRUE, NULL, FALSE);
    CHECK_STATUS(CheckNow(&descriptor, MAXIMUM_ALLOWED, &granted), STATUS_SUCCESS);
    CHECK_EQ(granted, TestMapping.GenericAll);
}
CONFORMANCE(SeAccessCheck, KernelModeIsAlwaysAllowed) {
    SECURITY_SUBJECT_CONTEXT subject;
    GUARD guard;
    ACCESS_MASK granted = 0;
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    InitializeGuard(&guard);
    SeCaptureSubjectContext(&subject);
    CHECK_EQ(SeAccessCheck(&guard.Descriptor, &subject, FALSE, GENERIC_WRITE, 4, NULL,
                           (PGENERIC_MAPPING)&TestMapping, KernelMode, &granted, &status),
             TRUE);
    CHECK_STATUS(status, STATUS_SUCCESS);
    CHECK_EQ(granted, READ_CONTROL | 2 | 4);
    SeReleaseSubjectContext(&subject);
}
CONFORMANCE(SeAccessCheck, OwnersMayReadAndChangeTheList) {
    GUARD guard;
    ACCESS_MASK granted = 0;
    InitializeGuard(&guard);
    RtlSetOwnerSecurityDescriptor(&guard.Descriptor, ADMINS_SID, FALSE);
    CHECK_STATUS(CheckNow(&guard.Descriptor, READ_CONTROL | WRITE_DAC, &granted), STATUS_SUCCESS);
    CHECK_STATUS(CheckNow(&guard.Descriptor, DELETE, &granted), STATUS_ACCESS_DENIED);
}
CONFORMANCE(SeAccessCheck, ListsThePrivilegesThatItUsed) {
    SECURITY_SUBJECT_CONTEXT subject;
    PPRIVILEGE_SET used = NULL;
    GUARD guard;
    ACCESS_MASK granted = 0;
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    InitializeGuard(&guard);
    SeCaptureSubjectContext(&subject);
    CHECK_EQ(SeAccessCheck(&guard.Descriptor, &subject, FALSE, ACCESS_SYSTEM_SECURITY | WRITE_OWNER,
                           0, &used, (PGENERIC_MAPPING)&TestMapping, UserMode, &granted, &status),
             TRUE);
    CHECK_EQ(granted, ACCESS_SYSTEM_SECURITY | WRITE_OWNER);
    SeReleaseSubjectContext(&subject);
    REQUIRE(used != NULL);
    CHECK_EQ(used->PrivilegeCount, 2);
    CHECK_EQ(used->Privilege[0].Luid.LowPart, SE_SECURITY_PRIVILEGE);
    CHECK_EQ(used->Privilege[1].Luid.LowPart, SE_TAKE_OWNERSHIP_PRIVILEGE);
    CHECK_EQ(used->Privilege[0].Attributes & SE_PRIVILEGE_USED_FOR_ACCESS,
             SE_PRIVILEGE_USED_FOR_ACCESS);
    SeFreePrivileges(used);
}
CONFORMANCE(SeAccessCheck, MaximumAllowedUsesNoPrivilege) {
    GUARD guard;
    ACCESS_MASK granted = 0;
    InitializeGuard(&guard);
    Allow(&guard, WORLD_SID, 1);
    CHECK_STATUS(CheckNow(&guard.Descriptor, MAXIMUM_ALLOWED, &granted), STATUS_SUCCESS);
    CHECK_EQ(granted, 1);
}
CONFORMANCE(SeAccessCheck, PreviouslyGrantedRightsAreNotAskedForAgain) {
    SECURITY_SUBJECT_CONTEXT subject;
    GUARD guard;
    ACCESS_MASK granted = 0;
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    InitializeGuard(&guard);
    Allow(&guard, WORLD_SID, 1);
    SeCaptureSubjectContext(&subject);
    CHECK_EQ(SeAccessCheck(&guard.Descriptor, &subject, FALSE, 1, 2, NULL,
                           (PGENERIC_MAPPING)&TestMapping, UserMode, &granted, &status),
             TRUE);
    CHECK_EQ(granted, 3);
    SeReleaseSubjectContext(&subject);
}
CONFORMANCE(SeAccessCheck, RefusesATokenThatOnlyIdentifies) {
    PACCESS_TOKEN token = CopyOwnToken(SecurityIdentification);
    GUARD guard;
    ACCESS_MASK granted = 0;
    InitializeGuard(&guard);
    Allow(&guard, WORLD_SID, 7);
    CHECK_SUCCESS(
        PsImpersonateClient(PsGetCurrentThread(), token, FALSE, FALSE, SecurityIdentification));
    CHECK_STATUS(CheckNow(&guard.Descriptor, 1, &granted), STATUS_BAD_IMPERSONATION_LEVEL);
    PsRevertToSelf();
    CHECK_STATUS(CheckNow(&guard.Descriptor, 1, &granted), STATUS_SUCCESS);
    ObDereferenceObject(token);
}
