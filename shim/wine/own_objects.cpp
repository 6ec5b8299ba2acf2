// SPDX-License-Identifier: GPL-2.0-only
#include "shim/wine/own_objects.hpp"

#include <array>
#include <utility>

#include "abi/types/status.h"
#include "shim/api/handle.hpp"
#include "shim/wine/file_table.hpp"
#include "shim/wine/hook.hpp"
#include "shim/wine/session.hpp"
#include "shim/wine/signal_guard.hpp"

namespace rsl::wine {

using protocol::LendObject;
using protocol::OwnObject;
using protocol::OwnObjectSignal;

constinit std::atomic<uint32_t> lent_events = 0;

namespace {

constexpr uint64_t kCurrentProcess = ~uint64_t{0};
constexpr uint32_t kDuplicateSameAccess = 2;

constinit std::atomic<bool> listener_wanted = false;

/// The original functions, whatever table the program's calls go through.
NTSTATUS call_event(OwnObjectSignal signal, uint64_t handle) {
    static const uint64_t functions[] = {ntdll_function("NtSetEvent"), ntdll_function("NtResetEvent"), ntdll_function("NtPulseEvent")};
    return call_ntdll(functions[static_cast<size_t>(signal)], {handle, 0});
}

uint32_t access_of(uint64_t handle) {
    struct {  // OBJECT_BASIC_INFORMATION
        uint32_t attributes, access, counts[12];
    } basic{};
    return original(Call::kNtQueryObject, {handle, 0, word(&basic), sizeof(basic), 0}) >= 0 ? basic.access : 0;
}

/// What a handle of Wine's is. The handle is a copy that nobody else closes.
LendObject look_at(uint64_t handle) {
    static const uint64_t query_event = ntdll_function("NtQueryEvent"), query_process = ntdll_function("NtQueryInformationProcess");
    LendObject lent{.object = OwnObject::kNone, .access = access_of(handle), .value = 0, .state = 0, .changes = {}};
    struct {  // EVENT_BASIC_INFORMATION
        uint32_t synchronization, signalled;
    } event{};
    if (call_ntdll(query_event, {handle, 0, word(&event), sizeof(event), 0}) >= 0) {
        lent.object = event.synchronization != 0 ? OwnObject::kSynchronizationEvent : OwnObject::kNotificationEvent;
        lent.state = event.signalled != 0 ? 1 : 0;
        return lent;
    }
    struct {  // PROCESS_BASIC_INFORMATION
        uint64_t exit_status, peb, affinity, priority, id, parent;
    } process{};
    if (call_ntdll(query_process, {handle, 0, word(&process), sizeof(process), 0}) >= 0) {
        lent.object = OwnObject::kProcess;
        lent.value = static_cast<uint32_t>(process.id);
    }
    return lent;
}

/// The program's events that the VM has.
class LentEvents final : public client::OwnObjects {
  public:
    LendObject lend(uint64_t handle, uint32_t id) override {
        if (const FileReference file = look_up(handle)) return lend_file(*file);
        drop(id);  // a VM that asks with an id in use
        // Before the copy: a thread that closes the handle meanwhile is heard of.
        Event& event = events_[id];
        event.handle.store(value_of(handle), std::memory_order_seq_cst);
        lent_events.fetch_add(1, std::memory_order_seq_cst);  // pairs with signal_event(), handle_NtClose()
        const LendObject lent = copy_and_look(handle, event.copy);
        if (lent.object < OwnObject::kNotificationEvent) {
            drop(id);
        } else {
            listener_wanted.store(true, std::memory_order_relaxed);
        }
        return lent;
    }

    void changed(uint32_t id, uint32_t changes) override {
        const uint64_t copy = events_[id].copy;
        if (copy == 0) return;
        const bool reset = (changes & protocol::kObjectReset) != 0, ends_set = (changes & protocol::kObjectEndsSet) != 0;
        if (reset && ends_set) (void)call_event(OwnObjectSignal::kReset, copy);
        if ((changes & protocol::kObjectSet) != 0) (void)call_event(OwnObjectSignal::kSet, copy);
        if (reset && !ends_set) (void)call_event(OwnObjectSignal::kReset, copy);
        if ((changes & protocol::kObjectDropped) != 0) drop(id);
    }

