// SPDX-License-Identifier: GPL-2.0-only
// rslserver.sys: watches for doorbell devices and gives each a Station. A plain driver: it has no
// device of its own and uses what the kernel exports.
#include "base/core/check.hpp"
#include "server/driver/nt.hpp"
#include "server/driver/station.hpp"

namespace rsl {

[[noreturn]] void check_failed(const char* condition, const char* file, int line) {
    DbgPrint("rslserver: %s:%d: broken invariant: %s\n", file, line, condition);
    KeBugCheckEx(0xE2 /* MANUALLY_INITIATED_CRASH */, reinterpret_cast<ULONG_PTR>(condition),
                 reinterpret_cast<ULONG_PTR>(file), static_cast<ULONG_PTR>(line), 0);
}

}  // namespace rsl

namespace rsl::server {
namespace {

// Which device has which station. Arrivals come one at a time, departures each in a thread of its own.
struct Entry {
    PRSL_DOORBELL doorbell;  // set and cleared under `lock`; the station is its entry's owner's alone
    Station* station;
};
constexpr size_t kMostDevices = 64;
constinit KSPIN_LOCK lock = 0;
constinit Entry entries[kMostDevices] = {};

/// The entry of a device (nullptr: a free one, which becomes the device's).
Entry* find(PRSL_DOORBELL doorbell, PRSL_DOORBELL becomes) {
    const KIRQL old = KeAcquireSpinLockRaiseToDpc(&lock);
    Entry* found = nullptr;
    for (Entry& entry : entries) {
        if (entry.doorbell != doorbell) continue;
        found = &entry;
        break;
    }
    if (found != nullptr) found->doorbell = becomes;
    KeReleaseSpinLock(&lock, old);
    return found;
}

VOID NTAPI arrived(PRSL_DOORBELL doorbell, PVOID) {
    Entry* entry = find(nullptr, doorbell);
    if (entry == nullptr) {
        DbgPrint("rslserver: more than %u doorbell devices; one is left alone\n", static_cast<unsigned>(kMostDevices));
        return;
    }
    entry->station = Station::open(*doorbell);
}

VOID NTAPI removed(PRSL_DOORBELL doorbell, PVOID) {
    Entry* entry = find(doorbell, doorbell);
    if (entry == nullptr) return;
    if (entry->station != nullptr) entry->station->close();
    entry->station = nullptr;
    find(doorbell, nullptr);
}

}  // namespace
}  // namespace rsl::server

extern "C" NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT, PUNICODE_STRING) {
    return RslWatchDoorbells(&rsl::server::arrived, &rsl::server::removed, nullptr);
}
