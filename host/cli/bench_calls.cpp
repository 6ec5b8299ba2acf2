// SPDX-License-Identifier: GPL-2.0-only
// The rows of `rsl bench` that call into a running VM.
#include "host/cli/bench_rows.hpp"
#include "host/cli/driver_file.hpp"
#include "host/cli/host_peers.hpp"

namespace rsl::cli {
namespace {

constexpr size_t kCloseBatch = 128;
constexpr size_t kDenseCloses = 20 * kCloseBatch;
constexpr size_t kPacedCalls = 500;
constexpr uint64_t kPaceUs = 1000;

Error call_failed(const char* what, rsl_status status) {
    return Error::refused(std::string("the bench's ") + what + " failed", status);
}

/// Times closing of handles that were made before: each is a ZwClose that finds its handle.
HostResult<Samples> time_closes(VmClient& vm, size_t count, uint64_t gap_us) {
    rsl_handle event = 0;
    if (const auto status = rsl_create_event(vm.raw(), 0, 0, &event); !RSL_SUCCEEDED(status))
        return call_failed("NtCreateEvent", status);
    std::vector<rsl_handle> copies;
    rsl_status failed = 0;
    Samples samples;
    for (size_t done = 0; done < count; done += kCloseBatch) {
        for (size_t i = 0; i < kCloseBatch; ++i) {
            rsl_handle copy = 0;
            if (const auto status = rsl_duplicate(vm.raw(), event, &copy); !RSL_SUCCEEDED(status))
                return call_failed("NtDuplicateObject", status);
            copies.push_back(copy);
        }
        const Samples batch = time_each(kCloseBatch, gap_us, [&] {
            failed = rsl_close(vm.raw(), copies.back());
            copies.pop_back();
            return RSL_SUCCEEDED(failed);
        });
        samples.add_all(batch);
        if (!RSL_SUCCEEDED(failed)) return call_failed("NtClose", failed);
    }
    vm.close(event);
    return samples;
}

}  // namespace

HostResult<void> bench_closes(VmClient& vm, const BenchContext& context,
                              std::vector<BenchRow>& rows) {
    if (context.wants("zwclose_dense")) {
        BenchRow row{.name = "zwclose_dense",
                     .unit = "us",
                     .accel = context.accel,
                     .peer_name = "Unix socket, two processes",
                     .floor_name = "shared memory, both spin",
                     .promise = 3.0};
        row.ours = RSL_TRY(time_closes(vm, kDenseCloses, 0));
        row.peer = socket_round_trips(kDenseCloses, 64, 0);
        row.floor = shared_memory_floor_us(64);
        rows.push_back(std::move(row));
    }
    if (context.wants("zwclose_paced")) {
        BenchRow row{.name = "zwclose_paced",
                     .unit = "us",
                     .accel = context.accel,
                     .peer_name = "Unix socket, two processes",
                     .floor_name = "eventfd there and back"};
        row.ours = RSL_TRY(time_closes(vm, kPacedCalls, kPaceUs));
        row.peer = socket_round_trips(kPacedCalls, 64, kPaceUs);
        row.floor = eventfd_floor_us(kPaceUs);
        rows.push_back(std::move(row));
    }
    return {};
}

HostResult<void> bench_ioctls(VmClient& vm, const BenchContext& context,
                              std::vector<BenchRow>& rows) {
    const auto device = RSL_TRY(vm.open("\\\\.\\Echo", RSL_READ | RSL_WRITE));
    for (const size_t bytes : {0, 64, 4096, 65536}) {
        const std::string name = "ioctl_native_" + std::to_string(bytes);
        if (!context.wants(name)) continue;
        BenchRow row{.name = name,
                     .unit = "us",
                     .accel = context.accel,
                     .peer_name = "Unix socket, two processes",
                     .floor_name = "shared memory, both spin"};
        std::vector<std::byte> data(bytes), answer(bytes);
        const size_t count = bytes < 65536 ? 2000 : 500;
        rsl_status failed = 0;
        row.ours = time_each(count, 0, [&] {
            size_t got = 0;
            failed = rsl_ioctl(vm.raw(), device, 0x222000, data.data(), bytes, answer.data(), bytes,
                               &got);
            return RSL_SUCCEEDED(failed) && got == bytes;
        });
        if (!RSL_SUCCEEDED(failed)) return call_failed("I/O control", failed);
        row.peer = socket_round_trips(count, bytes, 0);
        row.floor = shared_memory_floor_us(bytes);
        rows.push_back(std::move(row));
    }
    vm.close(device);
    return {};
}

HostResult<void> bench_warm_start(VmClient& vm, const BenchContext& context,
                                  std::vector<BenchRow>& rows) {
    if (!context.wants("warm_start")) return {};
    const auto file = RSL_TRY(DriverFile::open(context.echo));
    BenchRow row{.name = "warm_start",
                 .unit = "ms",
                 .accel = context.accel,
                 .floor_name = "DriverEntry itself"};
    Samples entry;
    for (int i = 0; i < 20; ++i) {
        const uint64_t begun = monotonic_ns();
        const auto report = RSL_TRY(vm.load_driver("bench", file.bytes()));
        row.ours.add(static_cast<double>(monotonic_ns() - begun) / 1e6);
        entry.add(static_cast<double>(report.entry_ns) / 1e6);
        RSL_TRY(vm.unload_driver("bench"));
    }
    row.floor = entry.median();
    rows.push_back(std::move(row));
    return {};
}

}  // namespace rsl::cli
