// SPDX-License-Identifier: GPL-2.0-only
// Facts: AddAccessDeniedAce and AddAccessDeniedAceEx (securitybaseapi.h), whose kernel halves they
// are.
#include "identities.h"

NTSYSAPI NTSTATUS NTAPI RtlAddAccessDeniedAce(PACL Acl, ULONG AceRevision, ACCESS_MASK AccessMask,
                                              PSID Sid);
NTSYSAPI NTSTATUS NTAPI RtlAddAccessDeniedAceEx(PACL Acl, ULONG AceRevision, ULONG AceFlags,
                                                ACCESS_MASK AccessMask, PSID Sid);

CONFORMANCE(RtlAddAccessDeniedAce, AppendsAnEntry) {
    GUARD guard;
    ACCESS_DENIED_ACE* ace = NULL;
    InitializeGuard(&guard);
    CHECK_STATUS(RtlAddAccessDeniedAce(&guard.u.List, ACL_REVISION, 5, WORLD_SID), STATUS_SUCCESS);
    CHECK_EQ(guard.u.List.AceCount, 1);
    REQUIRE(NT_SUCCESS(RtlGetAce(&guard.u.List, 0, (PVOID*)&ace)));
    CHECK_EQ(ace->Header.AceType, ACCESS_DENIED_ACE_TYPE);
    CHECK_EQ(ace->Header.AceFlags, 0);
    CHECK_EQ(ace->Mask, 5);
    CHECK(RtlEqualSid((PSID)&ace->SidStart, WORLD_SID));
}
CONFORMANCE(RtlAddAccessDeniedAceEx, KeepsTheFlags) {
    GUARD guard;
    ACCESS_DENIED_ACE* ace = NULL;
    InitializeGuard(&guard);
    CHECK_STATUS(
        RtlAddAccessDeniedAceEx(&guard.u.List, ACL_REVISION, INHERIT_ONLY_ACE, 1, WORLD_SID),
        STATUS_SUCCESS);
    REQUIRE(NT_SUCCESS(RtlGetAce(&guard.u.List, 0, (PVOID*)&ace)));
    CHECK_EQ(ace->Header.AceType, ACCESS_DENIED_ACE_TYPE);
    CHECK_EQ(ace->Header.AceFlags, INHERIT_ONLY_ACE);
    CHECK_STATUS(RtlAddAccessDeniedAceEx(&guard.u.List, 9, 0, 1, WORLD_SID),
                 STATUS_REVISION_MISMATCH);
}
CONFORMANCE(RtlAddAccessDeniedAce, DeniesWhatComesAfter) {
    GUARD guard;
    ACCESS_MASK granted;
    InitializeGuard(&guard);
    CHECK_STATUS(RtlAddAccessDeniedAce(&guard.u.List, ACL_REVISION, 1, WORLD_SID), STATUS_SUCCESS);
    Allow(&guard, WORLD_SID, 3);
    CHECK_STATUS(CheckNow(&guard.Descriptor, 1, &granted), STATUS_ACCESS_DENIED);
    CHECK_STATUS(CheckNow(&guard.Descriptor, 2, &granted), STATUS_SUCCESS);
}
CONFORMANCE(RtlAddAccessDeniedAce, RefusesAFullList) {
    UCHAR room[12] __attribute__((aligned(4)));
    RtlCreateAcl((ACL*)room, sizeof(room), ACL_REVISION);
    CHECK_STATUS(RtlAddAccessDeniedAce((ACL*)room, ACL_REVISION, 1, WORLD_SID),
                 STATUS_ALLOTTED_SPACE_EXCEEDED);
}
CONFORMANCE(RtlAddAccessDeniedAceEx, AnInheritOnlyEntryDeniesNothing) {
    GUARD guard;
    ACCESS_MASK granted;
    InitializeGuard(&guard);
    CHECK_STATUS(
        RtlAddAccessDeniedAceEx(&guard.u.List, ACL_REVISION, INHERIT_ONLY_ACE, 1, WORLD_SID),
        STATUS_SUCCESS);
    Allow(&guard, WORLD_SID, 1);
    CHECK_STATUS(CheckNow(&guard.Descriptor, 1, &granted), STATUS_SUCCESS);
}
