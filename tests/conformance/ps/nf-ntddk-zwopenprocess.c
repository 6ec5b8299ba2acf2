// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

NTSYSAPI NTSTATUS NTAPI NtOpenProcess(PHANDLE Handle, ACCESS_MASK Access,
                                      POBJECT_ATTRIBUTES Attributes, PCLIENT_ID Id);

CONFORMANCE(ZwOpenProcess, OpensByIdentifier) {
    OBJECT_ATTRIBUTES attributes;
    CLIENT_ID id = {PsGetCurrentProcessId(), NULL};
    HANDLE handle = NULL;
    PVOID process = NULL;
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    CHECK_STATUS(ZwOpenProcess(&handle, PROCESS_ALL_ACCESS, &attributes, &id), STATUS_SUCCESS);
    CHECK_STATUS(ObReferenceObjectByHandle(handle, 0, *PsProcessType, KernelMode, &process, NULL),
                 STATUS_SUCCESS);
    CHECK_EQ(process, (PVOID)IoGetCurrentProcess());
    ObDereferenceObject(process);
    ZwClose(handle);
}

CONFORMANCE(ZwOpenProcess, RefusesAnUnknownIdentifier) {
    OBJECT_ATTRIBUTES attributes;
    CLIENT_ID id = {(HANDLE)0x7FFFFFF0, NULL};
    HANDLE handle = NULL;
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    CHECK_STATUS(ZwOpenProcess(&handle, PROCESS_ALL_ACCESS, &attributes, &id), STATUS_INVALID_CID);
}

CONFORMANCE(ZwOpenProcess, RefusesANameWithAnIdentifier) {
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Nothing");
    OBJECT_ATTRIBUTES attributes;
    CLIENT_ID id = {PsGetCurrentProcessId(), NULL};
    HANDLE handle = NULL;
    InitializeObjectAttributes(&attributes, &name, OBJ_KERNEL_HANDLE, NULL, NULL);
    CHECK_STATUS(ZwOpenProcess(&handle, PROCESS_ALL_ACCESS, &attributes, &id),
                 STATUS_INVALID_PARAMETER_MIX);
}

CONFORMANCE(ZwOpenProcess, WantsAnIdentifier) {
    OBJECT_ATTRIBUTES attributes;
    HANDLE handle = NULL;
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    CHECK_STATUS(ZwOpenProcess(&handle, PROCESS_ALL_ACCESS, &attributes, NULL),
                 STATUS_INVALID_PARAMETER_MIX);
}

CONFORMANCE_IN_CALLER(NtOpenProcess, RefusesKernelAddressesOfAUser) {
    OBJECT_ATTRIBUTES attributes;
    CLIENT_ID id = {PsGetCurrentProcessId(), NULL};
    HANDLE handle = NULL;
    InitializeObjectAttributes(&attributes, NULL, 0, NULL, NULL);
    CHECK_STATUS(NtOpenProcess(&handle, PROCESS_ALL_ACCESS, &attributes, &id),
                 STATUS_ACCESS_VIOLATION);
    CHECK_EQ(handle, NULL);
}

CONFORMANCE(NtOpenProcess, OpensForAKernelCaller) {
    OBJECT_ATTRIBUTES attributes;
    CLIENT_ID id = {PsGetCurrentProcessId(), NULL};
    HANDLE handle = NULL;
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    CHECK_STATUS(NtOpenProcess(&handle, SYNCHRONIZE, &attributes, &id), STATUS_SUCCESS);
    ZwClose(handle);
}
