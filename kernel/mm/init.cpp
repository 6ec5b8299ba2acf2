// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/mm/init.hpp"

#include "kernel/ke/bug_check.hpp"
#include "kernel/mm/pages.hpp"
#include "kernel/mm/pool_internal.hpp"
#include "kernel/mm/section.hpp"

namespace rsl::mm {

void initialize(const RslBootInfo& boot) {
    arch::prepare_paging_on_this_processor();
    initialize_pages(boot);
    const auto paging = arch::initialize_paging(boot.page_table_root, table_pages());
    if (!paging) {
        ke::bug_check(PHASE0_INITIALIZATION_FAILED, static_cast<uint32_t>(paging.status().nt()), 0, 0, 0,
                      {.explanation = "no memory for the kernel's page tables"});
    }
    initialize_pool();
    AddressSpace::adopt_kernel_root();
}

Result<void> create_objects() { return create_physical_memory_section(); }

}  // namespace rsl::mm
