// SPDX-License-Identifier: GPL-2.0-only
// Serial ports: control codes and their structures (ntddser.h). Compared with mingw-w64's in
// tests/end_to_end/drivers/serial_layout.c.
#pragma once

#include "abi/types/io_codes.h"

#ifdef __cplusplus
extern "C" {
#endif

#define IOCTL_SERIAL_SET_BAUD_RATE     0x001b0004u
#define IOCTL_SERIAL_SET_QUEUE_SIZE    0x001b0008u
#define IOCTL_SERIAL_SET_LINE_CONTROL  0x001b000cu
#define IOCTL_SERIAL_SET_BREAK_ON      0x001b0010u
#define IOCTL_SERIAL_SET_BREAK_OFF     0x001b0014u
#define IOCTL_SERIAL_IMMEDIATE_CHAR    0x001b0018u
#define IOCTL_SERIAL_SET_TIMEOUTS      0x001b001cu
#define IOCTL_SERIAL_GET_TIMEOUTS      0x001b0020u
#define IOCTL_SERIAL_SET_DTR           0x001b0024u
#define IOCTL_SERIAL_CLR_DTR           0x001b0028u
#define IOCTL_SERIAL_RESET_DEVICE      0x001b002cu
#define IOCTL_SERIAL_SET_RTS           0x001b0030u
#define IOCTL_SERIAL_CLR_RTS           0x001b0034u
#define IOCTL_SERIAL_SET_XOFF          0x001b0038u
#define IOCTL_SERIAL_SET_XON           0x001b003cu
#define IOCTL_SERIAL_GET_WAIT_MASK     0x001b0040u
#define IOCTL_SERIAL_SET_WAIT_MASK     0x001b0044u
#define IOCTL_SERIAL_WAIT_ON_MASK      0x001b0048u
#define IOCTL_SERIAL_PURGE             0x001b004cu
#define IOCTL_SERIAL_GET_BAUD_RATE     0x001b0050u
#define IOCTL_SERIAL_GET_LINE_CONTROL  0x001b0054u
#define IOCTL_SERIAL_GET_CHARS         0x001b0058u
#define IOCTL_SERIAL_SET_CHARS         0x001b005cu
#define IOCTL_SERIAL_GET_HANDFLOW      0x001b0060u
#define IOCTL_SERIAL_SET_HANDFLOW      0x001b0064u
#define IOCTL_SERIAL_GET_MODEMSTATUS   0x001b0068u
#define IOCTL_SERIAL_GET_COMMSTATUS    0x001b006cu
#define IOCTL_SERIAL_XOFF_COUNTER      0x001b0070u
#define IOCTL_SERIAL_GET_PROPERTIES    0x001b0074u
#define IOCTL_SERIAL_GET_DTRRTS        0x001b0078u
#define IOCTL_SERIAL_CONFIG_SIZE       0x001b0080u
#define IOCTL_SERIAL_GET_STATS         0x001b008cu
#define IOCTL_SERIAL_CLEAR_STATS       0x001b0090u
#define IOCTL_SERIAL_GET_MODEM_CONTROL 0x001b0094u
#define IOCTL_SERIAL_SET_MODEM_CONTROL 0x001b0098u
#define IOCTL_SERIAL_SET_FIFO_CONTROL  0x001b009cu

typedef struct _SERIAL_BAUD_RATE {
    ULONG BaudRate;
} SERIAL_BAUD_RATE;

typedef struct _SERIAL_LINE_CONTROL {
    UCHAR StopBits;
    UCHAR Parity;
    UCHAR WordLength;
} SERIAL_LINE_CONTROL;
RSL_ABI_SIZE(SERIAL_LINE_CONTROL, 3);
#define STOP_BIT_1    0
#define STOP_BITS_1_5 1
#define STOP_BITS_2   2
#define NO_PARITY     0
#define ODD_PARITY    1
#define EVEN_PARITY   2
#define MARK_PARITY   3
#define SPACE_PARITY  4

typedef struct _SERIAL_CHARS {
    UCHAR EofChar;
    UCHAR ErrorChar;
    UCHAR BreakChar;
    UCHAR EventChar;
    UCHAR XonChar;
    UCHAR XoffChar;
} SERIAL_CHARS;
RSL_ABI_SIZE(SERIAL_CHARS, 6);

typedef struct _SERIAL_HANDFLOW {
    ULONG ControlHandShake;
    ULONG FlowReplace;
    LONG XonLimit;
    LONG XoffLimit;
} SERIAL_HANDFLOW;
RSL_ABI_SIZE(SERIAL_HANDFLOW, 16);
#define SERIAL_DTR_MASK        0x03u
#define SERIAL_DTR_CONTROL     0x01u
#define SERIAL_DTR_HANDSHAKE   0x02u
#define SERIAL_CTS_HANDSHAKE   0x08u
#define SERIAL_DSR_HANDSHAKE   0x10u
#define SERIAL_DCD_HANDSHAKE   0x20u
#define SERIAL_DSR_SENSITIVITY 0x40u
#define SERIAL_ERROR_ABORT     0x80000000u
#define SERIAL_CONTROL_INVALID 0x7fffff84u
#define SERIAL_AUTO_TRANSMIT   0x01u
#define SERIAL_AUTO_RECEIVE    0x02u
#define SERIAL_ERROR_CHAR      0x04u
#define SERIAL_NULL_STRIPPING  0x08u
#define SERIAL_BREAK_CHAR      0x10u
#define SERIAL_RTS_MASK        0xc0u
#define SERIAL_RTS_CONTROL     0x40u
#define SERIAL_RTS_HANDSHAKE   0x80u
#define SERIAL_TRANSMIT_TOGGLE 0xc0u
#define SERIAL_XOFF_CONTINUE   0x80000000u
#define SERIAL_FLOW_INVALID    0x7fffff20u

typedef struct _SERIAL_TIMEOUTS {
    ULONG ReadIntervalTimeout;
    ULONG ReadTotalTimeoutMultiplier;
    ULONG ReadTotalTimeoutConstant;
    ULONG WriteTotalTimeoutMultiplier;
    ULONG WriteTotalTimeoutConstant;
} SERIAL_TIMEOUTS;
RSL_ABI_SIZE(SERIAL_TIMEOUTS, 20);

typedef struct _SERIAL_QUEUE_SIZE {
    ULONG InSize;
    ULONG OutSize;
} SERIAL_QUEUE_SIZE;

typedef struct _SERIAL_XOFF_COUNTER {
    ULONG Timeout;
    LONG Counter;
    UCHAR XoffChar;
} SERIAL_XOFF_COUNTER;
RSL_ABI_SIZE(SERIAL_XOFF_COUNTER, 12);

typedef struct _SERIAL_STATUS {
    ULONG Errors;
    ULONG HoldReasons;
    ULONG AmountInInQueue;
    ULONG AmountInOutQueue;
    BOOLEAN EofReceived;
    BOOLEAN WaitForImmediate;
} SERIAL_STATUS;
RSL_ABI_SIZE(SERIAL_STATUS, 20);
#define SERIAL_ERROR_BREAK          0x01u
#define SERIAL_ERROR_FRAMING        0x02u
#define SERIAL_ERROR_OVERRUN        0x04u
#define SERIAL_ERROR_QUEUEOVERRUN   0x08u
#define SERIAL_ERROR_PARITY         0x10u
#define SERIAL_TX_WAITING_FOR_CTS   0x01u
#define SERIAL_TX_WAITING_FOR_DSR   0x02u
#define SERIAL_TX_WAITING_FOR_DCD   0x04u
#define SERIAL_TX_WAITING_FOR_XON   0x08u
#define SERIAL_TX_WAITING_XOFF_SENT 0x10u
#define SERIAL_TX_WAITING_ON_BREAK  0x20u

typedef struct _SERIALPERF_STATS {
    ULONG ReceivedCount;
    ULONG TransmittedCount;
    ULONG FrameErrorCount;
    ULONG SerialOverrunErrorCount;
    ULONG BufferOverrunErrorCount;
    ULONG ParityErrorCount;
} SERIALPERF_STATS;
RSL_ABI_SIZE(SERIALPERF_STATS, 24);

#define SERIAL_EV_RXCHAR   0x0001u
#define SERIAL_EV_RXFLAG   0x0002u
#define SERIAL_EV_TXEMPTY  0x0004u
#define SERIAL_EV_CTS      0x0008u
#define SERIAL_EV_DSR      0x0010u
#define SERIAL_EV_RLSD     0x0020u
#define SERIAL_EV_BREAK    0x0040u
#define SERIAL_EV_ERR      0x0080u
#define SERIAL_EV_RING     0x0100u
#define SERIAL_EV_RX80FULL 0x0400u
#define SERIAL_EV_ALL      0x1fffu  // ours: every bit that a wait mask may have

#define SERIAL_PURGE_TXABORT 0x1u
#define SERIAL_PURGE_RXABORT 0x2u
#define SERIAL_PURGE_TXCLEAR 0x4u
#define SERIAL_PURGE_RXCLEAR 0x8u

#define SERIAL_DTR_STATE 0x1u
#define SERIAL_RTS_STATE 0x2u

typedef struct _SERIAL_COMMPROP {
    USHORT PacketLength;
    USHORT PacketVersion;
    ULONG ServiceMask;
    ULONG Reserved1;
    ULONG MaxTxQueue;
    ULONG MaxRxQueue;
    ULONG MaxBaud;
    ULONG ProvSubType;
    ULONG ProvCapabilities;
    ULONG SettableParams;
    ULONG SettableBaud;
    USHORT SettableData;
    USHORT SettableStopParity;
    ULONG CurrentTxQueue;
    ULONG CurrentRxQueue;
    ULONG ProvSpec1;
    ULONG ProvSpec2;
    WCHAR ProvChar[1];
} SERIAL_COMMPROP;
RSL_ABI_SIZE(SERIAL_COMMPROP, 64);

#ifdef __cplusplus
}
#endif
