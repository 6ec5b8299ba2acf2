// SPDX-License-Identifier: GPL-2.0-only
// The kernel's PE image: read from the boot archive, laid out and relocated by the shim. It imports
// nothing, so this is less than a loader of drivers (kernel/ldr): no imports, no unload.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "abi/types/pe.h"
#include "base/core/result.hpp"

namespace rsl::boot {

/// A kernel image whose headers have been checked against the file.
class KernelImage {
  public:
    /// kInvalidImageNotMz, kImageMachineTypeMismatch, or kInvalidImageFormat for all else.
    static Result<KernelImage> parse(std::span<const std::byte> file);

    uint64_t image_bytes() const { return headers_.OptionalHeader.SizeOfImage; }
    uint64_t entry_offset() const { return headers_.OptionalHeader.AddressOfEntryPoint; }

    /// Lays the image out in `memory` (image_bytes() of zeros) and relocates it to `virtual_base`.
    Result<void> place(std::span<std::byte> memory, uint64_t virtual_base) const;

    struct Access {
        bool writable;
        bool executable;
    };
    /// What the page at `offset` allows: its section's rights, read-only for headers and gaps. A page
    /// that is both writable and executable is kInvalidImageProtect.
    Result<Access> access_of_page(uint64_t offset) const;

  private:
    std::span<const std::byte> file_;
    IMAGE_NT_HEADERS64 headers_ = {};
    uint64_t sections_at_ = 0;

    IMAGE_SECTION_HEADER section(uint32_t index) const;
    Result<void> relocate(std::span<std::byte> memory, uint64_t delta) const;
};

}  // namespace rsl::boot
