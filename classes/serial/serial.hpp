// SPDX-License-Identifier: GPL-2.0-only
// serial.sys: the function driver of 16550A serial ports, which are terminals of the host
// (docs/guides/host-io.md).
//
// Everything that can change a request (a call, the interrupt's DPC, a timer, a cancellation) takes
// the port's lock, makes its change, and lets advance() see what that means for the requests at the
// heads of the queues:
//
//   IRP_MJ_READ ──▶ reads ──┐                        ┌── receive buffer ◀── 16550A
//   IRP_MJ_WRITE ─▶ writes ─┼──▶ advance(), locked ──┤
//   WAIT_ON_MASK ─▶ waits ──┘         │              └── transmitter ────▶ 16550A
//                                     ▼
//                            finished requests, completed after the lock is dropped
#pragma once

#include <string_view>

#include "abi/functions/cm.h"
#include "abi/functions/ex.h"
#include "abi/functions/hal.h"
#include "abi/functions/io.h"
#include "abi/functions/ke.h"
#include "abi/functions/mm.h"
#include "abi/functions/ob.h"
#include "abi/functions/pnp.h"
#include "abi/functions/rtl_string.h"
#include "abi/types/serial.h"
#include "abi/types/status.h"
#include "buses/stack/irp.hpp"
#include "classes/serial/timeouts.hpp"
#include "classes/serial/uart.hpp"

namespace rsl::serial {

inline constexpr ULONG kTag = 0x6C726553;  // "Serl"

class PortRegisters final : public Registers {
  public:
    uint8_t read(Index index) override { return READ_PORT_UCHAR(at(index)); }
    void write(Index index, uint8_t value) override { WRITE_PORT_UCHAR(at(index), value); }
    ULONG base = 0;

  private:
    PUCHAR at(Index index) const {
        return reinterpret_cast<PUCHAR>(static_cast<ULONG_PTR>(base + index));
    }
};

/// A timer that advances the port when it is due.
struct Alarm {
    KTIMER timer;
    KDPC dpc;
};

/// The FDO's extension.
struct Port {
    PDEVICE_OBJECT self, pdo, below;
    IO_REMOVE_LOCK requests;
    PKINTERRUPT interrupt;
    KDPC dpc;

    KSPIN_LOCK lock;  // what follows, up to the names
    PortRegisters registers;
    Uart uart{registers};
    bool started, gone;
    bool open;
    SERIAL_TIMEOUTS timeouts;
    ULONG wait_mask, events;  // waited for; seen of these and not told yet
    LIST_ENTRY reads, writes, waits, immediates, counters;
    ULONG counter_base;  // bytes received when the XOFF counter began
    bool wrote;          // since TXEMPTY was last noted
    Alarm read_alarm, write_alarm, counter_alarm;

    ULONG number;
    char16_t name[32];    // "COM1"
    char16_t device[32];  // "\Device\Serial0"
    char16_t link[40];
    UNICODE_STRING interface_name;
};

inline Port& port_of(PDEVICE_OBJECT device) { return *static_cast<Port*>(device->DeviceExtension); }
using stack::complete;
using stack::enter;
using stack::leave;
using stack::location_of;
using stack::pass_down;
using stack::send_and_wait;

/// Holds the port; what was finished meanwhile is completed when it is let go.
class Locked {
  public:
    explicit Locked(Port& port);
    ~Locked();
    Locked(const Locked&) = delete;
    /// The IRP is out of its queue.
    void finish(PIRP irp, NTSTATUS status, ULONG_PTR information);

  private:
    Port& port_;
    KIRQL old_;
    LIST_ENTRY finished_;
};

// ---- queue.cpp: requests that wait, and can be cancelled
void initialize_queues(Port& port);
/// Puts the request behind the others; it is pending from now on. A request that is cancelled
/// already is finished.
void put(Port& port, LIST_ENTRY& queue, PIRP irp, Locked& locked);
PIRP first(const LIST_ENTRY& queue);
/// Takes it out. False: its cancellation is under way and completes it.
bool take_out(PIRP irp);
/// Finishes all of a queue.
void finish_all(Port& port, LIST_ENTRY& queue, NTSTATUS status, Locked& locked);

// ---- advance.cpp
void advance(Port& port, Locked& locked);
VOID NTAPI on_dpc(PKDPC dpc, PVOID context, PVOID, PVOID);
NTSTATUS start_transfer(Port& port, PIRP irp);
/// Ends everything that waits on the port.
void abort_all(Port& port, NTSTATUS status);

// ---- control.cpp
NTSTATUS control(Port& port, PIRP irp);

// ---- pnp.cpp
NTSTATUS NTAPI add_device(PDRIVER_OBJECT driver, PDEVICE_OBJECT pdo);
NTSTATUS pnp(Port& port, PIRP irp);

}  // namespace rsl::serial
