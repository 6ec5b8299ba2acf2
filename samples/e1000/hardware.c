/* SPDX-License-Identifier: GPL-2.0-only */
/* The device's registers. */
#include "e1000.h"

#define EEPROM_TRIES    1000
#define RESET_PAUSE_US  2000
#define HASH_MASK       0xFFF
#define BITS_A_REGISTER 32

ULONG read_register(struct adapter* adapter, ULONG offset) {
    return READ_REGISTER_ULONG((PULONG)(adapter->registers + offset));
}
void write_register(struct adapter* adapter, ULONG offset, ULONG value) {
    WRITE_REGISTER_ULONG((PULONG)(adapter->registers + offset), value);
}

static BOOLEAN read_eeprom(struct adapter* adapter, ULONG word, USHORT* value) {
    BOOLEAN express = adapter->device == DEVICE_82574L;
    ULONG done = express ? EERD_DONE_82574 : EERD_DONE_82540;
    ULONG shift = express ? EERD_ADDRESS_82574 : EERD_ADDRESS_82540;
    write_register(adapter, REG_EERD, word << shift | EERD_START);
    for (int i = 0; i < EEPROM_TRIES; ++i) {
        ULONG answer = read_register(adapter, REG_EERD);
        if (answer & done) {
            *value = (USHORT)(answer >> EERD_DATA_SHIFT);
            return TRUE;
        }
        KeStallExecutionProcessor(1);
    }
    return FALSE;
}

/* Of the EEPROM; should it not answer, of the register that the device fills from there. */
NDIS_STATUS read_permanent_address(struct adapter* adapter) {
    USHORT words[ADDRESS_BYTES / sizeof(USHORT)];
    BOOLEAN known = TRUE;
    for (ULONG i = 0; i < ADDRESS_BYTES / sizeof(USHORT) && known; ++i)
        known = read_eeprom(adapter, i, &words[i]);
    if (!known) {
        ULONG low = read_register(adapter, REG_RAL), high = read_register(adapter, REG_RAH);
        if (!(high & RAH_VALID)) return NDIS_STATUS_FAILURE;
        words[0] = (USHORT)low;
        words[1] = (USHORT)(low >> 16);
        words[2] = (USHORT)high;
    }
    RtlCopyMemory(adapter->permanent, words, ADDRESS_BYTES);
    return NDIS_STATUS_SUCCESS;
}

/* Afterwards the device neither interrupts nor uses memory. */
void reset_hardware(struct adapter* adapter) {
    write_register(adapter, REG_IMC, ~0u);
    write_register(adapter, REG_RCTL, 0);
    write_register(adapter, REG_TCTL, TCTL_PAD_SHORT);
    read_register(adapter, REG_STATUS); /* the writes have arrived */
    write_register(adapter, REG_CTRL, read_register(adapter, REG_CTRL) | CTRL_RST);
    KeStallExecutionProcessor(RESET_PAUSE_US);
    write_register(adapter, REG_IMC, ~0u);
    read_register(adapter, REG_ICR);
}

static void set_ring(struct adapter* adapter, ULONG base, const struct shared_memory* memory) {
    write_register(adapter, base, memory->physical.LowPart);
    write_register(adapter, base + REG_RDBAH - REG_RDBAL, (ULONG)memory->physical.HighPart);
    write_register(adapter, base + REG_RDLEN - REG_RDBAL, memory->bytes);
    write_register(adapter, base + REG_RDH - REG_RDBAL, 0);
    write_register(adapter, base + REG_RDT - REG_RDBAL, 0);
}

/* Which message is sent for what: with three or more, receive, send and the rest have one each. */
static void route_messages(struct adapter* adapter) {
    ULONG send = adapter->messages >= 3 ? 1 : 0, other = adapter->messages >= 3 ? 2 : 0;
    write_register(adapter, REG_IVAR,
                   IVAR_EVERY_WRITEBACK | IVAR_VALID << IVAR_RECEIVE_SHIFT |
                       (IVAR_VALID | send) << IVAR_SEND_SHIFT |
                       (IVAR_VALID | other) << IVAR_OTHER_SHIFT);
    write_register(adapter, REG_EIAC, CAUSE_QUEUE_RECEIVED | CAUSE_QUEUE_SENT | CAUSE_OTHER);
    write_register(adapter, REG_CTRL_EXT,
                   read_register(adapter, REG_CTRL_EXT) | CTRL_EXT_EIAME | CTRL_EXT_PBA_SUPPORT);
}

