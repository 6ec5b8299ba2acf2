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
#include "abi/types/ndis_legacy.h"
#include "buses/stack/irp.hpp"
#include "classes/ndis/gate.hpp"
#include "classes/ndis/memory.hpp"

namespace rsl::ndis {

enum class HandleKind : ULONG {
    kDriver = 0x7244644E,
    kAdapter = 0x6441644E,
    kProtocol = 0x7250644E,
    kBinding = 0x6942644E,
    kOperation = 0x704F644E,
    kFilterDriver = 0x4446644E,
    kFilterModule = 0x4D46644E
};
inline HandleKind kind_of(NDIS_HANDLE handle) { return *static_cast<HandleKind*>(handle); }

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
/// Makes one that is not registered, if there is none; nullptr: no memory.
MiniportDriver* make_driver(DRIVER_OBJECT& object);
/// Registers it: the driver object's devices, IRPs and end are NDIS's.
void register_driver(MiniportDriver& driver, NDIS_HANDLE context,
                     const NDIS_MINIPORT_DRIVER_CHARACTERISTICS& calls);

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

struct Adapter;
struct FilterModule;  // layers.hpp, as the next two
struct Protocol;
struct Operation;

/// What stands on top of an adapter's layers and gets its frames: our own binding, which is a part
/// of the adapter, or a protocol driver's.
struct Binding {
    HandleKind kind;
    Adapter* adapter;
    const RSL_NDIS_BINDING* calls;  // our own's; under the directory's lock, as `leaving`
    bool leaving;                   // is being unbound
    Gate frames;                    // lists on the other side, receive indications
    Gate requests;                  // OID requests and status indications: pass in a pause, too

    Protocol* protocol;  // null: our own. The rest is a protocol's
    NDIS_HANDLE context;
    ULONG number;                // never used again
    LIST_ENTRY link;             // in Adapter::bindings
    Operation* operation;        // that binds or unbinds it
    std::atomic<bool> receives;  // it has been restarted
    std::atomic<ULONG> packet_filter;
    UCHAR* multicast;  // addresses; change in the adapter's addressing_turn and under `layers`
    ULONG multicast_bytes;
};

/// A network adapter: the function device object of a device that a miniport serves.
struct Adapter {
    union {
        HandleKind kind;
        NDIS_MINIPORT_BLOCK block;  // for NDIS 5 drivers, whose macros read it
    };
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

    bool open, paused;    // to bindings, under the directory's lock; what binds in a pause waits
    Binding own;          // the one of RslNdisBind
    KSPIN_LOCK layers;    // guards the next two
    LIST_ENTRY bindings;  // protocols', in no order
    FilterModule *bottom, *top;            // change only while no frame passes, too
    std::atomic<ULONG> protocol_bindings;  // how many
    bool layered;                          // filters may attach, protocols bind; in a LayerTurn
    KEVENT addressing_turn;
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
/// Of a miniport's or filter's handle; null: it leads to none.
DRIVER_OBJECT* driver_object_of(NDIS_HANDLE handle);

using stack::complete;
using stack::location_of;
using stack::pass_down;
using stack::send_and_wait;

// ---- adapter.cpp. PASSIVE_LEVEL.
NTSTATUS initialize(Adapter& adapter);
NTSTATUS restart(Adapter& adapter);
void pause(Adapter& adapter, ULONG reason);
NTSTATUS restart_miniport(Adapter& adapter);
void pause_miniport(Adapter& adapter, ULONG reason);
void halt(Adapter& adapter, NDIS_HALT_ACTION action);
void notify_pnp(Adapter& adapter, NDIS_DEVICE_PNP_EVENT event);
NDIS_STATUS request_oid(Adapter& adapter, NDIS_OID_REQUEST& request);
constexpr ULONG64 luid_of(ULONG interface_index) {
    constexpr ULONG64 kIndexShift = 24, kTypeShift = 48;
    return ULONG64{interface_index} << kIndexShift | ULONG64{IF_TYPE_ETHERNET_CSMACD} << kTypeShift;
}

// ---- reset.cpp. PASSIVE_LEVEL, but for the last.
/// Once the miniport is initialized. False: no memory.
bool start_watch(Adapter& adapter);
/// Before it is halted: neither of its two handlers runs any more.
void stop_watch(Adapter& adapter);
/// A request has succeeded.
void note_addressing(Adapter& adapter, const NDIS_OID_REQUEST& request);

// ---- dma.cpp
/// For transfers of `maximum` bytes; `wide`: the device has 64 address bits. PASSIVE_LEVEL.
DMA_ADAPTER* open_dma(const Adapter& adapter, bool wide, ULONG maximum);

// ---- pnp.cpp
NTSTATUS NTAPI add_device(DRIVER_OBJECT* object, DEVICE_OBJECT* physical);
NTSTATUS NTAPI dispatch(DEVICE_OBJECT* device, IRP* irp);

// ---- directory.cpp: all adapters
void start_directory();
void enlist(Adapter& adapter);
void delist(Adapter& adapter);
ULONG new_interface_index();
/// The next one whose filters and protocols come and go. In a LayerTurn: it stays meanwhile.
Adapter* next_layered(ULONG after_index);
/// RslNdisBind may come; from Running on.
void open_to_bindings(Adapter& adapter);
/// None may; the present one is told and has returned all when this returns. PASSIVE_LEVEL.
void close_to_bindings(Adapter& adapter);
/// The present binding and one that comes: no frames pass. PASSIVE_LEVEL.
void pause_own_binding(Adapter& adapter);
void restart_own_binding(Adapter& adapter);

}  // namespace rsl::ndis
