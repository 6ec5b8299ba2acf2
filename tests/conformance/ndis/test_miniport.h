/* SPDX-License-Identifier: GPL-2.0-only */
/* A miniport driver for tests: it notes what NDIS asks of it and answers what the test wants. The
 * test plays the PnP manager: MiniportUp() adds and starts its adapter, MiniportDown() removes it.
 * Below it stands a bus of the test's own, above it what BindUp() binds. */
#pragma once

#include "ndis_test.h"
#include "threads.h"

#include "abi/private/rsl_ndis.h"

typedef struct TEST_MINIPORT {
    /* What the test wants, from MiniportNew() on. */
    NDIS_STATUS InitializeStatus, RestartStatus; /* PENDING: the test completes it */
    NDIS_STATUS PauseStatus, OidStatus;
    BOOLEAN HoldSends; /* the test completes Sent */
    ULONG AttributeFlags, CheckForHangSeconds;
    BOOLEAN Hangs, WithoutReset;
    NDIS_STATUS ResetStatus;
    NDIS_STATUS(NTAPI* DuringInitialize)(NDIS_HANDLE Adapter);
    /* What came. */
    NDIS_HANDLE Adapter;
    ULONG Index;
    PCM_PARTIAL_RESOURCE_LIST Resources;
    volatile LONG Initialized, Restarted, Paused, Halted, Requests, Sends, Returned, Resets,
        HangChecks;
    NDIS_HALT_ACTION HaltAction;
    PNDIS_OID_REQUEST Request;
    NDIS_OID LastOid;
    ULONG LastValue; /* of a set request */
    PNET_BUFFER_LIST Sent;
    ULONG SendFlags, ReturnFlags;
    BOOLEAN AddressingReset;
} TEST_MINIPORT;
extern TEST_MINIPORT Miniport;
extern NDIS_HANDLE MiniportDriverHandle; /* registered by the first MiniportUp() */
extern PDRIVER_OBJECT MiniportDriverObject;
extern PDEVICE_OBJECT MiniportPdo;
extern NDIS_MINIPORT_DRIVER_CHARACTERISTICS MiniportCharacteristics;

/* Resources of the adapter: ports that nobody has, the line, a page of memory. */
#define TEST_PORT       0x5A0u
#define TEST_PORT_COUNT 8u
#define TEST_LINE       23u

#define TEST_ADAPTER_NAME L"Conformance adapter"

VOID MiniportNew(VOID);    /* forgets what came and what the test wants */
BOOLEAN MiniportAdd(VOID); /* AddDevice alone */
NTSTATUS MiniportStart(VOID);
BOOLEAN MiniportUp(VOID); /* TRUE: the adapter runs */
VOID MiniportDown(VOID);
VOID MiniportLost(VOID); /* in place of it, when the PnP manager has removed the adapter */
NTSTATUS MiniportPnp(UCHAR MinorFunction); /* to the top of the adapter's stack */
PDEVICE_OBJECT MiniportTop(VOID);

typedef struct TEST_BINDING {
    PRSL_NDIS_ADAPTER Adapter;
    BOOLEAN KeepReceived; /* the test returns Received */
    volatile LONG Received, Completed, Indicated, Stopped, Unbound;
    BOOLEAN Resources;
    NDIS_STATUS CompletedStatus, IndicatedStatus;
    PNET_BUFFER_LIST ReceivedLists, CompletedLists;
    UCHAR Frame[64];
    ULONG FrameBytes;
} TEST_BINDING;
extern TEST_BINDING Binding;
BOOLEAN BindUp(VOID);
VOID BindDown(VOID);

/* A list of one frame "0123456789", in a chain of three MDLs. */
typedef struct FRAME {
    CHAIN Chain;
    NDIS_HANDLE Pool;
    PNET_BUFFER_LIST List;
} FRAME;
BOOLEAN MakeFrame(FRAME* Frame);
VOID FreeFrame(FRAME* Frame);

/* Configuration space of the adapter's bus. */
extern UCHAR TestConfiguration[256];
