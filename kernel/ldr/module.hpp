// SPDX-License-Identifier: GPL-2.0-only
// Loaded modules: the kernel, hal, drivers. Maps a parsed image, binds its imports, protects its
// sections, and finds modules by address and exports by name. Calling DriverEntry is kernel/io's.
// How an image becomes a module, step by step: docs/nt/loader.md.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "abi/types/exception.h"
#include "base/core/result.hpp"
#include "kernel/ldr/image.hpp"

namespace rsl::ldr {

/// What load_image() has to say to people.
struct LoadReport {
    uint32_t missing_imports = 0;
    char missing_module[40] = {};  // the first that an import names and that is not there; empty: all are
    /// A sentence without the file's name when it failed ("is a 32-bit driver; ..."); the list of
    /// missing imports when it loaded all the same ("needs 2 functions that RSL lacks: ...").
    char text[896] = {};
};

/// One loaded module, alive until unload(). Its structure is reused, never freed, so that lock-free
/// readers of the table may look at one that is going away.
class Module {
  public:
    std::u16string_view name() const { return {name_, name_length_}; }  // "echo.sys"
    std::string_view narrow_name() const { return {narrow_name_, name_length_}; }
    uint64_t base() const { return base_; }
    uint64_t bytes() const { return bytes_; }
    /// 0: it has none (a library of forwarders).
    uint64_t entry_point() const { return image_.entry_rva() == 0 ? 0 : base_ + image_.entry_rva(); }
    bool contains(uint64_t address) const { return address - base_ < bytes_; }
    const Image& image() const { return image_; }  // in mapped layout
    bool is_kernel() const { return kernel_; }

    /// The address of an export, forwarders followed; 0 when there is none. Any IRQL.
    uint64_t find_export(std::string_view export_name, uint16_t hint = 0) const;
    uint64_t find_export(uint32_t ordinal) const;
    /// The unwind table's entry that covers an address of this module, or nullptr. Any IRQL.
    const RUNTIME_FUNCTION* find_function(uint64_t address) const;
    /// Calls visit(const Module&) for each module whose exports it uses.
    template <typename Visit>
    void each_source(Visit&& visit) const {
        for (uint32_t i = 0; i < source_count_; ++i) visit(*sources_[i]);
    }
    /// Its loader's one, and one for each module that imports from it.
    uint32_t references() const { return references_.load(std::memory_order_relaxed); }

  private:
    friend class ModuleTable;
    friend class Loader;
    static constexpr size_t kMaxName = 64;
    static constexpr size_t kMaxSources = 24;

    Image image_;
    uint64_t base_ = 0, bytes_ = 0;
    const RUNTIME_FUNCTION* functions_ = nullptr;
    uint32_t function_count_ = 0;
    std::atomic<uint32_t> references_ = 0;
    bool in_use_ = false;             // guarded by the table's lock
    std::atomic<bool> live_ = false;  // loaded to the end: readers may use it
    bool kernel_ = false;             // mapped by the boot shim: never unloaded
    bool init_discarded_ = false;
    char16_t name_[kMaxName] = {};
    char narrow_name_[kMaxName] = {};
    uint32_t name_length_ = 0;
    Module* sources_[kMaxSources] = {};  // whose exports it uses; a reference on each
    uint32_t source_count_ = 0;
    struct MissingImport* missing_ = nullptr;  // what the traps name: one pool block
    uint64_t traps_ = 0, trap_bytes_ = 0;      // the traps' pages
};

/// Registers the running kernel, mapped at `base`, as "ntoskrnl.exe". First thing at boot, before
/// anything may raise an exception.
void register_kernel(uint64_t base);

/// Says for each import that was found what its slot gets in place of `address`: Driver Verifier's seam.
struct ImportFilter {
    uint64_t (*replace)(void* context, const Import& import, uint64_t address);
    void* context;
};

/// Loads an image from a copy of its file. Relocates, binds, protects; runs no code of it. PASSIVE.
/// A missing function becomes a trap; a missing module whose functions are all unknown does too.
Result<Module*> load_image(std::span<const std::byte> file, std::u16string_view name,
                           LoadReport& report, const ImportFilter* filter = nullptr);
/// Frees the discardable sections (INIT). After DriverEntry has returned success. PASSIVE.
void discard_init(Module& module);
/// Drops the loader's reference; the module goes when no other module imports from it. PASSIVE.
void unload(Module& module);

/// The module that holds an address, or nullptr. Any IRQL, lock-free.
Module* module_of(uint64_t address);
/// By file name, case ignored: "hal.dll". Any IRQL.
Module* find_module(std::u16string_view name);
/// Calls visit(Module&) for each module, under the table's lock and so at DISPATCH_LEVEL.
void each_module(void (*visit)(void* context, Module& module), void* context);
/// An export of ntoskrnl or hal; 0 when there is none.
uint64_t find_system_routine(std::u16string_view name);

/// "echo.sys+0x1234", or "0x..." outside of every module. Any IRQL. The text that fitted.
std::string_view describe_address(uint64_t address, std::span<char> out);

}  // namespace rsl::ldr
