// SPDX-License-Identifier: GPL-2.0-only
// What stands above a miniport: filter modules, one above the other, and on top of them the
// bindings, which are our own (directory.cpp) and those of protocol drivers.
//
//     our own binding    protocols' bindings      protocol.cpp, open.cpp
//             └───────┬───────┘
//          filter modules, top to bottom          filter.cpp, module.cpp
//                     │
//                 miniport
//
// Frames (frames.cpp), status indications and events (events.cpp) and OID requests (requests.cpp)
// pass the modules that have a handler for them. Modules come and go only while the stack is
// paused, so that frames look at the chain without a lock; everything else enters a module's or
// binding's gate first.
#pragma once

#include "abi/functions/ndis_layers.h"
#include "classes/ndis/handles.hpp"

namespace rsl::ndis {

/// One thread at a time builds at the layers of adapters: starts and stops them, binds protocols,
/// attaches filters. It may enter again, from a driver's handler. PASSIVE_LEVEL.
class LayerTurn {
  public:
    LayerTurn();
    ~LayerTurn();
    LayerTurn(const LayerTurn&) = delete;
    LayerTurn& operator=(const LayerTurn&) = delete;
};
void start_layers();

/// One at a time, by an event of type SynchronizationEvent.
class Turn {
  public:
    explicit Turn(KEVENT& event) : event_(event) {
        KeWaitForSingleObject(&event_, Executive, KernelMode, FALSE, nullptr);
    }
    ~Turn() { KeSetEvent(&event_, IO_NO_INCREMENT, FALSE); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

  private:
    KEVENT& event_;
};

/// Something that a driver does now or says later that it has done.
struct Completion {
    KEVENT done;
    NDIS_STATUS status;

