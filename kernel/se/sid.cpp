// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/se/sid.hpp"

namespace rsl::se {
namespace {

class Text {
  public:
    explicit Text(std::span<char16_t> out) : out_(out) {}
    void put(char16_t unit) {
        if (length_ < out_.size()) out_[length_] = unit;
        ++length_;
    }
    void decimal(uint64_t value) {
        char16_t digits[20];
        size_t count = 0;
        do {
            digits[count++] = static_cast<char16_t>(u'0' + value % 10);
            value /= 10;
        } while (value != 0);
        while (count != 0) put(digits[--count]);
    }
    void hexadecimal(uint64_t value) {
        put(u'0'), put(u'x');
        int shift = 44;
        while (shift > 0 && value >> shift == 0) shift -= 4;
        for (; shift >= 0; shift -= 4) put(u"0123456789ABCDEF"[value >> shift & 15]);
    }
    size_t length() const { return length_; }

  private:
    std::span<char16_t> out_;
    size_t length_ = 0;
};

}  // namespace

size_t format_sid(const SID& sid, std::span<char16_t> out) {
    Text text(out);
    text.put(u'S'), text.put(u'-');
    text.decimal(sid.Revision);
    text.put(u'-');
    const auto& authority = sid.IdentifierAuthority.Value;
    // The documented form: decimal while it fits into 32 bits, else hexadecimal.
    uint64_t value = 0;
    for (const UCHAR byte : authority) value = value << 8 | byte;
    if (value > 0xFFFFFFFF) {
        text.hexadecimal(value);
    } else {
        text.decimal(value);
    }
    for (uint32_t i = 0; i < sid.SubAuthorityCount; ++i) {
        text.put(u'-');
        text.decimal(sid.SubAuthority[i]);
    }
    return text.length();
}

}  // namespace rsl::se
