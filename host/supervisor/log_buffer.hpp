// SPDX-License-Identifier: GPL-2.0-only
// The last lines that drivers and kernel printed, kept for `rsl log` in bounded memory. Lines come
// from the guest and are not trusted: cut to size, cleared of control characters.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace rsl::supervisor {

struct LogLine {
    uint64_t time_ns = 0;  // since the VM's boot
    uint32_t level = 0;    // 0 debug .. 4 error; 5: an event, a JSON object
    uint32_t lost = 0;     // lines dropped before this one
    std::string source;
    std::string text;
};

class LogBuffer {
  public:
    static constexpr uint32_t kEventLevel = 5;
    static constexpr size_t kMaxBytes = 256 * 1024;
    static constexpr size_t kMaxTextBytes = 4096;
    static constexpr size_t kMaxSourceBytes = 64;

    /// Cleans and keeps a line; returns it as kept.
    const LogLine& add(LogLine line);
    const std::deque<LogLine>& lines() const { return lines_; }

  private:
    static size_t cost(const LogLine& line) {
        return sizeof(LogLine) + line.source.size() + line.text.size();
    }
    std::deque<LogLine> lines_;
    size_t bytes_ = 0;
};

}  // namespace rsl::supervisor
