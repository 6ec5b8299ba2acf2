// SPDX-License-Identifier: GPL-2.0-only
#include "server/driver/completions.hpp"

namespace rsl::server::completions {
namespace {

// A cookie, from the low bits on: slot, index of the entry, how often entries had been taken.
constexpr uint32_t kSlotBits = 16, kIndexBits = 8;
constexpr uint64_t kMostSessions = (1u << kIndexBits) - 1;  // index 0 is none
static_assert(kSlots < 1u << kSlotBits);

struct Entry {
    uint64_t place = kNoPlace;
    HANDLE port = nullptr;
};
constinit Entry entries[kMostSessions + 1] = {};  // under mutex
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

Entry& entry_of(uint64_t place) { return entries[place & kMostSessions]; }

VOID NTAPI deliver(PVOID) {
    for (;;) {
        PVOID key = nullptr, cookie = nullptr;
        IO_STATUS_BLOCK outcome{};
        if (ZwRemoveIoCompletion(the_port, &key, &cookie, &outcome, nullptr) != STATUS_SUCCESS)
            continue;
        const auto value = reinterpret_cast<uint64_t>(cookie);
        const uint64_t place = value >> kSlotBits;
        const uint32_t slot = value & ((1u << kSlotBits) - 1);
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
        entries[i] = {++taken << kIndexBits | i, own_port};
        return entries[i].place;
    }
    return kNoPlace;
}

void leave(uint64_t place) {
    if (place == kNoPlace) return;
    const MutexGuard guard;
    if (entry_of(place).place == place) entry_of(place) = {};
}

PVOID cookie_of(uint64_t place, uint32_t slot) {
    return reinterpret_cast<PVOID>(place << kSlotBits | slot);
}

}  // namespace rsl::server::completions
