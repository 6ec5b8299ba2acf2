// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/ob/attributes.hpp"

#include "kernel/ob/access.hpp"
#include "kernel/ob/walk.hpp"
#include "kernel/ps/user_memory.hpp"
#include "kernel/se/object_security.hpp"

namespace rsl::ob {
namespace {

constexpr mm::PoolTag kNameTag = mm::pool_tag("ObCn");
/// As NT has it; OBJ_KERNEL_HANDLE means something from kernel callers only.
constexpr uint32_t kUserAttributes = OBJ_VALID_ATTRIBUTES & ~OBJ_KERNEL_HANDLE;

Result<void*> copy_name(const UNICODE_STRING& name) {
    void* copy = mm::allocate(name.Length, kNameTag);
    if (copy == nullptr) return Status::kInsufficientResources;
    if (auto copied = rtl::copy_from_user(copy, name.Buffer, name.Length); !copied) {
        mm::free_tagged(copy, kNameTag);
        return copied.failure();
    }
    return copy;
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
    const auto block = RSL_TRY(ps::read_in(attributes, mode));
    if (block.Length != sizeof(OBJECT_ATTRIBUTES)) return Status::kInvalidParameter;
    if ((block.Attributes & ~OBJ_VALID_ATTRIBUTES) != 0) return Status::kInvalidParameter;
    captured.flags_ = mode == KernelMode ? block.Attributes : block.Attributes & kUserAttributes;
    captured.root_ = block.RootDirectory;
    captured.security_ = block.SecurityDescriptor;
    if (block.ObjectName == nullptr) return captured;
    const auto name = RSL_TRY(ps::read_in(block.ObjectName, mode));
    if (name.Length % sizeof(char16_t) != 0) return Status::kObjectNameInvalid;
    if (name.Length == 0) return captured;
    const void* text = name.Buffer;
    if (mode != KernelMode) text = captured.copy_ = RSL_TRY(copy_name(name));
    captured.name_ = {static_cast<const char16_t*>(text), name.Length / sizeof(char16_t)};
    return captured;
}

CapturedAttributes::CapturedAttributes(CapturedAttributes&& other) noexcept
    : name_(other.name_),
      copy_(std::exchange(other.copy_, nullptr)),
      security_(other.security_),
      root_(other.root_),
      flags_(other.flags_),
      mode_(other.mode_) {}

CapturedAttributes::~CapturedAttributes() {
    if (copy_ != nullptr) mm::free_tagged(copy_, kNameTag);
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
