// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/rtl/format.hpp"

#include <type_traits>

#include "abi/types/basic.h"
#include "kernel/rtl/format_float.hpp"
#include "kernel/rtl/unicode.hpp"

namespace rsl::rtl {
namespace {

/// One conversion specification: %[flags][width][.precision][size]type.
struct Specification {
    bool left = false, plus = false, space = false, alternate = false, zero = false;
    int width = 0;
    int precision = -1;  // -1: none given
    enum class Size : uint8_t { kDefault, kChar, kShort, kLong, kWide, k64 } size = Size::kDefault;
    char type = 0;
};

/// Counts every character, stores those that fit.
template <typename Char>
class Output {
  public:
    Output(Char* buffer, size_t capacity) : buffer_(buffer), capacity_(capacity) {}
    void put(Char c) {
        if (used_ < capacity_) buffer_[used_] = c;
        ++used_;
    }
    void repeat(Char c, int count) {
        for (; count > 0; --count) put(c);
    }
    size_t used() const { return used_; }

  private:
    Char* buffer_;
    size_t capacity_;
    size_t used_ = 0;
};

/// A counted or NUL-terminated string argument of either width.
struct StringArgument {
    const void* text = nullptr;
    size_t length = ~size_t{0};  // in its own units; the terminator ends it before
    bool wide = false;
};

template <typename Char>
class Formatter {
  public:
    Formatter(Char* buffer, size_t capacity, FormatArguments& arguments)
        : out_(buffer, capacity), arguments_(arguments) {}

    size_t run(const Char* format) {
        while (*format != 0) {
            if (*format != '%') {
                out_.put(*format++);
                continue;
            }
            ++format;
            Specification spec;
            format = parse(format, spec);
            if (spec.type == 0) break;  // the text ends inside a specification
            convert(spec);
        }
        return out_.used();
    }

  private:
    using Size = Specification::Size;

    const Char* parse_number(const Char* at, int& value) {
        if (*at == '*') {
            value = static_cast<int32_t>(arguments_.next_integer());
            return at + 1;
        }
        int64_t number = 0;
        for (; *at >= '0' && *at <= '9'; ++at) {
            if (number < kMaxField) number = number * 10 + (*at - '0');
        }
        value = static_cast<int>(number < kMaxField ? number : kMaxField);
        return at;
    }

    const Char* parse_size(const Char* at, Size& size) {
        switch (*at) {
            case 'h':
                size = at[1] == 'h' ? Size::kChar : Size::kShort;
                return at + (at[1] == 'h' ? 2 : 1);
            case 'l':
                size = at[1] == 'l' ? Size::k64 : Size::kLong;
                return at + (at[1] == 'l' ? 2 : 1);
            case 'w': size = Size::kWide; return at + 1;
            case 'z': case 't': case 'j': size = Size::k64; return at + 1;
            case 'L': return at + 1;
            case 'I':
                if (at[1] == '6' && at[2] == '4') return size = Size::k64, at + 3;
                if (at[1] == '3' && at[2] == '2') return at + 3;
                size = Size::k64;  // %Id: as wide as a pointer
                return at + 1;
            default: return at;
        }
    }

    const Char* parse(const Char* at, Specification& spec) {
        for (;; ++at) {
            if (*at == '-') spec.left = true;
            else if (*at == '+') spec.plus = true;
            else if (*at == ' ') spec.space = true;
            else if (*at == '#') spec.alternate = true;
            else if (*at == '0') spec.zero = true;
            else break;
        }
        at = parse_number(at, spec.width);
        if (spec.width < 0) spec.left = true, spec.width = -spec.width;
        if (*at == '.') {
            at = parse_number(at + 1, spec.precision);
            if (spec.precision < 0) spec.precision = -1;
        }
        at = parse_size(at, spec.size);
        spec.type = *at < 128 ? static_cast<char>(*at) : '?';
        return *at != 0 ? at + 1 : at;
    }

    void convert(const Specification& spec) {
        switch (spec.type) {
            case 'd': case 'i': return print_signed(spec);
            case 'u': return print_number(spec, next_unsigned(spec), 10, "");
            case 'o': return print_number(spec, next_unsigned(spec), 8, spec.alternate ? "0" : "");
            case 'x': return print_hex(spec, "0x");
            case 'X': return print_hex(spec, "0X");
            case 'p': return print_pointer(spec);
            case 'c': case 'C': return print_character(spec);
            case 's': case 'S': return print_string(spec, next_string(spec));
            case 'Z': return print_string(spec, next_counted(spec));
            case 'e': case 'E': case 'f': case 'F': case 'g': case 'G': return print_float(spec);
            case 'n': arguments_.next_integer(); return;  // refused: it would write to memory
            default: out_.put(static_cast<Char>(spec.type)); return;  // "%%", and unknown types
        }
    }

