/* SPDX-License-Identifier: GPL-2.0-only */
/* Registers, descriptors and interrupt causes of Intel's 8254x and 82574 Ethernet controllers, as
 * far as this driver uses them. From Intel's "PCI/PCI-X Family of Gigabit Ethernet Controllers
 * Software Developer's Manual" and the "82574 GbE Controller Family Datasheet". */
#pragma once

#define DEVICE_82540EM 0x100E
#define DEVICE_82574L  0x10D3

#define REG_CTRL     0x0000
#define REG_STATUS   0x0008
#define REG_EERD     0x0014
#define REG_CTRL_EXT 0x0018
#define REG_ICR      0x00C0 /* reading takes what is pending */
#define REG_IMS      0x00D0 /* ones enable */
#define REG_IMC      0x00D8 /* ones disable */
#define REG_EIAC     0x00DC /* 82574: causes that a message clears and disables */
#define REG_IVAR     0x00E4 /* 82574: which message is sent for which cause */
#define REG_RCTL     0x0100
#define REG_TCTL     0x0400
#define REG_TIPG     0x0410
#define REG_RDBAL    0x2800
#define REG_RDBAH    0x2804
#define REG_RDLEN    0x2808
#define REG_RDH      0x2810
#define REG_RDT      0x2818
#define REG_TDBAL    0x3800
#define REG_TDBAH    0x3804
#define REG_TDLEN    0x3808
#define REG_TDH      0x3810
#define REG_TDT      0x3818
#define REG_CRCERRS  0x4000 /* statistics clear themselves when read */
#define REG_MPC      0x4010
#define REG_MTA      0x5200
#define REG_RAL      0x5400
#define REG_RAH      0x5404

#define CTRL_ASDE 0x00000020
#define CTRL_SLU  0x00000040
#define CTRL_RST  0x04000000

#define STATUS_FULL_DUPLEX 0x00000001
#define STATUS_LINK_UP     0x00000002
#define STATUS_SPEED_SHIFT 6
#define STATUS_SPEED_MASK  3

/* The two families differ in where EERD keeps its bits. */
#define EERD_START         0x00000001
#define EERD_DONE_82540    0x00000010
#define EERD_DONE_82574    0x00000002
#define EERD_ADDRESS_82540 8
#define EERD_ADDRESS_82574 2
#define EERD_DATA_SHIFT    16

#define CTRL_EXT_EIAME       0x01000000 /* messages disable their causes, by EIAC */
#define CTRL_EXT_PBA_SUPPORT 0x80000000

#define CAUSE_SENT            0x00000001 /* TXDW */
#define CAUSE_LINK            0x00000004 /* LSC */
#define CAUSE_RECEIVE_LOW     0x00000010 /* RXDMT0 */
#define CAUSE_RECEIVE_OVERRUN 0x00000040 /* RXO */
#define CAUSE_RECEIVED        0x00000080 /* RXT0 */
#define CAUSE_QUEUE_RECEIVED  0x00100000 /* RXQ0: with messages in CAUSE_RECEIVED's place */
#define CAUSE_QUEUE_SENT      0x00400000 /* TXQ0 */
#define CAUSE_OTHER           0x01000000

#define IVAR_VALID           8 /* of each nibble */
#define IVAR_RECEIVE_SHIFT   0
#define IVAR_SEND_SHIFT      8
#define IVAR_OTHER_SHIFT     16
#define IVAR_EVERY_WRITEBACK 0x80000000

#define RCTL_ENABLE        0x00000002
#define RCTL_UNICAST_ALL   0x00000008
#define RCTL_MULTICAST_ALL 0x00000010
#define RCTL_BROADCAST     0x00008000
#define RCTL_STRIP_CRC     0x04000000 /* and buffers of 2048 bytes: all size bits zero */

#define TCTL_ENABLE     0x00000002
#define TCTL_PAD_SHORT  0x00000008
#define TCTL_COLLISIONS 0x000000F0 /* 15 tries */
#define TCTL_DISTANCE   0x00040000 /* 64 byte times: full duplex */
#define TIPG_COPPER     0x0060200A

#define RAH_VALID 0x80000000

#define MULTICAST_REGISTERS 128

struct receive_descriptor {
    ULONG64 address;
    USHORT bytes;
    USHORT checksum;
    UCHAR status, errors;
    USHORT special;
};
#define RECEIVED_DONE  0x01
#define RECEIVED_WHOLE 0x02 /* end of packet */

struct send_descriptor {
    ULONG64 address;
    USHORT bytes;
    UCHAR checksum_offset, command;
    UCHAR status, checksum_start;
    USHORT special;
};
#define SEND_END_OF_FRAME 0x01
#define SEND_ADD_CRC      0x02
#define SEND_REPORT       0x08
#define SENT_DONE         0x01
