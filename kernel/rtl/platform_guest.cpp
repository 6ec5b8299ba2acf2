// SPDX-License-Identifier: GPL-2.0-only
// What exception handling needs of the machine around it: which addresses are there, and whose code
// lies at them.
#include "kernel/arch/paging.hpp"
#include "kernel/ldr/module.hpp"
#include "kernel/rtl/exception.hpp"
#include "kernel/rtl/unwind.hpp"

extern "C" int32_t rsl_seh_invoke(int32_t (*function)(void*), void* context, EXCEPTION_RECORD* caught);

namespace rsl::rtl {

bool is_stack_readable(uint64_t address) {
    constexpr uint64_t kKernelHalf = 0xFFFF800000000000;
    if (address < kKernelHalf) return false;
    const uint64_t page = address & ~(arch::kPageBytes - 1);
    return arch::query_page(arch::kernel_root(), page).ok();
}

const RUNTIME_FUNCTION* lookup_function(uint64_t pc, uint64_t& image_base) {
    const ldr::Module* module = ldr::module_of(pc);
    image_base = module != nullptr ? module->base() : 0;
    return module != nullptr ? module->find_function(pc) : nullptr;
}

int32_t seh_invoke(int32_t (*function)(void*), void* context, EXCEPTION_RECORD* caught) {
    return rsl_seh_invoke(function, context, caught);
}

}  // namespace rsl::rtl
