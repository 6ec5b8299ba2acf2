// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/rtl/platform_hosted.hpp"

#include <cstdlib>

#include "kernel/rtl/exception.hpp"
#include "kernel/rtl/unwind.hpp"

namespace rsl::rtl {
namespace {
uint64_t hosted_base = 0;
std::span<const RUNTIME_FUNCTION> hosted_functions;
}  // namespace

void set_hosted_functions(uint64_t image_base, std::span<const RUNTIME_FUNCTION> functions) {
    hosted_base = image_base;
    hosted_functions = functions;
}

bool is_stack_readable(uint64_t) { return true; }

const RUNTIME_FUNCTION* lookup_function(uint64_t pc, uint64_t& image_base) {
    image_base = hosted_base;
    for (const RUNTIME_FUNCTION& function : hosted_functions) {
        const uint64_t rva = pc - hosted_base;
        if (rva >= function.BeginAddress && rva < function.EndAddress) return &function;
    }
    return nullptr;
}

int32_t seh_invoke(int32_t (*function)(void*), void* context, EXCEPTION_RECORD*) {
    return function(context);
}

void raise_status(int32_t) { std::abort(); }  // a test that gets here has failed

}  // namespace rsl::rtl
