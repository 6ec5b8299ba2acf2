// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/vf/attach.hpp"

#include "base/core/bytes.hpp"
#include "kernel/arch/paging.hpp"
#include "kernel/ke/log.hpp"
#include "kernel/vf/dispatch.hpp"
#include "kernel/vf/dma.hpp"
#include "kernel/vf/pageable.hpp"
#include "kernel/vf/settings.hpp"
#include "kernel/vf/thunks.hpp"

namespace rsl::vf {
namespace {

/// A thunk, a stub that looks at the call, or the function itself.
uint64_t replace_import(void* context, const ldr::Import& import, uint64_t address) {
    auto& driver = *static_cast<VerifiedDriver*>(context);
    const ldr::Module* from = ldr::module_of(address);
    if (from == nullptr || !from->is_kernel() || import.name.empty()) return address;
    if (const uint64_t thunk = find_thunk(import.name)) {
        const uint64_t stub = driver.stubs.make(driver, thunk);
        return stub != 0 ? stub : thunk;
    }
    const Rule* rule = find_rule(import.name);
    if (rule == nullptr) return address;
    const uint64_t stub = driver.stubs.make(driver, address, *rule, pointers_of(import.name));
    return stub != 0 ? stub : address;
}

/// Sections that the driver calls pageable: their names begin with PAGE.
bool is_pageable_section(const ldr::Section& section) {
    return section.name().starts_with("PAGE") && !section.has(IMAGE_SCN_MEM_NOT_PAGED) &&
           section.rva % arch::kPageBytes == 0;
}

}  // namespace

VerifiedDriver* begin_verification(std::u16string_view service, ldr::ImportFilter& filter) {
    const Options options = options_for(service);
    if (options.flags == 0) return nullptr;
    start_watching();
    VerifiedDriver* driver = VerifiedDriver::begin(service, options);
    if (driver == nullptr) {
        ke::log(ke::LogLevel::kWarn, "a driver cannot be verified: %u are, or there is no memory",
                unsigned{VerifiedDriver::kMaxVerified});
        return nullptr;
    }
    if ((options.flags & kLowResources) != 0) {
        ke::log(ke::LogLevel::kInfo,
                "%.*s is verified, flags 0x%x; of 10,000 allocations %u fail, seed %u",
                static_cast<int>(driver->narrow_name().size()), driver->narrow_name().data(),
                options.flags, options.rate, options.seed);
    } else {
        ke::log(ke::LogLevel::kInfo, "%.*s is verified, flags 0x%x",
                static_cast<int>(driver->narrow_name().size()), driver->narrow_name().data(),
                options.flags);
    }
    filter = {&replace_import, driver};
    return driver;
}

void image_loaded(io::Driver& driver) {
    VerifiedDriver* verified = driver.verified;
    if (verified == nullptr) return;
    verified->object = &driver;
    verified->attach(*driver.module);
    verified->stubs.seal().ignore("the stubs' pages are mapped");
    if (!verified->has(kForceIrql)) return;
    const ldr::Image& image = driver.module->image();
    for (uint32_t i = 0; i < image.section_count(); ++i) {
        const ldr::Section section = image.section(i);
        if (!is_pageable_section(section)) continue;
        const uint64_t bytes = align_up<uint64_t>(section.bytes, arch::kPageBytes);
        add_pageable(driver.module->base() + section.rva, bytes, {.code = true})
            .ignore("it is only not watched then");
    }
}

void entry_succeeded(io::Driver& driver) {
    if (driver.verified != nullptr) wrap_dispatch(*driver.verified, driver);
}

void end_verification(io::Driver& driver) {
    VerifiedDriver* verified = std::exchange(driver.verified, nullptr);
    if (verified == nullptr) return;
    for (uint32_t i = 0; driver.module != nullptr && i < driver.module->image().section_count();
         ++i) {
        const ldr::Section section = driver.module->image().section(i);
        if (is_pageable_section(section)) remove_pageable(driver.module->base() + section.rva);
    }
    release_adapters(*verified);
    verified->end();
}

}  // namespace rsl::vf
