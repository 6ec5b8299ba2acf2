// SPDX-License-Identifier: GPL-2.0-only
// Reads cpio archives of the "newc" format: the boot archive. Shim and kernel both use it. Writing
// is the build's business (tools/make_archive.py).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/core/result.hpp"

namespace rsl {

/// A view of an archive in memory; entries point into it and live as long.
class CpioArchive {
  public:
    struct Entry {
        std::string_view name;
        std::span<const std::byte> data;
    };

    explicit CpioArchive(std::span<const std::byte> bytes) : bytes_(bytes) {}

    /// The entry at `offset`, which moves behind it; start with 0. Nothing at the end. A header that
    /// is not one, or data beyond the archive, is kInvalidImageFormat.
    Result<std::optional<Entry>> next(uint64_t& offset) const;
    /// The data of the entry with that name; kNoSuchFile when there is none.
    Result<std::span<const std::byte>> find(std::string_view name) const;

  private:
    std::span<const std::byte> bytes_;
};

}  // namespace rsl
