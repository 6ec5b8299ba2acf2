// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/fsrtl/expression.hpp"

#include <cstring>

#include "kernel/mm/pool.hpp"
#include "kernel/rtl/unicode.hpp"

namespace rsl::fsrtl {
namespace {

constexpr char16_t kDosStar = u'<', kDosQuestion = u'>', kDosDot = u'"';

/// A set of places in the expression: those that a part of the name can have led to. One byte a place,
/// because the last place (the end) tells the outcome.
class Places {
  public:
    Places(uint8_t* now, uint8_t* next, std::u16string_view expression)
        : now_(now), next_(next), expression_(expression) {}

    void begin() {
        std::memset(now_, 0, expression_.size() + 1);
        now_[0] = 1;
    }
    /// Adds what can be skipped in front of `next`, the name's next character (0: its end).
    void close_over(char16_t next, bool at_end) {
        for (size_t i = 0; i < expression_.size(); ++i) {
            if (now_[i] == 0) continue;
            const char16_t what = expression_[i];
            const bool skips = what == u'*' || what == kDosStar || (what == kDosQuestion && (at_end || next == u'.')) ||
                               (what == kDosDot && at_end);
            if (skips) now_[i + 1] = 1;
        }
    }
    /// Takes one character of the name. False: nothing matches any more.
    bool take(char16_t unit, bool final_dot) {
        std::memset(next_, 0, expression_.size() + 1);
        bool any = false;
        for (size_t i = 0; i < expression_.size(); ++i) {
            if (now_[i] == 0) continue;
            const char16_t what = expression_[i];
            if (what == u'*' || (what == kDosStar && !final_dot)) {
                next_[i] = 1;
                any = true;
            } else if (what == u'?' || (what == kDosQuestion && unit != u'.') || (what == kDosDot && unit == u'.') ||
                       (what != kDosStar && what == unit)) {
                next_[i + 1] = 1;
                any = true;
            }
        }
        std::swap(now_, next_);
        return any;
    }
    bool at_end() const { return now_[expression_.size()] != 0; }

  private:
    uint8_t* now_;
    uint8_t* next_;
    std::u16string_view expression_;
};

char16_t fold(char16_t unit, Folding folding, const char16_t* table) {
    if (folding == Folding::kTable) return table[unit];
    return folding == Folding::kName ? rtl::upcase(unit) : unit;
}

}  // namespace

bool has_wildcards(std::u16string_view name) {
    for (const char16_t unit : name) {
        if (unit == u'*' || unit == u'?' || unit == kDosStar || unit == kDosQuestion || unit == kDosDot) return true;
    }
    return false;
}

Result<bool> matches(std::u16string_view expression, std::u16string_view name, Folding folding,
                     const char16_t* table) {
    if (expression.empty() || name.empty()) return expression.empty() && name.empty();
    if (expression == u"*") return true;
    constexpr size_t kOnStack = 256;
    uint8_t small[2 * kOnStack];
    uint8_t* memory = small;
    const size_t places = expression.size() + 1;
    if (places > kOnStack) {
        memory = static_cast<uint8_t*>(mm::allocate(2 * places, mm::pool_tag("FsEx")));
        if (memory == nullptr) return Status::kNoMemory;
    }
    Places set(memory, memory + places, expression);
    const size_t last_dot = name.rfind(u'.');
    set.begin();
    bool alive = true;
    for (size_t at = 0; alive && at < name.size(); ++at) {
        const char16_t unit = fold(name[at], folding, table);
        set.close_over(unit, false);
        alive = set.take(unit, at == last_dot);
    }
    set.close_over(0, true);
    const bool result = alive && set.at_end();
    if (memory != small) mm::free(memory);
    return result;
}

}  // namespace rsl::fsrtl
