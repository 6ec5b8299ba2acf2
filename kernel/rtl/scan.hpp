// SPDX-License-Identifier: GPL-2.0-only
// The scanf engine: MSVC's formats (%d %i %u %x %X %o %c %s %S %C %[ %n %p %%, widths, h l ll I64,
// *), narrow and wide. Not for floating point, which the kernel has not. Any IRQL, on resident
// memory.
#pragma once

#include "kernel/rtl/crt.hpp"
#include "kernel/rtl/format.hpp"
#include "kernel/rtl/number.hpp"

namespace rsl::rtl {

/// The checked forms pass a buffer's size behind each buffer of %c, %s and %[.
enum class BufferSizes : uint8_t { kTrusted, kPassed };

template <typename Char>
class Scanner {
  public:
    /// Reads at most `length` characters of `text`.
    Scanner(const Char* text, size_t length, FormatArguments& arguments, BufferSizes sizes)
        : text_(text),
          end_(text + crt::length(text, length)),
          at_(text),
          arguments_(arguments),
          sizes_(sizes) {}

    /// How many fields were assigned; -1 when the text ended before the first.
    int run(const Char* format) {
        while (*format != 0) {
            if (is_space(*format)) {
                skip_space();
                ++format;
                continue;
            }
            if (*format == '%' && format[1] != '%') {
                if (!convert(format)) break;
                continue;
            }
            if (*format == '%') {
                skip_space();
                ++format;
            }
            if (at_ == end_) {
                ended_ = true;
                break;
            }
            if (*at_ != *format) break;
            ++at_, ++format;
        }
        return assigned_ == 0 && ended_ && converted_ == 0 ? -1 : assigned_;
    }

  private:
    struct Field {
        bool suppressed = false;
        size_t width = ~size_t{0};
        int bytes = 4;  // of an integer
        int wide = 0;   // of text: 1 wide, -1 narrow
        Char kind = 0;
    };
    struct Set {
        const Char* first = nullptr;
        const Char* last = nullptr;  // the bracket
        bool negated = false;
        bool has(Char c) const {
            for (const Char* p = first; p != last; ++p) {
                if (last - p > 2 && p[1] == '-') {
                    if (c >= p[0] && c <= p[2]) return !negated;
                    p += 2;
                } else if (*p == c) {
                    return !negated;
                }
            }
            return negated;
        }
    };

