// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

static VOID Ask(PRIVILEGE_SET* Set, ULONG Control) {
    Set->PrivilegeCount = 2;
    Set->Control = Control;
    Set->Privilege[0].Luid = PRIVILEGE(SE_DEBUG_PRIVILEGE);
    Set->Privilege[0].Attributes = 0;
    Set->Privilege[1].Luid.LowPart = 63;
    Set->Privilege[1].Luid.HighPart = 0;
    Set->Privilege[1].Attributes = 0;
}
CONFORMANCE(SePrivilegeCheck, AnyIsEnoughUnlessAllAreNecessary) {
    UCHAR room[64];
    PRIVILEGE_SET* set = (PRIVILEGE_SET*)room;
    SECURITY_SUBJECT_CONTEXT subject;
    SeCaptureSubjectContext(&subject);
    Ask(set, 0);
    CHECK_EQ(SePrivilegeCheck(set, &subject, UserMode), TRUE);
    CHECK_EQ(set->Privilege[0].Attributes & SE_PRIVILEGE_USED_FOR_ACCESS,
             SE_PRIVILEGE_USED_FOR_ACCESS);
    CHECK_EQ(set->Privilege[1].Attributes, 0);
    Ask(set, PRIVILEGE_SET_ALL_NECESSARY);
    CHECK_EQ(SePrivilegeCheck(set, &subject, UserMode), FALSE);
    CHECK_EQ(SePrivilegeCheck(set, &subject, KernelMode), TRUE);
    SeReleaseSubjectContext(&subject);
}
