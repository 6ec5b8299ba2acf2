// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/etw/event.hpp"

#include "base/testing/test.hpp"

namespace rsl::etw {
namespace {

constexpr GUID kProvider = {0x01234567, 0x89ab, 0xcdef, {0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17}};

std::string_view text_of(const Event& event, char (&out)[kMaxText]) {
    ke::JsonWriter writer(out, sizeof(out));
    write_event(event, writer);
    RSL_EXPECT(writer.needed() <= sizeof(out));
    return {out, writer.needed() < sizeof(out) ? writer.needed() : sizeof(out)};
}

RSL_TEST(EtwEvent, IsOneJsonObject) {
    const std::byte payload[] = {std::byte{0x00}, std::byte{0xAB}};
    const Event event{.sequence = 7,
                      .kind = "etw",
                      .provider = kProvider,
                      .descriptor = {.Id = 3, .Level = 4, .Keyword = 0x10},
                      .process = 4,
                      .thread = 8,
                      .payload = payload,
                      .payload_bytes = 2};
    char out[kMaxText];
    RSL_EXPECT(text_of(event, out) ==
               R"({"seq":7,"kind":"etw","provider":"{01234567-89ab-cdef-1011-121314151617}","id":3,)"
               R"("version":0,"channel":0,"level":4,"opcode":0,"task":0,"keywords":"0x10","process":4,)"
               R"("thread":8,"processor":0,"bytes":2,"payload":"00ab"})");
}

RSL_TEST(EtwEvent, TheLongestStillFits) {
    static std::byte payload[kMaxPayload];
    static char16_t text[kMaxPayload / 2];
    for (auto& c : text) c = u'x';
    char name[64];
    for (auto& c : name) c = 'n';
    const Event event{.sequence = ~0ull,
                      .kind = "wpprecorder",
                      .provider = kProvider,
                      .provider_name = {name, sizeof(name)},
                      .name = {name, sizeof(name)},
                      .descriptor = {0xFFFF, 255, 255, 255, 255, 0xFFFF, ~0ull},
                      .process = ~0ull,
                      .thread = ~0ull,
                      .processor = ~0u,
                      .activity = &kProvider,
                      .related = &kProvider,
                      .text = {text, kMaxPayload / 2},
                      .payload = payload,
                      .payload_bytes = ~0ull};
    char out[kMaxText];
    RSL_EXPECT(text_of(event, out).ends_with("\"}"));
}

RSL_TEST(EtwEvent, NamesAreReadFromMetadataAndMalformedOnesAreNone) {
    const auto bytes = [](const char* text, size_t count) {
        return std::span(reinterpret_cast<const std::byte*>(text), count);
    };
    RSL_EXPECT(name_in_traits(bytes("\x06\0Abc\0", 6)) == "Abc");
    RSL_EXPECT(name_in_metadata(bytes("\x07\0\0Evt\0", 7)) == "Evt");
    RSL_EXPECT(name_in_metadata(bytes("\x08\0\x81\0Evt\0", 8)) == "Evt");
    RSL_EXPECT(name_in_metadata(bytes("\x07\0\0Evt!", 7)).empty());
    RSL_EXPECT(name_in_metadata(bytes("\x09\0\0Evt\0", 7)).empty());
    RSL_EXPECT(name_in_metadata(bytes("\x03\0\x81", 3)).empty());
    RSL_EXPECT(name_in_traits(bytes("\x01\0", 2)).empty());
    RSL_EXPECT(name_in_traits({}).empty());
}

}  // namespace
}  // namespace rsl::etw
