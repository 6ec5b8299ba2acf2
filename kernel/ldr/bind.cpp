// SPDX-License-Identifier: GPL-2.0-only
// Imports: the address table's slots get addresses. What RSL lacks becomes a trap, a few bytes of code
// of its own that say whose call it was, so that a driver runs as far as it gets without the function.
#include <cstring>

#include "kernel/ke/bug_check.hpp"
#include "kernel/ldr/loader.hpp"
#include "kernel/ldr/module_table.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/mm/virtual.hpp"
#include "kernel/rtl/exception.hpp"
#include "kernel/rtl/format.hpp"
#include "kernel/rtl/unicode.hpp"

extern "C" {
void rsl_missing_import_entry();  // kernel/arch/x64/guard.S
void NTAPI RtlCaptureContext(PCONTEXT context);
}

namespace rsl::ldr {
namespace {

constexpr mm::PoolTag kTag = mm::pool_tag("LdMi");
constexpr uint32_t kTrapBytes = 24;
constexpr uint32_t kMostKept = 64;  // addresses of imports, on the stack

/// mov r10, record; mov r11, entry; jmp r11
void write_trap(std::byte* place, const MissingImport* record) {
    const auto put = [&](size_t at, uint16_t opcode, uint64_t value) {
        std::memcpy(place + at, &opcode, sizeof(opcode));
        std::memcpy(place + at + 2, &value, sizeof(value));
    };
    put(0, 0xBA49, reinterpret_cast<uint64_t>(record));
    put(10, 0xBB49, reinterpret_cast<uint64_t>(&rsl_missing_import_entry));
    constexpr uint8_t kJump[3] = {0x41, 0xFF, 0xE3};
    std::memcpy(place + 20, kJump, sizeof(kJump));
}

/// "ordinal 12" for an import without a name.
size_t function_name(const Import& import, char (&buffer)[24], std::string_view& out) {
    out = !import.name.empty() ? import.name : rtl::print_text(buffer, sizeof(buffer), "ordinal %u", import.ordinal);
    return out.size() + 1;
}

/// Names under which Windows' own kernel goes, all of them ours.
bool means_kernel(std::string_view name) {
    constexpr std::string_view kNames[] = {"ntoskrnl.exe", "ntkrnlmp.exe", "ntkrnlpa.exe", "ntkrpamp.exe",
                                           "ntoskrnl",     "hal.dll",      "halacpi.dll",  "halmacpi.dll"};
    for (const std::string_view known : kNames) {
        if (rtl::equal_ascii(name, known)) return true;
    }
    // API sets that the kernel itself hosts.
    constexpr std::string_view kApiSet = "ext-ms-win-ntos-";
    return name.size() > kApiSet.size() && rtl::equal_ascii(name.substr(0, kApiSet.size()), kApiSet);
}

}  // namespace

/// The module that an import names, with a reference that our module keeps; nullptr when there is none. A library
/// is loaded now.
Module* Loader::source(std::string_view name) {
    if (name.data() == last_source_name_.data()) return last_source_;
    last_source_name_ = name;
    Module* found = g_modules.acquire(name);
    // hal.dll only forwards into the kernel: without it, its functions are there all the same.
    if (found == nullptr && means_kernel(name)) found = g_modules.acquire("ntoskrnl.exe");
    if (found == nullptr) found = acquire_library(name, library_lock_);
    last_source_ = found;
    if (found == nullptr) return nullptr;
    for (uint32_t i = 0; i < module_.source_count_; ++i) {
        if (module_.sources_[i] == found) {
            unload(*found);  // one reference a source is enough
            return found;
        }
    }
    if (module_.source_count_ == Module::kMaxSources) {
        unload(*found);
        return last_source_ = nullptr;  // its functions become traps, and the report names them
    }
    module_.sources_[module_.source_count_++] = found;
    return found;
}

uint64_t Loader::resolve(const Import& import) {
    Module* from = source(import.module);
    if (from == nullptr) return 0;
    return import.name.empty() ? from->find_export(import.ordinal) : from->find_export(import.name, import.hint);
}

// Twice over the imports: first to know how many traps there will be, then to write the slots. Not in
// one go, because a slot may be the only place where its function's name is told. What the first walk
// has found for most drivers' imports is kept for the second.
Result<void> Loader::bind() {
    uint64_t found[kMostKept];
    uint32_t index = 0;
    module_.image_.each_import([&](const Import& import) {
        const uint64_t address = resolve(import);
        if (index < kMostKept) found[index] = address;
        ++index;
        if (address != 0) return true;
        note_missing_module(import.module);
        char buffer[24];
        std::string_view name;
        ++missing_;
        missing_name_bytes_ += function_name(import, buffer, name) + import.module.size() + 1;
        return true;
    });
    if (missing_ != 0) RSL_TRY(allocate_traps());
    uint32_t next_trap = 0;
    char* names = reinterpret_cast<char*>(module_.missing_ + missing_);
    const uint32_t count = index;
    index = 0;
    const bool whole = module_.image_.each_import([&](const Import& import) {
        if (index == count) return false;
        uint64_t address = index < kMostKept ? found[index] : resolve(import);
        ++index;
        if (address == 0) {
            if (next_trap == missing_) return false;
            address = make_trap(import, next_trap++, names);
            if (address == 0) return false;
        } else if (filter_ != nullptr) {
            address = filter_->replace(filter_->context, import, address);
        }
        std::memcpy(reinterpret_cast<void*>(module_.base_ + import.slot_rva), &address, sizeof(address));
        return true;
    });
    if (!whole || next_trap != missing_) {
        rtl::print_text(report_.text, sizeof(report_.text), "has import tables that overlap");
        return Status::kInvalidImageFormat;
    }
    report_.missing_imports = missing_;
    if (missing_ == 0) return {};
    describe_missing();
    return mm::protect_system_pages(module_.traps_, module_.trap_bytes_, {.executable = true});
}

Result<void> Loader::allocate_traps() {
    void* block = mm::allocate(missing_ * sizeof(MissingImport) + missing_name_bytes_, kTag);
    if (block == nullptr) return Status::kInsufficientResources;
    module_.missing_ = static_cast<MissingImport*>(block);
    missing_names_end_ = reinterpret_cast<char*>(module_.missing_ + missing_) + missing_name_bytes_;
    const uint64_t bytes = align_up(uint64_t{missing_} * kTrapBytes, arch::kPageBytes);
    module_.traps_ = RSL_TRY(mm::allocate_system_pages(bytes, {.writable = true}));
    module_.trap_bytes_ = bytes;
    return {};
}

uint64_t Loader::make_trap(const Import& import, uint32_t index, char*& names) {
    const auto keep = [&](std::string_view text) {
        char* start = names;
        // The image may have written over its own names since they were measured.
        const auto room = static_cast<size_t>(missing_names_end_ - names);
        if (room == 0) return static_cast<char*>(nullptr);
        if (text.size() >= room) text = text.substr(0, room - 1);
        std::memcpy(names, text.data(), text.size());
        names += text.size();
        *names++ = '\0';
        return start;
    };
    char buffer[24];
    std::string_view name;
    function_name(import, buffer, name);
    MissingImport& record = module_.missing_[index];
    record = {&module_, keep(import.module), keep(name)};
    const uint64_t place = module_.traps_ + uint64_t{index} * kTrapBytes;
    write_trap(reinterpret_cast<std::byte*>(place), &record);
    return record.function != nullptr ? place : 0;
}

void Loader::note_missing_module(std::string_view name) {
    if (report_.missing_module[0] != 0 || source(name) != nullptr) return;
    name.copy(report_.missing_module, sizeof(report_.missing_module) - 1);
}

/// "needs 2 functions that RSL lacks: ntoskrnl.exe!FooBar, HAL.dll!Baz"
void Loader::describe_missing() {
    size_t used = rtl::print_text(report_.text, sizeof(report_.text), "needs %u function%s that RSL lacks:", missing_,
                                  missing_ == 1 ? "" : "s").size();
    for (uint32_t i = 0; i < missing_; ++i) {
        const MissingImport& missing = module_.missing_[i];
        constexpr size_t kRoomForMore = 24;
        const size_t wanted = std::strlen(missing.module) + std::strlen(missing.function) + 4;
        char* place = report_.text + used;
        const size_t room = sizeof(report_.text) - used;
        if (wanted + kRoomForMore > room) {
            rtl::print_text(place, room, " and %u more", missing_ - i);
            return;
        }
        used += rtl::print_text(place, room, "%s %s!%s", i == 0 ? "" : ",", missing.module, missing.function).size();
    }
}

}  // namespace rsl::ldr

/// Where every trap ends. `caller` is the return address in the driver.
extern "C" [[noreturn]] void rsl_missing_import(const rsl::ldr::MissingImport* record, uint64_t caller) {
    CONTEXT context;
    RtlCaptureContext(&context);
    char where[96], text[320];
    const auto place = rsl::ldr::describe_address(caller, where);
    rsl::rtl::print_text(text, sizeof(text), "%s called %s!%s, which RSL does not have, from %.*s",
                         record->driver->narrow_name().data(), record->module, record->function,
                         static_cast<int>(place.size()), place.data());
    constexpr uint64_t kEntryPointNotFound = 0xC0000139;
    rsl::ke::bug_check(KMODE_EXCEPTION_NOT_HANDLED, kEntryPointNotFound, caller, reinterpret_cast<uint64_t>(record), 0,
                       {.explanation = text, .context = &context});
}
