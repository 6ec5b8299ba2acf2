// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/ldr/module.hpp"

#include "abi/functions/mm.h"
#include "kernel/ldr/module_table.hpp"
#include "kernel/mm/mdl.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/rtl/format.hpp"
#include "kernel/rtl/unicode.hpp"

namespace rsl::ldr {

constinit ModuleTable g_modules;

namespace {

constexpr mm::PoolTag kTag = mm::pool_tag("LdMd");
constexpr unsigned kMaxForwards = 8;  // a longer chain is a ring
constinit Module g_kernel;

/// Follows a forwarder: "ntoskrnl.IoCreateDevice" or "hal.#12".
uint64_t follow(const Export& entry, const Module& owner, unsigned depth);

uint64_t address_of(const std::optional<Export>& entry, const Module& owner, unsigned depth) {
    if (!entry || entry->rva == 0) return 0;
    return entry->forwarder.empty() ? owner.base() + entry->rva : follow(*entry, owner, depth);
}

uint64_t follow(const Export& entry, const Module& owner, unsigned depth) {
    const size_t dot = entry.forwarder.rfind('.');
    if (dot == std::string_view::npos || depth == 0) return 0;
    const std::string_view module_name = entry.forwarder.substr(0, dot);
    const std::string_view symbol = entry.forwarder.substr(dot + 1);
    const Module* target = g_modules.find([&](const Module& module) {
        const std::string_view name = module.narrow_name();
        const size_t stem = name.rfind('.');
        return is_named(module, module_name) || rtl::equal_ascii(name.substr(0, stem), module_name);
    });
    if (target == nullptr) return 0;
    if (symbol.starts_with('#')) {
        uint32_t ordinal = 0;
        for (const char digit : symbol.substr(1)) ordinal = ordinal * 10 + static_cast<uint32_t>(digit - '0');
        return address_of(target->image().find_export(ordinal), *target, depth - 1);
    }
    return address_of(target->image().find_export(symbol), *target, depth - 1);
}

}  // namespace

bool is_named(const Module& module, std::string_view wanted) {
    return rtl::equal_ascii(module.narrow_name(), wanted);
}

// ---- Module ---------------------------------------------------------------------------------------

namespace {

/// Who knows MmProtectMdlSystemAddress may protect the mappings it makes: they must be its own.
uint64_t handed_out(uint64_t address) {
    if (address == reinterpret_cast<uint64_t>(&MmProtectMdlSystemAddress)) mm::keep_mdl_mappings_apart();
    return address;
}

}  // namespace

uint64_t Module::find_export(std::string_view export_name, uint16_t hint) const {
    return handed_out(address_of(image_.find_export(export_name, hint), *this, kMaxForwards));
}
uint64_t Module::find_export(uint32_t ordinal) const {
    return handed_out(address_of(image_.find_export(ordinal), *this, kMaxForwards));
}

const RUNTIME_FUNCTION* Module::find_function(uint64_t address) const {
    const auto rva = static_cast<uint32_t>(address - base_);
    uint32_t low = 0, high = function_count_;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        const RUNTIME_FUNCTION& function = functions_[middle];
        if (rva < function.BeginAddress) {
            high = middle;
        } else if (rva >= function.EndAddress) {
            low = middle + 1;
        } else {
            const bool indirect = (function.UnwindData & RUNTIME_FUNCTION_INDIRECT) != 0;
            if (!indirect) return &function;
            return reinterpret_cast<const RUNTIME_FUNCTION*>(base_ + function.UnwindData -
                                                             RUNTIME_FUNCTION_INDIRECT);
        }
    }
    return nullptr;
}

// ---- The table ------------------------------------------------------------------------------------

void ModuleTable::add_kernel(Module& module, uint64_t base) {
    ke::SpinLockGuard guard{lock_};
    constexpr std::string_view kName = "ntoskrnl.exe";
    for (size_t i = 0; i < kName.size(); ++i) {
        module.narrow_name_[i] = kName[i];
        module.name_[i] = static_cast<char16_t>(kName[i]);
    }
    module.name_length_ = kName.size();
    module.in_use_ = module.kernel_ = true;
    module.references_.store(1, std::memory_order_relaxed);
    slots_[0].store(&module, std::memory_order_relaxed);
    used_.store(1, std::memory_order_release);  // pairs with find()
    publish(module, Image::of_kernel(reinterpret_cast<const std::byte*>(base)));
}

