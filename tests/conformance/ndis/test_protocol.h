/* SPDX-License-Identifier: GPL-2.0-only */
/* Protocol drivers for tests: they note what NDIS asks of them and answer what the test wants. A
 * test has up to two. */
#pragma once

#include "test_miniport.h"

typedef struct TEST_PROTOCOL {
    /* What the test wants, from ProtocolNew() on. */
    NDIS_STATUS BindStatus;                     /* once it is opened */
    BOOLEAN BindPends, UnbindPends, EventPends; /* a DPC completes it, a while later */
    BOOLEAN DoNotOpen, LeaveOpen;
    NDIS_MEDIUM Medium;
    PCWSTR OpenName; /* NULL: the one that NDIS gives */
    BOOLEAN WithoutContext;
    BOOLEAN KeepReceived;    /* the test returns Received */
    ULONG PacketFilter;      /* set when bound; 0: none */
    NDIS_STATUS EventStatus; /* to NetEventQueryRemoveDevice */
    /* What came. */
    NDIS_HANDLE Handle, Binding, BindContext, UnbindContext;
    NDIS_STATUS OpenStatus, FilterStatus;
    NDIS_BIND_PARAMETERS Parameters;
    NDIS_PM_CAPABILITIES Power;
    WCHAR AdapterName[64], Section[96];
    NDIS_UINT MediumIndex;
    volatile LONG Binds, Unbinds, Restarts, Pauses, BindsCompletes, QueryRemoves, CancelRemoves;
    BOOLEAN EventHadContext;
    ULONG BoundIndex; /* of NetEventRestart, as the next two */
    ULONG ModuleNameBytes;
    UCHAR ModuleNames[512];
    volatile LONG Receives, Completes, Indicated, Answers;
    ULONG ReceiveFlags, ReceivedCount, CompleteFlags;
    PNET_BUFFER_LIST Received, Completed;
    NDIS_STATUS CompletedStatus, StatusCode, Answer;
    PNDIS_OID_REQUEST Answered;
    UCHAR Frame[64];
    ULONG FrameBytes;
    LONG Order; /* when it was told of its last pause */
} TEST_PROTOCOL;
extern TEST_PROTOCOL Protocol, Other;

/* What both of them, filters and miniport count up when something comes. */
extern volatile LONG TestOrder;
/* What the miniport is told, beyond TEST_MINIPORT. */
extern PVOID MiniportCancelledSend, MiniportCancelledRequest;
extern volatile LONG MiniportEvents;
extern NDIS_DEVICE_PNP_EVENT MiniportEvent;

VOID ProtocolNew(TEST_PROTOCOL* protocol);
/* As NDIS wants it; a test spoils it. */
extern const NDIS_PROTOCOL_DRIVER_CHARACTERISTICS ProtocolCharacteristics;
NDIS_STATUS ProtocolUp(TEST_PROTOCOL* protocol);
VOID ProtocolDown(TEST_PROTOCOL* protocol);

VOID NewOid(PNDIS_OID_REQUEST request, NDIS_REQUEST_TYPE type, NDIS_OID oid, PVOID buffer,
            ULONG bytes);
/* Calls routine(context) at DISPATCH_LEVEL, a few milliseconds from now. One at a time. */
typedef VOID LATER_ROUTINE(PVOID context);
VOID Later(LATER_ROUTINE* routine, PVOID context);