    static bool is_space(Char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
    void skip_space() {
        while (at_ != end_ && is_space(*at_)) ++at_;
    }

    /// Reads a conversion and does it; false ends the scan.
    bool convert(const Char*& format) {
        Field field;
        ++format;
        if (*format == '*') field.suppressed = true, ++format;
        if (*format >= '0' && *format <= '9') {
            field.width = 0;
            while (*format >= '0' && *format <= '9')
                field.width = field.width * 10 + static_cast<size_t>(*format++ - '0');
        }
        read_size(format, field);
        field.kind = *format++;
        Set set;
        if (field.kind == '[') {
            if (*format == '^') set.negated = true, ++format;
            set.first = format;
            if (*format == ']') ++format;  // a bracket in first place is one of the set
            while (*format != 0 && *format != ']') ++format;
            set.last = format;
            if (*format != 0) ++format;
        }
        switch (field.kind) {
            case 'n':
                return put(field, static_cast<uint64_t>(at_ - text_)), true;
            case 'c':
            case 'C':
            case '[':
                break;
            default:
                skip_space();
        }
        if (at_ == end_) return ended_ = true, false;
        switch (field.kind) {
            case 'd':
            case 'u':
                return number(field, 10);
            case 'i':
                return number(field, 0);
            case 'x':
            case 'X':
                return number(field, 16);
            case 'o':
                return number(field, 8);
            case 'p':
                return field.bytes = 8, number(field, 16);
            case 'c':
            case 'C':
            case 's':
            case 'S':
            case '[':
                return text(field, set);
            default:
                return false;
        }
    }
    void read_size(const Char*& format, Field& field) {
        if (*format == 'h') {
            field.bytes = 2, field.wide = -1;
            if (*++format == 'h') field.bytes = 1, ++format;
        } else if (*format == 'l' || *format == 'w') {
            field.wide = 1;
            if (*++format == 'l') field.bytes = 8, ++format;
        } else if (format[0] == 'I' && format[1] == '6' && format[2] == '4') {
            field.bytes = 8, format += 3;
        } else if (format[0] == 'I' && format[1] == '3' && format[2] == '2') {
            format += 3;
        } else if (*format == 'I' || *format == 'z' || *format == 't' || *format == 'j') {
            field.bytes = 8, ++format;
        } else if (*format == 'L') {
            field.bytes = 8, ++format;
        }
    }

    void put(const Field& field, uint64_t value) {
        if (field.suppressed) return;
        void* to = reinterpret_cast<void*>(arguments_.next_integer());
        __builtin_memcpy(to, &value, static_cast<size_t>(field.bytes));
    }
    bool number(const Field& field, unsigned base) {
        const size_t left = static_cast<size_t>(end_ - at_);
        const Char* stop = at_ + (field.width < left ? field.width : left);
        const Char* at = at_;
        bool negative = false;
        if (at != stop && (*at == '-' || *at == '+')) negative = *at++ == '-';
        if (base != 8 && base != 10 && stop - at >= 2 && at[0] == '0' &&
            (at[1] == 'x' || at[1] == 'X')) {
            at += 2, base = 16;
        } else if (base == 0) {
            base = at != stop && *at == '0' ? 8 : 10;
        }
        uint64_t value = 0;
        const Char* digits = at;
        for (unsigned digit; at != stop && (digit = digit_value(static_cast<char32_t>(*at))) < base;
             ++at)
            value = value * base + digit;
        if (at == digits && (digits == at_ || (digits[-1] | 32) != 'x')) return false;
        at_ = at;
        ++converted_;
        put(field, negative ? 0 - value : value);
        if (!field.suppressed) ++assigned_;
        return true;
    }

    bool text(const Field& field, const Set& set) {
        const bool one = field.kind == 'c' || field.kind == 'C';
        const size_t most = one && field.width == ~size_t{0} ? 1 : field.width;
        const Char* from = at_;
        while (at_ != end_ && static_cast<size_t>(at_ - from) < most) {
            if (!one && (field.kind == '[' ? !set.has(*at_) : is_space(*at_))) break;
            ++at_;
        }
        const auto count = static_cast<size_t>(at_ - from);
        if (count == 0 || (one && count < most)) return false;
        ++converted_;
        if (field.suppressed) return true;
        void* to = reinterpret_cast<void*>(arguments_.next_integer());
        const size_t needed = count + (one ? 0 : 1);
        if (sizes_ == BufferSizes::kPassed &&
            static_cast<uint32_t>(arguments_.next_integer()) < needed)
            return false;
        const bool swapped = field.kind == 'S' || field.kind == 'C';
        const bool wide = field.wide != 0 ? field.wide > 0 : (sizeof(Char) == 2) != swapped;
        wide ? store(static_cast<char16_t*>(to), from, count, !one)
             : store(static_cast<char*>(to), from, count, !one);
        ++assigned_;
        return true;
    }
    template <typename To>
    static void store(To* to, const Char* from, size_t count, bool terminated) {
        for (size_t i = 0; i < count; ++i) {
            if constexpr (sizeof(To) == sizeof(Char))
                to[i] = static_cast<To>(from[i]);
            else if constexpr (sizeof(To) == 2)
                to[i] = ansi_to_unicode(static_cast<char>(from[i]));
            else
                to[i] = unicode_to_ansi(static_cast<char16_t>(from[i]));
        }
        if (terminated) to[count] = 0;
    }

    const Char* text_;
    const Char* end_;
    const Char* at_;
    FormatArguments& arguments_;
    BufferSizes sizes_;
    int assigned_ = 0, converted_ = 0;
    bool ended_ = false;
};

}  // namespace rsl::rtl
