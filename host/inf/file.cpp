// SPDX-License-Identifier: GPL-2.0-only
#include "host/inf/file.hpp"

#include <algorithm>
#include <cctype>

#include "base/core/result.hpp"

namespace rsl::inf {
namespace {

constexpr size_t kMaxFileBytes = 16 << 20;
constexpr size_t kMaxLines = 500'000;

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f' || c == '\x1a';
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

/// Cuts a comment off: a semicolon outside of quotes.
std::string_view without_comment(std::string_view text) {
    bool quoted = false;
    for (size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '"') quoted = !quoted;
        if (text[i] == ';' && !quoted) return text.substr(0, i);
    }
    return text;
}

}  // namespace

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](unsigned char c) { return std::tolower(c); });
    return out;
}

bool same(std::string_view a, std::string_view b) {
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(), [](unsigned char x, unsigned char y) {
               return std::tolower(x) == std::tolower(y);
           });
}

const Line* Section::find(std::string_view key) const {
    for (const Line& line : lines) {
        if (line.key && same(*line.key, key)) return &line;
    }
    return nullptr;
}

std::vector<std::string> Section::all(std::string_view key) const {
    std::vector<std::string> found;
    for (const Line& line : lines) {
        if (!line.key || !same(*line.key, key)) continue;
        for (const auto& value : line.values) {
            if (!value.empty()) found.push_back(value);
        }
    }
    return found;
}

/// Reads a file line by line, then puts the strings in.
class Parser {
  public:
    Parser(File& file, std::string text) : file_(file), text_(std::move(text)) {}

    HostResult<void> run() {
        std::string logical;
        size_t begun = 0;
        for (size_t at = 0; at <= text_.size();) {
            const size_t end = std::min(text_.find('\n', at), text_.size());
            ++line_;
            if (line_ > kMaxLines)
                return file_.error(line_, "the file has more lines than any INF file");
            std::string_view piece =
                trim(without_comment(std::string_view(text_).substr(at, end - at)));
            at = end + 1;
            if (logical.empty()) begun = line_;
            const bool goes_on =
                !piece.empty() && piece.back() == '\\' && !is_quoted_end(logical, piece);
            if (goes_on) piece.remove_suffix(1);
            logical += piece;
            if (goes_on && at <= text_.size()) continue;
            RSL_TRY(take(trim(logical), begun));
            logical.clear();
        }
        return put_strings_in();
    }

  private:
    /// A backslash inside quotes that close on this line belongs to the text: "C:\" is a value, not
    /// the start of one more line.
    static bool is_quoted_end(std::string_view before, std::string_view piece) {
        return (std::count(before.begin(), before.end(), '"') +
                std::count(piece.begin(), piece.end(), '"')) %
                   2 !=
               0;
    }

    HostResult<void> take(std::string_view text, size_t number) {
        if (text.empty()) return {};
        if (text.front() == '[') return begin_section(text, number);
        if (current_ == kNone)
            return file_.error(number, "there is text before the first [section]");
        return add_line(text, number);
    }

    HostResult<void> begin_section(std::string_view text, size_t number) {
        const size_t end = text.find(']');
        if (end == text.npos) return file_.error(number, "the section's name has no closing ]");
        if (end + 1 != text.size())
            return file_.error(number, "there is text behind the section's ]");
        const std::string name(trim(text.substr(1, end - 1)));
        const auto [at, fresh] = file_.index_.emplace(lower(name), file_.sections_.size());
        if (fresh) file_.sections_.push_back({name, number, {}});
        current_ = at->second;
        return {};
    }

    HostResult<void> add_line(std::string_view text, size_t number) {
        Line line{.number = number, .key = std::nullopt, .values = {}};
        std::string token;
        bool quoted = false, was_quoted = false;
        const auto finish = [&](bool is_key) {
            std::string value = was_quoted ? token : std::string(trim(token));
            if (is_key)
                line.key = std::move(value);
            else
                line.values.push_back(std::move(value));
            token.clear();
            was_quoted = false;
        };
        for (size_t i = 0; i < text.size(); ++i) {
            const char c = text[i];
            if (c == '"') {
                if (quoted && i + 1 < text.size() &&
                    text[i + 1] == '"') {  // "" inside of quotes is one
                    token += '"';
                    ++i;
                    continue;
                }
                if (!quoted && trim(token).empty()) token.clear();  // blanks before the quotes
                quoted = !quoted;
                was_quoted = true;
            } else if (quoted) {
                token += c;
            } else if (c == ',') {
                finish(false);
            } else if (c == '=' && !line.key && line.values.empty()) {
                finish(true);
            } else if (!(was_quoted && is_blank(c))) {
                token += c;
            }
        }
        if (quoted) return file_.error(number, "a quotation mark (\") is opened and not closed");
        if (line.key && trim(token).empty() && !was_quoted && line.values.empty()) {
            file_.sections_[current_].lines.push_back(std::move(line));  // "key ="
            return {};
        }
        finish(false);
        file_.sections_[current_].lines.push_back(std::move(line));
        return {};
    }

    /// %name% of [Strings]; %% is one %. What is not defined there stays (directory ids such as
    /// %12%).
    std::string expand(std::string_view text) const {
        std::string out;
        for (size_t i = 0; i < text.size(); ++i) {
            if (text[i] != '%') {
                out += text[i];
                continue;
            }
            const size_t end = text.find('%', i + 1);
            if (end == text.npos) return out + std::string(text.substr(i));
            if (end == i + 1) {
                out += '%';
            } else {
                const std::string name(text.substr(i + 1, end - i - 1));
                const auto found = strings_.find(lower(name));
                out += found != strings_.end() ? found->second : "%" + name + "%";
            }
            i = end;
        }
        return out;
    }

    HostResult<void> put_strings_in() {
        // English texts where a file has several languages; the undecorated section is the default.
        for (const char* name : {"strings", "strings.0009", "strings.0409"}) {
            const Section* section = file_.find(name);
            if (section == nullptr) continue;
            for (const Line& line : section->lines) {
                if (line.key) strings_[lower(*line.key)] = line.value(0);
            }
        }
        for (Section& section : file_.sections_) {
            if (lower(section.name).starts_with("strings")) continue;
            for (Line& line : section.lines) {
                if (line.key) line.key = expand(*line.key);
                for (auto& value : line.values) value = expand(value);
            }
        }
        return {};
    }

    static constexpr size_t kNone = ~size_t{0};
    File& file_;
    std::string text_;
    size_t line_ = 0;
    size_t current_ = kNone;
    std::map<std::string, std::string> strings_;
};

HostResult<File> File::parse(std::span<const std::byte> bytes, std::string name) {
    File file;
    file.name_ = std::move(name);
    if (bytes.size() > kMaxFileBytes)
        return Error::wrong_use(file.name_ + " is larger than any INF file");
    auto text = decode_text(bytes);
    if (!text) return Error::wrong_use(file.name_ + " " + text.failure().text());
    RSL_TRY(Parser(file, std::move(*text)).run());
    return file;
}

const Section* File::find(std::string_view name) const {
    const auto found = index_.find(lower(name));
    return found == index_.end() ? nullptr : &sections_[found->second];
}

std::vector<const Section*> File::sections() const {
    std::vector<const Section*> all;
    for (const Section& section : sections_) all.push_back(&section);
    return all;
}

Error File::error(size_t line, const std::string& sentence) const {
    return Error::wrong_use(name_ + ":" + std::to_string(line) + ": " + sentence);
}

}  // namespace rsl::inf
