// SPDX-License-Identifier: GPL-2.0-only
// Symbolic links of the namespace: a path that stands for another one.
#pragma once

#include <cstdint>
#include <string_view>

#include "kernel/ob/object.hpp"

namespace rsl::ob {

class SymbolicLink : public Object<SymbolicLink> {
  public:
    static ObjectType kType;
    /// The target is copied behind the object and never changes.
    static Result<Ref<SymbolicLink>> create(std::u16string_view target);

    std::u16string_view target() const {
        return {reinterpret_cast<const char16_t*>(this + 1), length_};
    }
    int64_t creation_time() const { return creation_time_; }

  private:
    uint32_t length_ = 0;
    int64_t creation_time_ = 0;
};

}  // namespace rsl::ob
