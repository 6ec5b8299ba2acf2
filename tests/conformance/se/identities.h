// SPDX-License-Identifier: GPL-2.0-only
// What tests of security share: lists and descriptors in memory of their own, tokens to look at.
#ifndef RSL_CONFORMANCE_IDENTITIES_H
#define RSL_CONFORMANCE_IDENTITIES_H

#include "conformance.h"

#define LIST_BYTES 256

// Arrays that grow beyond their declared one element, as PRIVILEGE_SET's.
#pragma clang diagnostic ignored "-Warray-bounds"

// winnt.h and newer ntifs.h have these; mingw's DDK headers do not.
#define DISABLE_MAX_PRIVILEGE         0x1
#define SE_GROUP_ENABLED_BY_DEFAULT   0x00000002
#define SE_GROUP_ENABLED              0x00000004
#define SE_GROUP_USE_FOR_DENY_ONLY    0x00000010
#define SEF_DACL_AUTO_INHERIT         0x01
#define SEF_AVOID_OWNER_CHECK         0x10
#define SEF_DEFAULT_OWNER_FROM_PARENT 0x20
#define SEF_DEFAULT_GROUP_FROM_PARENT 0x40
#define SECURITY_MAX_SID_SIZE         68

// Identifiers, built by hand: a test of RtlLengthSid depends on no other function and no variable.
typedef struct _TEST_SID {
    UCHAR Revision, Count, Authority[6];
    ULONG Parts[2];
} TEST_SID;
#define TEST_SID(name, ...) \
    static const TEST_SID name __attribute__((unused)) = {SID_REVISION, __VA_ARGS__}
TEST_SID(NullSid, 1, {0, 0, 0, 0, 0, 0}, {0});
TEST_SID(WorldSid, 1, {0, 0, 0, 0, 0, 1}, {0});
TEST_SID(LocalSid, 1, {0, 0, 0, 0, 0, 2}, {0});
TEST_SID(CreatorOwnerSid, 1, {0, 0, 0, 0, 0, 3}, {0});
TEST_SID(NtAuthoritySid, 0, {0, 0, 0, 0, 0, 5}, {0});
TEST_SID(NetworkSid, 1, {0, 0, 0, 0, 0, 5}, {2});
TEST_SID(RestrictedSid, 1, {0, 0, 0, 0, 0, 5}, {12});
TEST_SID(LocalSystemSid, 1, {0, 0, 0, 0, 0, 5}, {18});
TEST_SID(AdminsSid, 2, {0, 0, 0, 0, 0, 5}, {32, 544});
TEST_SID(UsersSid, 2, {0, 0, 0, 0, 0, 5}, {32, 545});
#define NULL_SID          ((PSID) & NullSid)
#define WORLD_SID         ((PSID) & WorldSid)
#define LOCAL_SID         ((PSID) & LocalSid)
#define CREATOR_OWNER_SID ((PSID) & CreatorOwnerSid)
#define NT_AUTHORITY_SID  ((PSID) & NtAuthoritySid)
#define NETWORK_SID       ((PSID) & NetworkSid)
#define RESTRICTED_SID    ((PSID) & RestrictedSid)
#define LOCAL_SYSTEM_SID  ((PSID) & LocalSystemSid)
#define ADMINS_SID        ((PSID) & AdminsSid)
#define USERS_SID         ((PSID) & UsersSid)
#define PRIVILEGE(value)  ((LUID){(value), 0})

// A descriptor with one list, both in place.
typedef struct _GUARD {
    SECURITY_DESCRIPTOR Descriptor;
    union {
        ACL List;
        UCHAR Bytes[LIST_BYTES];
    } u;
} GUARD;

static const GENERIC_MAPPING TestMapping = {READ_CONTROL | 1, READ_CONTROL | 2, READ_CONTROL | 4,
                                            STANDARD_RIGHTS_REQUIRED | 7};

// An empty list: nobody has any right. Allow() adds entries.
static inline VOID InitializeGuard(GUARD* Guard) {
    RtlCreateSecurityDescriptor(&Guard->Descriptor, SECURITY_DESCRIPTOR_REVISION);
    RtlCreateAcl(&Guard->u.List, LIST_BYTES, ACL_REVISION);
    RtlSetDaclSecurityDescriptor(&Guard->Descriptor, TRUE, &Guard->u.List, FALSE);
    RtlSetOwnerSecurityDescriptor(&Guard->Descriptor, NULL_SID, FALSE);
    RtlSetGroupSecurityDescriptor(&Guard->Descriptor, NULL_SID, FALSE);
}
static inline VOID Allow(GUARD* Guard, PSID Sid, ACCESS_MASK Mask) {
    CHECK_SUCCESS(RtlAddAccessAllowedAce(&Guard->u.List, ACL_REVISION, Mask, Sid));
}

// What the subject of this thread gets, as for a user.
static inline NTSTATUS CheckAs(PSECURITY_SUBJECT_CONTEXT Subject, PSECURITY_DESCRIPTOR Descriptor,
                               ACCESS_MASK Desired, ACCESS_MASK* Granted) {
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    BOOLEAN allowed = SeAccessCheck(Descriptor, Subject, FALSE, Desired, 0, NULL,
                                    (PGENERIC_MAPPING)&TestMapping, UserMode, Granted, &status);
    CHECK_EQ(allowed, (BOOLEAN)(status == STATUS_SUCCESS));
    return status;
}
static inline NTSTATUS CheckNow(PSECURITY_DESCRIPTOR Descriptor, ACCESS_MASK Desired,
                                ACCESS_MASK* Granted) {
    SECURITY_SUBJECT_CONTEXT subject;
    NTSTATUS status;
    SeCaptureSubjectContext(&subject);
    status = CheckAs(&subject, Descriptor, Desired, Granted);
    SeReleaseSubjectContext(&subject);
    return status;
}

// The process' token; PsDereferencePrimaryToken.
static inline PACCESS_TOKEN OwnToken(VOID) {
    return PsReferencePrimaryToken(PsGetCurrentProcess());
}

// A handle to the process' token; ZwClose.
static inline HANDLE OpenOwnToken(ACCESS_MASK Access) {
    HANDLE token = NULL;
    CHECK_SUCCESS(ZwOpenProcessTokenEx(NtCurrentProcess(), Access, OBJ_KERNEL_HANDLE, &token));
    return token;
}

// A copy of the process' token to change; ObDereferenceObject.
static inline PACCESS_TOKEN CopyOwnToken(SECURITY_IMPERSONATION_LEVEL Level) {
    SECURITY_QUALITY_OF_SERVICE quality = {sizeof(quality), Level, SECURITY_STATIC_TRACKING, FALSE};
    OBJECT_ATTRIBUTES attributes;
    HANDLE source = OpenOwnToken(TOKEN_DUPLICATE), copy = NULL;
    PACCESS_TOKEN token = NULL;
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    attributes.SecurityQualityOfService = &quality;
    CHECK_SUCCESS(
        ZwDuplicateToken(source, TOKEN_ALL_ACCESS, &attributes, FALSE, TokenImpersonation, &copy));
    CHECK_SUCCESS(ObReferenceObjectByHandle(copy, TOKEN_ALL_ACCESS, *SeTokenObjectType, KernelMode,
                                            &token, NULL));
    ZwClose(copy);
    ZwClose(source);
    return token;
}

#endif
