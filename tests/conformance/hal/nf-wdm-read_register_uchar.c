/* SPDX-License-Identifier: GPL-2.0-only */
/* The register routines, each with a page of its own; memory stands in for a device's registers. */
#include "conformance.h"

/* Through the import table: wdm.h has functions of its own by these names. */
#define REGISTER_ROUTINE(type, name, ...) extern type(NTAPI* const __imp_##name)(__VA_ARGS__)
REGISTER_ROUTINE(UCHAR, READ_REGISTER_UCHAR, volatile UCHAR*);
REGISTER_ROUTINE(VOID, WRITE_REGISTER_UCHAR, volatile UCHAR*, UCHAR);
REGISTER_ROUTINE(VOID, READ_REGISTER_BUFFER_UCHAR, volatile UCHAR*, UCHAR*, ULONG);
REGISTER_ROUTINE(VOID, WRITE_REGISTER_BUFFER_UCHAR, volatile UCHAR*, UCHAR*, ULONG);
REGISTER_ROUTINE(USHORT, READ_REGISTER_USHORT, volatile USHORT*);
REGISTER_ROUTINE(VOID, WRITE_REGISTER_USHORT, volatile USHORT*, USHORT);
REGISTER_ROUTINE(VOID, READ_REGISTER_BUFFER_USHORT, volatile USHORT*, USHORT*, ULONG);
REGISTER_ROUTINE(VOID, WRITE_REGISTER_BUFFER_USHORT, volatile USHORT*, USHORT*, ULONG);
REGISTER_ROUTINE(ULONG, READ_REGISTER_ULONG, volatile ULONG*);
REGISTER_ROUTINE(VOID, WRITE_REGISTER_ULONG, volatile ULONG*, ULONG);
REGISTER_ROUTINE(VOID, READ_REGISTER_BUFFER_ULONG, volatile ULONG*, ULONG*, ULONG);
REGISTER_ROUTINE(VOID, WRITE_REGISTER_BUFFER_ULONG, volatile ULONG*, ULONG*, ULONG);
REGISTER_ROUTINE(ULONG64, READ_REGISTER_ULONG64, volatile ULONG64*);
REGISTER_ROUTINE(VOID, WRITE_REGISTER_ULONG64, volatile ULONG64*, ULONG64);
REGISTER_ROUTINE(VOID, READ_REGISTER_BUFFER_ULONG64, volatile ULONG64*, ULONG64*, ULONG);
REGISTER_ROUTINE(VOID, WRITE_REGISTER_BUFFER_ULONG64, volatile ULONG64*, ULONG64*, ULONG);

CONFORMANCE(READ_REGISTER_UCHAR, ReadsItsWidth) {
    volatile UCHAR registers[2] = {0xA5, 0};
    AT_IRQL(HIGH_LEVEL, CHECK_EQ(__imp_READ_REGISTER_UCHAR(&registers[0]), 0xA5));
    CHECK_EQ(__imp_READ_REGISTER_UCHAR(&registers[1]), 0);
}

CONFORMANCE(WRITE_REGISTER_UCHAR, WritesItsWidth) {
    volatile UCHAR registers[3] = {1, 0, 3};
    AT_IRQL(HIGH_LEVEL, __imp_WRITE_REGISTER_UCHAR(&registers[1], 0xA5));
    CHECK_EQ(registers[0], 1);
    CHECK_EQ(registers[1], 0xA5);
    CHECK_EQ(registers[2], 3);
}

CONFORMANCE(READ_REGISTER_BUFFER_UCHAR, ReadsConsecutiveRegisters) {
    volatile UCHAR registers[3] = {0xA5, 2, 3};
    UCHAR values[3] = {0, 0, 9};
    AT_IRQL(HIGH_LEVEL, __imp_READ_REGISTER_BUFFER_UCHAR(registers, values, 2));
    CHECK_EQ(values[0], 0xA5);
    CHECK_EQ(values[1], 2);
    CHECK_EQ(values[2], 9);
}

CONFORMANCE(WRITE_REGISTER_BUFFER_UCHAR, WritesConsecutiveRegisters) {
    volatile UCHAR registers[3] = {0, 0, 9};
    UCHAR values[2] = {0xA5, 2};
    AT_IRQL(HIGH_LEVEL, __imp_WRITE_REGISTER_BUFFER_UCHAR(registers, values, 2));
    CHECK_EQ(registers[0], 0xA5);
    CHECK_EQ(registers[1], 2);
    CHECK_EQ(registers[2], 9);
}

CONFORMANCE(READ_REGISTER_USHORT, ReadsItsWidth) {
    volatile USHORT registers[2] = {0xA55A, 0};
    AT_IRQL(HIGH_LEVEL, CHECK_EQ(__imp_READ_REGISTER_USHORT(&registers[0]), 0xA55A));
    CHECK_EQ(__imp_READ_REGISTER_USHORT(&registers[1]), 0);
}

CONFORMANCE(WRITE_REGISTER_USHORT, WritesItsWidth) {
    volatile USHORT registers[3] = {1, 0, 3};
    AT_IRQL(HIGH_LEVEL, __imp_WRITE_REGISTER_USHORT(&registers[1], 0xA55A));
    CHECK_EQ(registers[0], 1);
    CHECK_EQ(registers[1], 0xA55A);
    CHECK_EQ(registers[2], 3);
}

