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

struct OwnBytes {
    uint64_t address;
    std::span<const std::byte> bytes;
};
/// Writes each run, those that cannot be written excepted.
void write_own_bytes(std::span<const OwnBytes> runs);

}  // namespace rsl::client
