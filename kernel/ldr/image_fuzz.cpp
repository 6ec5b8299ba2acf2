// SPDX-License-Identifier: GPL-2.0-only
// libFuzzer: no file makes the parser read outside of it, loop, or accept what its accessors refuse.
#include <cstdlib>

#include "kernel/ldr/image.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const auto result = rsl::ldr::parse(std::as_bytes(std::span(data, size)));
    if (!result) {
        if (result.refusal().text[0] == '\0') std::abort();
        return 0;
    }
    const auto& image = result.image();
    uint32_t imports = 0;
    if (!image.each_import([&](const rsl::ldr::Import&) { return ++imports, true; })) std::abort();
    if (!image.each_relocation([](uint32_t) { return true; })) std::abort();
    for (uint32_t i = 0; i < image.named_export_count(); ++i) {
        const auto entry = image.named_export(i);
        if (!entry) std::abort();
        (void)image.find_export(entry->name, static_cast<uint16_t>(i));
        (void)image.find_export(entry->ordinal);
    }
    for (uint32_t i = 0; i < image.section_count(); ++i) (void)image.section(i).name();
    (void)image.export_name();
    (void)image.load_config();
    return 0;
}
