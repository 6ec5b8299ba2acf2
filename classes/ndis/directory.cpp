// SPDX-License-Identifier: GPL-2.0-only
// All adapters, and who is bound to them.
#include <algorithm>
#include <cstring>

#include "classes/ndis/guards.hpp"
#include "classes/ndis/layers.hpp"

namespace rsl::ndis {
namespace {

// Made by DllInitialize, before any driver is bound to this library.
constinit LIST_ENTRY adapters = {};
constinit FAST_MUTEX lock = {};
constinit ULONG last_index = 0;

class Locked {
  public:
    Locked() { ExAcquireFastMutex(&lock); }
    ~Locked() { ExReleaseFastMutex(&lock); }
    Locked(const Locked&) = delete;
    Locked& operator=(const Locked&) = delete;
};

Adapter* at(LIST_ENTRY* entry) { return CONTAINING_RECORD(entry, Adapter, link); }

/// The adapter of the lowest index from `index` on. With the lock.
Adapter* find_locked(ULONG index) {
    for (LIST_ENTRY* entry = adapters.Flink; entry != &adapters; entry = entry->Flink) {
        if (at(entry)->interface_index >= index) return at(entry);
    }
    return nullptr;
}

/// Waits until everything is back from a binding that leaves, and forgets it.
void forget(Binding& own) {
    own.frames.wait();
    if (own.requests.close()) own.requests.wait();
    forget_addressing(own);
    Locked guard;
    own.calls = nullptr;
    own.leaving = false;
}

bool is_bound(const Adapter& adapter) {
    Locked guard;
    return adapter.own.calls != nullptr;
}

template <size_t kRoom>
void copy_text(WCHAR (&out)[kRoom], const UNICODE_STRING& text) {
    const size_t characters = std::min<size_t>(text.Length / sizeof(WCHAR), kRoom - 1);
    std::memcpy(out, text.Buffer, characters * sizeof(WCHAR));
    out[characters] = 0;
}

ULONG64 read(const std::atomic<ULONG64>& counter) {
    return counter.load(std::memory_order_relaxed);
}

void describe(Adapter& adapter, RSL_NDIS_ADAPTER_STATE& out) {
    out = {};
    out.InterfaceIndex = adapter.interface_index;
    out.Running = adapter.state.load(std::memory_order_acquire) ==
                  State::kRunning;  // pairs with the PnP thread's stores
    copy_text(out.Instance, adapter.instance);
    copy_text(out.Service, adapter.driver->driver->DriverExtension->ServiceKeyName);
    std::memcpy(out.PermanentAddress, adapter.general.PermanentMacAddress,
                sizeof(out.PermanentAddress));
    std::memcpy(out.CurrentAddress, adapter.general.CurrentMacAddress, sizeof(out.CurrentAddress));
    out.Mtu = adapter.general.MtuSize;
    out.Medium = adapter.general.MediaType;
    const KIRQL irql = KeAcquireSpinLockRaiseToDpc(&adapter.link_lock);
    out.MediaConnectState = adapter.link_state.MediaConnectState;
    out.XmitLinkSpeed = adapter.link_state.XmitLinkSpeed;
    out.RcvLinkSpeed = adapter.link_state.RcvLinkSpeed;
    KeReleaseSpinLock(&adapter.link_lock, irql);
    const Counters& counters = adapter.counters;
    out.FramesSent = read(counters.frames_sent);
    out.BytesSent = read(counters.bytes_sent);
    out.SendErrors = read(counters.send_errors);
    out.FramesReceived = read(counters.frames_received);
    out.BytesReceived = read(counters.bytes_received);
    out.ReceiveDiscards = read(counters.receive_discards);
}

}  // namespace

void start_directory() {
    adapters.Flink = adapters.Blink = &adapters;
    lock.Count = 1;
    KeInitializeEvent(&lock.Event, SynchronizationEvent, FALSE);
}

void enlist(Adapter& adapter) {
    Locked guard;
    adapter.interface_index = ++last_index;
    insert_last(adapters, adapter.link);
}

void delist(Adapter& adapter) {
    Locked guard;
    remove(adapter.link);
}

ULONG new_interface_index() {
    Locked guard;
    return ++last_index;
}

Adapter* next_layered(ULONG after_index) {
    Locked guard;
    for (LIST_ENTRY* entry = adapters.Flink; entry != &adapters; entry = entry->Flink) {
        if (at(entry)->interface_index > after_index && at(entry)->layered) return at(entry);
    }
    return nullptr;
}

void open_to_bindings(Adapter& adapter) {
    Locked guard;
    adapter.open = true;
}

void close_to_bindings(Adapter& adapter) {
    Binding& own = adapter.own;
    const RSL_NDIS_BINDING* calls = nullptr;
    {
        Locked guard;
        adapter.open = false;
        // Leaving already: an RslNdisUnbind is under way, which waits as we do below.
        if (own.calls != nullptr && !own.leaving) {
            calls = own.calls;
            own.leaving = true;
            own.frames.close();
        }
    }
    if (calls != nullptr) {
        calls->Stopping(calls->Context);
        forget(own);
        calls->Unbound(calls->Context);
        return;
    }
    while (is_bound(adapter)) {
        LARGE_INTEGER millisecond;
        millisecond.QuadPart = -10000;
        KeDelayExecutionThread(KernelMode, FALSE, &millisecond);
    }
}

void pause_own_binding(Adapter& adapter) {
    {
        Locked guard;
        adapter.paused = true;
        adapter.own.frames.close();
    }
    adapter.own.frames.wait();
}

void restart_own_binding(Adapter& adapter) {
    Locked guard;
    adapter.paused = false;
    if (adapter.own.calls != nullptr && !adapter.own.leaving) adapter.own.frames.open();
}

}  // namespace rsl::ndis

