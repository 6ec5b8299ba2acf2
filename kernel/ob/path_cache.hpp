// SPDX-License-Identifier: GPL-2.0-only
// Whole paths that were walked lately, and where they led. A program opens the same few devices again and
// again, and each walk hashes and compares every component. No locks: the namespace lock is the caller's.
//
// An entry holds no reference. It counts only while no name has come or gone since its walk began: so long the
// names along the path keep their objects alive.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace rsl::ob {

struct ObjectHeader;

class PathCache {
  public:
    static constexpr size_t kLongest = 48;  // characters
    /// What remember() has to be told: taken before the walk.
    using Generation = uint64_t;

    Generation generation() const { return generation_; }
    /// A name has come or gone.
    void names_changed() { ++generation_; }

    /// Where the path led, or nullptr. Text is compared unit by unit: another spelling is another path.
    ObjectHeader* find(std::u16string_view path) const {
        if (path.empty() || path.size() > kLongest) return nullptr;
        const Entry& entry = entries_[place_of(path)];
        return entry.generation == generation_ && entry.path() == path ? entry.object : nullptr;
    }
    void remember(std::u16string_view path, ObjectHeader& object, Generation before) {
        if (path.empty() || path.size() > kLongest || before != generation_) return;
        Entry& entry = entries_[place_of(path)];
        std::copy(path.begin(), path.end(), entry.text);
        entry.length = static_cast<uint32_t>(path.size());
        entry.object = &object;
        entry.generation = before;
    }

  private:
    static constexpr size_t kEntries = 16;
    struct Entry {
        Generation generation = 0;  // 0: never used
        ObjectHeader* object = nullptr;
        uint32_t length = 0;
        char16_t text[kLongest] = {};
        std::u16string_view path() const { return {text, length}; }
    };
    /// Names of devices differ at their ends.
    static size_t place_of(std::u16string_view path) {
        const size_t before_last = path.size() > 1 ? path[path.size() - 2] : 0u;
        return (path.size() + path.back() + 5 * before_last) % kEntries;
    }

    Generation generation_ = 1;
    Entry entries_[kEntries];
};

}  // namespace rsl::ob
