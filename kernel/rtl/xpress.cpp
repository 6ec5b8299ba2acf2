// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/rtl/xpress.hpp"

#include <cstring>

namespace rsl::rtl::xpress {
namespace {

constexpr size_t kShortestMatch = 3;
constexpr uint32_t kNowhere = 0xFFFFFFFF;
constexpr size_t kNoHalfByte = ~size_t{0};

/// Little-endian reads that notice the end.
class Input {
  public:
    explicit Input(std::span<const uint8_t> bytes) : bytes_(bytes) {}
    bool at_end() const { return at_ == bytes_.size(); }
    bool has(size_t count) const { return bytes_.size() - at_ >= count; }
    /// Zero, and good() is false from then on, when the bytes are not there.
    uint32_t read(size_t count) {
        uint32_t value = 0;
        if (!has(count)) return good_ = false, 0;
        for (size_t i = 0; i < count; ++i)
            value |= static_cast<uint32_t>(bytes_[at_ + i]) << (8 * i);
        at_ += count;
        return value;
    }
    size_t place() const { return at_; }
    uint8_t at(size_t place) const { return bytes_[place]; }
    bool good() const { return good_; }

  private:
    std::span<const uint8_t> bytes_;
    size_t at_ = 0;
    bool good_ = true;
};

/// The length of a match whose first three bits are all set. 0 is bad.
uint64_t long_length(Input& input, size_t& half_byte) {
    uint64_t length;
    if (half_byte == kNoHalfByte) {
        half_byte = input.place();
        length = input.read(1) & 15;
    } else {
        length = input.at(half_byte) >> 4;
        half_byte = kNoHalfByte;
    }
    if (length == 15) {
        length = input.read(1);
        if (length == 255) {
            length = input.read(2);
            if (length == 0) length = input.read(4);
            if (length < 15 + 7) return 0;
            length -= 15 + 7;
        }
        length += 15;
    }
    return length + 7 + kShortestMatch;
}

unsigned hash_of(const uint8_t* at) {
    const uint32_t three = static_cast<uint32_t>(at[0] | at[1] << 8 | at[2] << 16);
    return three * 2654435761u >> 20;
}

/// Writes elements; flags go where their group began.
class Output {
  public:
    explicit Output(std::span<uint8_t> bytes) : bytes_(bytes) {}
    void literal(uint8_t byte) {
        flag(0);
        put(byte, 1);
    }
    void match(size_t distance, size_t length) {
        flag(1);
        const size_t extra = length - kShortestMatch;
        put(static_cast<uint32_t>((distance - 1) << 3 | (extra < 7 ? extra : 7)), 2);
        if (extra < 7) return;
        half(extra - 7 < 15 ? extra - 7 : 15);
        if (extra - 7 < 15) return;
        put(extra - 22 < 255 ? static_cast<uint32_t>(extra - 22) : 255, 1);
        if (extra - 22 < 255) return;
        if (extra <= 0xFFFF) return put(static_cast<uint32_t>(extra), 2);
        put(0, 2);
        put(static_cast<uint32_t>(extra), 4);
    }
    /// Flags that stand for nothing are set.
    void finish() {
        if (count_ == 0) begin_group();
        flags_ = flags_ << (32 - count_) | (count_ == 32 ? 0 : 0xFFFFFFFFu >> count_);
        store_flags();
    }
    bool full() const { return full_; }
    size_t size() const { return at_; }

