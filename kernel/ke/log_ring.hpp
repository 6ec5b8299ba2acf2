// SPDX-License-Identifier: GPL-2.0-only
// The last lines of the log, oldest first out. Pure; locks are the caller's.
#pragma once

#include <cstdint>
#include <string_view>

#include "kernel/ke/log.hpp"

namespace rsl::ke {

struct LogRecord {
    uint64_t time_ns;
    LogLevel level;
    std::string_view source;
    std::string_view line;
};

template <uint32_t kBytes, size_t kMaxLine_ = 1000>
class LogRing {
  public:
    static constexpr size_t kMaxSource = 31;
    static constexpr size_t kMaxLine = kMaxLine_;

    /// Keeps a line, cut if need be, at the cost of the oldest ones.
    void push(const LogRecord& record) {
        const size_t source = record.source.size() < kMaxSource ? record.source.size() : kMaxSource;
        const size_t line = record.line.size() < kMaxLine ? record.line.size() : kMaxLine;
        const auto bytes = static_cast<uint32_t>(sizeof(Header) + source + line);
        while (kBytes - (write_ - read_) < bytes) drop();
        put(Header{record.time_ns, static_cast<uint16_t>(line), static_cast<uint8_t>(source), record.level});
        put_text(record.source.substr(0, source));
        put_text(record.line.substr(0, line));
    }
    bool empty() const { return read_ == write_; }
    uint64_t dropped() const { return dropped_; }
    /// Calls take(record) for each line from the oldest on, without taking them out.
    template <typename Take>
    void each(Take&& take) const {
        char source[kMaxSource], line[kMaxLine];
        for (uint32_t at = read_; at != write_;) {
            Header header;
            at = get(at, &header, sizeof(header));
            at = get(at, source, header.source_bytes);
            at = get(at, line, header.line_bytes);
            take(LogRecord{header.time_ns, header.level, {source, header.source_bytes},
                           {line, header.line_bytes}});
        }
    }
    void clear() { read_ = write_; }

  private:
    static_assert((kBytes & (kBytes - 1)) == 0);
    struct Header {
        uint64_t time_ns;
        uint16_t line_bytes;
        uint8_t source_bytes;
        LogLevel level;
    };

    void drop() {
        Header header;
        get(read_, &header, sizeof(header));
        read_ += static_cast<uint32_t>(sizeof(Header) + header.source_bytes + header.line_bytes);
        ++dropped_;
    }
    void put_text(std::string_view text) {
        for (const char c : text) bytes_[write_++ % kBytes] = c;
    }
    void put(const Header& header) {
        char raw[sizeof(Header)];
        __builtin_memcpy(raw, &header, sizeof(raw));
        put_text({raw, sizeof(raw)});
    }
    uint32_t get(uint32_t at, void* out, size_t count) const {
        auto* const to = static_cast<char*>(out);
        for (size_t i = 0; i < count; ++i) to[i] = bytes_[at++ % kBytes];
        return at;
    }

    char bytes_[kBytes] = {};
    uint32_t read_ = 0, write_ = 0;  // count on and wrap
    uint64_t dropped_ = 0;
};

}  // namespace rsl::ke