/* After a reset: rings, addresses, link. Frames pass from here on, as far as the filter lets them.
 */
void start_hardware(struct adapter* adapter) {
    write_register(adapter, REG_CTRL,
                   (read_register(adapter, REG_CTRL) & ~CTRL_RST) | CTRL_ASDE | CTRL_SLU);
    if (adapter->by_messages) route_messages(adapter);
    set_ring(adapter, REG_TDBAL, &adapter->send.descriptors);
    set_ring(adapter, REG_RDBAL, &adapter->receive.descriptors);
    write_register(adapter, REG_TIPG, TIPG_COPPER);
    write_register(adapter, REG_TCTL,
                   TCTL_ENABLE | TCTL_PAD_SHORT | TCTL_COLLISIONS | TCTL_DISTANCE);
    restart_receive_ring(adapter);
    apply_filter(adapter);
}

/* Bits 36 to 47 of the address choose a bit of the table. */
static void set_multicast_table(struct adapter* adapter) {
    ULONG table[MULTICAST_REGISTERS] = {0};
    ULONG count = adapter->filter & NDIS_PACKET_TYPE_MULTICAST ? adapter->multicast_count : 0;
    for (ULONG i = 0; i < count; ++i) {
        const UCHAR* address = adapter->multicast[i];
        ULONG hash = ((ULONG)address[4] >> 4 | (ULONG)address[5] << 4) & HASH_MASK;
        table[hash / BITS_A_REGISTER] |= 1u << hash % BITS_A_REGISTER;
    }
    for (ULONG i = 0; i < MULTICAST_REGISTERS; ++i)
        write_register(adapter, REG_MTA + i * sizeof(ULONG), table[i]);
}

void apply_filter(struct adapter* adapter) {
    const UCHAR* address = adapter->address;
    ULONG filter = adapter->filter, control = RCTL_STRIP_CRC;
    write_register(adapter, REG_RAL,
                   (ULONG)address[0] | (ULONG)address[1] << 8 | (ULONG)address[2] << 16 |
                       (ULONG)address[3] << 24);
    write_register(adapter, REG_RAH,
                   (ULONG)address[4] | (ULONG)address[5] << 8 |
                       (filter & NDIS_PACKET_TYPE_DIRECTED ? RAH_VALID : 0));
    set_multicast_table(adapter);
    if (filter & NDIS_PACKET_TYPE_BROADCAST) control |= RCTL_BROADCAST;
    if (filter & NDIS_PACKET_TYPE_ALL_MULTICAST) control |= RCTL_MULTICAST_ALL;
    if (filter & NDIS_PACKET_TYPE_PROMISCUOUS)
        control |= RCTL_UNICAST_ALL | RCTL_MULTICAST_ALL | RCTL_BROADCAST;
    if (filter != 0 && adapter->running) control |= RCTL_ENABLE;
    write_register(adapter, REG_RCTL, control);
}

void read_link(struct adapter* adapter) {
    static const ULONG64 kSpeeds[] = {10000000, 100000000, 1000000000, 1000000000};
    ULONG status = read_register(adapter, REG_STATUS);
    adapter->link_up = (status & STATUS_LINK_UP) != 0;
    adapter->full_duplex = (status & STATUS_FULL_DUPLEX) != 0;
    adapter->speed = kSpeeds[status >> STATUS_SPEED_SHIFT & STATUS_SPEED_MASK];
}

void collect_hardware_statistics(struct adapter* adapter) {
    if (adapter->gone) return;
    InterlockedAdd64(&adapter->statistics.receive_errors, read_register(adapter, REG_CRCERRS));
    InterlockedAdd64(&adapter->statistics.receive_discards, read_register(adapter, REG_MPC));
}
