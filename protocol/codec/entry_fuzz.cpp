// SPDX-License-Identifier: GPL-2.0-only
// Any 64 bytes are either refused or a body whose every span lies in the arena.
#include <cstdlib>
#include <utility>

#include "protocol/codec/changed_run_reader.hpp"
#include "protocol/codec/check_entry.hpp"
#include "protocol/codec/registry_records.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace rsl::protocol;
    ChangedRunReader runs{{reinterpret_cast<const std::byte*>(data), size}};
    while (!runs.at_end()) {
        const auto run = runs.next();
        if (!run) break;
        if (run->address + run->bytes.size() > ChangedRunReader::kUserEnd) std::abort();
    }
    constexpr uint64_t kArenaBytes = 100'000;
    RegistryRecordReader records{{reinterpret_cast<const std::byte*>(data), size}};
    while (!records.at_end()) {
        if (const auto record = records.next(); !record || record->key.size() > kMaxKeyBytes) break;
    }
    RequestEntry entry;
    if (size < sizeof(entry)) return 0;
    std::memcpy(&entry, data, sizeof(entry));
    (void)check_entry(entry, kArenaBytes).ok();
    if (const auto control = decode<Control>(entry, kArenaBytes)) {
        for (const auto& [span, flag] : {std::pair{control->input, kInputAtAddress}, std::pair{control->output, kOutputAtAddress}}) {
            if ((control->flags & flag) != 0 && (control->flags & flag << 2) == 0) continue;
            if (span.bytes != 0 && uint64_t{span.offset} + span.bytes > kArenaBytes) std::abort();
        }
    }
    if (const auto hello = decode<Hello>(entry, kArenaBytes)) {
        const ArenaSpan span = hello->lending;
        if (span.bytes != 0 && uint64_t{span.offset} + span.bytes > kArenaBytes) std::abort();
    }
    if (const auto lend = decode<Lend>(entry, kArenaBytes); lend && lend->pages > kMaxLentPages) std::abort();
    if (const auto open = decode<Open>(entry, kArenaBytes)) {
        if (open->path.bytes != 0 && uint64_t{open->path.offset} + open->path.bytes > kArenaBytes) std::abort();
        if (open->path.bytes > kMaxPathBytes) std::abort();
    }
    return 0;
}
