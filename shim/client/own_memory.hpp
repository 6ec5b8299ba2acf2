// SPDX-License-Identifier: GPL-2.0-only
// This process' own memory at addresses that somebody else names: looked at without a signal when they are bad. A
// signal handler would not do: in a Wine process it is Wine's, and leaves our frames without unwinding.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace rsl::client {

inline constexpr size_t kPageBytes = 4096;

/// Copies whole pages until one cannot be read; how many it copied.
size_t read_own_pages(uint64_t address, size_t pages, std::byte* to);
/// Whether the program could write to the page, which is unchanged.
bool is_own_page_writable(uint64_t address);
/// Whether it could read, or write, all of these whole pages; no content is changed. Cheap for many pages on Linux 6.11 and
/// later. Without touching them: false also when only touching would tell.
enum class Use : uint8_t { kRead, kWrite };
enum class Touch : uint8_t { kYes, kNo };
/// What one look at the process' mappings has told: for another question at once, as it may change at any time.
struct KnownMapping {
    uint64_t start = 0, end = 0, access = 0;
};
bool can_use_own_pages(uint64_t address, uint64_t bytes, Use use, Touch touch = Touch::kYes,
                       KnownMapping* known = nullptr);

struct OwnBytes {
    uint64_t address;
    std::span<const std::byte> bytes;
};
/// Writes each run, those that cannot be written excepted.
void write_own_bytes(std::span<const OwnBytes> runs);

}  // namespace rsl::client
