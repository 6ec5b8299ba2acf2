// SPDX-License-Identifier: GPL-2.0-only
// Bytes and numbers as people write and read them on a command line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/posix/error.hpp"

namespace rsl::cli {

using Bytes = std::vector<std::byte>;

/// "68656c6c6f" or "68 65 6c"; "@FILE" and "@-" are a file's bytes; "text:hello" its own.
HostResult<Bytes> parse_data(std::string_view text);
/// Decimal, or hexadecimal with 0x.
std::optional<uint64_t> parse_number(std::string_view text);
/// "68656c6c6f".
std::string hex(std::span<const std::byte> bytes);
/// Lines of 16 bytes with offset and printable characters.
std::vector<std::string> hex_dump(std::span<const std::byte> bytes);
/// "1.5 ms", "230 us".
std::string duration_text(uint64_t ns);
/// "1.2 MB".
std::string size_text(uint64_t bytes);
/// A whole file; the error says what is wrong with the path.
HostResult<Bytes> read_file(const std::string& path);

}  // namespace rsl::cli
