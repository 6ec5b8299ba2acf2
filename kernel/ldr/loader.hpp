// SPDX-License-Identifier: GPL-2.0-only
// The steps of load_image(), each on a module whose image is mapped writable. Inside kernel/ldr only.
#pragma once

#include "kernel/arch/paging.hpp"
#include "kernel/ldr/library.hpp"

namespace rsl::ldr {

/// What stands behind the traps of a module: who lacks what. One pool block, `names` behind the array.
struct MissingImport {
    const Module* driver;
    const char* module;    // as the driver spells it: "HAL.dll"
    const char* function;  // "KeStallExecutionProcessor" or "ordinal 12"
};

class Loader {
  public:
    Loader(Module& module, LoadReport& report, const ImportFilter* filter = nullptr, LibraryLock lock = LibraryLock::kFree)
        : module_(module), report_(report), filter_(filter), library_lock_(lock) {}

    Result<void> load(const Image& file);
    /// Frees what a module holds, whether it was loaded to the end or not.
    void release();
    void discard_init();

  private:
    Result<void> map(const Image& file);
    Result<void> relocate();
    Result<void> bind();
    Result<void> allocate_traps();
    uint64_t make_trap(const Import& import, uint32_t index, char*& names);
    void set_security_cookie();
    void set_guard_pointers();
    Result<void> protect();

    uint64_t resolve(const Import& import);
    Module* source(std::string_view name);
    void describe_missing();
    void note_missing_module(std::string_view name);
    uint64_t* word_at(uint64_t address) const;
    arch::Protection protection_of(uint32_t page_rva) const;

    Module& module_;
    LoadReport& report_;
    const ImportFilter* filter_;  // for this load
    LibraryLock library_lock_;    // what this thread holds
    std::string_view last_source_name_;
    Module* last_source_ = nullptr;
    uint32_t missing_ = 0;
    uint64_t missing_name_bytes_ = 0;
    char* missing_names_end_ = nullptr;
};

/// load_image() of a library, by the holder of the libraries' lock.
Result<Module*> load_library_image(std::span<const std::byte> file, std::u16string_view name, LoadReport& report);

}  // namespace rsl::ldr
