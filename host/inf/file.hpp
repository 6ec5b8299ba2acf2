// SPDX-License-Identifier: GPL-2.0-only
// An INF file as text: sections of lines, with strings put in. What directives mean is plan.hpp's.
// The input may be anything: whatever is wrong with it becomes an Error that names the line.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/posix/error.hpp"

namespace rsl::inf {

/// Names in INF files are compared without regard to case.
std::string lower(std::string_view text);
bool same(std::string_view a, std::string_view b);

/// One line of a section: "key = value, value" or "value, value".
struct Line {
    size_t number = 0;  // in the file, from 1
    std::optional<std::string> key;
    std::vector<std::string> values;
    /// Empty behind the last.
    std::string value(size_t index) const { return index < values.size() ? values[index] : ""; }
};

struct Section {
    std::string name;  // as written first
    size_t number = 0;
    std::vector<Line> lines;
    /// The first line with this key, or nullptr.
    const Line* find(std::string_view key) const;
    /// All values of all lines with this key, in order: what lists of section names are.
    std::vector<std::string> all(std::string_view key) const;
};

class File {
  public:
    /// `name` is for messages. Takes UTF-16 with a byte order mark, UTF-8, or the Windows code page
    /// 1252.
    static HostResult<File> parse(std::span<const std::byte> bytes, std::string name);

    const Section* find(std::string_view name) const;
    const std::string& name() const { return name_; }
    std::vector<const Section*> sections() const;
    /// An error at a line.
    Error error(size_t line, const std::string& sentence) const;

  private:
    friend class Parser;
    std::string name_;
    std::vector<Section> sections_;
    std::map<std::string, size_t> index_;  // by lower-case name
};

/// The text of a file in UTF-8, or a sentence why it is none.
HostResult<std::string> decode_text(std::span<const std::byte> bytes);

}  // namespace rsl::inf
