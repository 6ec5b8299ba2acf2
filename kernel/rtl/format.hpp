// SPDX-License-Identifier: GPL-2.0-only
// The printf engine: NT's rules for the sizes (%I64d, %wZ, %Z, %S, %hs, %ls, %p), narrow and wide.
// Used by DbgPrint, the CRT exports and the kernel's log. Allocates nothing; any IRQL, as long as the
// strings are resident.
#pragma once

#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rsl::rtl {

/// What is printed comes from here: Microsoft's and System V's argument lists differ.
class FormatArguments {
  public:
    /// The next integer or pointer; narrower ones occupy its low bits.
    virtual uint64_t next_integer() = 0;
    /// The bit pattern of the next double.
    virtual uint64_t next_double_bits() = 0;

  protected:
    ~FormatArguments() = default;
};

/// Microsoft's x64 list: one 8-byte slot an argument. What drivers hand us.
class SlotArguments final : public FormatArguments {
  public:
    explicit SlotArguments(__builtin_ms_va_list list) : at_(reinterpret_cast<const char*>(list)) {}
    uint64_t next_integer() override {
        uint64_t value;
        __builtin_memcpy(&value, at_, sizeof(value));
        at_ += sizeof(value);
        return value;
    }
    uint64_t next_double_bits() override { return next_integer(); }

  private:
    const char* at_;
};

/// The compiler's own va_list; the same as above in the VM.
class NativeArguments final : public FormatArguments {
  public:
    explicit NativeArguments(va_list list) { va_copy(list_, list); }
    ~NativeArguments() { va_end(list_); }
    uint64_t next_integer() override { return va_arg(list_, uint64_t); }
    uint64_t next_double_bits() override { return __builtin_bit_cast(uint64_t, va_arg(list_, double)); }

  private:
    va_list list_;
};

/// Writes at most `capacity` characters, without a terminator, and returns how many the whole text
/// has. Char is char or char16_t: with char16_t, %s means a wide string and %S a narrow one.
size_t format_to(char* buffer, size_t capacity, const char* format, FormatArguments& arguments);
size_t format_to(char16_t* buffer, size_t capacity, const char16_t* format,
                 FormatArguments& arguments);

/// Formats and always terminates (capacity > 0); the text that fitted.
std::string_view format_text(char* buffer, size_t capacity, const char* format, va_list list);
std::string_view print_text(char* buffer, size_t capacity, const char* format, ...)
    __attribute__((format(printf, 3, 4)));

}  // namespace rsl::rtl
