// SPDX-License-Identifier: GPL-2.0-only
// What ntoskrnl exports of processes and threads by pointer beyond abi/functions/ps.h: Win32 halves, jobs,
// quotas, silos; and of firmware variables and ports.
#pragma once

#include "abi/types/ex.h"
#include "abi/types/io_file.h"
#include "abi/types/mm.h"
#include "abi/types/ps.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct _EJOB* PEJOB;
typedef struct _ESILO* PESILO;

// ---- kernel/ps/exports/object.cpp
PVOID NTAPI PsGetProcessWin32Process(PEPROCESS Process);
PVOID NTAPI PsGetThreadWin32Thread(PETHREAD Thread);
PVOID NTAPI PsGetCurrentThreadWin32Thread(VOID);
ULONG NTAPI PsGetThreadSessionId(PETHREAD Thread);
PEJOB NTAPI PsGetProcessJob(PEPROCESS Process);
UCHAR NTAPI PsGetProcessProtection(PEPROCESS Process);
ULONGLONG NTAPI PsGetProcessStartKey(PEPROCESS Process);
ULONG64 NTAPI PsQueryTotalCycleTimeProcess(PEPROCESS Process, PULONG64 CycleTimeStamp);
NTSTATUS NTAPI PsLookupProcessThreadByCid(PCLIENT_ID ClientId, PEPROCESS* Process, PETHREAD* Thread);
NTSTATUS NTAPI PsReferenceProcessFilePointer(PEPROCESS Process, PFILE_OBJECT* FileObject);
NTSTATUS NTAPI PsWrapApcWow64Thread(PVOID* ApcContext, PVOID* ApcRoutine);
NTSTATUS NTAPI PsSuspendProcess(PEPROCESS Process);
NTSTATUS NTAPI PsResumeProcess(PEPROCESS Process);
NTSTATUS NTAPI PsGetContextThread(PETHREAD Thread, PVOID ThreadContext, KPROCESSOR_MODE Mode);
NTSTATUS NTAPI PsSetContextThread(PETHREAD Thread, PVOID ThreadContext, KPROCESSOR_MODE Mode);
BOOLEAN NTAPI PsIsDiskCountersEnabled(VOID);
VOID NTAPI PsUpdateDiskCounters(PEPROCESS Process, ULONG64 BytesRead, ULONG64 BytesWritten,
                                ULONG ReadOperationCount, ULONG WriteOperationCount,
                                ULONG FlushOperationCount);

// ---- kernel/ps/exports/quota.cpp
VOID NTAPI PsChargePoolQuota(PEPROCESS Process, POOL_TYPE PoolType, ULONG_PTR Amount);
NTSTATUS NTAPI PsChargeProcessPoolQuota(PEPROCESS Process, POOL_TYPE PoolType, ULONG_PTR Amount);
NTSTATUS NTAPI PsChargeProcessNonPagedPoolQuota(PEPROCESS Process, ULONG_PTR Amount);
NTSTATUS NTAPI PsChargeProcessPagedPoolQuota(PEPROCESS Process, ULONG_PTR Amount);
VOID NTAPI PsReturnPoolQuota(PEPROCESS Process, POOL_TYPE PoolType, ULONG_PTR Amount);
VOID NTAPI PsReturnProcessNonPagedPoolQuota(PEPROCESS Process, ULONG_PTR Amount);
VOID NTAPI PsReturnProcessPagedPoolQuota(PEPROCESS Process, ULONG_PTR Amount);

// ---- kernel/ps/exports/silo.cpp
PESILO NTAPI PsGetHostSilo(VOID);
BOOLEAN NTAPI PsIsHostSilo(PESILO Silo);
PESILO NTAPI PsGetCurrentSilo(VOID);
PESILO NTAPI PsGetCurrentServerSilo(VOID);
PESILO NTAPI PsGetEffectiveServerSilo(PESILO Silo);
PESILO NTAPI PsGetThreadServerSilo(PETHREAD Thread);
PESILO NTAPI PsGetParentSilo(PEJOB Job);
PESILO NTAPI PsAttachSiloToCurrentThread(PESILO Silo);
VOID NTAPI PsDetachSiloFromCurrentThread(PESILO PreviousSilo);

// ---- kernel/ex/exports/firmware.cpp
typedef enum _FIRMWARE_TYPE {
    FirmwareTypeUnknown,
    FirmwareTypeBios,
    FirmwareTypeUefi,
    FirmwareTypeMax
} FIRMWARE_TYPE;
NTSTATUS NTAPI ExGetFirmwareEnvironmentVariable(PUNICODE_STRING VariableName, GUID* VendorGuid, PVOID Value,
                                                PULONG ValueLength, PULONG Attributes);
NTSTATUS NTAPI ExSetFirmwareEnvironmentVariable(PUNICODE_STRING VariableName, GUID* VendorGuid, PVOID Value,
                                                ULONG ValueLength, ULONG Attributes);
FIRMWARE_TYPE NTAPI ExGetFirmwareType(VOID);
BOOLEAN NTAPI ExIsSoftBoot(VOID);

// ---- kernel/ex/exports/port.cpp
NTSTATUS NTAPI ZwConnectPort(PHANDLE PortHandle, PUNICODE_STRING PortName, PVOID SecurityQos, PVOID ClientView,
                             PVOID ServerView, PULONG MaxMessageLength, PVOID ConnectionInformation,
                             PULONG ConnectionInformationLength);
NTSTATUS NTAPI ZwRequestWaitReplyPort(HANDLE PortHandle, PVOID RequestMessage, PVOID ReplyMessage);
NTSTATUS NTAPI ZwAlpcConnectPort(PHANDLE PortHandle, PUNICODE_STRING PortName, POBJECT_ATTRIBUTES ObjectAttributes,
                                 PVOID PortAttributes, ULONG Flags, PVOID RequiredServerSid,
                                 PVOID ConnectionMessage, PULONG BufferLength, PVOID OutMessageAttributes,
                                 PVOID InMessageAttributes, PLARGE_INTEGER Timeout);
NTSTATUS NTAPI ZwAlpcSendWaitReceivePort(HANDLE PortHandle, ULONG Flags, PVOID SendMessage,
                                         PVOID SendMessageAttributes, PVOID ReceiveMessage, PULONG BufferLength,
                                         PVOID ReceiveMessageAttributes, PLARGE_INTEGER Timeout);

#ifdef __cplusplus
}
#endif
