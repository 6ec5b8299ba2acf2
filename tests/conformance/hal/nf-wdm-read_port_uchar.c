/* SPDX-License-Identifier: GPL-2.0-only */
/* The port routines, each with a page of its own. The serial port's scratch register (0x3FF) keeps
 * what is written; wider accesses go to the PCI address port (0xCF8), which q35 has and micro has
 * not. */
#include "conformance.h"

/* Through the import table: wdm.h has functions of its own by these names. */
#define PORT_ROUTINE(type, name, ...) extern type(NTAPI* const __imp_##name)(__VA_ARGS__)
PORT_ROUTINE(UCHAR, READ_PORT_UCHAR, PUCHAR);
PORT_ROUTINE(USHORT, READ_PORT_USHORT, PUSHORT);
PORT_ROUTINE(ULONG, READ_PORT_ULONG, PULONG);
PORT_ROUTINE(VOID, READ_PORT_BUFFER_UCHAR, PUCHAR, PUCHAR, ULONG);
PORT_ROUTINE(VOID, READ_PORT_BUFFER_USHORT, PUSHORT, PUSHORT, ULONG);
PORT_ROUTINE(VOID, READ_PORT_BUFFER_ULONG, PULONG, PULONG, ULONG);
PORT_ROUTINE(VOID, WRITE_PORT_UCHAR, PUCHAR, UCHAR);
PORT_ROUTINE(VOID, WRITE_PORT_USHORT, PUSHORT, USHORT);
PORT_ROUTINE(VOID, WRITE_PORT_ULONG, PULONG, ULONG);
PORT_ROUTINE(VOID, WRITE_PORT_BUFFER_UCHAR, PUCHAR, PUCHAR, ULONG);
PORT_ROUTINE(VOID, WRITE_PORT_BUFFER_USHORT, PUSHORT, PUSHORT, ULONG);
PORT_ROUTINE(VOID, WRITE_PORT_BUFFER_ULONG, PULONG, PULONG, ULONG);

#define SCRATCH       ((PUCHAR)0x3FF)
#define DIVISOR_LATCH ((PUSHORT)0x3F8) /* a word while LINE_CONTROL has its top bit set */
#define LINE_CONTROL  ((PUCHAR)0x3FB)
#define PCI_ADDRESS   ((PULONG)0xCF8)

CONFORMANCE(WRITE_PORT_UCHAR, WritesAByte) {
    AT_IRQL(HIGH_LEVEL, __imp_WRITE_PORT_UCHAR(SCRATCH, 0xA5));
    CHECK_EQ(__imp_READ_PORT_UCHAR(SCRATCH), 0xA5);
}

CONFORMANCE(READ_PORT_UCHAR, ReadsAByte) {
    __imp_WRITE_PORT_UCHAR(SCRATCH, 0x3C);
    AT_IRQL(HIGH_LEVEL, CHECK_EQ(__imp_READ_PORT_UCHAR(SCRATCH), 0x3C));
    __imp_WRITE_PORT_UCHAR(SCRATCH, 0xC3);
    CHECK_EQ(__imp_READ_PORT_UCHAR(SCRATCH), 0xC3);
}

CONFORMANCE(WRITE_PORT_BUFFER_UCHAR, WritesEachByteToTheSamePort) {
    UCHAR bytes[3] = {1, 2, 3};
    AT_IRQL(HIGH_LEVEL, __imp_WRITE_PORT_BUFFER_UCHAR(SCRATCH, bytes, 3));
    CHECK_EQ(__imp_READ_PORT_UCHAR(SCRATCH), 3);
    __imp_WRITE_PORT_BUFFER_UCHAR(SCRATCH, bytes, 0);
    CHECK_EQ(__imp_READ_PORT_UCHAR(SCRATCH), 3);
}

CONFORMANCE(READ_PORT_BUFFER_UCHAR, ReadsEachByteFromTheSamePort) {
    UCHAR bytes[4] = {0, 0, 0, 9};
    __imp_WRITE_PORT_UCHAR(SCRATCH, 7);
    AT_IRQL(HIGH_LEVEL, __imp_READ_PORT_BUFFER_UCHAR(SCRATCH, bytes, 3));
    CHECK_EQ(bytes[0], 7);
    CHECK_EQ(bytes[2], 7);
    CHECK_EQ(bytes[3], 9);
}

/* Runs with the serial port's divisor latch in reach, and puts it back. */
static VOID WithDivisorLatch(VOID (*Body)(VOID)) {
    UCHAR control = __imp_READ_PORT_UCHAR(LINE_CONTROL);
    USHORT divisor;
    KIRQL irql;
    KeRaiseIrql(HIGH_LEVEL, &irql);
    __imp_WRITE_PORT_UCHAR(LINE_CONTROL, control | 0x80);
    divisor = (USHORT)(__imp_READ_PORT_UCHAR((PUCHAR)DIVISOR_LATCH) |
                       __imp_READ_PORT_UCHAR((PUCHAR)DIVISOR_LATCH + 1) << 8);
    Body();
    __imp_WRITE_PORT_UCHAR((PUCHAR)DIVISOR_LATCH, (UCHAR)divisor);
    __imp_WRITE_PORT_UCHAR((PUCHAR)DIVISOR_LATCH + 1, (UCHAR)(divisor >> 8));
    __imp_WRITE_PORT_UCHAR(LINE_CONTROL, control);
    KeLowerIrql(irql);
}

