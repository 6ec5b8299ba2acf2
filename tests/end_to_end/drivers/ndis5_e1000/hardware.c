/* SPDX-License-Identifier: GPL-2.0-only */
/* Interrupts, registers, the link. */
#include "e1000.h"

VOID NTAPI isr(PBOOLEAN recognized, PBOOLEAN queue, NDIS_HANDLE context) {
    struct adapter* adapter = context;
    ULONG causes = read_register(adapter, REG_ICR);
    *recognized = *queue = FALSE;
    if (causes == ALL_ONES || (causes & CAUSES) == 0) return;
    write_register(adapter, REG_IMC, ALL_ONES);
    InterlockedOr(&adapter->pending, (LONG)causes);
    *recognized = *queue = TRUE;
}

static BOOLEAN read_link(struct adapter* adapter) {
    return (read_register(adapter, REG_STATUS) & STATUS_LINK_UP) != 0;
}

VOID NTAPI handle_interrupt(NDIS_HANDLE context) {
    struct adapter* adapter = context;
    ULONG causes = (ULONG)InterlockedExchange(&adapter->pending, 0);
    if (causes & CAUSE_LINK && read_link(adapter) != adapter->link_up) {
        adapter->link_up = !adapter->link_up;
        NdisMIndicateStatus(
            adapter->handle,
            adapter->link_up ? NDIS_STATUS_MEDIA_CONNECT : NDIS_STATUS_MEDIA_DISCONNECT, NULL, 0);
        NdisMIndicateStatusComplete(adapter->handle);
    }
    complete_sends(adapter, FALSE);
    receive_frames(adapter);
}

VOID NTAPI enable_interrupt(NDIS_HANDLE context) {
    struct adapter* adapter = context;
    if (!adapter->halting) write_register(adapter, REG_IMS, CAUSES);
}
/* Called while the ISR cannot run. */
BOOLEAN NTAPI stop_interrupts(PVOID context) {
    struct adapter* adapter = context;
    adapter->halting = TRUE;
    write_register(adapter, REG_IMC, ALL_ONES);
    read_register(adapter, REG_ICR);
    return TRUE;
}
/* ---- Hardware */

void reset_hardware(struct adapter* adapter) {
    write_register(adapter, REG_IMC, ALL_ONES);
    write_register(adapter, REG_RCTL, 0);
    write_register(adapter, REG_TCTL, TCTL_PAD_SHORT);
    write_register(adapter, REG_CTRL, read_register(adapter, REG_CTRL) | CTRL_RST);
    NdisStallExecution(PAUSE_US);
    write_register(adapter, REG_IMC, ALL_ONES);
    read_register(adapter, REG_ICR);
}

void apply_filter(struct adapter* adapter) {
    ULONG control = RCTL_STRIP_CRC | (adapter->filter != 0 ? RCTL_ENABLE : 0);
    if (adapter->filter & NDIS_PACKET_TYPE_BROADCAST) control |= RCTL_BROADCAST;
    if (adapter->filter & (NDIS_PACKET_TYPE_MULTICAST | NDIS_PACKET_TYPE_ALL_MULTICAST))
        control |= RCTL_MULTICAST_ALL;
    if (adapter->filter & NDIS_PACKET_TYPE_PROMISCUOUS)
        control |= RCTL_UNICAST_ALL | RCTL_MULTICAST_ALL | RCTL_BROADCAST;
    write_register(adapter, REG_RCTL, control);
}

static void set_ring(struct adapter* adapter, ULONG base, const struct shared* ring) {
    write_register(adapter, base, NdisGetPhysicalAddressLow(ring->physical));
    write_register(adapter, base + REG_RDBAH - REG_RDBAL,
                   (ULONG)NdisGetPhysicalAddressHigh(ring->physical));
    write_register(adapter, base + REG_RDLEN - REG_RDBAL, ring->bytes);
    write_register(adapter, base + REG_RDH - REG_RDBAL, 0);
    write_register(adapter, base + REG_RDT - REG_RDBAL, 0);
}

void start_hardware(struct adapter* adapter) {
    write_register(adapter, REG_CTRL,
                   (read_register(adapter, REG_CTRL) & ~CTRL_RST) | CTRL_ASDE | CTRL_SLU);
    set_ring(adapter, REG_TDBAL, &adapter->send_ring);
    set_ring(adapter, REG_RDBAL, &adapter->receive_ring);
    write_register(adapter, REG_TIPG, TIPG_COPPER);
    write_register(adapter, REG_TCTL,
                   TCTL_ENABLE | TCTL_PAD_SHORT | TCTL_COLLISIONS | TCTL_DISTANCE);
    take_back(adapter);
    adapter->receive_filled = adapter->receive_taken = 0;
    adapter->send_filled = adapter->send_taken = 0;
    fill_receive_ring(adapter);
    apply_filter(adapter);
    adapter->link_up = read_link(adapter);
}
