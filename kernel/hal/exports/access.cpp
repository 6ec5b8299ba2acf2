// SPDX-License-Identifier: GPL-2.0-only
// READ_PORT_*, WRITE_PORT_*, READ_REGISTER_*, WRITE_REGISTER_* (wdm.h): one access of one width each.
//   IRQL     any
//   Returns  what the port or register gave
//   Owner    -
//   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-read_port_uchar and siblings
//   Differs  nothing known. Drivers built for x64 mostly have them inlined by their headers.
#include <atomic>

#include "abi/functions/export.h"
#include "abi/functions/hal.h"
#include "kernel/arch/arch.hpp"

using namespace rsl;

namespace {

uint16_t number_of(const void* port) {
    return static_cast<uint16_t>(reinterpret_cast<uintptr_t>(port));
}

// A read returns before later accesses start, and a write is out before they do, as documented.
template <class Value>
Value read_register(volatile Value* at) {
    const Value value = *at;
    std::atomic_thread_fence(std::memory_order_seq_cst);
    return value;
}

template <class Value>
void write_register(volatile Value* at, Value value) {
    *at = value;
    std::atomic_thread_fence(std::memory_order_seq_cst);
}

// Runs of registers: the buffer's elements and consecutive registers, one access each.
template <class Value>
void read_registers(volatile Value* from, Value* buffer, ULONG count) {
    for (ULONG i = 0; i < count; ++i) buffer[i] = read_register(from + i);
}

template <class Value>
void write_registers(volatile Value* to, const Value* buffer, ULONG count) {
    for (ULONG i = 0; i < count; ++i) write_register(to + i, buffer[i]);
}

}  // namespace

RSL_EXPORT UCHAR NTAPI READ_PORT_UCHAR(PUCHAR Port) { return arch::port_read8(number_of(Port)); }
RSL_EXPORT VOID NTAPI WRITE_PORT_UCHAR(PUCHAR Port, UCHAR Value) {
    arch::port_write8(number_of(Port), Value);
}
RSL_EXPORT VOID NTAPI READ_PORT_BUFFER_UCHAR(PUCHAR Port, PUCHAR Buffer, ULONG Count) {
    for (ULONG i = 0; i < Count; ++i) Buffer[i] = arch::port_read8(number_of(Port));
}
RSL_EXPORT VOID NTAPI WRITE_PORT_BUFFER_UCHAR(PUCHAR Port, PUCHAR Buffer, ULONG Count) {
    for (ULONG i = 0; i < Count; ++i) arch::port_write8(number_of(Port), Buffer[i]);
}

RSL_EXPORT USHORT NTAPI READ_PORT_USHORT(PUSHORT Port) {
    return arch::port_read16(number_of(Port));
}
RSL_EXPORT VOID NTAPI WRITE_PORT_USHORT(PUSHORT Port, USHORT Value) {
    arch::port_write16(number_of(Port), Value);
}
RSL_EXPORT VOID NTAPI READ_PORT_BUFFER_USHORT(PUSHORT Port, PUSHORT Buffer, ULONG Count) {
    for (ULONG i = 0; i < Count; ++i) Buffer[i] = arch::port_read16(number_of(Port));
}
RSL_EXPORT VOID NTAPI WRITE_PORT_BUFFER_USHORT(PUSHORT Port, PUSHORT Buffer, ULONG Count) {
    for (ULONG i = 0; i < Count; ++i) arch::port_write16(number_of(Port), Buffer[i]);
}

RSL_EXPORT ULONG NTAPI READ_PORT_ULONG(PULONG Port) { return arch::port_read32(number_of(Port)); }
RSL_EXPORT VOID NTAPI WRITE_PORT_ULONG(PULONG Port, ULONG Value) {
    arch::port_write32(number_of(Port), Value);
}
RSL_EXPORT VOID NTAPI READ_PORT_BUFFER_ULONG(PULONG Port, PULONG Buffer, ULONG Count) {
    for (ULONG i = 0; i < Count; ++i) Buffer[i] = arch::port_read32(number_of(Port));
}
RSL_EXPORT VOID NTAPI WRITE_PORT_BUFFER_ULONG(PULONG Port, PULONG Buffer, ULONG Count) {
    for (ULONG i = 0; i < Count; ++i) arch::port_write32(number_of(Port), Buffer[i]);
}

RSL_EXPORT UCHAR NTAPI READ_REGISTER_UCHAR(volatile UCHAR* Register) { return read_register(Register); }
RSL_EXPORT VOID NTAPI WRITE_REGISTER_UCHAR(volatile UCHAR* Register, UCHAR Value) { write_register(Register, Value); }
RSL_EXPORT VOID NTAPI READ_REGISTER_BUFFER_UCHAR(volatile UCHAR* Register, UCHAR* Buffer, ULONG Count) {
    read_registers(Register, Buffer, Count);
}
RSL_EXPORT VOID NTAPI WRITE_REGISTER_BUFFER_UCHAR(volatile UCHAR* Register, UCHAR* Buffer, ULONG Count) {
    write_registers(Register, Buffer, Count);
}

RSL_EXPORT USHORT NTAPI READ_REGISTER_USHORT(volatile USHORT* Register) { return read_register(Register); }
RSL_EXPORT VOID NTAPI WRITE_REGISTER_USHORT(volatile USHORT* Register, USHORT Value) { write_register(Register, Value); }
RSL_EXPORT VOID NTAPI READ_REGISTER_BUFFER_USHORT(volatile USHORT* Register, USHORT* Buffer, ULONG Count) {
    read_registers(Register, Buffer, Count);
}
RSL_EXPORT VOID NTAPI WRITE_REGISTER_BUFFER_USHORT(volatile USHORT* Register, USHORT* Buffer, ULONG Count) {
    write_registers(Register, Buffer, Count);
}

RSL_EXPORT ULONG NTAPI READ_REGISTER_ULONG(volatile ULONG* Register) { return read_register(Register); }
RSL_EXPORT VOID NTAPI WRITE_REGISTER_ULONG(volatile ULONG* Register, ULONG Value) { write_register(Register, Value); }
RSL_EXPORT VOID NTAPI READ_REGISTER_BUFFER_ULONG(volatile ULONG* Register, ULONG* Buffer, ULONG Count) {
    read_registers(Register, Buffer, Count);
}
RSL_EXPORT VOID NTAPI WRITE_REGISTER_BUFFER_ULONG(volatile ULONG* Register, ULONG* Buffer, ULONG Count) {
    write_registers(Register, Buffer, Count);
}

RSL_EXPORT ULONG64 NTAPI READ_REGISTER_ULONG64(volatile ULONG64* Register) { return read_register(Register); }
RSL_EXPORT VOID NTAPI WRITE_REGISTER_ULONG64(volatile ULONG64* Register, ULONG64 Value) { write_register(Register, Value); }
RSL_EXPORT VOID NTAPI READ_REGISTER_BUFFER_ULONG64(volatile ULONG64* Register, ULONG64* Buffer, ULONG Count) {
    read_registers(Register, Buffer, Count);
}
RSL_EXPORT VOID NTAPI WRITE_REGISTER_BUFFER_ULONG64(volatile ULONG64* Register, ULONG64* Buffer, ULONG Count) {
    write_registers(Register, Buffer, Count);
}