using namespace rsl::ndis;

/// RslNdisQueryAdapter (abi/private/rsl_ndis.h) describes an adapter.
RSL_EXPORT NTSTATUS NTAPI RslNdisQueryAdapter(ULONG InterfaceIndex, PRSL_NDIS_ADAPTER_STATE State) {
    Locked guard;
    Adapter* const adapter = find_locked(InterfaceIndex);
    if (adapter == nullptr) return STATUS_NO_MORE_ENTRIES;
    describe(*adapter, *State);
    return STATUS_SUCCESS;
}

/// RslNdisBind (abi/private/rsl_ndis.h) puts a binding above an adapter.
RSL_EXPORT NTSTATUS NTAPI RslNdisBind(ULONG InterfaceIndex, const RSL_NDIS_BINDING* Binding,
                                      PRSL_NDIS_ADAPTER* Handle) {
    if (Binding->Size != sizeof(RSL_NDIS_BINDING)) return STATUS_INFO_LENGTH_MISMATCH;
    Locked guard;
    Adapter* const adapter = find_locked(InterfaceIndex);
    if (adapter == nullptr || adapter->interface_index != InterfaceIndex)
        return STATUS_NO_SUCH_DEVICE;
    if (!adapter->open) return STATUS_DEVICE_NOT_READY;
    auto& own = adapter->own;
    if (own.calls != nullptr) return STATUS_DEVICE_BUSY;
    own.calls = Binding;
    *Handle = reinterpret_cast<PRSL_NDIS_ADAPTER>(adapter);
    own.requests.open();
    if (!adapter->paused) own.frames.open();
    return STATUS_SUCCESS;
}

/// RslNdisUnbind (abi/private/rsl_ndis.h) takes a binding away.
RSL_EXPORT NTSTATUS NTAPI RslNdisUnbind(PRSL_NDIS_ADAPTER Handle, const RSL_NDIS_BINDING* Binding) {
    auto* const wanted = reinterpret_cast<Adapter*>(Handle);
    {
        Locked guard;
        LIST_ENTRY* entry = adapters.Flink;
        while (entry != &adapters && at(entry) != wanted) entry = entry->Flink;
        if (entry == &adapters || wanted->own.calls != Binding || wanted->own.leaving)
            return STATUS_PENDING;
        wanted->own.leaving = true;
        wanted->own.frames.close();
    }
    forget(wanted->own);
    return STATUS_SUCCESS;
}
