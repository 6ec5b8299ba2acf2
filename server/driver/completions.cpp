// SPDX-License-Identifier: GPL-2.0-only
#include "server/driver/completions.hpp"

namespace rsl::server::completions {
namespace {

// A cookie, from the low bits on: slot, index of the entry, how often entries had been taken.
constexpr uint32_t kSlotBits = 16, kIndexBits = 8;
constexpr uint64_t kMostSessions = (1u << kIndexBits) - 1;  // index 0 is none
static_assert(kSlots < 1u << kSlotBits);

struct Entry {
    uint64_t place = kNoPlace;  // under mutex and lock: each is enough to read it, as the port
    HANDLE port = nullptr;
    Session* session = nullptr;  // under lock
    KSPIN_LOCK lock = 0;
};
constinit Entry entries[kMostSessions + 1] = {};
constinit uint64_t taken = 0;                     // under mutex
constinit KMUTEX mutex = {};
constinit HANDLE the_port = nullptr;

class MutexGuard {
  public:
    MutexGuard() { KeWaitForSingleObject(&mutex, Executive, KernelMode, FALSE, nullptr); }
    MutexGuard(const MutexGuard&) = delete;
    MutexGuard& operator=(const MutexGuard&) = delete;
    ~MutexGuard() { KeReleaseMutex(&mutex, FALSE); }
};

class SpinGuard {
  public:
    explicit SpinGuard(KSPIN_LOCK& lock) : lock_(lock), before_(KeAcquireSpinLockRaiseToDpc(&lock)) {}
    SpinGuard(const SpinGuard&) = delete;
    SpinGuard& operator=(const SpinGuard&) = delete;
    ~SpinGuard() { KeReleaseSpinLock(&lock_, before_); }

  private:
    KSPIN_LOCK& lock_;
    KIRQL before_;
};

Entry& entry_of(uint64_t place) { return entries[place & kMostSessions]; }
uint64_t place_of(PVOID cookie) { return reinterpret_cast<uint64_t>(cookie) >> kSlotBits; }
uint32_t slot_of(PVOID cookie) {
    return static_cast<uint32_t>(reinterpret_cast<uint64_t>(cookie) & ((1u << kSlotBits) - 1));
}

/// Where the request is finished: in a DPC, mostly.
BOOLEAN NTAPI route(PVOID cookie, NTSTATUS status, ULONG_PTR information) {
    const uint64_t place = place_of(cookie);
    Entry& entry = entry_of(place);
    const SpinGuard guard(entry.lock);  // the session stays meanwhile
    if (entry.place != place) return TRUE;  // it has gone: nobody wants to know
    const uint32_t slot = slot_of(cookie);
    return entry.session != nullptr && slot < kSlots &&
           entry.session->complete_at_once(slot, status, information);
}

VOID NTAPI deliver(PVOID) {
    for (;;) {
        PVOID key = nullptr, cookie = nullptr;
        IO_STATUS_BLOCK outcome{};
        if (ZwRemoveIoCompletion(the_port, &key, &cookie, &outcome, nullptr) != STATUS_SUCCESS)
            continue;
        const uint64_t place = place_of(cookie);
        const uint32_t slot = slot_of(cookie);
        const MutexGuard guard;
        const Entry& entry = entry_of(place);
        if (place == kNoPlace || entry.place != place) continue;
        ZwSetIoCompletion(entry.port, nullptr, reinterpret_cast<PVOID>(uintptr_t{slot} + 1),
                          outcome.Status, outcome.Information);
    }
}

}  // namespace

NTSTATUS start() {
    KeInitializeMutex(&mutex, 0);
    OBJECT_ATTRIBUTES unnamed = {sizeof(unnamed),   nullptr, nullptr,
                                 OBJ_KERNEL_HANDLE, nullptr, nullptr};
    NTSTATUS status = ZwCreateIoCompletion(&the_port, IO_COMPLETION_ALL_ACCESS, &unnamed, 0);
    if (status >= 0) status = RslRouteCompletions(the_port, &route);
    if (status < 0) return status;
    HANDLE thread = nullptr;
    status = PsCreateSystemThread(&thread, THREAD_ALL_ACCESS, &unnamed, nullptr, nullptr, &deliver,
                                  nullptr);
    if (status >= 0) ZwClose(thread);
    return status;
}

HANDLE port() { return the_port; }

uint64_t join(HANDLE own_port) {
    const MutexGuard guard;
    for (uint64_t i = 1; i <= kMostSessions; ++i) {
        if (entries[i].place != kNoPlace) continue;
        const SpinGuard spin(entries[i].lock);
        entries[i].place = ++taken << kIndexBits | i;
        entries[i].port = own_port;
        return entries[i].place;
    }
    return kNoPlace;
}

void leave(uint64_t place) {
    if (place == kNoPlace) return;
    const MutexGuard guard;
    Entry& entry = entry_of(place);
    const SpinGuard spin(entry.lock);
    if (entry.place != place) return;
    entry.place = kNoPlace;
    entry.port = nullptr;
    entry.session = nullptr;
}

void tell_at_once(uint64_t place, Session& session) {
    Entry& entry = entry_of(place);
    const SpinGuard guard(entry.lock);
    if (entry.place == place) entry.session = &session;
}

[[gnu::always_inline]] PVOID cookie_of(uint64_t place, uint32_t slot) {
    return reinterpret_cast<PVOID>(place << kSlotBits | slot);
}

}  // namespace rsl::server::completions
