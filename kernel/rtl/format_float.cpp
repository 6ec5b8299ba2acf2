// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/rtl/format_float.hpp"

#include <cstddef>

namespace rsl::rtl {
namespace {

constexpr int32_t kWordDigits = 9;
constexpr uint32_t kWordBase = 1000000000;

/// A double as an exact decimal number: 309 digits before the point are enough, 1074 behind it.
class Decimal {
  public:
    Decimal(uint64_t mantissa, int exponent) {
        for (int i = 0; mantissa != 0; ++i, mantissa /= kWordBase) {
            words_[kPoint + i] = static_cast<uint32_t>(mantissa % kWordBase);
        }
        int left = exponent > 0 ? exponent : 0;
        int right = exponent < 0 ? -exponent : 0;
        for (; left > 0; left -= kShift) multiply(left < kShift ? left : kShift);
        for (; right > 0; right -= kShift) divide(right < kShift ? right : kShift);
    }

    /// The digit that counts 10^power.
    int digit(int power) const {
        const Place place = place_of(power);
        if (place.word < 0 || place.word >= kWords) return 0;
        return static_cast<int>(words_[place.word] / place.unit % 10);
    }
    /// The power of the first digit that is not zero; 0 for zero.
    int top_power() const {
        for (int word = kWords - 1; word >= 0; --word) {
            if (words_[word] == 0) continue;
            int power = (word - kPoint) * kWordDigits;
            for (uint32_t rest = words_[word]; rest >= 10; rest /= 10) ++power;
            return power;
        }
        return 0;
    }
    /// Rounds to a multiple of 10^power, halves to the even digit.
    void round_to(int power) {
        if (power - 1 < kLowestPower) return;
        const int next = digit(power - 1);
        const bool half = next == 5 && nothing_below(power - 1);
        if (next > 5 || (next == 5 && (!half || digit(power) % 2 != 0))) add_one_at(power);
        for (int below = power - 1; below >= kLowestPower; --below) clear_digit(below);
    }

  private:
    static constexpr int kShift = 29;   // a word times 2^29 and a carry fit 64 bits
    static constexpr int kPoint = 120;  // words behind the point
    static constexpr int kWords = kPoint + 36;
    static constexpr int kLowestPower = -kPoint * kWordDigits;

    struct Place {
        int word;
        uint32_t unit;
    };
    static Place place_of(int power) {
        const int shifted = power - kLowestPower;
        uint32_t unit = 1;
        for (int i = shifted % kWordDigits; i > 0; --i) unit *= 10;
        return {shifted / kWordDigits, unit};
    }
    void multiply(int bits) {
        uint64_t carry = 0;
        for (uint32_t& word : words_) {
            const uint64_t product = (static_cast<uint64_t>(word) << bits) + carry;
            word = static_cast<uint32_t>(product % kWordBase);
            carry = product / kWordBase;
        }
    }
    void divide(int bits) {
        uint64_t rest = 0;
        for (int i = kWords - 1; i >= 0; --i) {
            const uint64_t dividend = rest * kWordBase + words_[i];
            words_[i] = static_cast<uint32_t>(dividend >> bits);
            rest = dividend & ((uint64_t{1} << bits) - 1);
        }
    }
    bool nothing_below(int power) const {
        const Place place = place_of(power);
        if (words_[place.word] % place.unit != 0) return false;
        for (int i = 0; i < place.word; ++i) {
            if (words_[i] != 0) return false;
        }
        return true;
    }
    void add_one_at(int power) {
        const Place place = place_of(power);
        uint32_t carry = place.unit;
        for (int i = place.word; i < kWords && carry != 0; ++i) {
            words_[i] += carry;
            carry = words_[i] >= kWordBase ? 1 : 0;
            if (carry != 0) words_[i] -= kWordBase;
        }
    }
    void clear_digit(int power) {
        const Place place = place_of(power);
        if (place.unit == 1 && words_[place.word] < 10) {
            words_[place.word] = 0;
            return;
        }
        words_[place.word] -= words_[place.word] / place.unit % 10 * place.unit;
    }

    uint32_t words_[kWords] = {};
};

class Writer {
  public:
    explicit Writer(FloatText& out) : out_(out) {}
    void put(char c) {
        if (out_.length < static_cast<int>(sizeof(out_.digits))) out_.digits[out_.length++] = c;
    }
    void put(const char* text) {
        while (*text != '\0') put(*text++);
    }
    void fraction(const Decimal& number, int from_power, int count, bool strip, bool keep_point) {
        while (strip && count > 0 && number.digit(from_power - count + 1) == 0) --count;
        if (count > 0 || keep_point) put('.');
        for (int i = 0; i < count; ++i) put(static_cast<char>('0' + number.digit(from_power - i)));
    }

  private:
    FloatText& out_;
};

void write_fixed(Writer& out, const Decimal& number, int precision, bool strip, bool keep_point) {
    const int top = number.top_power();
    for (int power = top > 0 ? top : 0; power >= 0; --power) {
        out.put(static_cast<char>('0' + number.digit(power)));
    }
    out.fraction(number, -1, precision, strip, keep_point);
}

void write_exponent(Writer& out, const Decimal& number, int precision, bool strip, bool keep_point,
                    char letter) {
    const int top = number.top_power();
    out.put(static_cast<char>('0' + number.digit(top)));
    out.fraction(number, top - 1, precision, strip, keep_point);
    out.put(letter);
    out.put(top < 0 ? '-' : '+');
    const int size = top < 0 ? -top : top;
    if (size >= 100) out.put(static_cast<char>('0' + size / 100));
    out.put(static_cast<char>('0' + size / 10 % 10));
    out.put(static_cast<char>('0' + size % 10));
}

}  // namespace

void format_double(uint64_t bits, char type, int precision, bool alternate, FloatText& out) {
    out.negative = (bits >> 63) != 0;
    const bool upper = type < 'a';
    const char kind = upper ? static_cast<char>(type - 'A' + 'a') : type;
    const int raw_exponent = static_cast<int>((bits >> 52) & 0x7ff);
    uint64_t mantissa = bits & ((uint64_t{1} << 52) - 1);
    Writer writer{out};
    if (raw_exponent == 0x7ff) {
        out.finite = false;
        return writer.put(mantissa != 0 ? (upper ? "NAN" : "nan") : (upper ? "INF" : "inf"));
    }
    if (raw_exponent != 0) mantissa |= uint64_t{1} << 52;
    if (precision > kMaxFloatPrecision) precision = kMaxFloatPrecision;
    Decimal number{mantissa, (raw_exponent != 0 ? raw_exponent : 1) - 1075};
    const char letter = upper ? 'E' : 'e';
    if (kind == 'f') {
        number.round_to(-precision);
        return write_fixed(writer, number, precision, false, alternate);
    }
    if (kind == 'e') {
        number.round_to(number.top_power() - precision);
        return write_exponent(writer, number, precision, false, alternate, letter);
    }
    if (precision == 0) precision = 1;
    number.round_to(number.top_power() - precision + 1);
    const int top = number.top_power();
    if (top >= -4 && top < precision) {
        return write_fixed(writer, number, precision - 1 - top, !alternate, alternate);
    }
    write_exponent(writer, number, precision - 1, !alternate, alternate, letter);
}

}  // namespace rsl::rtl
