// SPDX-License-Identifier: GPL-2.0-only
#include <cstddef>
#include <cstdint>

#include "shim/wine/pe_stubs.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    (void)rsl::wine::read_stub_numbers({reinterpret_cast<const std::byte*>(data), size});
    return 0;
}
