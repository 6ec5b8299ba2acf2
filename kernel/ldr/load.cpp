// SPDX-License-Identifier: GPL-2.0-only
// From a checked file to a module: map, relocate, bind, protect. docs/nt/loader.md tells the order.
#include <cstring>

#include "kernel/arch/arch.hpp"
#include "kernel/ke/log.hpp"
#include "kernel/ldr/loader.hpp"
#include "kernel/ldr/module_table.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/mm/virtual.hpp"
#include "kernel/rtl/format.hpp"

extern "C" {
// kernel/arch/x64/guard.S
void rsl_guard_check();
void rsl_guard_dispatch();
}

namespace rsl::ldr {
namespace {

static_assert(Image::kFixedBase == arch::kFixedRangeBase &&
              Image::kFixedEnd == arch::kFixedRangeBase + arch::kFixedRangeBytes);
constexpr uint64_t kDefaultCookie = 0x00002B992DDFA232;  // what MSVC's run-time library starts with

uint64_t rounded(uint64_t bytes) { return align_up(bytes, arch::kPageBytes); }

/// Not a secret from the driver, only different from one load to the next.
uint64_t random_word(uint64_t salt) {
    uint64_t x = arch::read_tsc() ^ (salt * 0x9E3779B97F4A7C15ull);
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ull;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBull;
    return x ^ (x >> 31);
}

}  // namespace

Result<void> Loader::load(const Image& file) {
    RSL_TRY(map(file));
    RSL_TRY(relocate());
    RSL_TRY(bind());
    set_security_cookie();
    set_guard_pointers();
    RSL_TRY(protect());
    g_modules.publish(module_, module_.image_);
    return {};
}

Result<void> Loader::map(const Image& file) {
    const uint64_t bytes = rounded(file.image_bytes());
    const auto memory = file.relocations_stripped()
                            ? mm::allocate_system_pages_at(file.preferred_base(), bytes, {.writable = true})
                            : mm::allocate_system_pages(bytes, {.writable = true});
    if (!memory && memory.failure() == Status::kConflictingAddresses) {
        rtl::print_text(report_.text, sizeof(report_.text),
                        "can only run at address 0x%llx: its relocations were stripped when it was linked, and "
                        "that address is not %s; link it with /DYNAMICBASE or without /FIXED",
                        static_cast<unsigned long long>(file.preferred_base()),
                        file.can_be_placed() ? "free" : "the kernel's");
        return memory.failure();
    }
    if (!memory) {
        rtl::print_text(report_.text, sizeof(report_.text), "needs 0x%llx bytes of memory, and there are none left",
                        static_cast<unsigned long long>(bytes));
        return memory.failure();
    }
    module_.base_ = *memory;
    module_.bytes_ = bytes;
    auto* base = reinterpret_cast<std::byte*>(*memory);
    std::memcpy(base, file.bytes().data(), file.header_bytes());
    for (uint32_t i = 0; i < file.section_count(); ++i) {
        const Section s = file.section(i);
        if (s.file_bytes != 0) std::memcpy(base + s.rva, file.bytes().data() + s.file_offset, s.file_bytes);
    }
    module_.image_ = file.mapped_at(base);
    return {};
}

Result<void> Loader::relocate() {
    const uint64_t distance = module_.base_ - module_.image_.preferred_base();
    const bool whole = module_.image_.each_relocation([&](uint32_t rva) {
        auto* place = reinterpret_cast<std::byte*>(module_.base_ + rva);  // unaligned, perhaps
        uint64_t value;
        std::memcpy(&value, place, sizeof(value));
        value += distance;
        std::memcpy(place, &value, sizeof(value));
        return true;
    });
    // Relocations can only break if the image relocates its own table; parse() has seen it whole.
    if (whole) return {};
    rtl::print_text(report_.text, sizeof(report_.text), "relocates its own relocation table");
    return Status::kInvalidImageFormat;
}

/// The word at an address that the load configuration names, if it lies in the image.
uint64_t* Loader::word_at(uint64_t address) const {
    const uint64_t rva = address - module_.base_;
    if (address == 0 || !in_bounds(rva, sizeof(uint64_t), module_.image_.image_bytes())) return nullptr;
    return reinterpret_cast<uint64_t*>(address);
}

void Loader::set_security_cookie() {
    const auto config = module_.image_.load_config();
    uint64_t* cookie = config ? word_at(config->SecurityCookie) : nullptr;
    if (cookie == nullptr || *cookie != kDefaultCookie) return;
    constexpr uint64_t kCookieBits = 0x0000FFFFFFFFFFFF;  // the compiler's own check wants the rest zero
    do {
        *cookie = random_word(module_.base_) & kCookieBits;
    } while (*cookie == kDefaultCookie);
}

/// Control Flow Guard protects a system from one of its programs. Here the whole VM belongs to the
/// driver's user, and a driver that corrupts itself can write anywhere else too: the check accepts
/// every target, and the dispatcher jumps (docs/nt/loader.md).
void Loader::set_guard_pointers() {
    const auto config = module_.image_.load_config();
    if (!config) return;
    if (uint64_t* check = word_at(config->GuardCFCheckFunctionPointer)) {
        *check = reinterpret_cast<uint64_t>(&rsl_guard_check);
    }
    if (uint64_t* dispatch = word_at(config->GuardCFDispatchFunctionPointer)) {
        *dispatch = reinterpret_cast<uint64_t>(&rsl_guard_dispatch);
    }
}

/// What the sections that touch a page ask for. Sections of their own pages, the rule, are W^X. Two
/// exceptions: INIT sections, which old linkers marked writable for no reason, are not; and a section
/// that is code and data at once, or a page that holds both because sections are aligned to less than
/// a page, is writable and executable as NT has it.
arch::Protection Loader::protection_of(uint32_t page_rva) const {
    arch::Protection wanted{};
    for (uint32_t i = 0; i < module_.image_.section_count(); ++i) {
        const Section s = module_.image_.section(i);
        if (s.rva >= page_rva + arch::kPageBytes || s.rva + rounded(s.bytes) <= page_rva) continue;
        if (module_.image_.is_flat() && uint64_t{s.rva} + s.bytes <= page_rva) continue;
        const bool execute = s.has(IMAGE_SCN_MEM_EXECUTE) || s.has(IMAGE_SCN_CNT_CODE);
        const bool initial_code = execute && s.has(IMAGE_SCN_MEM_DISCARDABLE);
        if (execute) wanted.executable = true;
        if (s.has(IMAGE_SCN_MEM_WRITE) && !initial_code) wanted.writable = true;
    }
    wanted.write_execute_promised = wanted.writable && wanted.executable;
    return wanted;
}

Result<void> Loader::protect() {
    const auto pages = static_cast<uint32_t>(module_.bytes_ / arch::kPageBytes);
    bool promised = false;
    for (uint32_t page = 0; page < pages;) {
        const auto first = static_cast<uint32_t>(page * arch::kPageBytes);
        const arch::Protection wanted = protection_of(first);
        promised = promised || wanted.write_execute_promised;
        uint32_t end = page + 1;  // one call, and one shoot-down, for a run of equal pages
        while (end < pages && protection_of(static_cast<uint32_t>(end * arch::kPageBytes)) == wanted) ++end;
        RSL_TRY(mm::protect_system_pages(module_.base_ + first, (end - page) * arch::kPageBytes, wanted));
        page = end;
    }
    if (promised) {
        ke::log(ke::LogLevel::kInfo, "%s has pages that are writable and executable, as its sections ask for",
                module_.narrow_name_);
    }
    return {};
}

void Loader::discard_init() {
    const Image& image = module_.image_;
    if (module_.init_discarded_ || image.is_flat()) return;
    module_.init_discarded_ = true;
    const auto holds = [&](const Section& s, uint32_t directory) {
        const auto table = image.directory(directory);
        return table && table->VirtualAddress >= s.rva && table->VirtualAddress - s.rva < s.bytes;
    };
    for (uint32_t i = 0; i < image.section_count(); ++i) {
        const Section s = image.section(i);
        // Tables that are still asked, and resources, which drivers read later, stay.
        if (!s.has(IMAGE_SCN_MEM_DISCARDABLE) || holds(s, IMAGE_DIRECTORY_ENTRY_EXPORT) ||
            holds(s, IMAGE_DIRECTORY_ENTRY_EXCEPTION) || holds(s, IMAGE_DIRECTORY_ENTRY_RESOURCE) ||
            holds(s, IMAGE_DIRECTORY_ENTRY_IAT)) {
            continue;
        }
        mm::discard_system_pages(module_.base_ + s.rva, rounded(s.bytes));
    }
}

void Loader::release() {
    for (uint32_t i = 0; i < module_.source_count_; ++i) unload(*module_.sources_[i]);
    module_.source_count_ = 0;
    if (module_.traps_ != 0) mm::free_system_pages(module_.traps_, module_.trap_bytes_);
    module_.traps_ = module_.trap_bytes_ = 0;
    if (module_.missing_ != nullptr) mm::free(module_.missing_);
    module_.missing_ = nullptr;
    if (module_.base_ != 0) mm::free_system_pages(module_.base_, module_.bytes_);
    module_.init_discarded_ = false;
    g_modules.recycle(module_);
}

// ---- For others -----------------------------------------------------------------------------------

static Result<Module*> load_file(std::span<const std::byte> file, std::u16string_view name, LoadReport& report,
                                 const ImportFilter* filter, LibraryLock lock) {
    const ParseResult parsed = parse(file);
    if (!parsed) {
        rtl::print_text(report.text, sizeof(report.text), "%s", parsed.refusal().text);
        return parsed.refusal().status;
    }
    const auto module = g_modules.reserve(name);
    if (!module) {
        const char* why = module.failure() == Status::kObjectNameCollision ? "is loaded already"
                          : module.failure() == Status::kObjectNameInvalid
                              ? "has a name that is empty or longer than 63 characters"
                              : "is one module more than RSL can hold";
        rtl::print_text(report.text, sizeof(report.text), "%s", why);
        return module.failure();
    }
    Loader loader{**module, report, filter, lock};
    const auto loaded = loader.load(parsed.image());
    if (loaded) return *module;
    loader.release();
    return loaded.failure();
}

Result<Module*> load_image(std::span<const std::byte> file, std::u16string_view name, LoadReport& report,
                           const ImportFilter* filter) {
    return load_file(file, name, report, filter, LibraryLock::kFree);
}

Result<Module*> load_library_image(std::span<const std::byte> file, std::u16string_view name, LoadReport& report) {
    return load_file(file, name, report, nullptr, LibraryLock::kHeld);
}

void discard_init(Module& module) {
    LoadReport unused;
    Loader(module, unused).discard_init();
}

void unload(Module& module) {
    if (!g_modules.drop(module)) return;
    LoadReport unused;
    Loader(module, unused).release();
}

}  // namespace rsl::ldr
