// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/rtl/platform_hosted.hpp"

#include <cstdlib>
#include <cstring>

#include "kernel/rtl/exception.hpp"
#include "kernel/rtl/unwind.hpp"

extern "C" int32_t rsl_seh_copy(void* destination, const void* source, size_t bytes) {
    std::memcpy(destination, source, bytes);
    return 0;
}
extern "C" int32_t rsl_seh_touch(void* memory, size_t bytes) {
    auto* at = static_cast<volatile char*>(memory);
    *at = *at;
    at[bytes - 1] = at[bytes - 1];
    return 0;
}

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

// Catching nothing: a fault is the test's own, and the sanitizer's to report.
int32_t seh_invoke(int32_t (*function)(void*), void* context, EXCEPTION_RECORD*) {
    return function(context);
}

void raise_status(int32_t) { std::abort(); }  // a test that gets here has failed

}  // namespace rsl::rtl
