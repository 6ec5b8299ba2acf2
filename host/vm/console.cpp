// SPDX-License-Identifier: GPL-2.0-only
#include "host/vm/console.hpp"

#include <fmt/format.h>

#include <charconv>
#include <nlohmann/json.hpp>

namespace rsl::vm {
namespace {

using Json = nlohmann::json;

/// Numbers come as JSON numbers or as "0x..." (which do not lose bits above 2^53).
uint64_t number_of(const Json& value) {
    if (value.is_number_unsigned()) return value.get<uint64_t>();
    if (!value.is_string()) return 0;
    const auto& text = value.get_ref<const std::string&>();
    const bool hex = text.starts_with("0x");
    uint64_t number = 0;
    std::from_chars(text.data() + (hex ? 2 : 0), text.data() + text.size(), number, hex ? 16 : 10);
    return number;
}
std::string text_of(const Json& value) {
    if (value.is_string()) return value.get<std::string>();
    return value.is_null() ? std::string()
                           : value.dump(-1, ' ', true, Json::error_handler_t::replace);
}
const Json& field(const Json& object, const char* name) {
    static const Json kNothing;
    const auto found = object.find(name);
    return found == object.end() ? kNothing : *found;
}
/// "mark text" gives "text"; nothing if the line does not carry the mark.
std::optional<std::string_view> behind(std::string_view line, std::string_view mark) {
    if (!line.starts_with(mark)) return std::nullopt;
    return line.substr(mark.size());
}
/// The guest may print anything: a terminal gets no control characters of its making.
std::string printable(std::string_view line) {
    std::string out(line);
    for (char& c : out) {
        if ((static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f) c = '?';
    }
    return out;
}

}  // namespace

BugCheckReport parse_bug_check(std::string_view text) {
    BugCheckReport report;
    report.json = std::string(text);
    const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object()) {
        report.explanation = std::string(text);
        return report;
    }
    report.code = number_of(field(json, "code"));
    report.name = text_of(field(json, "name"));
    report.driver = text_of(field(json, "driver"));
    report.address = text_of(field(json, "address"));
    report.explanation = text_of(field(json, "explanation"));
    report.advice = text_of(field(json, "advice"));
    for (const Json& fact : field(json, "facts")) report.facts.push_back(text_of(fact));
    for (const Json& parameter : field(json, "parameters"))
        report.parameters.push_back(number_of(parameter));
    for (const Json& frame : field(json, "stack")) report.stack.push_back(text_of(frame));
    return report;
}

void add_bug_check_data(BugCheckReport& report, std::string_view text) {
    constexpr size_t kMostData = 32;
    Json whole = Json::parse(report.json, nullptr, /*allow_exceptions=*/false);
    Json data = Json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!whole.is_object() || !data.is_object() || report.data.size() == kMostData) return;
    std::string line = text_of(field(data, "component"));
    if (const std::string guid = text_of(field(data, "guid")); !guid.empty())
        line += fmt::format(": {} bytes {}", number_of(field(data, "bytes")), guid);
    for (const Json& range : field(data, "ranges"))
        line += fmt::format(": {} pages", number_of(field(range, "pages")));
    if (const std::string refused = text_of(field(data, "refused")); !refused.empty())
        line += ", refused: " + refused;
    report.data.push_back(std::move(line));
    if (!field(whole, "data").is_array()) whole["data"] = Json::array();
    whole["data"].push_back(std::move(data));
    report.json = whole.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string BugCheckReport::sentence() const {
    std::string out = name.empty() ? std::string("bug check") : name;
    out += fmt::format(" ({:#x})", code);
    if (!driver.empty()) out += " in " + driver;
    if (!address.empty()) out += " at " + address;
    if (!explanation.empty()) out += ": " + explanation;
    return out;
}

void Console::feed(std::string_view bytes) {
    for (const char c : bytes) {
        if (c == '\n') {
            if (!skipping_) take_line(std::exchange(pending_, {}));
            skipping_ = false;
        } else if (c != '\r' && !skipping_) {
            pending_.push_back(c);
            if (pending_.size() == kMaxLineBytes) {
                take_line(std::exchange(pending_, {}));
                skipping_ = true;
            }
        }
    }
}

void Console::finish() {
    if (!pending_.empty()) take_line(std::exchange(pending_, {}));
}

void Console::take_line(std::string line) {
    line = printable(line);
    tail_.push_back(line);
    if (tail_.size() > kKeptLines) tail_.pop_front();
    if (const auto why = behind(line, "@fail ")) {
        if (!boot_failure_) boot_failure_ = std::string(*why);  // the first is the cause
    } else if (const auto json = behind(line, "@bugcheck ")) {
        if (!bug_check_) bug_check_ = parse_bug_check(*json);
    } else if (const auto data = behind(line, "@bugcheck-data ")) {
        if (bug_check_) add_bug_check_data(*bug_check_, *data);
    } else if (!line.starts_with("@log ") && on_line) {
        on_line(line);  // marked ones come through the ring too; here they only make the tail
    }
}

}  // namespace rsl::vm