    uint64_t next_unsigned(const Specification& spec) {
        const uint64_t value = arguments_.next_integer();
        switch (spec.size) {
            case Size::k64: return value;
            case Size::kShort: return static_cast<uint16_t>(value);
            case Size::kChar: return static_cast<uint8_t>(value);
            default: return static_cast<uint32_t>(value);  // long has 32 bits on Windows
        }
    }

    void print_signed(const Specification& spec) {
        const uint64_t bits = arguments_.next_integer();
        int64_t value;
        switch (spec.size) {
            case Size::k64: value = static_cast<int64_t>(bits); break;
            case Size::kShort: value = static_cast<int16_t>(bits); break;
            case Size::kChar: value = static_cast<int8_t>(bits); break;
            default: value = static_cast<int32_t>(bits); break;
        }
        const char* sign = value < 0 ? "-" : spec.plus ? "+" : spec.space ? " " : "";
        const auto magnitude = value < 0 ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
        print_number(spec, magnitude, 10, sign);
    }

    void print_hex(const Specification& spec, const char* prefix) {
        const uint64_t value = next_unsigned(spec);
        print_number(spec, value, 16, spec.alternate && value != 0 ? prefix : "");
    }

    /// Sixteen upper-case digits, as NT prints pointers.
    void print_pointer(Specification spec) {
        spec.type = 'X';
        spec.precision = 16;
        print_number(spec, arguments_.next_integer(), 16, spec.alternate ? "0X" : "");
    }

    void print_number(const Specification& spec, uint64_t value, unsigned base, const char* prefix) {
        const char* digits = spec.type == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
        char reversed[24];
        int count = 0;
        for (uint64_t rest = value; rest != 0; rest /= base) reversed[count++] = digits[rest % base];
        int zeros = (spec.precision < 0 ? 1 : spec.precision) - count;
        if (zeros < 0) zeros = 0;
        // Octal's prefix is a leading zero, which the zeros may already be.
        if (base == 8 && zeros > 0) prefix = "";
        int prefix_length = 0;
        while (prefix[prefix_length] != '\0') ++prefix_length;
        int padding = spec.width - prefix_length - zeros - count;
        if (spec.zero && !spec.left && spec.precision < 0 && padding > 0) {
            zeros += padding;
            padding = 0;
        }
        if (!spec.left) out_.repeat(' ', padding);
        for (; *prefix != '\0'; ++prefix) out_.put(static_cast<Char>(*prefix));
        out_.repeat('0', zeros);
        while (count > 0) out_.put(static_cast<Char>(reversed[--count]));
        if (spec.left) out_.repeat(' ', padding);
    }

    /// %s is of the format's own width and %S of the other, unless a size says which.
    bool is_wide(const Specification& spec) const {
        if (spec.size == Size::kShort || spec.size == Size::kChar) return false;
        if (spec.size == Size::kLong || spec.size == Size::kWide) return true;
        const bool own = spec.type == 's' || spec.type == 'c';
        return own == std::is_same_v<Char, char16_t>;
    }

    void print_character(const Specification& spec) {
        const uint64_t value = arguments_.next_integer();
        const bool wide = is_wide(spec);
        const char narrow_text[1] = {static_cast<char>(value)};
        const char16_t wide_text[1] = {static_cast<char16_t>(value)};
        Specification whole = spec;
        whole.precision = -1;
        const void* text = wide ? static_cast<const void*>(wide_text) : narrow_text;
        print_units(whole, {text, 1, wide}, true);
    }

    StringArgument next_string(const Specification& spec) {
        const auto* text = reinterpret_cast<const void*>(arguments_.next_integer());
        return {text, ~size_t{0}, is_wide(spec)};
    }

    StringArgument next_counted(const Specification& spec) {
        const auto* text = reinterpret_cast<const STRING*>(arguments_.next_integer());
        const bool wide = spec.size == Size::kWide || spec.size == Size::kLong;
        if (text == nullptr) return {nullptr, 0, wide};
        return {text->Buffer, wide ? text->Length / sizeof(WCHAR) : text->Length, wide};
    }

