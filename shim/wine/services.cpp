// SPDX-License-Identifier: GPL-2.0-only
// Driver start: Wine's service manager runs winedevice.exe for each driver. In services.exe, and
// nowhere else, that program is replaced by rsldevice.exe, which gives drivers that are not Wine's
// own to NtLoadDriver, and so to us.
#include <cstdlib>
#include <string>

#include "abi/types/status.h"
#include "shim/client/text.hpp"
#include "shim/wine/hook.hpp"
#include "shim/wine/names.hpp"
#include "shim/wine/placement.hpp"
#include "shim/wine/processes.hpp"
#include "shim/wine/user_memory.hpp"

namespace rsl::wine {

namespace {

constexpr uint64_t kImageName = 0x20005;     // PS_ATTRIBUTE_IMAGE_NAME
constexpr uint64_t kImagePathOffset = 0x60;  // ImagePathName in the x64 process parameters

UNICODE_STRING* image_path_of(uint64_t parameters) {
    return pointer<UNICODE_STRING*>(parameters + kImagePathOffset);
}

/// The replacement as an NT path; empty when `rsl wine` did not say where it is.
const std::u16string& device_host() {
    static const std::u16string path = [] {
        const char* file = std::getenv("RSL_WINE_DEVICE_HOST");
        const auto text = file != nullptr && *file == '/' ? client::to_utf16(file) : std::nullopt;
        std::u16string nt_path;
        if (text) nt_path = u"\\??\\unix" + *text;
        for (char16_t& c : nt_path) c = c == u'/' ? u'\\' : c;
        return nt_path;
    }();
    return path;
}

}  // namespace

bool this_program_is(std::u16string_view name) {
    uint64_t peb;
    asm("movq %%gs:0x60, %0" : "=r"(peb));
    const uint64_t parameters = *pointer<const uint64_t*>(peb + 0x20);
    return same_name(last_component(text_of(image_path_of(parameters))), name);
}

NTSTATUS handle_NtCreateUserProcess(const Words& words) {
    auto* image = image_path_of(words[8]);
    ProcessAttribute* name = find_attribute(words, kImageName);
    const bool is_device_host = words[8] != 0 && name != nullptr &&
                                same_name(last_component(text_of(image)), u"winedevice.exe");
    if (!is_device_host || device_host().empty() || !this_program_is(u"services.exe"))
        return start_process(words);

    const ProcessAttribute name_before = *name;
    const UNICODE_STRING image_before = *image;
    std::u16string nt_path = device_host();
    std::u16string dos_path = u"\\\\?\\" + nt_path.substr(4);
    name->bytes = nt_path.size() * sizeof(char16_t);
    name->value = word(nt_path.data());
    image->Buffer = reinterpret_cast<decltype(image->Buffer)>(dos_path.data());
    image->Length = static_cast<uint16_t>(dos_path.size() * sizeof(char16_t));
    image->MaximumLength = static_cast<uint16_t>(image->Length + sizeof(char16_t));
    const BesideServer placed;
    const NTSTATUS status = start_process(words);
    *name = name_before;
    *image = image_before;
    // The service manager goes on as it would without us: a driver of Wine's own may still start.
    return status < 0 ? start_process(words) : status;
}

}  // namespace rsl::wine