Module* ModuleTable::unused_locked() {
    const size_t count = used_.load(std::memory_order_relaxed);
    for (size_t i = 0; i < count; ++i) {
        Module* module = slots_[i].load(std::memory_order_relaxed);
        if (!module->in_use_) return module;
    }
    if (count == kMaxModules) return nullptr;
    auto made = mm::make<Module>(kTag);
    if (!made) return nullptr;
    slots_[count].store(*made, std::memory_order_relaxed);
    used_.store(count + 1, std::memory_order_release);  // pairs with find()
    return *made;
}

Result<Module*> ModuleTable::reserve(std::u16string_view name) {
    if (name.empty() || name.size() >= Module::kMaxName) return Status::kObjectNameInvalid;
    ke::SpinLockGuard guard{lock_};
    const size_t count = used_.load(std::memory_order_relaxed);
    for (size_t i = 0; i < count; ++i) {
        const Module* module = slots_[i].load(std::memory_order_relaxed);
        if (module->in_use_ && rtl::compare(module->name(), name, rtl::CaseRule::kIgnore) == 0) {
            return Status::kObjectNameCollision;
        }
    }
    Module* module = unused_locked();
    if (module == nullptr) return Status::kInsufficientResources;
    module->in_use_ = true;
    module->references_.store(1, std::memory_order_relaxed);
    module->name_length_ = static_cast<uint32_t>(name.size());
    for (size_t i = 0; i < name.size(); ++i) {
        module->name_[i] = name[i];
        module->narrow_name_[i] = name[i] < 0x7F ? static_cast<char>(name[i]) : '?';
    }
    return module;
}

void ModuleTable::publish(Module& module, const Image& image) {
    module.image_ = image;
    module.base_ = reinterpret_cast<uint64_t>(image.bytes().data());
    module.bytes_ = image.bytes().size();
    module.function_count_ = image.function_count();
    const auto table = image.directory(IMAGE_DIRECTORY_ENTRY_EXCEPTION);
    module.functions_ = table ? reinterpret_cast<const RUNTIME_FUNCTION*>(module.base_ + table->VirtualAddress) : nullptr;
    module.live_.store(true, std::memory_order_release);  // pairs with find()
}

bool ModuleTable::drop(Module& module) {
    ke::SpinLockGuard guard{lock_};
    if (module.references_.fetch_sub(1, std::memory_order_relaxed) != 1) return false;  // under the lock
    module.live_.store(false, std::memory_order_relaxed);  // readers that see it later find no more use in it
    return true;
}

void ModuleTable::recycle(Module& module) {
    ke::SpinLockGuard guard{lock_};
    module.base_ = module.bytes_ = 0;
    module.function_count_ = 0;
    module.functions_ = nullptr;
    module.in_use_ = false;
}

Module* ModuleTable::acquire(std::string_view name) {
    ke::SpinLockGuard guard{lock_};
    Module* module = find([&](const Module& candidate) { return is_named(candidate, name); });
    if (module != nullptr) module->references_.fetch_add(1, std::memory_order_relaxed);  // under the lock
    return module;
}

// ---- For others -----------------------------------------------------------------------------------

void register_kernel(uint64_t base) { g_modules.add_kernel(g_kernel, base); }

Module* module_of(uint64_t address) {
    return g_modules.find([&](const Module& module) { return module.contains(address); });
}

Module* find_module(std::u16string_view name) {
    return g_modules.find([&](const Module& module) {
        return rtl::compare(module.name(), name, rtl::CaseRule::kIgnore) == 0;
    });
}

void each_module(void (*visit)(void* context, Module& module), void* context) {
    g_modules.each([&](Module& module) { visit(context, module); });
}

uint64_t find_system_routine(std::u16string_view name) {
    char narrow[128];
    if (name.size() > sizeof(narrow)) return 0;
    for (size_t i = 0; i < name.size(); ++i) {
        if (name[i] > 0x7E) return 0;
        narrow[i] = static_cast<char>(name[i]);
    }
    const std::string_view wanted{narrow, name.size()};
    if (const uint64_t address = g_kernel.find_export(wanted)) return address;
    const Module* hal = find_module(u"hal.dll");
    return hal != nullptr ? hal->find_export(wanted) : 0;
}

std::string_view describe_address(uint64_t address, std::span<char> out) {
    const Module* module = module_of(address);
    if (module == nullptr) return rtl::print_text(out.data(), out.size(), "0x%llx", static_cast<unsigned long long>(address));
    const std::string_view name = module->narrow_name();
    return rtl::print_text(out.data(), out.size(), "%.*s+0x%llx", static_cast<int>(name.size()), name.data(),
                           static_cast<unsigned long long>(address - module->base()));
}

}  // namespace rsl::ldr
