// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(SeSetSecurityDescriptorInfoEx, KeepsInheritedEntriesOfTheCurrentDescriptor) {
    UCHAR room[512] __attribute__((aligned(8)));
    ULONG bytes = sizeof(room);
    SECURITY_INFORMATION what = DACL_SECURITY_INFORMATION;
    PSECURITY_DESCRIPTOR now = room;
    GUARD current, change;
    BOOLEAN present, defaulted;
    PACL list = NULL;
    ACCESS_ALLOWED_ACE* ace = NULL;
    InitializeGuard(&current);
    InitializeGuard(&change);
    CHECK_SUCCESS(RtlAddAccessAllowedAceEx(&current.u.List, ACL_REVISION, INHERITED_ACE, 1,
                                           LOCAL_SID));
    Allow(&current, WORLD_SID, 2);
    Allow(&change, WORLD_SID, 4);
    CHECK_SUCCESS(RtlAbsoluteToSelfRelativeSD(&current.Descriptor, room, &bytes));
    CHECK_STATUS(
        SeSetSecurityDescriptorInfoEx(NULL, &what, &change.Descriptor, &now, SEF_DACL_AUTO_INHERIT,
                                      PagedPool, (PGENERIC_MAPPING)&TestMapping),
        STATUS_SUCCESS);
    REQUIRE(now != (PVOID)room);
    CHECK_SUCCESS(RtlGetDaclSecurityDescriptor(now, &present, &list, &defaulted));
    CHECK_EQ(list->AceCount, 2);
    CHECK_SUCCESS(RtlGetAce(list, 0, (PVOID*)&ace));
    CHECK_EQ(ace->Mask, 4);
    CHECK_SUCCESS(RtlGetAce(list, 1, (PVOID*)&ace));
    CHECK_EQ(ace->Mask, 1);
    ExFreePool(now);
}
CONFORMANCE(SeSetSecurityDescriptorInfoEx, AProtectedChangeIgnoresTheCurrentDescriptor) {
    UCHAR room[512] __attribute__((aligned(8)));
    ULONG bytes = sizeof(room);
    SECURITY_INFORMATION what = DACL_SECURITY_INFORMATION;
    PSECURITY_DESCRIPTOR now = room;
    GUARD current, change;
    BOOLEAN present, defaulted;
    PACL list = NULL;
    ACE_HEADER* ace = NULL;
    InitializeGuard(&current);
    InitializeGuard(&change);
    CHECK_SUCCESS(RtlAddAccessAllowedAceEx(&current.u.List, ACL_REVISION, INHERITED_ACE, 1,
                                           LOCAL_SID));
    CHECK_SUCCESS(RtlAddAccessAllowedAceEx(&change.u.List, ACL_REVISION, INHERITED_ACE, 4,
                                           WORLD_SID));
    change.Descriptor.Control |= SE_DACL_PROTECTED;
    CHECK_SUCCESS(RtlAbsoluteToSelfRelativeSD(&current.Descriptor, room, &bytes));
    CHECK_STATUS(
        SeSetSecurityDescriptorInfoEx(NULL, &what, &change.Descriptor, &now, SEF_DACL_AUTO_INHERIT,
                                      PagedPool, (PGENERIC_MAPPING)&TestMapping),
        STATUS_SUCCESS);
    REQUIRE(now != (PVOID)room);
    CHECK_SUCCESS(RtlGetDaclSecurityDescriptor(now, &present, &list, &defaulted));
    CHECK_EQ(list->AceCount, 1);
    CHECK_SUCCESS(RtlGetAce(list, 0, (PVOID*)&ace));
    CHECK_EQ(ace->AceFlags & INHERITED_ACE, 0);
    ExFreePool(now);
}
CONFORMANCE(SeSetSecurityDescriptorInfoEx, WantsADescriptor) {
    SECURITY_INFORMATION what = DACL_SECURITY_INFORMATION;
    PSECURITY_DESCRIPTOR none = NULL;
    GUARD change;
    InitializeGuard(&change);
    CHECK_STATUS(SeSetSecurityDescriptorInfoEx(NULL, &what, &change.Descriptor, &none, 0, PagedPool,
                                               (PGENERIC_MAPPING)&TestMapping),
                 STATUS_NO_SECURITY_ON_OBJECT);
}
