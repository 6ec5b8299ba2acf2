// SPDX-License-Identifier: GPL-2.0-only
// OBJECT_ATTRIBUTES of a caller, captured: what every NtCreate and NtOpen begins with.
#pragma once

#include <string_view>

#include "abi/types/basic.h"
#include "base/core/result.hpp"
#include "kernel/ob/object.hpp"

namespace rsl::ob {

/// A caller's object attributes. For a user-mode caller a checked copy of the name; a kernel
/// caller's is borrowed.
class CapturedAttributes {
  public:
    static Result<CapturedAttributes> capture(const OBJECT_ATTRIBUTES* attributes,
                                              KPROCESSOR_MODE mode);
    CapturedAttributes(CapturedAttributes&& other) noexcept;
    CapturedAttributes& operator=(CapturedAttributes&&) = delete;
    ~CapturedAttributes();

    std::u16string_view name() const { return name_; }
    bool has_name() const { return !name_.empty(); }
    uint32_t flags() const { return flags_; }
    HANDLE root_handle() const { return root_; }
    /// As the caller gave it: not captured, se::capture_descriptor() does that.
    void* security_descriptor() const { return security_; }
    KPROCESSOR_MODE mode() const { return mode_; }

  private:
    CapturedAttributes() = default;
    Result<void> borrow(const OBJECT_ATTRIBUTES& block);
    Result<void> copy(const OBJECT_ATTRIBUTES* user);

    std::u16string_view name_;  // the caller's, or in one of the next two
    char16_t short_[40];
    char16_t* long_ = nullptr;
    void* security_ = nullptr;
    HANDLE root_ = nullptr;
    uint32_t flags_ = 0;
    KPROCESSOR_MODE mode_ = KernelMode;
};

/// Opens what the attributes name. One reference for the caller.
Result<void*> open_by_attributes(const CapturedAttributes& attributes, const ObjectType* type,
                                 uint32_t desired_access, void* parse_context = nullptr);

/// The same from attributes as they come, with a handle.
Result<HANDLE> open_handle(const OBJECT_ATTRIBUTES* attributes, const ObjectType* type,
                           uint32_t desired_access, KPROCESSOR_MODE mode,
                           void* parse_context = nullptr);

/// What creating a perhaps named object came to.
enum class Outcome : uint8_t { kCreated, kExisted };
struct Created {
    HANDLE handle;
    Outcome outcome;  // kExisted: STATUS_OBJECT_NAME_EXISTS, the handle is to the older object
};
/// Names `body` as asked, gives it its security and a handle. Takes over the caller's reference,
/// whatever happens. With OBJ_OPENIF an object of that name and type is opened instead.
Result<Created> insert_object(void* body, const CapturedAttributes& attributes,
                              uint32_t desired_access);

}  // namespace rsl::ob
