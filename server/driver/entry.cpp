// SPDX-License-Identifier: GPL-2.0-only
// rslserver.sys: watches for doorbell devices and gives each a Station. A plain driver: it has no
// device of its own and uses what the kernel exports.
#include "base/core/check.hpp"
#include "server/driver/completions.hpp"
#include "server/driver/nt.hpp"
#include "server/driver/shutdown.hpp"
#include "server/driver/stations.hpp"

namespace rsl {

[[noreturn]] void check_failed(const char* condition, const char* file, int line) {
    DbgPrint("rslserver: %s:%d: broken invariant: %s\n", file, line, condition);
    KeBugCheckEx(0xE2 /* MANUALLY_INITIATED_CRASH */, reinterpret_cast<ULONG_PTR>(condition),
                 reinterpret_cast<ULONG_PTR>(file), static_cast<ULONG_PTR>(line), 0);
}

}  // namespace rsl

extern "C" NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT, PUNICODE_STRING) {
    rsl::server::initialize_stations();
    NTSTATUS status = rsl::server::completions::start();
    if (status >= 0) status = rsl::server::start_shutdown_thread();
    if (status < 0) return status;
    return RslWatchDoorbells(&rsl::server::station_arrived, &rsl::server::station_removed, nullptr);
}
