// SPDX-License-Identifier: GPL-2.0-only
// Event tracing: providers, trace messages, activity ids.
#pragma once

#include "abi/types/etw.h"
#include "abi/types/io.h"

#ifdef __cplusplus
extern "C" {
#endif

NTSTATUS NTAPI EtwRegister(LPCGUID ProviderId, PETWENABLECALLBACK EnableCallback, PVOID CallbackContext,
                           PREGHANDLE RegHandle);
NTSTATUS NTAPI EtwRegisterClassicProvider(LPCGUID ProviderId, ULONG Type, PVOID EnableCallback,
                                          PVOID CallbackContext, PREGHANDLE RegHandle);
NTSTATUS NTAPI EtwUnregister(REGHANDLE RegHandle);
NTSTATUS NTAPI EtwSetInformation(REGHANDLE RegHandle, EVENT_INFO_CLASS InformationClass,
                                 PVOID EventInformation, ULONG InformationLength);
BOOLEAN NTAPI EtwEventEnabled(REGHANDLE RegHandle, PCEVENT_DESCRIPTOR EventDescriptor);
BOOLEAN NTAPI EtwProviderEnabled(REGHANDLE RegHandle, UCHAR Level, ULONGLONG Keyword);
NTSTATUS NTAPI EtwWrite(REGHANDLE RegHandle, PCEVENT_DESCRIPTOR EventDescriptor, LPCGUID ActivityId,
                        ULONG UserDataCount, PEVENT_DATA_DESCRIPTOR UserData);
NTSTATUS NTAPI EtwWriteEx(REGHANDLE RegHandle, PCEVENT_DESCRIPTOR EventDescriptor, ULONG64 Filter,
                          ULONG Flags, LPCGUID ActivityId, LPCGUID RelatedActivityId, ULONG UserDataCount,
                          PEVENT_DATA_DESCRIPTOR UserData);
NTSTATUS NTAPI EtwWriteString(REGHANDLE RegHandle, UCHAR Level, ULONGLONG Keyword, LPCGUID ActivityId,
                              PCWSTR String);
NTSTATUS NTAPI EtwWriteTransfer(REGHANDLE RegHandle, PCEVENT_DESCRIPTOR EventDescriptor, LPCGUID ActivityId,
                                LPCGUID RelatedActivityId, ULONG UserDataCount,
                                PEVENT_DATA_DESCRIPTOR UserData);
NTSTATUS NTAPI EtwActivityIdControl(ULONG ControlCode, LPGUID ActivityId);

NTSTATUS __attribute__((ms_abi)) WmiTraceMessage(TRACEHANDLE LoggerHandle, ULONG MessageFlags,
                                                 LPCGUID MessageGuid, USHORT MessageNumber, ...);
NTSTATUS NTAPI WmiTraceMessageVa(TRACEHANDLE LoggerHandle, ULONG MessageFlags, LPCGUID MessageGuid,
                                 USHORT MessageNumber, __builtin_ms_va_list MessageArgList);
NTSTATUS NTAPI WmiQueryTraceInformation(TRACE_INFORMATION_CLASS TraceInformationClass, PVOID TraceInformation,
                                        ULONG TraceInformationLength, PULONG RequiredLength, PVOID Buffer);

LPCGUID NTAPI IoSetActivityIdThread(LPCGUID ActivityId);
VOID NTAPI IoClearActivityIdThread(LPCGUID OriginalId);
LPCGUID NTAPI IoGetActivityIdThread(VOID);
NTSTATUS NTAPI IoSetActivityIdIrp(PIRP Irp, LPCGUID Guid);
NTSTATUS NTAPI IoGetActivityIdIrp(PIRP Irp, LPGUID Guid);
NTSTATUS NTAPI IoPropagateActivityIdToThread(PIRP Irp, LPGUID PropagatedId, LPCGUID* OriginalId);
VOID NTAPI IoTransferActivityId(LPCGUID ActivityId, LPCGUID RelatedActivityId);

#ifdef __cplusplus
}
#endif
