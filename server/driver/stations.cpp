// SPDX-License-Identifier: GPL-2.0-only
#include "server/driver/stations.hpp"

namespace rsl::server {
namespace {

struct Entry {
    PRSL_DOORBELL doorbell;
    Station* station;
};
constexpr size_t kMostDevices = 64;
constinit Entry entries[kMostDevices] = {};  // under mutex
constinit KMUTEX mutex = {};

class MutexGuard {
  public:
    MutexGuard() { KeWaitForSingleObject(&mutex, Executive, KernelMode, FALSE, nullptr); }
    MutexGuard(const MutexGuard&) = delete;
    MutexGuard& operator=(const MutexGuard&) = delete;
    ~MutexGuard() { KeReleaseMutex(&mutex, FALSE); }
};

}  // namespace

void initialize_stations() { KeInitializeMutex(&mutex, 0); }

VOID NTAPI station_arrived(PRSL_DOORBELL doorbell, PVOID) {
    Station* const station = Station::open(*doorbell);
    if (station == nullptr) return;
    {
        const MutexGuard guard;
        for (Entry& entry : entries) {
            if (entry.doorbell != nullptr) continue;
            entry = {doorbell, station};
            return;
        }
    }
    DbgPrint("rslserver: more than %u doorbell devices; one is left alone\n", static_cast<unsigned>(kMostDevices));
    station->close();
}

VOID NTAPI station_removed(PRSL_DOORBELL doorbell, PVOID) {
    Station* station = nullptr;
    {
        const MutexGuard guard;
        for (Entry& entry : entries) {
            if (entry.doorbell != doorbell) continue;
            station = entry.station;
            entry = {};
            break;
        }
    }
    if (station != nullptr) station->close();
}

void end_client_sessions(int64_t patience_ms) {
    PETHREAD keepers[kMostDevices];
    size_t count = 0;
    {
        const MutexGuard guard;
        for (const Entry& entry : entries) {
            if (entry.station == nullptr || entry.station->is_control()) continue;
            keepers[count++] = entry.station->begin_close();
        }
    }
    LARGE_INTEGER until;
    KeQuerySystemTime(&until);
    until.QuadPart += patience_ms * 10'000;
    for (size_t i = 0; i < count; ++i) {
        KeWaitForSingleObject(keepers[i], Executive, KernelMode, FALSE, &until);
        ObDereferenceObject(keepers[i]);
    }
}

}  // namespace rsl::server
