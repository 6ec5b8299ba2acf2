/* SPDX-License-Identifier: GPL-2.0-only */
/* For tests that need a process of a client, or a driver image, of their own. The calls that make
 * them are RSL's (docs/adr/0007-private-interface.md): no documented one starts a process in this
 * machine. */
#ifndef RSL_CONFORMANCE_CLIENTS_H
#define RSL_CONFORMANCE_CLIENTS_H

#include "threads.h"

NTKERNELAPI NTSTATUS NTAPI RslCreateClientProcess(PCUNICODE_STRING ImageName, ULONG64 ClientPid,
                                                  PEPROCESS* Process);
NTKERNELAPI VOID NTAPI RslTerminateClientProcess(PEPROCESS Process, NTSTATUS ExitStatus);
NTKERNELAPI NTSTATUS NTAPI RslCreateClientThread(PEPROCESS Process, PKSTART_ROUTINE Routine,
                                                 PVOID Context, PETHREAD* Thread);
NTKERNELAPI NTSTATUS NTAPI RslAllocateClientMemory(PEPROCESS Process, SIZE_T Bytes, PVOID* Address);
NTKERNELAPI NTSTATUS NTAPI RslFreeClientMemory(PEPROCESS Process, PVOID Address);
NTKERNELAPI NTSTATUS NTAPI RslMapClientMemory(PEPROCESS Process, PHYSICAL_ADDRESS Physical,
                                              SIZE_T Bytes, PVOID* Address);

/* NULL when it is refused. Give it to EndClient. */
static __inline__ PEPROCESS StartClient(PCWSTR ImageName) {
    UNICODE_STRING name;
    PEPROCESS process = NULL;
    RtlInitUnicodeString(&name, ImageName);
    if (!NT_SUCCESS(RslCreateClientProcess(&name, 4711, &process))) return NULL;
    return process;
}

static __inline__ VOID EndClient(PEPROCESS Process) {
    RslTerminateClientProcess(Process, STATUS_SUCCESS);
    ObDereferenceObject(Process);
}

/* Runs the routine in a thread of the client and waits for its end. */
static __inline__ BOOLEAN RunInClient(PEPROCESS Process, PKSTART_ROUTINE Routine, PVOID Context) {
    PETHREAD thread;
    if (!NT_SUCCESS(RslCreateClientThread(Process, Routine, Context, &thread))) return FALSE;
    return EndHelper(thread);
}

/* A handle to a process, with the access wanted. */
static __inline__ NTSTATUS OpenById(PHANDLE Handle, HANDLE ProcessId, ACCESS_MASK Access) {
    OBJECT_ATTRIBUTES attributes;
    CLIENT_ID id = {ProcessId, NULL};
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    return ZwOpenProcess(Handle, Access, &attributes, &id);
}

/* ---- A driver image whose entry point returns STATUS_SUCCESS and that can be unloaded. */

typedef struct _TEST_LOAD_REPORT {
    NTSTATUS Status;
    NTSTATUS EntryStatus;
    ULONG64 ImageBase, ImageBytes, EntryNanoseconds;
    ULONG MissingImports;
    CHAR Text[1024];
} TEST_LOAD_REPORT;

NTKERNELAPI NTSTATUS NTAPI RslLoadDriverImage(PCUNICODE_STRING ServiceName, const VOID* Image,
                                              SIZE_T ImageBytes, TEST_LOAD_REPORT* Report);
NTKERNELAPI NTSTATUS NTAPI RslUnloadDriver(PCUNICODE_STRING ServiceName, TEST_LOAD_REPORT* Report);

#define TEST_IMAGE_BYTES 0x400

/* One section of code: DriverEntry sets DriverUnload (offset 0x68) to a RET and returns 0. */
static __inline__ VOID BuildImage(UCHAR* Image) {
    static const UCHAR code[] = {0x48, 0x8D, 0x05, 0x07, 0x00, 0x00, 0x00, /* lea rax, [rip + 7] */
                                 0x48, 0x89, 0x41, 0x68, /* mov [rcx + 0x68], rax */
                                 0x31, 0xC0,             /* xor eax, eax */
                                 0xC3,                   /* ret */
                                 0xC3};                  /* the unload routine: ret */
    struct {
        ULONG Signature;
        USHORT Machine, Sections;
        ULONG Time, SymbolTable, Symbols;
        USHORT OptionalBytes, Characteristics;
    }* header = (PVOID)(Image + 0x40);
    UCHAR* optional = (UCHAR*)(header + 1);
    UCHAR* section;
    RtlZeroMemory(Image, TEST_IMAGE_BYTES);
    Image[0] = 'M';
    Image[1] = 'Z';
    *(ULONG*)(Image + 0x3C) = 0x40;
    header->Signature = 0x4550;
    header->Machine = 0x8664;
    header->Sections = 1;
    header->OptionalBytes = 0xF0;
    header->Characteristics = 0x22; /* executable, large addresses */
    *(USHORT*)optional = 0x20B;
    *(ULONG*)(optional + 4) = 0x200;      /* SizeOfCode */
    *(ULONG*)(optional + 16) = 0x1000;    /* AddressOfEntryPoint */
    *(ULONG*)(optional + 20) = 0x1000;    /* BaseOfCode */
    *(ULONG64*)(optional + 24) = 0x10000; /* ImageBase */
    *(ULONG*)(optional + 32) = 0x1000;    /* SectionAlignment */
    *(ULONG*)(optional + 36) = 0x200;     /* FileAlignment */
    *(USHORT*)(optional + 40) = 10;       /* operating system, image and subsystem versions */
    *(USHORT*)(optional + 44) = 10;
    *(USHORT*)(optional + 48) = 10;
    *(ULONG*)(optional + 56) = 0x2000; /* SizeOfImage */
    *(ULONG*)(optional + 60) = 0x200;  /* SizeOfHeaders */
    *(USHORT*)(optional + 68) = 1;     /* Subsystem: native */
    *(USHORT*)(optional + 70) = 0x140; /* DLL characteristics: dynamic base, NX */
    *(ULONG*)(optional + 108) = 16;    /* NumberOfRvaAndSizes */
    section = optional + 0xF0;
    RtlCopyMemory(section, ".text\0\0\0", 8);
    *(ULONG*)(section + 8) = sizeof(code);
    *(ULONG*)(section + 12) = 0x1000;
    *(ULONG*)(section + 16) = 0x200;
    *(ULONG*)(section + 20) = 0x200;
    *(ULONG*)(section + 36) = 0x60000020; /* code, executable, readable */
    RtlCopyMemory(Image + 0x200, code, sizeof(code));
}

#endif
