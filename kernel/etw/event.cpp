// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/etw/event.hpp"

#include <cstring>

namespace rsl::etw {
namespace {

constexpr char kDigits[] = "0123456789abcdef";

bool is_null(const GUID& guid) {
    constexpr GUID kNull = {};
    return std::memcmp(&guid, &kNull, sizeof(kNull)) == 0;
}

void guid_field(ke::JsonWriter& out, std::string_view key, const GUID& guid) {
    char text[kGuidChars];
    out.field(key, guid_text(guid, text));
}

void payload_field(ke::JsonWriter& out, std::span<const std::byte> payload) {
    char text[2 * kMaxPayload];
    size_t used = 0;
    for (const std::byte b : payload.first(payload.size() < kMaxPayload ? payload.size() : kMaxPayload)) {
        text[used++] = kDigits[static_cast<unsigned>(b) >> 4];
        text[used++] = kDigits[static_cast<unsigned>(b) & 15];
    }
    out.field("payload", std::string_view(text, used));
}

/// A size of two bytes in front, which counts itself.
std::span<const std::byte> sized(std::span<const std::byte> blob) {
    uint16_t bytes = 0;
    if (blob.size() < sizeof(bytes)) return {};
    std::memcpy(&bytes, blob.data(), sizeof(bytes));
    if (bytes < sizeof(bytes) || bytes > blob.size()) return {};
    return blob.subspan(sizeof(bytes), bytes - sizeof(bytes));
}

std::string_view text_up_to_nul(std::span<const std::byte> bytes) {
    const auto* text = reinterpret_cast<const char*>(bytes.data());
    for (size_t length = 0; length < bytes.size(); ++length) {
        if (text[length] == '\0') return {text, length};
    }
    return {};
}

}  // namespace

std::string_view guid_text(const GUID& guid, char (&out)[kGuidChars]) {
    size_t at = 0;
    const auto put = [&](uint64_t value, int digits) {
        while (digits-- > 0) out[at++] = kDigits[value >> (4 * digits) & 15];
    };
    out[at++] = '{';
    put(guid.Data1, 8);
    out[at++] = '-';
    put(guid.Data2, 4);
    out[at++] = '-';
    put(guid.Data3, 4);
    for (int i = 0; i < 8; ++i) {
        if (i == 0 || i == 2) out[at++] = '-';
        put(guid.Data4[i], 2);
    }
    out[at++] = '}';
    return {out, at};
}

void write_event(const Event& event, ke::JsonWriter& out) {
    const EVENT_DESCRIPTOR& about = event.descriptor;
    out.begin_object();
    out.field("seq", event.sequence);
    out.field("kind", event.kind);
    if (!is_null(event.provider)) guid_field(out, "provider", event.provider);
    if (!event.provider_name.empty()) out.field("provider_name", event.provider_name);
    if (!event.name.empty()) out.field("name", event.name);
    out.field("id", uint64_t{about.Id});
    out.field("version", uint64_t{about.Version});
    out.field("channel", uint64_t{about.Channel});
    out.field("level", uint64_t{about.Level});
    out.field("opcode", uint64_t{about.Opcode});
    out.field("task", uint64_t{about.Task});
    out.key("keywords");
    out.value_hex(about.Keyword);
    out.field("process", event.process);
    out.field("thread", event.thread);
    out.field("processor", uint64_t{event.processor});
    if (event.activity != nullptr && !is_null(*event.activity)) guid_field(out, "activity", *event.activity);
    if (event.related != nullptr && !is_null(*event.related)) guid_field(out, "related", *event.related);
    if (event.error != 0) {
        out.key("error");
        out.value_hex(event.error);
        out.key("final_status");
        out.value_hex(event.final_status);
    }
    if (!event.text.empty()) out.field("text", event.text);
    out.field("bytes", event.payload_bytes);
    if (!event.payload.empty()) payload_field(out, event.payload);
    out.end_object();
}

std::string_view name_in_metadata(std::span<const std::byte> metadata) {
    std::span<const std::byte> rest = sized(metadata);
    // Tags: one byte or more, the last without its highest bit.
    while (!rest.empty() && (static_cast<unsigned>(rest[0]) & 0x80) != 0) rest = rest.subspan(1);
    return rest.empty() ? std::string_view{} : text_up_to_nul(rest.subspan(1));
}

std::string_view name_in_traits(std::span<const std::byte> traits) { return text_up_to_nul(sized(traits)); }

}  // namespace rsl::etw
