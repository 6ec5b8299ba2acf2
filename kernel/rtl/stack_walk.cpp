// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/rtl/dispatch.hpp"
#include "kernel/rtl/exception.hpp"
#include "kernel/rtl/unwind.hpp"

namespace rsl::rtl {

size_t walk_stack(const CONTEXT& context, std::span<uint64_t> out) {
    CONTEXT walk = context;
    bool exact = true;  // the pc is where execution was, not a return address
    for (size_t count = 0; count < out.size(); ++count) {
        uint64_t image_base;
        const RUNTIME_FUNCTION* function = lookup_function(walk.Rip, image_base);
        if (walk.Rip == 0 && !exact) return count;
        if (image_base == 0 && !exact) return count;  // the bottom, or a damaged stack
        out[count] = walk.Rip;
        const UnwoundFrame frame =
            function != nullptr
                ? unwind_function(UNW_FLAG_NHANDLER, image_base, walk.Rip, *function, walk)
                : unwind_leaf(walk);
        if (!frame.valid) return count + 1;
        exact = frame.trap;
    }
    return out.size();
}

size_t walk_own_stack(std::span<uint64_t> out) {
    CONTEXT context;
    RtlCaptureContext(&context);
    // The first address is in this function, which nobody asked about.
    uint64_t image_base;
    const RUNTIME_FUNCTION* function = lookup_function(context.Rip, image_base);
    if (function == nullptr ||
        !unwind_function(UNW_FLAG_NHANDLER, image_base, context.Rip, *function, context).valid) {
        return 0;
    }
    return walk_stack(context, out);
}

}  // namespace rsl::rtl
