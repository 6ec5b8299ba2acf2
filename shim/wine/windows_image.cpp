// SPDX-License-Identifier: GPL-2.0-only
#include "shim/wine/windows_image.hpp"

#include <string_view>

#include "shim/wine/names.hpp"
#include "shim/wine/user_memory.hpp"

namespace rsl::wine {

namespace {

template <typename T>
T at(const char* base, uint64_t offset) {
    return *reinterpret_cast<const T*>(base + offset);
}

// Offsets that winternl.h and the PE format document for x64.
constexpr uint64_t kPebLdr = 0x18, kLdrLoadOrder = 0x10, kEntryBase = 0x30, kEntryName = 0x58;
constexpr uint64_t kNewHeader = 0x3C, kExports = 24 + 112;

const char* ntdll_base() {
    const char* peb;
    asm("movq %%gs:0x60, %0" : "=r"(peb));
    const auto* loader = at<const char*>(peb, kPebLdr);
    if (loader == nullptr) return nullptr;
    const char* head = loader + kLdrLoadOrder;
    for (const auto* entry = at<const char*>(head, 0); entry != head;
         entry = at<const char*>(entry, 0)) {
        const auto name = text_of(reinterpret_cast<const UNICODE_STRING*>(entry + kEntryName));
        if (same_name(name, u"ntdll.dll")) return at<const char*>(entry, kEntryBase);
    }
    return nullptr;
}

}  // namespace

uint64_t windows_stub(const char* name) {
    const char* base = ntdll_base();
    if (base == nullptr) return 0;
    const char* exports = base + at<uint32_t>(base, at<uint32_t>(base, kNewHeader) + kExports);
    const auto count = at<uint32_t>(exports, 24);
    const auto functions = at<uint32_t>(exports, 28), names = at<uint32_t>(exports, 32),
               ordinals = at<uint32_t>(exports, 36);
    for (uint32_t i = 0; i < count; ++i) {
        if (std::string_view(name) != base + at<uint32_t>(base, names + 4 * i)) continue;
        const auto ordinal = at<uint16_t>(base, ordinals + 2 * i);
        return reinterpret_cast<uint64_t>(base) +
               at<uint32_t>(base, functions + 4 * uint64_t{ordinal});
    }
    return 0;
}

}  // namespace rsl::wine
