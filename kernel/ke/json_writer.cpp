// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/ke/inspect.hpp"

namespace rsl::ke {

void JsonWriter::put(char c) {
    if (used_ < capacity_) buffer_[used_] = c;
    ++used_;
}

/// A comma, unless what follows is the first of its object or array or the value of a key.
void JsonWriter::separate() {
    if (!first_) put(',');
    first_ = false;
}

void JsonWriter::begin_object() {
    separate();
    put('{');
    first_ = true;
}
void JsonWriter::end_object() {
    put('}');
    first_ = false;
}
void JsonWriter::begin_array() {
    separate();
    put('[');
    first_ = true;
}
void JsonWriter::end_array() {
    put(']');
    first_ = false;
}

void JsonWriter::key(std::string_view name) {
    value(name);
    put(':');
    first_ = true;
}

void JsonWriter::value(std::string_view text) {
    constexpr char kDigits[] = "0123456789abcdef";
    separate();
    put('"');
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            put('\\');
            put(c);
        } else if (byte < 0x20 || byte == 0x7f) {
            for (const char e : {'\\', 'u', '0', '0', kDigits[byte >> 4], kDigits[byte & 15]}) put(e);
        } else {
            put(c);
        }
    }
    put('"');
}

void JsonWriter::value(std::u16string_view text) {
    separate();
    put('"');
    for (size_t i = 0; i < text.size(); ++i) {
        uint32_t c = text[i];
        const bool high = c >= 0xD800 && c < 0xDC00;
        if (high && i + 1 < text.size() && text[i + 1] >= 0xDC00 && text[i + 1] < 0xE000) {
            c = 0x10000 + ((c - 0xD800) << 10) + (text[++i] - 0xDC00u);
        } else if (c >= 0xD800 && c < 0xE000) {
            c = 0xFFFD;  // half of a pair
        }
        if (c == '"' || c == '\\') {
            put('\\');
            put(static_cast<char>(c));
        } else if (c < 0x20 || c == 0x7f) {
            constexpr char kDigits[] = "0123456789abcdef";
            for (const char e : {'\\', 'u', '0', '0', kDigits[c >> 4], kDigits[c & 15]}) put(e);
        } else if (c < 0x80) {
            put(static_cast<char>(c));
        } else if (c < 0x800) {
            put(static_cast<char>(0xC0 | c >> 6));
            put(static_cast<char>(0x80 | (c & 0x3F)));
        } else if (c < 0x10000) {
            put(static_cast<char>(0xE0 | c >> 12));
            put(static_cast<char>(0x80 | (c >> 6 & 0x3F)));
            put(static_cast<char>(0x80 | (c & 0x3F)));
        } else {
            put(static_cast<char>(0xF0 | c >> 18));
            put(static_cast<char>(0x80 | (c >> 12 & 0x3F)));
            put(static_cast<char>(0x80 | (c >> 6 & 0x3F)));
            put(static_cast<char>(0x80 | (c & 0x3F)));
        }
    }
    put('"');
}

void JsonWriter::value(uint64_t number) {
    separate();
    char reversed[20];
    size_t count = 0;
    do {
        reversed[count++] = static_cast<char>('0' + number % 10);
        number /= 10;
    } while (number != 0);
    while (count != 0) put(reversed[--count]);
}

void JsonWriter::value_hex(uint64_t number) {
    separate();
    put('"');
    put('0');
    put('x');
    int shift = 60;
    while (shift > 0 && (number >> shift & 15) == 0) shift -= 4;
    for (; shift >= 0; shift -= 4) put("0123456789abcdef"[number >> shift & 15]);
    put('"');
}

void JsonWriter::value_bool(bool value) {
    separate();
    for (const char c : value ? std::string_view("true") : std::string_view("false")) put(c);
}

}  // namespace rsl::ke
