// SPDX-License-Identifier: GPL-2.0-only
// What time it is, and the page at 0xFFFFF78000000000 where drivers read it without a call: inlined by
// the WDK's headers, so it has to be there and right. It is written on clock interrupts, which come at
// least every 15.6 ms while a thread runs, and when a processor leaves a longer sleep.
#include "abi/functions/ke.h"
#include "abi/types/shared_data.h"
#include "kernel/arch/start.hpp"
#include "kernel/ke/clock.hpp"
#include "kernel/ke/dispatcher.hpp"
#include "kernel/ke/startup.hpp"
#include "kernel/mm/pages.hpp"
#include "kernel/mm/virtual.hpp"

namespace rsl::ke {
namespace {

// 1601 to 1970 in 100 ns units.
constexpr uint64_t kUnixEpoch = 116'444'736'000'000'000;

constinit uint64_t boot_time = kUnixEpoch;
constinit KUSER_SHARED_DATA* shared = nullptr;
constinit std::atomic<uint32_t> shared_writer = 0;
constinit std::atomic<uint64_t> shared_written_ns = 0;

/// Readers take High1Time, LowPart, High2Time and retry while the highs differ.
void write_time(KSYSTEM_TIME volatile& place, uint64_t value) {
    place.High2Time = static_cast<LONG>(value >> 32);
    std::atomic_signal_fence(std::memory_order_seq_cst);  // stores stay in order on x86
    place.LowPart = static_cast<ULONG>(value);
    std::atomic_signal_fence(std::memory_order_seq_cst);
    place.High1Time = static_cast<LONG>(value >> 32);
}

uint64_t parse_number(std::string_view text) {
    uint64_t value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') break;
        value = value * 10 + static_cast<uint64_t>(c - '0');
    }
    return value;
}

}  // namespace

uint64_t boot_system_time() { return boot_time; }

void initialize_clock(std::string_view command_line) {
    constexpr std::string_view kKey = "time=";
    size_t at = command_line.find(kKey);
    while (at != command_line.npos && at != 0 && command_line[at - 1] != ' ') {
        at = command_line.find(kKey, at + 1);
    }
    if (at == command_line.npos) return;
    const uint64_t unix_ns = parse_number(command_line.substr(at + kKey.size()));
    boot_time = kUnixEpoch + unix_ns / 100;
}

void update_shared_times(uint64_t now_ns) {
    if (shared == nullptr) return;
    if (shared_writer.exchange(1, std::memory_order_acquire) != 0) return;  // pairs with the store below
    // Two processors may come with times in the other order: time never goes back.
    if (now_ns > shared_written_ns.load(std::memory_order_relaxed)) {
        shared_written_ns.store(now_ns, std::memory_order_relaxed);
        const uint64_t now = now_ns / 100;
        write_time(shared->InterruptTime, now);
        write_time(shared->SystemTime, boot_time + now);
        const uint64_t ticks = now_ns / kTickNs;
        write_time(shared->TickCount, ticks);
        shared->TickCountLowDeprecated = static_cast<ULONG>(ticks);
        write_time(KeTickCount, ticks);
    }
    shared_writer.store(0, std::memory_order_release);  // pairs with the exchange above
}

uint64_t shared_times_age(uint64_t now_ns) {
    const uint64_t written = shared_written_ns.load(std::memory_order_relaxed);  // a hint
    return now_ns > written ? now_ns - written : 0;
}

Result<void> map_shared_data() {
    const arch::PhysicalPage page = RSL_TRY(mm::allocate_page());
    auto& data = *static_cast<KUSER_SHARED_DATA*>(arch::direct_map(page));
    __builtin_memset(&data, 0, arch::kPageBytes);
    data.TickCountMultiplier = static_cast<ULONG>(kTickNs * (1u << 24) / 1'000'000);
    data.NtMajorVersion = 10;
    data.NtBuildNumber = 19045;
    data.NtProductType = 1;  // NtProductWinNt
    data.ProductTypeIsValid = 1;
    data.NativeProcessorArchitecture = 9;  // PROCESSOR_ARCHITECTURE_AMD64
    data.QpcFrequency = 10'000'000;
    data.ActiveGroupCount = 1;
    data.NumberOfPhysicalPages = static_cast<ULONG>(mm::memory_usage().total_pages);
    constexpr std::u16string_view kRoot = u"C:\\Windows";
    for (size_t i = 0; i < kRoot.size(); ++i) data.NtSystemRoot[i] = kRoot[i];
    const uint64_t features = arch::processor_features();
    for (uint32_t feature = 0; feature < 64; ++feature) data.ProcessorFeatures[feature] = features >> feature & 1;
    shared = &data;
    update_shared_times(arch::now_ns());
    RSL_TRY(arch::map_page(arch::kernel_root(), kSharedUserDataAddress, page, {}, mm::table_pages()));
    return {};
}

void note_processors(uint32_t count) {
    KeNumberProcessors = static_cast<CCHAR>(count);
    if (shared != nullptr) shared->ActiveProcessorCount = count;
}

}  // namespace rsl::ke
