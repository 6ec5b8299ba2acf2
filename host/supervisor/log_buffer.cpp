// SPDX-License-Identifier: GPL-2.0-only
#include "host/supervisor/log_buffer.hpp"

#include <algorithm>

namespace rsl::supervisor {
namespace {

void clean(std::string& text, size_t most) {
    if (text.size() > most) text.resize(most);
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
    for (char& c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte < 0x20 && c != '\t') || byte == 0x7f) c = '?';
    }
}

}  // namespace

const LogLine& LogBuffer::add(LogLine line) {
    clean(line.source, kMaxSourceBytes);
    clean(line.text, kMaxTextBytes);
    line.level = std::min(line.level, kEventLevel);
    bytes_ += cost(line);
    lines_.push_back(std::move(line));
    while (bytes_ > kMaxBytes && lines_.size() > 1) {
        bytes_ -= cost(lines_.front());
        lines_.pop_front();
    }
    return lines_.back();
}

}  // namespace rsl::supervisor