    void init() { KeInitializeEvent(&done, SynchronizationEvent, FALSE); }
    void begin() { KeClearEvent(&done); }
    void end(NDIS_STATUS result) {
        status = result;
        KeSetEvent(&done, IO_NO_INCREMENT, FALSE);
    }
    /// Waits if the driver's handler said so.
    NDIS_STATUS result(NDIS_STATUS returned) {
        if (returned != NDIS_STATUS_PENDING) return returned;
        KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, nullptr);
        return status;
    }
};

/// A driver that has called NdisRegisterProtocolDriver.
struct Protocol {
    HandleKind kind;
    NDIS_HANDLE context;
    NDIS_PROTOCOL_DRIVER_CHARACTERISTICS calls;  // zero behind what its revision has
    LIST_ENTRY link;                             // in the list of all, in a LayerTurn
    WCHAR* allowed;                              // Linkage\Bind, as REG_MULTI_SZ; null: any adapter
    ULONG allowed_bytes;
    UNICODE_STRING section;  // "NAME\Parameters\Adapters\"
};

/// A bind or unbind that a protocol driver is asked for: its BindContext or UnbindContext.
struct Operation {
    HandleKind kind;
    Protocol* protocol;
    Adapter* adapter;
    Binding* binding;  // null: not opened, or closed again
    Completion completion;
};

/// A driver that has called NdisFRegisterFilterDriver.
struct FilterDriver {
    HandleKind kind;
    DRIVER_OBJECT* driver;
    NDIS_HANDLE context;
    NDIS_FILTER_DRIVER_CHARACTERISTICS calls;  // as above
    LIST_ENTRY link;
    WCHAR name[40];          // UniqueName, a "{GUID}"
    UNICODE_STRING service;  // ServiceName, in memory of our own
};

/// A filter driver in the stack of one adapter.
struct FilterModule {
    HandleKind kind;
    FilterDriver* driver;
    Adapter* adapter;
    NDIS_HANDLE context;
    NDIS_FILTER_DRIVER_CHARACTERISTICS calls;  // the driver's, and what the module has changed
    FilterModule *below, *above;
    Gate requests;  // calls that pass in a pause, too
    bool has_attributes, running, setting_options;
    ULONG interface_index;
    WCHAR name_text[96];
    UNICODE_STRING name;  // "{adapter}-{filter}-0000"
    Completion transition;
    KEVENT oid_turn;  // a module has one OID request at a time
    Completion oid;
    NDIS_OID_REQUEST* oid_pending;
};
inline FilterModule* module_of(NDIS_HANDLE handle) { return static_cast<FilterModule*>(handle); }
inline Binding* binding_of(NDIS_HANDLE handle) { return static_cast<Binding*>(handle); }

// ---- layers.cpp: an adapter's, in a LayerTurn
void init_layers(Adapter& adapter);
/// Filters attach; the miniport is initialized and paused.
void attach_layers(Adapter& adapter);
void detach_layers(Adapter& adapter);
/// The miniport and the filters above it run. A filter that does not is detached.
NTSTATUS restart_below_bindings(Adapter& adapter);
/// Everything pauses and restarts around a change of the chain.
void pause_stack(Adapter& adapter);
void restart_stack(Adapter& adapter);

// ---- filter.cpp, module.cpp. In a LayerTurn.
void attach_filters(Adapter& adapter);
void attach_filter(Adapter& adapter, FilterDriver& driver);
/// By its address and interface index, if it is still there; null: not.
FilterModule* find_module(const FilterModule* address, ULONG interface_index);
void detach_module(FilterModule& module);
void pause_filters(Adapter& adapter);
/// The module that failed; null: all run.
FilterModule* restart_filters(Adapter& adapter);
/// NDIS_FILTER_PARTIAL_CHARACTERISTICS, from FilterSetModuleOptions.
NDIS_STATUS set_module_handlers(FilterModule& module, const NDIS_OBJECT_HEADER* header);

// ---- protocol.cpp, open.cpp. In a LayerTurn.
void bind_protocols(Adapter& adapter);
void bind_protocol(Adapter& adapter, Protocol& protocol);
void bind_everywhere(Protocol& protocol);
/// All of them, or one's.
void unbind_protocols(Adapter& adapter, const Protocol* only);
void pause_protocols(Adapter& adapter);
void restart_protocols(Adapter& adapter);
NDIS_STATUS send_event(const Protocol& protocol, NDIS_HANDLE context, NET_PNP_EVENT_CODE code,
                       void* buffer, ULONG bytes);
void close_binding(Binding& binding);
/// If it is still there: a later one may have its address, but not its number. Null: not.
Binding* find_binding(const Binding* address, ULONG number);
void unbind(Binding& binding);

// ---- frames.cpp. Any IRQL <= DISPATCH_LEVEL. `from` is the first module to be asked; null: none.
void send_down(Adapter& adapter, FilterModule* from, NET_BUFFER_LIST* lists, NDIS_PORT_NUMBER port,
               ULONG flags);
void complete_up(Adapter& adapter, FilterModule* from, NET_BUFFER_LIST* lists, ULONG flags);
void receive_up(Adapter& adapter, FilterModule* from, NET_BUFFER_LIST* lists, NDIS_PORT_NUMBER port,
                ULONG count, ULONG flags);
void return_down(Adapter& adapter, FilterModule* from, NET_BUFFER_LIST* lists, ULONG flags);
void cancel_send_down(Adapter& adapter, FilterModule* from, void* id);
LONG count_of(const NET_BUFFER_LIST* lists);

// ---- receive.cpp. As above.
/// False: nobody wants them, they have gone back.
bool receive_at_bindings(Adapter& adapter, NET_BUFFER_LIST* lists, NDIS_PORT_NUMBER port,
                         LONG count, ULONG flags);
/// Whom a frame is for.
struct Destination {
    enum class Kind { kUnknown, kOurs, kOther, kBroadcast, kMulticast } kind;
    UCHAR address[6];
};
/// Whether a protocol's binding does. With the adapter's `layers`.
bool wants(const Binding& binding, const Destination& to);

// ---- events.cpp
/// The binding after another one that the caller is in, or the first, entered by its gate; of all,
/// or of those that want such frames.
Binding* next_binding(Adapter& adapter, Binding* after, Gate Binding::* gate, LONG count,
                      const Destination* receivers);
/// IRQL <= DISPATCH_LEVEL.
void status_up(Adapter& adapter, FilterModule* below, NDIS_STATUS_INDICATION& indication);
/// NDIS_STATUS_RESET_START, and NDIS_STATUS_RESET_END with what it came to. As NDIS, to all above.
void indicate_reset(Adapter& adapter, NDIS_STATUS code, NDIS_STATUS result);
/// PASSIVE_LEVEL.
void tell_below(Adapter& adapter, FilterModule* above, NET_DEVICE_PNP_EVENT& event);
NDIS_STATUS tell_above(Adapter& adapter, FilterModule* below, NET_PNP_EVENT_NOTIFICATION& event);
NDIS_STATUS tell_above(Adapter& adapter, NET_PNP_EVENT_CODE code);

// ---- requests.cpp
/// PASSIVE_LEVEL: waits.
NDIS_STATUS request_below(Adapter& adapter, FilterModule* above, NDIS_OID_REQUEST& request);

// ---- addressing.cpp
/// A request of a binding. PASSIVE_LEVEL, as the next.
NDIS_STATUS request_of(Binding& binding, NDIS_OID_REQUEST& request);
/// What it had asked for is not wanted any more.
void forget_addressing(Binding& binding);

/// Visits the modules over or under one, each entered while it is visited. `wanted` looks at its
/// handlers. Null: there is none; else the caller leaves module->requests.
enum class Way { kUp, kDown };
template <typename Handler>
FilterModule* enter_module(Adapter& adapter, FilterModule* beside, Way way,
                           Handler NDIS_FILTER_DRIVER_CHARACTERISTICS::* handler) {
    const KIRQL irql = KeAcquireSpinLockRaiseToDpc(&adapter.layers);
    FilterModule* module = way == Way::kUp ? (beside == nullptr ? adapter.bottom : beside->above)
                                           : (beside == nullptr ? adapter.top : beside->below);
    while (module != nullptr && (module->calls.*handler == nullptr || !module->requests.enter(1)))
        module = way == Way::kUp ? module->above : module->below;
    KeReleaseSpinLock(&adapter.layers, irql);
    return module;
}

/// Copies what a driver's revision of a structure has; the rest stays zero. False when it is
/// shorter than its revision 1.
bool copy_structure(void* to, size_t room, const NDIS_OBJECT_HEADER* from, size_t least);
template <typename T>
bool copy_structure(T& to, const NDIS_OBJECT_HEADER* from, size_t least) {
    return copy_structure(&to, sizeof(T), from, least);
}
/// Which NDIS versions a driver may be built for.
bool is_version_supported(UCHAR major, UCHAR minor);

}  // namespace rsl::ndis
