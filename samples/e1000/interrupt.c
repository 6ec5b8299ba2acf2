/* SPDX-License-Identifier: GPL-2.0-only */
/* A line: the service routine takes the causes, disables the device's interrupts and leaves the
 * rest to its DPC, which enables them again. Messages: the device disables the cause of each
 * message that it sends, so that there is nothing to ask it. */
#include "e1000.h"

#define LINE_CAUSES \
    (CAUSE_SENT | CAUSE_LINK | CAUSE_RECEIVE_LOW | CAUSE_RECEIVE_OVERRUN | CAUSE_RECEIVED)
#define MESSAGE_CAUSES (CAUSE_QUEUE_RECEIVED | CAUSE_QUEUE_SENT | CAUSE_OTHER | CAUSE_LINK)
#define ALL_ONES       0xFFFFFFFF

void enable_interrupts(struct adapter* adapter) {
    adapter->stopping = FALSE;
    write_register(adapter, REG_IMS, adapter->causes);
}
void disable_interrupts(struct adapter* adapter) {
    adapter->stopping = TRUE;
    write_register(adapter, REG_IMC, ALL_ONES);
    read_register(adapter, REG_STATUS); /* the write has arrived */
}

static void enable_again(struct adapter* adapter, ULONG causes) {
    if (!adapter->stopping && !adapter->gone) write_register(adapter, REG_IMS, causes);
}

static void look_at_link(struct adapter* adapter) {
    BOOLEAN before = adapter->link_up;
    read_link(adapter);
    if (adapter->link_up != before) indicate_link(adapter);
}

/* ---- A line, which other devices may share */

static BOOLEAN NTAPI line_interrupt(NDIS_HANDLE context, PBOOLEAN queue_dpc, PULONG processors) {
    struct adapter* adapter = context;
    ULONG causes;
    *processors = 0;
    *queue_dpc = FALSE;
    if (adapter->gone) return FALSE;
    causes = read_register(adapter, REG_ICR);
    if (causes == ALL_ONES) return FALSE; /* nobody answers: the device has been pulled out */
    if ((causes & adapter->causes) == 0) return FALSE;
    write_register(adapter, REG_IMC, ALL_ONES);
    InterlockedOr(&adapter->pending, (LONG)causes);
    *queue_dpc = TRUE;
    return TRUE;
}

static VOID NTAPI line_dpc(NDIS_HANDLE context, PVOID dpc_context, PVOID throttle, PVOID reserved) {
    struct adapter* adapter = context;
    ULONG causes = (ULONG)InterlockedExchange(&adapter->pending, 0);
    (void)dpc_context, (void)throttle, (void)reserved;
    if (causes & CAUSE_LINK) look_at_link(adapter);
    complete_sent(adapter);
    receive_frames(adapter);
    enable_again(adapter, adapter->causes);
}

/* ---- Messages */

static BOOLEAN NTAPI message_interrupt(NDIS_HANDLE context, ULONG message, PBOOLEAN queue_dpc,
                                       PULONG processors) {
    (void)context, (void)message;
    *processors = 0;
    *queue_dpc = TRUE;
    return TRUE;
}

static VOID NTAPI message_dpc(NDIS_HANDLE context, ULONG message, PVOID dpc_context, PVOID throttle,
                              PVOID reserved) {
    struct adapter* adapter = context;
    BOOLEAN alone = adapter->messages < 3; /* route_messages() */
    ULONG causes = 0;
    (void)dpc_context, (void)throttle, (void)reserved;
    if (alone || message == 0) {
        receive_frames(adapter);
        causes |= CAUSE_QUEUE_RECEIVED;
    }
    if (alone || message == 1) {
        complete_sent(adapter);
        causes |= CAUSE_QUEUE_SENT;
    }
    if ((alone || message == 2) && !adapter->gone) {
        write_register(adapter, REG_ICR, CAUSE_LINK | CAUSE_OTHER); /* ones clear */
        look_at_link(adapter);
        causes |= CAUSE_OTHER | CAUSE_LINK;
    }
    enable_again(adapter, causes);
}

NDIS_STATUS connect_interrupt(struct adapter* adapter) {
    NDIS_MINIPORT_INTERRUPT_CHARACTERISTICS calls = {
        {NDIS_OBJECT_TYPE_MINIPORT_INTERRUPT, 1, sizeof(calls)}};
    NDIS_STATUS status;
    calls.InterruptHandler = line_interrupt;
    calls.InterruptDpcHandler = line_dpc;
    calls.MsiSupported = adapter->device == DEVICE_82574L;
    calls.MessageInterruptHandler = message_interrupt;
    calls.MessageInterruptDpcHandler = message_dpc;
    adapter->stopping = TRUE;
    status = NdisMRegisterInterruptEx(adapter->handle, adapter, &calls, &adapter->interrupt);
    if (status != NDIS_STATUS_SUCCESS) return status;
    adapter->by_messages = calls.InterruptType == NDIS_CONNECT_MESSAGE_BASED;
    adapter->messages = adapter->by_messages ? calls.MessageInfoTable->MessageCount : 0;
    adapter->causes = adapter->by_messages ? MESSAGE_CAUSES : LINE_CAUSES;
    return NDIS_STATUS_SUCCESS;
}
