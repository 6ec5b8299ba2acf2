// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/ldr/unwind_check.hpp"

namespace rsl::ldr {
namespace {

constexpr uint32_t kInfoHead = offsetof(UNWIND_INFO, UnwindCode);
constexpr unsigned kMaxChain = 32;

}  // namespace

bool unwind_info_fits(const Image& image, const RUNTIME_FUNCTION& function) {
    RUNTIME_FUNCTION current = function;
    for (unsigned link = 0; link < kMaxChain; ++link) {
        if ((current.UnwindData & RUNTIME_FUNCTION_INDIRECT) != 0) {
            const auto other = image.read<RUNTIME_FUNCTION>(current.UnwindData & ~uint32_t{RUNTIME_FUNCTION_INDIRECT});
            if (!other) return false;
            current = *other;
            continue;
        }
        const auto head = image.read<uint32_t>(current.UnwindData);
        if (!head || current.UnwindData % 4 != 0) return false;
        const uint32_t version = *head & 7, flags = *head >> 3 & 31, codes = *head >> 16 & 255;
        if (version == 0 || version > 2) return false;
        const uint32_t behind = kInfoHead + ((codes + 1u) & ~1u) * 2;
        if (image.at(current.UnwindData, behind).size() != behind) return false;
        if ((flags & UNW_FLAG_CHAININFO) != 0) {
            const auto next = image.read<RUNTIME_FUNCTION>(current.UnwindData + behind);
            if (!next) return false;
            current = *next;
            continue;
        }
        if ((flags & (UNW_FLAG_EHANDLER | UNW_FLAG_UHANDLER)) == 0) return true;
        const auto handler = image.read<uint32_t>(current.UnwindData + behind);
        return handler && *handler < image.image_bytes();
    }
    return false;  // a chain that long is a ring
}

}  // namespace rsl::ldr
