// SPDX-License-Identifier: GPL-2.0-only
// The objects behind the NDIS_HANDLEs that drivers hold: their drivers and adapters. Begin reading
// here, then adapter.cpp.
//
//     Halted ─ initialize() ─▶ Paused ─ restart() ─▶ Running
//        ▲                      │  ▲                    │
//        └──────── halt() ──────┘  └───── pause() ──────┘
//
// The state changes on the PnP thread only. Frames go up and down while Running, OID requests while
// Paused or Running.
#pragma once

#include <atomic>

#include "abi/functions/ex.h"
#include "abi/functions/export.h"
#include "abi/functions/io.h"
#include "abi/functions/ke.h"
#include "abi/functions/mm.h"
#include "abi/functions/ndis.h"
#include "abi/functions/ob.h"
#include "abi/functions/pnp.h"
#include "abi/private/rsl_ndis.h"
#include "buses/stack/irp.hpp"
#include "classes/ndis/memory.hpp"

namespace rsl::ndis {

enum class HandleKind : ULONG { kDriver = 0x7244644E, kAdapter = 0x6441644E };

/// A driver that has called NdisMRegisterMiniportDriver. Lives in its driver object's extension, so
/// as long as that.
struct MiniportDriver {
    HandleKind kind;
    DRIVER_OBJECT* driver;
    NDIS_HANDLE context;
    NDIS_MINIPORT_DRIVER_CHARACTERISTICS calls;  // zero behind what its revision has
    NDIS_MINIPORT_PNP_CHARACTERISTICS pnp;       // optional handlers
    bool registered;
};
/// nullptr for a driver object that is not ours.
MiniportDriver* driver_of(DRIVER_OBJECT* object);

enum class State : ULONG { kHalted, kPaused, kRestarting, kRunning, kPausing };
const char* name_of(State state);

/// Frames and bytes, counted where they pass.
struct Counters {
    std::atomic<ULONG64> frames_sent, bytes_sent, send_errors, frames_received, bytes_received,
        receive_discards;
};

/// Filters as they were last set, for a miniport whose reset forgets them.
struct Addressing {
    bool has_filter;
    ULONG filter;
    ULONG multicast_bytes;
    UCHAR multicast[64 * 6];
};

/// Looks after an adapter from its initialization to its halt (reset.cpp).
struct Watch {
    ULONG seconds;  // between checks; 0: NDIS's own choice
    KTIMER timer;
    KDPC dpc;
    PIO_WORKITEM item;  // null: not started
    std::atomic<bool> queued, reset_wanted;
    std::atomic<LONG> works;  // 1 until stopped, 1 while the item is queued or runs
    KEVENT idle;              // works has fallen to 0
    KEVENT reset_done;
    NDIS_STATUS reset_status;
    BOOLEAN addressing_reset;
    const NDIS_OID_REQUEST* request;  // that the last check saw under way
    ULONG checks;                     // that have seen it
};

/// A network adapter: the function device object of a device that a miniport serves.
struct Adapter {
    HandleKind kind;
    MiniportDriver* driver;
    DEVICE_OBJECT *device, *lower, *physical;
    LIST_ENTRY link;          // in the list of all, under its lock
    UNICODE_STRING instance;  // "{GUID}", NetCfgInstanceId
    UNICODE_STRING symbolic_link;
    ULONG interface_index;
    NDIS_HANDLE context, add_device_context;
    std::atomic<State> state;
    bool removed;                         // surprise removal
    std::atomic<bool> failed;             // NdisMRemoveMiniport: the driver has given it up
    CM_RESOURCE_LIST *raw, *translated;   // these and the next three from start to stop
    CM_PARTIAL_RESOURCE_LIST* resources;  // in translated
    BUS_INTERFACE_STANDARD bus;           // Context null: there is none
    DMA_ADAPTER* dma;                     // for shared memory
    DMA_ADAPTER* sg_dma;                  // what the driver has registered; its Dma's
    NDIS_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES general;  // its pointers are null
    KSPIN_LOCK link_lock;
    NDIS_LINK_STATE link_state;  // under link_lock, as addressing
    Addressing addressing;
    Counters counters;

    KEVENT transition_done;  // pause or restart
    NDIS_STATUS transition_status;
    KEVENT oid_turn;  // a miniport has one OID request at a time
    KEVENT oid_done;
    std::atomic<NDIS_OID_REQUEST*> oid_pending;
    NDIS_STATUS oid_status;
    Watch watch;

    bool open;  // to bindings; under the directory's lock, as `binding` while binding_uses is 0
    const RSL_NDIS_BINDING* binding;
    std::atomic<bool> accepting;     // frames may begin to pass; false: the binding drains
    std::atomic<LONG> binding_uses;  // 1 for being bound, 1 for each list on the other side, 1 for
                                     // each call; 0: unbound
    KEVENT drained;                  // binding_uses has fallen to 0
};

inline Adapter* adapter_of(NDIS_HANDLE handle) { return static_cast<Adapter*>(handle); }

/// What the device extension of a driver's device objects begins with.
enum class DeviceKind : ULONG { kAdapter = 1, kControl = 2 };
struct DeviceHeader {
    DeviceKind kind;
    Adapter* adapter;          // kAdapter
    DRIVER_DISPATCH** majors;  // kControl: the driver's own dispatch table
};
NTSTATUS dispatch_control(DEVICE_OBJECT* device, IRP* irp);

using stack::complete;
using stack::location_of;
using stack::pass_down;
using stack::send_and_wait;

// ---- adapter.cpp. PASSIVE_LEVEL.
NTSTATUS initialize(Adapter& adapter);
NTSTATUS restart(Adapter& adapter);
void pause(Adapter& adapter, ULONG reason);
void halt(Adapter& adapter, NDIS_HALT_ACTION action);
void notify_pnp(Adapter& adapter, NDIS_DEVICE_PNP_EVENT event);
NDIS_STATUS request_oid(Adapter& adapter, NDIS_OID_REQUEST& request);

// ---- reset.cpp. PASSIVE_LEVEL, but for the last.
/// Once the miniport is initialized. False: no memory.
bool start_watch(Adapter& adapter);
/// Before it is halted: neither of its two handlers runs any more.
void stop_watch(Adapter& adapter);
/// A request has succeeded.
void note_addressing(Adapter& adapter, const NDIS_OID_REQUEST& request);

// ---- pnp.cpp
NTSTATUS NTAPI add_device(DRIVER_OBJECT* object, DEVICE_OBJECT* physical);
NTSTATUS NTAPI dispatch(DEVICE_OBJECT* device, IRP* irp);

// ---- directory.cpp: all adapters
void start_directory();
void enlist(Adapter& adapter);
void delist(Adapter& adapter);
/// Bindings may come; from Running on.
void open_to_bindings(Adapter& adapter);
/// None may; the present one is told and has returned all when this returns. PASSIVE_LEVEL.
void close_to_bindings(Adapter& adapter);

// ---- frames.cpp. Any IRQL <= DISPATCH_LEVEL.
/// Holds the binding for `count` lists or calls; false when there is none or it drains.
bool use_binding(Adapter& adapter, LONG count);
void drop_binding(Adapter& adapter, LONG count);

}  // namespace rsl::ndis