    void print_string(const Specification& spec, StringArgument text) {
        if (text.text == nullptr) text = {"(null)", ~size_t{0}, false};
        print_units(spec, text, text.length != ~size_t{0});
    }

    /// `counted`: a NUL inside is a character, as in %c of 0 and in counted strings.
    void print_units(const Specification& spec, StringArgument text, bool counted) {
        if (!counted) text.length = terminated_length(text, spec.precision);
        Output<Char> measure{nullptr, 0};
        transcribe(text, spec.precision, measure);
        const int length = measure.used() > kMaxField ? kMaxField : static_cast<int>(measure.used());
        if (!spec.left) out_.repeat(spec.zero ? '0' : ' ', spec.width - length);
        transcribe(text, spec.precision, out_);
        if (spec.left) out_.repeat(' ', spec.width - length);
    }

    /// Reads no unit behind the precision: the string may have no terminator.
    static size_t terminated_length(const StringArgument& text, int precision) {
        const size_t most = precision < 0 ? ~size_t{0} : static_cast<size_t>(precision);
        size_t length = 0;
        if (text.wide) {
            auto* units = static_cast<const char16_t*>(text.text);
            while (length < most && units[length] != 0) ++length;
        } else {
            auto* units = static_cast<const char*>(text.text);
            while (length < most && units[length] != 0) ++length;
        }
        return length;
    }

    /// Narrow text is UTF-8. `most` bounds what is written, and no character is cut in half.
    static void transcribe(const StringArgument& text, int most, Output<Char>& out) {
        const size_t limit = most < 0 ? ~size_t{0} : out.used() + static_cast<size_t>(most);
        size_t at = 0;
        while (at < text.length) {
            Char units[4];
            size_t count = 1;
            if (text.wide == std::is_same_v<Char, char16_t>) {
                units[0] = static_cast<const Char*>(text.text)[at++];
            } else if constexpr (std::is_same_v<Char, char>) {
                const auto code = decode_utf16(
                    {static_cast<const char16_t*>(text.text), text.length}, at);
                count = encode_utf8(code, units);
            } else {
                const auto code = decode_utf8({static_cast<const char*>(text.text), text.length}, at);
                count = encode_utf16(code, units);
            }
            if (out.used() + count > limit) return;
            for (size_t i = 0; i < count; ++i) out.put(units[i]);
        }
    }

    void print_float(const Specification& spec) {
        FloatText text;
        format_double(arguments_.next_double_bits(), spec.type,
                      spec.precision < 0 ? 6 : spec.precision, spec.alternate, text);
        const char* sign = text.negative ? "-" : spec.plus ? "+" : spec.space ? " " : "";
        const int sign_length = *sign != '\0' ? 1 : 0;
        const int padding = spec.width - sign_length - text.length;
        const bool zeros = spec.zero && !spec.left && text.finite;
        if (!spec.left && !zeros) out_.repeat(' ', padding);
        if (sign_length != 0) out_.put(static_cast<Char>(*sign));
        if (zeros) out_.repeat('0', padding);
        for (int i = 0; i < text.length; ++i) out_.put(static_cast<Char>(text.digits[i]));
        if (spec.left) out_.repeat(' ', padding);
    }

    static constexpr int kMaxField = 1 << 20;  // a width is the driver's, so it is bounded
    Output<Char> out_;
    FormatArguments& arguments_;
};

}  // namespace

size_t format_to(char* buffer, size_t capacity, const char* format, FormatArguments& arguments) {
    return Formatter<char>(buffer, capacity, arguments).run(format);
}

size_t format_to(char16_t* buffer, size_t capacity, const char16_t* format,
                 FormatArguments& arguments) {
    return Formatter<char16_t>(buffer, capacity, arguments).run(format);
}

std::string_view format_text(char* buffer, size_t capacity, const char* format, va_list list) {
    NativeArguments arguments{list};
    const size_t whole = format_to(buffer, capacity - 1, format, arguments);
    const size_t length = whole < capacity - 1 ? whole : capacity - 1;
    buffer[length] = '\0';
    return {buffer, length};
}

std::string_view print_text(char* buffer, size_t capacity, const char* format, ...) {
    va_list list;
    va_start(list, format);
    const std::string_view text = format_text(buffer, capacity, format, list);
    va_end(list);
    return text;
}

}  // namespace rsl::rtl
