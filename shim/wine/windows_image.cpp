// SPDX-License-Identifier: GPL-2.0-only
#include "shim/wine/windows_image.hpp"

#include <string_view>

#include "shim/wine/names.hpp"

namespace rsl::wine {

namespace {

template <typename T>
T at(const char* base, uint64_t offset) {
    return *reinterpret_cast<const T*>(base + offset);
}

const char* pointer_of(uint64_t address) { return reinterpret_cast<const char*>(address); }

// Offsets that winternl.h and the PE format document: of x64, and of x86.
struct Layout {
    uint64_t peb_loader, load_order, entry_base, entry_name, name_buffer, exports;
};
constexpr Layout kX64{0x18, 0x10, 0x30, 0x58, 8, 24 + 112};
constexpr Layout kX86{0x0C, 0x0C, 0x18, 0x2C, 4, 24 + 96};
constexpr uint64_t kNewHeader = 0x3C;
constexpr uint64_t kTeb32Peb = 0x30;

/// Word is a pointer of the program's.
template <typename Word>
const char* ntdll_base(const char* peb, const Layout& layout) {
    const char* loader = pointer_of(at<Word>(peb, layout.peb_loader));
    if (loader == nullptr) return nullptr;
    const char* head = loader + layout.load_order;
    for (const char* entry = pointer_of(at<Word>(head, 0)); entry != head; entry = pointer_of(at<Word>(entry, 0))) {
        const auto* characters = reinterpret_cast<const char16_t*>(
            uint64_t{at<Word>(entry, layout.entry_name + layout.name_buffer)});
        const std::u16string_view name{characters, at<uint16_t>(entry, layout.entry_name) / sizeof(char16_t)};
        if (same_name(name, u"ntdll.dll")) return pointer_of(at<Word>(entry, layout.entry_base));
    }
    return nullptr;
}

uint64_t find_export(const char* base, uint64_t directory, std::string_view wanted) {
    const char* exports = base + at<uint32_t>(base, at<uint32_t>(base, kNewHeader) + directory);
    const auto count = at<uint32_t>(exports, 24);
    const auto functions = at<uint32_t>(exports, 28), names = at<uint32_t>(exports, 32),
               ordinals = at<uint32_t>(exports, 36);
    for (uint32_t i = 0; i < count; ++i) {
        if (wanted != base + at<uint32_t>(base, names + 4 * i)) continue;
        const auto ordinal = at<uint16_t>(base, ordinals + 2 * i);
        return reinterpret_cast<uint64_t>(base) +
               at<uint32_t>(base, functions + 4 * uint64_t{ordinal});
    }
    return 0;
}

}  // namespace

uint64_t wow64_peb() {
    uint64_t teb;
    int32_t teb32_offset;  // WowTebOffset
    asm("movq %%gs:0x30, %0" : "=r"(teb));
    asm("movl %%gs:0x180C, %0" : "=r"(teb32_offset));
    return teb32_offset == 0 ? 0 : at<uint32_t>(pointer_of(teb + static_cast<uint64_t>(int64_t{teb32_offset})), kTeb32Peb);
}

uint64_t windows_stub(const char* name) {
    const uint64_t peb32 = wow64_peb();
    const char* peb;
    asm("movq %%gs:0x60, %0" : "=r"(peb));
    const Layout& layout = peb32 != 0 ? kX86 : kX64;
    const char* base = peb32 != 0 ? ntdll_base<uint32_t>(pointer_of(peb32), layout) : ntdll_base<uint64_t>(peb, layout);
    return base != nullptr ? find_export(base, layout.exports, name) : 0;
}

}  // namespace rsl::wine
