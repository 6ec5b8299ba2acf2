// SPDX-License-Identifier: GPL-2.0-only
// What tests of objects share: attributes of a name, an object to name, the services that mingw
// does not declare.
#ifndef RSL_CONFORMANCE_NAMES_H
#define RSL_CONFORMANCE_NAMES_H

#include "conformance.h"

// winnt.h and newer DDK headers have these; mingw's do not.
#define PROCESS_TERMINATE  0x0001
#define TIMER_MODIFY_STATE 0x0002
#define TIMER_ALL_ACCESS   (STANDARD_RIGHTS_REQUIRED | SYNCHRONIZE | 3)
typedef struct _OBJECT_HANDLE_FLAG_INFORMATION {
    BOOLEAN Inherit;
    BOOLEAN ProtectFromClose;
} OBJECT_HANDLE_FLAG_INFORMATION, *POBJECT_HANDLE_FLAG_INFORMATION;
NTSYSAPI NTSTATUS NTAPI ZwSetInformationObject(HANDLE Handle,
                                               OBJECT_INFORMATION_CLASS ObjectInformationClass,
                                               PVOID ObjectInformation,
                                               ULONG ObjectInformationLength);
NTKERNELAPI NTSTATUS NTAPI ObCloseHandle(HANDLE Handle, KPROCESSOR_MODE PreviousMode);

// Well-known SIDs, as SeExports has them: S-1-1-0, S-1-2-0, S-1-5-18.
typedef struct _ONE_PART_SID {
    UCHAR Revision, SubAuthorityCount, IdentifierAuthority[6];
    ULONG SubAuthority;
} ONE_PART_SID;
#define WORLD_SID  ((PSID) & (ONE_PART_SID){1, 1, {0, 0, 0, 0, 0, 1}, 0})
#define LOCAL_SID  ((PSID) & (ONE_PART_SID){1, 1, {0, 0, 0, 0, 0, 2}, 0})
#define SYSTEM_SID ((PSID) & (ONE_PART_SID){1, 1, {0, 0, 0, 0, 0, 5}, 18})

#define NO_HANDLE ((HANDLE)(LONG_PTR)0x7FFFFFF0)

typedef struct _NAMED {
    OBJECT_ATTRIBUTES Attributes;
    UNICODE_STRING Name;
} NAMED;

// A kernel handle, no case.
static inline POBJECT_ATTRIBUTES Named(NAMED* Named, const WCHAR* Name, ULONG Flags) {
    RtlInitUnicodeString(&Named->Name, Name);
    InitializeObjectAttributes(&Named->Attributes, &Named->Name,
                               OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE | Flags, NULL, NULL);
    return &Named->Attributes;
}
static inline POBJECT_ATTRIBUTES Unnamed(NAMED* Named) {
    InitializeObjectAttributes(&Named->Attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    return &Named->Attributes;
}
// An event without a name; ZwClose.
static inline HANDLE NewEvent(VOID) {
    HANDLE handle = NULL;
    NAMED named;
    CHECK_SUCCESS(
        ZwCreateEvent(&handle, EVENT_ALL_ACCESS, Unnamed(&named), NotificationEvent, FALSE));
    return handle;
}
// Its object; ObDereferenceObject.
static inline PVOID ObjectOf(HANDLE Handle) {
    PVOID object = NULL;
    CHECK_SUCCESS(ObReferenceObjectByHandle(Handle, 0, NULL, KernelMode, &object, NULL));
    return object;
}
static inline BOOLEAN SameObject(HANDLE One, HANDLE Other) {
    PVOID first = ObjectOf(One), second = ObjectOf(Other);
    BOOLEAN same = first == second;
    if (first != NULL) ObDereferenceObject(first);
    if (second != NULL) ObDereferenceObject(second);
    return same;
}
static inline ACCESS_MASK GrantedTo(HANDLE Handle) {
    PUBLIC_OBJECT_BASIC_INFORMATION basic = {0};
    CHECK_SUCCESS(ZwQueryObject(Handle, ObjectBasicInformation, &basic, sizeof(basic), NULL));
    return basic.GrantedAccess;
}

#define DECLARE_SERVICE(name, ...)                 \
    NTSYSAPI NTSTATUS NTAPI Nt##name(__VA_ARGS__); \
    NTSYSAPI NTSTATUS NTAPI Zw##name(__VA_ARGS__)

#endif
