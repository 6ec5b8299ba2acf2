// SPDX-License-Identifier: GPL-2.0-only
// A run of bits in 32-bit words, lowest bit first: what RTL_BITMAP describes.
#pragma once

#include <bit>
#include <cstdint>

namespace rsl::rtl {

class Bits {
  public:
    static constexpr uint32_t kNone = ~0u;
    struct Run {
        uint32_t start = 0;
        uint32_t length = 0;
        uint32_t end() const { return start + length; }
    };

    Bits(uint32_t* words, uint32_t size) : words_(words), size_(size) {}

    bool test(uint32_t bit) const { return (words_[bit / 32] >> (bit % 32) & 1) != 0; }

    void fill(uint32_t start, uint32_t length, bool value) {
        for (uint32_t bit = start; length != 0;) {
            const uint32_t in_word = bit % 32;
            const uint32_t count = 32 - in_word < length ? 32 - in_word : length;
            const uint32_t mask = (count == 32 ? ~0u : (1u << count) - 1) << in_word;
            words_[bit / 32] = value ? words_[bit / 32] | mask : words_[bit / 32] & ~mask;
            bit += count;
            length -= count;
        }
    }

    /// The first bit of that value from `from` on, or the size.
    uint32_t next(uint32_t from, bool value) const {
        while (from < size_) {
            const uint32_t word = (value ? words_[from / 32] : ~words_[from / 32]) >> (from % 32);
            if (word != 0) {
                const uint32_t found = from + static_cast<uint32_t>(std::countr_zero(word));
                return found < size_ ? found : size_;
            }
            from = (from / 32 + 1) * 32;
            if (from == 0) break;  // 2^32 bits
        }
        return size_;
    }
    /// The run of that value that begins at or behind `from`; length 0 when there is none.
    Run next_run(uint32_t from, bool value) const {
        const uint32_t start = next(from, value);
        return start >= size_ ? Run{} : Run{start, next(start, !value) - start};
    }
    /// The start of `count` bits of that value inside [from, end), or kNone.
    uint32_t find_between(uint32_t from, uint32_t end, uint32_t count, bool value) const {
        for (Run run = next_run(from, value); run.length != 0 && run.start < end; run = next_run(run.end(), value)) {
            if (run.end() > end) run.length = end - run.start;
            if (run.length >= count) return run.start;
        }
        return kNone;
    }
    /// The same anywhere, from `hint` on first.
    uint32_t find(uint32_t count, uint32_t hint, bool value) const {
        if (count > size_) return kNone;
        if (hint >= size_) hint = 0;
        if (count == 0) return hint;
        const uint32_t found = find_between(hint, size_, count, value);
        if (found != kNone || hint == 0) return found;
        const uint64_t end = uint64_t{hint} + count - 1;  // a run may begin before the hint and end behind it
        return find_between(0, end < size_ ? static_cast<uint32_t>(end) : size_, count, value);
    }
    bool are(uint32_t start, uint32_t length, bool value) const {
        if (length == 0 || start >= size_ || length > size_ - start) return false;
        return next(start, !value) >= start + length;
    }
    uint32_t count_set() const {
        uint32_t count = 0;
        for (uint32_t word = 0; word < size_ / 32; ++word) count += static_cast<uint32_t>(std::popcount(words_[word]));
        if (size_ % 32 != 0) count += static_cast<uint32_t>(std::popcount(words_[size_ / 32] & ((1u << size_ % 32) - 1)));
        return count;
    }
    uint32_t size() const { return size_; }

  private:
    uint32_t* words_;
    uint32_t size_;
};

}  // namespace rsl::rtl