  private:
    void begin_group() {
        place_ = at_;
        put(0, 4);
    }
    void flag(uint32_t bit) {
        if (count_ == 32) {
            store_flags();
            count_ = 0;
            flags_ = 0;
        }
        if (count_ == 0) begin_group();
        flags_ = flags_ << 1 | bit;
        ++count_;
    }
    void store_flags() {
        if (full_) return;
        for (size_t i = 0; i < 4; ++i) bytes_[place_ + i] = static_cast<uint8_t>(flags_ >> (8 * i));
    }
    void half(size_t value) {
        if (half_ == kNoHalfByte) {
            half_ = at_;
            put(static_cast<uint32_t>(value), 1);
        } else {
            if (!full_) bytes_[half_] = static_cast<uint8_t>(bytes_[half_] | value << 4);
            half_ = kNoHalfByte;
        }
    }
    void put(uint32_t value, size_t count) {
        if (full_ || bytes_.size() - at_ < count) {
            full_ = true;
            return;
        }
        for (size_t i = 0; i < count; ++i) bytes_[at_++] = static_cast<uint8_t>(value >> (8 * i));
    }
    std::span<uint8_t> bytes_;
    size_t at_ = 0, place_ = 0, half_ = kNoHalfByte;
    uint32_t flags_ = 0;
    unsigned count_ = 0;
    bool full_ = false;
};

struct Match {
    size_t length = 0, distance = 0;
};
Match longest_match(std::span<const uint8_t> data, size_t at, const Workspace& workspace,
                    unsigned tries) {
    Match best;
    if (data.size() - at < kShortestMatch) return best;
    uint32_t candidate = workspace.head[hash_of(&data[at])];
    for (; candidate != kNowhere && at - candidate <= kReach && tries != 0; --tries) {
        size_t length = 0;
        while (at + length < data.size() && data[candidate + length] == data[at + length]) ++length;
        if (length > best.length) best = {length, at - candidate};
        const uint32_t next = workspace.previous[candidate % kReach];
        if (next >= candidate) break;  // the ring has come round
        candidate = next;
    }
    return best.length >= kShortestMatch ? best : Match{};
}

}  // namespace

Result compress(std::span<const uint8_t> data, std::span<uint8_t> out, Workspace& workspace,
                unsigned tries) {
    std::memset(workspace.head, 0xFF, sizeof(workspace.head));
    std::memset(workspace.previous, 0xFF, sizeof(workspace.previous));
    Output output(out);
    for (size_t at = 0; at < data.size() && !output.full();) {
        const Match match = longest_match(data, at, workspace, tries);
        const size_t step = match.length == 0 ? 1 : match.length;
        match.length == 0 ? output.literal(data[at]) : output.match(match.distance, match.length);
        for (size_t i = at; i < at + step && data.size() - i >= kShortestMatch; ++i) {
            const unsigned hash = hash_of(&data[i]);
            workspace.previous[i % kReach] = workspace.head[hash];
            workspace.head[hash] = static_cast<uint32_t>(i);
        }
        at += step;
    }
    output.finish();
    return {output.full() ? Outcome::kTooSmall : Outcome::kGood, output.size()};
}

Result decompress(std::span<const uint8_t> packed, std::span<uint8_t> out) {
    Input input(packed);
    size_t written = 0, half_byte = kNoHalfByte;
    uint32_t flags = 0;
    unsigned count = 0;
    while (written < out.size()) {
        if (count == 0) {
            if (input.at_end()) break;
            flags = input.read(4);
            count = 32;
            if (!input.good()) return {Outcome::kBad, written};
        }
        --count;
        if (input.at_end()) break;
        if ((flags >> count & 1) == 0) {
            out[written++] = static_cast<uint8_t>(input.read(1));
            continue;
        }
        const uint32_t symbol = input.read(2);
        const size_t distance = (symbol >> 3) + 1;
        const uint64_t length =
            (symbol & 7) == 7 ? long_length(input, half_byte) : (symbol & 7) + kShortestMatch;
        if (!input.good() || length == 0 || distance > written) return {Outcome::kBad, written};
        if (length > out.size() - written) return {Outcome::kTooSmall, written};
        for (uint64_t i = 0; i < length; ++i, ++written) out[written] = out[written - distance];
    }
    return {input.at_end() || written == out.size() ? Outcome::kGood : Outcome::kBad, written};
}

}  // namespace rsl::rtl::xpress
