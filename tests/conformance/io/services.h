/* SPDX-License-Identifier: GPL-2.0-only */
/* Services that mingw's headers lack, declared as documented, and calls of a client: from user
 * memory with previous mode UserMode, for tests by CONFORMANCE_IN_CALLER. */
#ifndef RSL_CONFORMANCE_IO_SERVICES_H
#define RSL_CONFORMANCE_IO_SERVICES_H

#include "devices.h"

#define IO_COMPLETION_QUERY_STATE  0x0001
#define IO_COMPLETION_MODIFY_STATE 0x0002
#define IO_COMPLETION_ALL_ACCESS   (STANDARD_RIGHTS_REQUIRED | SYNCHRONIZE | 0x3)

typedef struct _FILE_IO_COMPLETION_ENTRY {
    PVOID KeyContext;
    PVOID ApcContext;
    IO_STATUS_BLOCK IoStatusBlock;
} FILE_IO_COMPLETION_ENTRY;

#define BOTH(result, name, ...)                  \
    NTSYSAPI result NTAPI Nt##name(__VA_ARGS__); \
    NTSYSAPI result NTAPI Zw##name(__VA_ARGS__)

BOTH(NTSTATUS, CancelIoFile, HANDLE File, PIO_STATUS_BLOCK Outcome);
BOTH(NTSTATUS, CancelIoFileEx, HANDLE File, PIO_STATUS_BLOCK Which, PIO_STATUS_BLOCK Outcome);
BOTH(NTSTATUS, FlushBuffersFile, HANDLE File, PIO_STATUS_BLOCK Outcome);
BOTH(NTSTATUS, FlushBuffersFileEx, HANDLE File, ULONG Flags, PVOID Parameters, ULONG ParametersSize,
     PIO_STATUS_BLOCK Outcome);
BOTH(NTSTATUS, CreateIoCompletion, PHANDLE Port, ACCESS_MASK Access, POBJECT_ATTRIBUTES Attributes,
     ULONG Count);
BOTH(NTSTATUS, SetIoCompletion, HANDLE Port, PVOID Key, PVOID Apc, NTSTATUS Status,
     ULONG_PTR Information);
BOTH(NTSTATUS, RemoveIoCompletion, HANDLE Port, PVOID* Key, PVOID* Apc, PIO_STATUS_BLOCK Outcome,
     PLARGE_INTEGER Timeout);
BOTH(NTSTATUS, RemoveIoCompletionEx, HANDLE Port, FILE_IO_COMPLETION_ENTRY* Entries, ULONG Count,
     PULONG Removed, PLARGE_INTEGER Timeout, BOOLEAN Alertable);
NTSYSAPI NTSTATUS NTAPI NtCancelSynchronousIoFile(HANDLE Thread, PIO_STATUS_BLOCK Which,
                                                  PIO_STATUS_BLOCK Outcome);
NTSYSAPI NTSTATUS NTAPI NtQueryIoCompletion(HANDLE Port, ULONG Class, PVOID Information,
                                            ULONG Length, PULONG ReturnLength);

/* All in one allocation of the client's own. */
typedef struct _USER_CALL {
    HANDLE File;
    IO_STATUS_BLOCK Outcome;
    OBJECT_ATTRIBUTES Attributes;
    UNICODE_STRING Name;
    WCHAR Text[128];
    LARGE_INTEGER Offset;
    UCHAR Buffer[256];
} USER_CALL;

MAYBE_UNUSED static USER_CALL* UserMemory(VOID) {
    PVOID base = NULL;
    SIZE_T bytes = sizeof(USER_CALL);
    NTSTATUS status = ZwAllocateVirtualMemory(ZwCurrentProcess(), &base, 0, &bytes,
                                              MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE);
    CHECK_SUCCESS(status);
    return NT_SUCCESS(status) ? base : NULL;
}

MAYBE_UNUSED static VOID FreeUserMemory(USER_CALL* Call) {
    PVOID base = Call;
    SIZE_T bytes = 0;
    CHECK_SUCCESS(ZwFreeVirtualMemory(ZwCurrentProcess(), &base, &bytes, MEM_RELEASE));
}

MAYBE_UNUSED static VOID UserName(USER_CALL* Call, const WCHAR* Name) {
    USHORT length = 0;
    for (; Name[length] != 0; length++) Call->Text[length] = Name[length];
    Call->Name.Buffer = Call->Text;
    Call->Name.Length = Call->Name.MaximumLength = length * sizeof(WCHAR);
    InitializeObjectAttributes(&Call->Attributes, &Call->Name, OBJ_CASE_INSENSITIVE, NULL, NULL);
}

MAYBE_UNUSED static NTSTATUS UserOpen(USER_CALL* Call, ACCESS_MASK Access, ULONG Options) {
    UserName(Call, DEVICE_NAME);
    return NtOpenFile(&Call->File, Access, &Call->Attributes, &Call->Outcome,
                      FILE_SHARE_READ | FILE_SHARE_WRITE, Options);
}

#endif