static USHORT Words[3];
static VOID WriteWord(VOID) {
    __imp_WRITE_PORT_USHORT(DIVISOR_LATCH, 0x1234);
    Words[0] = __imp_READ_PORT_USHORT(DIVISOR_LATCH);
}
static VOID ReadWord(VOID) {
    __imp_WRITE_PORT_UCHAR((PUCHAR)DIVISOR_LATCH, 0x78);
    __imp_WRITE_PORT_UCHAR((PUCHAR)DIVISOR_LATCH + 1, 0x56);
    Words[0] = __imp_READ_PORT_USHORT(DIVISOR_LATCH);
}
static VOID WriteWords(VOID) {
    USHORT words[2] = {0x1111, 0x2222};
    __imp_WRITE_PORT_BUFFER_USHORT(DIVISOR_LATCH, words, 2);
    Words[0] = __imp_READ_PORT_USHORT(DIVISOR_LATCH);
}
static VOID ReadWords(VOID) {
    __imp_WRITE_PORT_USHORT(DIVISOR_LATCH, 0x4321);
    Words[2] = 9;
    __imp_READ_PORT_BUFFER_USHORT(DIVISOR_LATCH, Words, 2);
}

CONFORMANCE(WRITE_PORT_USHORT, WritesAWord) {
    WithDivisorLatch(WriteWord);
    CHECK_EQ(Words[0], 0x1234);
}

CONFORMANCE(READ_PORT_USHORT, ReadsAWord) {
    WithDivisorLatch(ReadWord);
    CHECK_EQ(Words[0], 0x5678);
}

CONFORMANCE(WRITE_PORT_BUFFER_USHORT, WritesEachWordToTheSamePort) {
    WithDivisorLatch(WriteWords);
    CHECK_EQ(Words[0], 0x2222);
}

CONFORMANCE(READ_PORT_BUFFER_USHORT, ReadsEachWordFromTheSamePort) {
    WithDivisorLatch(ReadWords);
    CHECK_EQ(Words[0], 0x4321);
    CHECK_EQ(Words[1], 0x4321);
    CHECK_EQ(Words[2], 9);
}

static BOOLEAN HasPciPort(VOID) {
    __imp_WRITE_PORT_ULONG(PCI_ADDRESS, 0x80000000);
    return __imp_READ_PORT_ULONG(PCI_ADDRESS) == 0x80000000;
}

CONFORMANCE(WRITE_PORT_ULONG, WritesADoubleWord) {
    SKIP_UNLESS(HasPciPort(), "the machine has no PCI address port");
    AT_IRQL(HIGH_LEVEL, __imp_WRITE_PORT_ULONG(PCI_ADDRESS, 0x80000804));
    CHECK_EQ(__imp_READ_PORT_ULONG(PCI_ADDRESS), 0x80000804);
}

CONFORMANCE(READ_PORT_ULONG, ReadsADoubleWord) {
    CHECK_EQ(__imp_READ_PORT_ULONG((PULONG)0xE0), 0xFFFFFFFF); /* nothing answers there */
    SKIP_UNLESS(HasPciPort(), "the machine has no PCI address port");
    AT_IRQL(HIGH_LEVEL, CHECK_EQ(__imp_READ_PORT_ULONG(PCI_ADDRESS), 0x80000000));
}

CONFORMANCE(WRITE_PORT_BUFFER_ULONG, WritesEachDoubleWordToTheSamePort) {
    ULONG words[2] = {0x80000000, 0x80000008};
    SKIP_UNLESS(HasPciPort(), "the machine has no PCI address port");
    AT_IRQL(HIGH_LEVEL, __imp_WRITE_PORT_BUFFER_ULONG(PCI_ADDRESS, words, 2));
    CHECK_EQ(__imp_READ_PORT_ULONG(PCI_ADDRESS), 0x80000008);
}

CONFORMANCE(READ_PORT_BUFFER_ULONG, ReadsEachDoubleWordFromTheSamePort) {
    ULONG words[3] = {0, 0, 9};
    SKIP_UNLESS(HasPciPort(), "the machine has no PCI address port");
    AT_IRQL(HIGH_LEVEL, __imp_READ_PORT_BUFFER_ULONG(PCI_ADDRESS, words, 2));
    CHECK_EQ(words[0], 0x80000000);
    CHECK_EQ(words[1], 0x80000000);
    CHECK_EQ(words[2], 9);
}
