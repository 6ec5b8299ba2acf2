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

// Which device has which station. Arrivals and removals come one at a time (kernel/hal).
struct Entry {
    PRSL_DOORBELL doorbell;
    Station* station;
};
constexpr size_t kMostDevices = 64;
constinit Entry entries[kMostDevices] = {};

VOID NTAPI arrived(PRSL_DOORBELL doorbell, PVOID) {
    for (Entry& entry : entries) {
        if (entry.doorbell != nullptr) continue;
        if (Station* station = Station::open(*doorbell)) entry = {doorbell, station};
        return;
    }
    DbgPrint("rslserver: more than %u doorbell devices; one is left alone\n", static_cast<unsigned>(kMostDevices));
}

VOID NTAPI removed(PRSL_DOORBELL doorbell, PVOID) {
    for (Entry& entry : entries) {
        if (entry.doorbell != doorbell) continue;
        entry.station->close();
        entry = {};
    }
}

}  // namespace
}  // namespace rsl::server

extern "C" NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT, PUNICODE_STRING) {
    return RslWatchDoorbells(&rsl::server::arrived, &rsl::server::removed, nullptr);
}
