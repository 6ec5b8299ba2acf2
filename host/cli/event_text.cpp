// SPDX-License-Identifier: GPL-2.0-only
#include "host/cli/event_text.hpp"

#include <fmt/format.h>

#include "host/cli/data_text.hpp"

namespace rsl::cli {
namespace {

constexpr size_t kShortestString = 3;
constexpr size_t kShownBytes = 32;

bool is_printable(unsigned c) { return c >= 0x20 && c < 0x7f; }

/// Characters of `width` bytes from `at` on that are printable.
size_t run_length(std::span<const std::byte> bytes, size_t at, size_t width) {
    size_t count = 0;
    for (; at + width <= bytes.size(); at += width, ++count) {
        if (!is_printable(std::to_integer<unsigned>(bytes[at]))) break;
        if (width == 2 && bytes[at + 1] != std::byte{0}) break;
    }
    return count;
}

std::string text_field(const Json& event, const char* key) {
    const auto at = event.find(key);
    return at != event.end() && at->is_string() ? at->get<std::string>() : std::string();
}

uint64_t number_field(const Json& event, const char* key) {
    const auto at = event.find(key);
    return at != event.end() && at->is_number_unsigned() ? at->get<uint64_t>() : 0;
}

}  // namespace

std::string strings_in(std::span<const std::byte> payload) {
    std::string found;
    for (size_t at = 0; at < payload.size();) {
        const size_t wide = run_length(payload, at, 2), narrow = run_length(payload, at, 1);
        const size_t width = wide >= kShortestString ? 2 : 1;
        const size_t count = width == 2 ? wide : narrow;
        if (count < kShortestString) {
            ++at;
            continue;
        }
        if (!found.empty()) found += ' ';
        for (size_t i = 0; i < count; ++i) found += std::to_integer<char>(payload[at + i * width]);
        at += count * width;
    }
    return found;
}

std::vector<std::byte> payload_of(const Json& event) {
    const std::string text = text_field(event, "payload");
    if (text.empty() || text.front() == '@' || text.starts_with("text:")) return {};
    auto bytes = parse_data(text);
    return bytes ? std::move(*bytes) : std::vector<std::byte>{};
}

std::string event_line(const Json& event) {
    std::string line = text_field(event, "kind");
    for (const char* key : {"provider", "provider_name", "name"}) {
        if (const auto text = text_field(event, key); !text.empty()) line += ' ' + text;
    }
    line += fmt::format(" id {} level {}", number_field(event, "id"), number_field(event, "level"));
    if (const auto error = text_field(event, "error"); !error.empty()) {
        line += " error " + error + " final status " + text_field(event, "final_status");
    }
    if (const auto keywords = text_field(event, "keywords"); !keywords.empty() && keywords != "0x0")
        line += " keywords " + keywords;
    const auto payload = payload_of(event);
    std::string said = text_field(event, "text");
    if (said.empty()) said = strings_in(payload);
    if (!said.empty()) line += ": " + said;
    if (!payload.empty()) {
        const bool cut = payload.size() > kShownBytes;
        line += fmt::format(" [{} bytes: {}{}]", number_field(event, "bytes"),
                            hex(std::span(payload).first(cut ? kShownBytes : payload.size())), cut ? "..." : "");
    }
    return line;
}

}  // namespace rsl::cli
