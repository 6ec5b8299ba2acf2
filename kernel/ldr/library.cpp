// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/ldr/library.hpp"

#include <cstring>

#include "abi/types/status.h"
#include "kernel/ke/log.hpp"
#include "kernel/ke/thread.hpp"
#include "kernel/ldr/loader.hpp"
#include "kernel/ldr/module_table.hpp"
#include "kernel/mm/virtual.hpp"
#include "kernel/rtl/unicode.hpp"

namespace rsl::ldr {
namespace {

constexpr size_t kMaxLibraries = 8, kMaxName = 31;

/// Written at boot; afterwards `file` only, under the lock: it goes when the library is loaded.
struct Library {
    char name[kMaxName + 1];
    size_t name_length;
    std::span<const std::byte> file;
};
constinit Library libraries[kMaxLibraries] = {};
constinit size_t library_count = 0;
alignas(ke::Mutex) constinit std::byte
    lock_memory[sizeof(ke::Mutex)] = {};  // made with the first library
ke::Mutex& library_lock() { return *std::launder(reinterpret_cast<ke::Mutex*>(lock_memory)); }

uint64_t pages_of(size_t bytes) { return align_up(uint64_t{bytes}, arch::kPageBytes); }

/// Calls the library's DllInitialize, if it exports one, with the registry path of its service. Its
/// code runs for the first time here, and before that of whoever imports from it.
NTSTATUS initialize(const Module& module, const Library& library) {
    using Routine = NTSTATUS(NTAPI*)(PUNICODE_STRING);
    const auto routine = reinterpret_cast<Routine>(module.find_export("DllInitialize"));
    if (routine == nullptr) return STATUS_SUCCESS;
    constexpr std::u16string_view kServices =
        u"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\";
    WCHAR path[kServices.size() + kMaxName];
    size_t used = kServices.copy(path, kServices.size());
    for (const char c : std::string_view{library.name, library.name_length}) {
        if (c == '.') break;
        path[used++] = static_cast<unsigned char>(c);
    }
    const auto bytes = static_cast<USHORT>(used * sizeof(WCHAR));
    UNICODE_STRING text = {.Length = bytes, .MaximumLength = bytes, .Buffer = path};
    return routine(&text);
}

Module* load(Library& library) {
    if (library.file.empty()) return nullptr;
    char16_t name[kMaxName];
    for (size_t i = 0; i < library.name_length; ++i)
        name[i] = static_cast<unsigned char>(library.name[i]);
    LoadReport report;
    const auto module = load_library_image(library.file, {name, library.name_length}, report);
    if (!module) {
        ke::log(ke::LogLevel::kError, "%s %s", library.name, report.text);
        return nullptr;
    }
    if (const NTSTATUS status = initialize(**module, library); status < 0) {
        ke::log(ke::LogLevel::kError, "%s: DllInitialize returned 0x%08x", library.name,
                static_cast<uint32_t>(status));
        unload(**module);
        return nullptr;
    }
    ke::log(ke::LogLevel::kInfo, "%s is loaded: a driver imports from it", library.name);
    mm::free_system_pages(reinterpret_cast<uint64_t>(library.file.data()),
                          pages_of(library.file.size()));
    library.file = {};
    return g_modules.acquire(library.name);  // load_image()'s own reference is never dropped
}

Module* acquire_locked(Library& library) {
    Module* module = g_modules.acquire(library.name);
    return module != nullptr ? module : load(library);
}

}  // namespace

Result<void> keep_library(std::string_view name, std::span<const std::byte> file) {
    if (library_count == kMaxLibraries || name.empty() || name.size() > kMaxName)
        return Status::kInsufficientResources;
    if (library_count == 0) ::new (static_cast<void*>(lock_memory)) ke::Mutex;
    const uint64_t copy =
        RSL_TRY(mm::allocate_system_pages(pages_of(file.size()), {.writable = true}));
    std::memcpy(reinterpret_cast<void*>(copy), file.data(), file.size());
    Library& library = libraries[library_count++];
    name.copy(library.name, name.size());
    library.name_length = name.size();
    library.file = {reinterpret_cast<const std::byte*>(copy), file.size()};
    return {};
}

Module* acquire_library(std::string_view name, LibraryLock lock) {
    for (size_t i = 0; i < library_count; ++i) {
        if (!rtl::equal_ascii(name, {libraries[i].name, libraries[i].name_length})) continue;
        if (lock == LibraryLock::kHeld) return acquire_locked(libraries[i]);
        ke::MutexGuard guard{library_lock()};
        return acquire_locked(libraries[i]);
    }
    return nullptr;
}

}  // namespace rsl::ldr
