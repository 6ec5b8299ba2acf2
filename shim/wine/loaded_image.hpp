// SPDX-License-Identifier: GPL-2.0-only
// Where a shared library lies in this process: its code, and its data that was relocated. Knows
// ELF, not Wine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/posix/error.hpp"

namespace rsl::wine {

struct LoadedImage {
    std::string path;
    std::span<const std::byte> code;  // its executable segment
    std::vector<std::span<const std::byte>>
        data;  // writable segments, with what is read-only after relocation

    bool is_code(uint64_t address) const {
        const auto start = reinterpret_cast<uint64_t>(code.data());
        return address >= start && address - start < code.size();
    }
};

/// The library behind a dlopen() handle.
HostResult<LoadedImage> find_loaded_image(void* handle);

}  // namespace rsl::wine