    void forget_all() {
        for (uint32_t id = 0; id < events_.size(); ++id) drop(id);
    }
    void forget(uint64_t handle) {
        for (Event& event : events_) {
            uint64_t expected = value_of(handle);
            if (event.handle.load(std::memory_order_relaxed) != expected) continue;
            (void)event.handle.compare_exchange_strong(expected, 0, std::memory_order_relaxed);
        }
    }
    /// Calls visit(id) for each that the handle was lent as, until it says true.
    template <typename Visit>
    bool any_of(uint64_t handle, Visit visit) const {
        if (value_of(handle) == 0) return false;
        for (uint32_t id = 0; id < events_.size(); ++id) {
            if (events_[id].handle.load(std::memory_order_acquire) == value_of(handle) && visit(id)) return true;
        }
        return false;
    }

  private:
    static constexpr uint64_t kNoHandle = ~uint64_t{0};
    struct Event {
        std::atomic<uint64_t> handle = 0;  // the program's; 0: closed
        uint64_t copy = 0;                 // ours, the leader's alone; 0: not lent
    };

    static uint64_t value_of(uint64_t handle) { return handle & ~uint64_t{3}; }  // the low bits are the program's
    static LendObject lend_file(const File& file) {
        const rsl_client* client = file.client.load(std::memory_order_acquire);
        if (client == nullptr || client != current_session()) return {};  // parked, or of a VM that is gone
        return {.object = OwnObject::kHandle, .access = 0, .value = file.nt_handle, .state = 0, .changes = {}};
    }
    static LendObject copy_and_look(uint64_t handle, uint64_t& copy) {
        const NTSTATUS status = original(Call::kNtDuplicateObject, {kCurrentProcess, handle, kCurrentProcess, word(&copy), 0, 0, kDuplicateSameAccess});
        if (status >= 0) return look_at(copy);
        copy = kNoHandle;
        return {};
    }
    void drop(uint32_t id) {
        Event& event = events_[id];
        if (event.copy == 0) return;
        event.handle.store(0, std::memory_order_relaxed);
        const uint64_t copy = std::exchange(event.copy, 0);
        if (copy != kNoHandle) (void)original(Call::kNtClose, {copy});
        lent_events.fetch_sub(1, std::memory_order_relaxed);
    }

    std::array<Event, protocol::kMaxOwnObjects> events_{};
};

constinit LentEvents lent;

/// Tells drivers what the program does to an event of its own. True: one of them waited, and has it.
bool tell_drivers(uint64_t handle, OwnObjectSignal signal) {
    if (!lent.any_of(handle, [](uint32_t) { return true; })) return false;
    SignalGuard guard;
    const rsl_client* client = current_session();
    return client != nullptr && lent.any_of(handle, [&](uint32_t id) {
        const auto reply = client->connection->call(protocol::MessageId::kSignalOwnObject, 0, protocol::SignalOwnObject{id, signal});
        return reply.status >= 0 && reply.values[0] != 0;
    });
}

/// Arguments: event, where its state before goes.
NTSTATUS signal_event(Call call, OwnObjectSignal signal, const Words& words) {
    if (lent_events.load(std::memory_order_acquire) == 0) [[likely]] return original(call, words);  // pairs with LentEvents::lend()
    auto* const before = pointer<int32_t*>(words[1]);
    if (!tell_drivers(words[0], signal)) return original(call, words);
    if (call != Call::kNtClearEvent && before != nullptr) *before = 0;
    return STATUS_SUCCESS;
}

}  // namespace

client::OwnObjects* own_objects_for_new_vm() {
    lent.forget_all();
    return &lent;
}

void forget_lent_handle(uint64_t handle) { lent.forget(handle); }

bool needs_listener() {
    return listener_wanted.load(std::memory_order_relaxed) && listener_wanted.exchange(false, std::memory_order_relaxed);
}

NTSTATUS handle_NtSetEvent(const Words& words) { return signal_event(Call::kNtSetEvent, OwnObjectSignal::kSet, words); }
NTSTATUS handle_NtResetEvent(const Words& words) { return signal_event(Call::kNtResetEvent, OwnObjectSignal::kReset, words); }
NTSTATUS handle_NtClearEvent(const Words& words) { return signal_event(Call::kNtClearEvent, OwnObjectSignal::kReset, words); }
NTSTATUS handle_NtPulseEvent(const Words& words) { return signal_event(Call::kNtPulseEvent, OwnObjectSignal::kPulse, words); }

}  // namespace rsl::wine
