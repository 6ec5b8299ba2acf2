// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/ob/attributes.hpp"

#include <cstring>

#include "kernel/ob/access.hpp"
#include "kernel/ob/walk.hpp"
#include "kernel/ps/user_memory.hpp"
#include "kernel/se/object_security.hpp"

namespace rsl::ob {
namespace {

constexpr mm::PoolTag kNameTag = mm::pool_tag("ObCn");
/// As NT has it; OBJ_KERNEL_HANDLE means something from kernel callers only.
constexpr uint32_t kUserAttributes = OBJ_VALID_ATTRIBUTES & ~OBJ_KERNEL_HANDLE;

Result<void> check_block(const OBJECT_ATTRIBUTES& block) {
    if (block.Length != sizeof(OBJECT_ATTRIBUTES)) return Status::kInvalidParameter;
    if ((block.Attributes & ~OBJ_VALID_ATTRIBUTES) != 0) return Status::kInvalidParameter;
    return {};
}

/// The object that a relative name begins at.
Result<AnyRef> root_of(const CapturedAttributes& attributes) {
    if (attributes.root_handle() == nullptr) return AnyRef{};
    void* body = RSL_TRY(reference_handle(attributes.root_handle(), nullptr, 0, attributes.mode()));
    return adopt(body);
}

}  // namespace

Result<CapturedAttributes> CapturedAttributes::capture(const OBJECT_ATTRIBUTES* attributes,
                                                       KPROCESSOR_MODE mode) {
    CapturedAttributes captured;
    captured.mode_ = mode;
    if (attributes == nullptr) return captured;
    RSL_TRY(mode == KernelMode ? captured.borrow(*attributes) : captured.copy(attributes));
    return captured;
}

Result<void> CapturedAttributes::borrow(const OBJECT_ATTRIBUTES& block) {
    RSL_TRY(check_block(block));
    flags_ = block.Attributes;
    root_ = block.RootDirectory;
    security_ = block.SecurityDescriptor;
    if (block.ObjectName == nullptr) return {};
    const UNICODE_STRING& name = *block.ObjectName;
    if (name.Length % sizeof(char16_t) != 0) return Status::kObjectNameInvalid;
    name_ = {name.Buffer, name.Length / sizeof(char16_t)};
    return {};
}

/// Block, name and a short name's text in one go: every attempt at user memory costs as much as a few copies.
Result<void> CapturedAttributes::copy(const OBJECT_ATTRIBUTES* user) {
    OBJECT_ATTRIBUTES block;
    UNICODE_STRING name = {};
    if (!rtl::is_user_range(user, sizeof(block))) return Status::kAccessViolation;
    RSL_TRY(rtl::guarded([&]() -> Result<void> {
        std::memcpy(&block, user, sizeof(block));
        RSL_TRY(check_block(block));
        if (block.ObjectName == nullptr) return {};
        if (!rtl::is_user_range(block.ObjectName, sizeof(name))) return Status::kAccessViolation;
        std::memcpy(&name, block.ObjectName, sizeof(name));
        if (name.Length % sizeof(char16_t) != 0) return Status::kObjectNameInvalid;
        if (name.Length != 0 && !rtl::is_user_range(name.Buffer, name.Length)) return Status::kAccessViolation;
        if (name.Length <= sizeof(short_)) std::memcpy(short_, name.Buffer, name.Length);
        return {};
    }));
    flags_ = block.Attributes & kUserAttributes;
    root_ = block.RootDirectory;
    security_ = block.SecurityDescriptor;
    const char16_t* text = short_;
    if (name.Length > sizeof(short_)) {
        text = long_ = static_cast<char16_t*>(mm::allocate(name.Length, kNameTag));
        if (text == nullptr) return Status::kInsufficientResources;
        RSL_TRY(rtl::copy_from_user(long_, name.Buffer, name.Length));
    }
    name_ = {text, name.Length / sizeof(char16_t)};
    return {};
}

CapturedAttributes::CapturedAttributes(CapturedAttributes&& other) noexcept
    : name_(other.name_),
      long_(std::exchange(other.long_, nullptr)),
      security_(other.security_),
      root_(other.root_),
      flags_(other.flags_),
      mode_(other.mode_) {
    if (name_.data() == other.short_) {
        name_.copy(short_, name_.size());
        name_ = {short_, name_.size()};
    }
}

CapturedAttributes::~CapturedAttributes() {
    if (long_ != nullptr) mm::free_tagged(long_, kNameTag);
}

Result<void*> open_by_attributes(const CapturedAttributes& attributes, const ObjectType* type,
                                 uint32_t desired_access, void* parse_context) {
    // No name: a parse routine may still open something at the root handle itself (files do).
    if (!attributes.has_name() && attributes.root_handle() == nullptr)
        return Status::kObjectPathSyntaxBad;
    const auto root = RSL_TRY(root_of(attributes));
    return walk({.root = root.get(),
                 .path = attributes.name(),
                 .wanted_type = type,
                 .attributes = attributes.flags(),
                 .desired_access = desired_access,
                 .mode = attributes.mode(),
                 .parse_context = parse_context});
}

Result<HANDLE> open_handle(const OBJECT_ATTRIBUTES* attributes, const ObjectType* type,
                           uint32_t desired_access, KPROCESSOR_MODE mode, void* parse_context) {
    const auto captured = RSL_TRY(CapturedAttributes::capture(attributes, mode));
    const auto object =
        adopt(RSL_TRY(open_by_attributes(captured, type, desired_access, parse_context)));
    return create_handle(object.get(), desired_access, captured.flags(), mode);
}

Result<Created> insert_object(void* body, const CapturedAttributes& attributes,
                              uint32_t desired_access) {
    const auto owned = adopt(body);
    auto target = owned;
    ObjectHeader& header = header_of(body);
    header.security =
        RSL_TRY(se::capture_descriptor(attributes.security_descriptor(), attributes.mode()));
    if (attributes.has_name()) {
        if ((attributes.flags() & OBJ_PERMANENT) != 0)
            header.flags.fetch_or(ObjectHeader::kPermanent, std::memory_order_relaxed);
        const auto root = RSL_TRY(root_of(attributes));
        auto found = walk({.root = root.get(),
                           .path = attributes.name(),
                           .wanted_type = header.type,
                           .attributes = attributes.flags(),
                           .mode = attributes.mode(),
                           .to_insert = body});
        const bool open_if = (attributes.flags() & OBJ_OPENIF) != 0;
        if (!found) {
            // Something of another type has the name: a mismatch only for who would have opened it.
            const bool taken = found.failure() == Status::kObjectTypeMismatch && !open_if;
            return taken ? Status::kObjectNameCollision : found.failure();
        }
        if (*found != body) {
            target = adopt(*found);
            if (!open_if) return Status::kObjectNameCollision;
        }
    }
    const bool existed = target.get() != body;
    // The maker of an object gets what it asks for; the opener of an older one is checked.
    const uint32_t flags =
        existed ? attributes.flags() : attributes.flags() & ~uint32_t{OBJ_FORCE_ACCESS_CHECK};
    auto handle = create_handle(target.get(), desired_access, flags,
                                existed ? attributes.mode() : KPROCESSOR_MODE{KernelMode});
    if (!handle) {
        if (!existed) remove_name(body);
        return handle.failure();
    }
    return Created{*handle, existed ? Outcome::kExisted : Outcome::kCreated};
}

}  // namespace rsl::ob