CONFORMANCE(READ_REGISTER_BUFFER_USHORT, ReadsConsecutiveRegisters) {
    volatile USHORT registers[3] = {0xA55A, 2, 3};
    USHORT values[3] = {0, 0, 9};
    AT_IRQL(HIGH_LEVEL, __imp_READ_REGISTER_BUFFER_USHORT(registers, values, 2));
    CHECK_EQ(values[0], 0xA55A);
    CHECK_EQ(values[1], 2);
    CHECK_EQ(values[2], 9);
}

CONFORMANCE(WRITE_REGISTER_BUFFER_USHORT, WritesConsecutiveRegisters) {
    volatile USHORT registers[3] = {0, 0, 9};
    USHORT values[2] = {0xA55A, 2};
    AT_IRQL(HIGH_LEVEL, __imp_WRITE_REGISTER_BUFFER_USHORT(registers, values, 2));
    CHECK_EQ(registers[0], 0xA55A);
    CHECK_EQ(registers[1], 2);
    CHECK_EQ(registers[2], 9);
}

CONFORMANCE(READ_REGISTER_ULONG, ReadsItsWidth) {
    volatile ULONG registers[2] = {0xA55AC33C, 0};
    AT_IRQL(HIGH_LEVEL, CHECK_EQ(__imp_READ_REGISTER_ULONG(&registers[0]), 0xA55AC33C));
    CHECK_EQ(__imp_READ_REGISTER_ULONG(&registers[1]), 0);
}

CONFORMANCE(WRITE_REGISTER_ULONG, WritesItsWidth) {
    volatile ULONG registers[3] = {1, 0, 3};
    AT_IRQL(HIGH_LEVEL, __imp_WRITE_REGISTER_ULONG(&registers[1], 0xA55AC33C));
    CHECK_EQ(registers[0], 1);
    CHECK_EQ(registers[1], 0xA55AC33C);
    CHECK_EQ(registers[2], 3);
}

CONFORMANCE(READ_REGISTER_BUFFER_ULONG, ReadsConsecutiveRegisters) {
    volatile ULONG registers[3] = {0xA55AC33C, 2, 3};
    ULONG values[3] = {0, 0, 9};
    AT_IRQL(HIGH_LEVEL, __imp_READ_REGISTER_BUFFER_ULONG(registers, values, 2));
    CHECK_EQ(values[0], 0xA55AC33C);
    CHECK_EQ(values[1], 2);
    CHECK_EQ(values[2], 9);
}

CONFORMANCE(WRITE_REGISTER_BUFFER_ULONG, WritesConsecutiveRegisters) {
    volatile ULONG registers[3] = {0, 0, 9};
    ULONG values[2] = {0xA55AC33C, 2};
    AT_IRQL(HIGH_LEVEL, __imp_WRITE_REGISTER_BUFFER_ULONG(registers, values, 2));
    CHECK_EQ(registers[0], 0xA55AC33C);
    CHECK_EQ(registers[1], 2);
    CHECK_EQ(registers[2], 9);
}

CONFORMANCE(READ_REGISTER_ULONG64, ReadsItsWidth) {
    volatile ULONG64 registers[2] = {0xA55AC33C12345678ull, 0};
    AT_IRQL(HIGH_LEVEL,
            CHECK_EQ(__imp_READ_REGISTER_ULONG64(&registers[0]), 0xA55AC33C12345678ull));
    CHECK_EQ(__imp_READ_REGISTER_ULONG64(&registers[1]), 0);
}

CONFORMANCE(WRITE_REGISTER_ULONG64, WritesItsWidth) {
    volatile ULONG64 registers[3] = {1, 0, 3};
    AT_IRQL(HIGH_LEVEL, __imp_WRITE_REGISTER_ULONG64(&registers[1], 0xA55AC33C12345678ull));
    CHECK_EQ(registers[0], 1);
    CHECK_EQ(registers[1], 0xA55AC33C12345678ull);
    CHECK_EQ(registers[2], 3);
}

CONFORMANCE(READ_REGISTER_BUFFER_ULONG64, ReadsConsecutiveRegisters) {
    volatile ULONG64 registers[3] = {0xA55AC33C12345678ull, 2, 3};
    ULONG64 values[3] = {0, 0, 9};
    AT_IRQL(HIGH_LEVEL, __imp_READ_REGISTER_BUFFER_ULONG64(registers, values, 2));
    CHECK_EQ(values[0], 0xA55AC33C12345678ull);
    CHECK_EQ(values[1], 2);
    CHECK_EQ(values[2], 9);
}

CONFORMANCE(WRITE_REGISTER_BUFFER_ULONG64, WritesConsecutiveRegisters) {
    volatile ULONG64 registers[3] = {0, 0, 9};
    ULONG64 values[2] = {0xA55AC33C12345678ull, 2};
    AT_IRQL(HIGH_LEVEL, __imp_WRITE_REGISTER_BUFFER_ULONG64(registers, values, 2));
    CHECK_EQ(registers[0], 0xA55AC33C12345678ull);
    CHECK_EQ(registers[1], 2);
    CHECK_EQ(registers[2], 9);
}
