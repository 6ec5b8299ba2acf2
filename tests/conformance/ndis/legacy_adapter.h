/* SPDX-License-Identifier: GPL-2.0-only */
/* An NDIS 5 miniport driver and an adapter of it, without hardware: on top of a device that was
 * reported, with a device between that answers plug and play in the bus' place. */
#pragma once

#include "legacy.h"

typedef struct {
    /* What the driver is to do; zero before LegacyUp. */
    ULONG Attributes; /* for NdisMSetAttributesEx */
    NDIS_STATUS InitializeStatus;
    VOID (*AtInitialize)(
        NDIS_HANDLE WrapperConfigurationContext); /* after the attributes are set */
    NDIS_STATUS (*Send)(PNDIS_PACKET Packet);     /* NULL: succeeds */
    BOOLEAN SendsOne;                             /* MiniportSend, not MiniportSendPackets */
    W_TRANSFER_DATA_HANDLER TransferData;
    W_ALLOCATE_COMPLETE_HANDLER AllocateComplete;
    BOOLEAN WithLine; /* the adapter has the first serial port's interrupt, ISA line 4 */
    W_ISR_HANDLER Isr;
    W_ENABLE_INTERRUPT_HANDLER EnableInterrupt;
    W_DISABLE_INTERRUPT_HANDLER DisableInterrupt;
    W_HANDLE_INTERRUPT_HANDLER HandleInterrupt;
    /* What became of it. */
    PDRIVER_OBJECT Driver;
    NDIS_HANDLE Wrapper, Adapter;
    PDEVICE_OBJECT Device; /* NDIS's */
    LONG Halts, Sends, Queries, Returns, Inside, Overlaps, Shutdowns;
    KIRQL QueryIrql;
    UCHAR Configuration[256]; /* the bus': PCI configuration space */
} LEGACY;

/* Its address is the context that every handler of the driver gets. */
extern LEGACY Legacy;

/* The characteristics that LegacyUp registers. */
VOID LegacyCharacteristics(NDIS_MINIPORT_CHARACTERISTICS* Characteristics);
/* A driver object with a wrapper handle, not registered. */
BOOLEAN LegacyDriverUp(VOID);
VOID LegacyDriverDown(VOID);
/* A registered driver whose adapter is started. */
BOOLEAN LegacyUp(VOID);
VOID LegacyDown(VOID);
/* A request to the adapter's device. */
NTSTATUS LegacyRequest(UCHAR Major, UCHAR Minor);

/* For handlers of a serialized driver: counts those that find another one inside. */
VOID LegacyEnter(VOID);
VOID LegacyLeave(VOID);
