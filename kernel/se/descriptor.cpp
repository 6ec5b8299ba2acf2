// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/se/descriptor.hpp"

#include <cstring>

#include "abi/types/status.h"
#include "base/core/bytes.hpp"
#include "kernel/se/acl.hpp"

namespace rsl::se {
namespace {

const SECURITY_DESCRIPTOR& absolute(const void* d) {
    return *static_cast<const SECURITY_DESCRIPTOR*>(d);
}
const SECURITY_DESCRIPTOR_RELATIVE& relative(const void* d) {
    return *static_cast<const SECURITY_DESCRIPTOR_RELATIVE*>(d);
}
template <typename T>
const T* at(const void* base, uint32_t offset) {
    return offset == 0 ? nullptr
                       : reinterpret_cast<const T*>(static_cast<const char*>(base) + offset);
}

/// The four parts and the control word, wherever they lie.
struct Parts {
    SECURITY_DESCRIPTOR_CONTROL control = 0;
    const SID* owner = nullptr;
    const SID* group = nullptr;
    const ACL* sacl = nullptr;
    const ACL* dacl = nullptr;
};
Parts parts_of(const void* d) {
    return {control_of(d), owner_of(d), group_of(d), sacl_of(d), dacl_of(d)};
}

constexpr uint32_t kOwnerBits = SE_OWNER_DEFAULTED;
constexpr uint32_t kGroupBits = SE_GROUP_DEFAULTED;
constexpr uint32_t kDaclBits = SE_DACL_PRESENT | SE_DACL_DEFAULTED | SE_DACL_AUTO_INHERIT_REQ |
                               SE_DACL_AUTO_INHERITED | SE_DACL_PROTECTED;
constexpr uint32_t kSaclBits = SE_SACL_PRESENT | SE_SACL_DEFAULTED | SE_SACL_AUTO_INHERIT_REQ |
                               SE_SACL_AUTO_INHERITED | SE_SACL_PROTECTED;
constexpr SECURITY_INFORMATION kSaclParts = SACL_SECURITY_INFORMATION | LABEL_SECURITY_INFORMATION;

/// Takes the parts that `which` names from `from`.
void take(Parts& to, const Parts& from, SECURITY_INFORMATION which) {
    const auto copy_bits = [&](uint32_t bits) {
        to.control = static_cast<USHORT>((to.control & ~bits) | (from.control & bits));
    };
    if ((which & OWNER_SECURITY_INFORMATION) != 0) to.owner = from.owner, copy_bits(kOwnerBits);
    if ((which & GROUP_SECURITY_INFORMATION) != 0) to.group = from.group, copy_bits(kGroupBits);
    if ((which & DACL_SECURITY_INFORMATION) != 0) to.dacl = from.dacl, copy_bits(kDaclBits);
    if ((which & kSaclParts) != 0) to.sacl = from.sacl, copy_bits(kSaclBits);
}

uint32_t padded(uint32_t bytes) { return align_up<uint32_t>(bytes, sizeof(ULONG)); }
uint32_t length_of(const Parts& parts) {
    return static_cast<uint32_t>(sizeof(SECURITY_DESCRIPTOR_RELATIVE)) +
           (parts.owner != nullptr ? padded(sid_length(*parts.owner)) : 0) +
           (parts.group != nullptr ? padded(sid_length(*parts.group)) : 0) +
           (parts.sacl != nullptr ? padded(parts.sacl->AclSize) : 0) +
           (parts.dacl != nullptr ? padded(parts.dacl->AclSize) : 0);
}

Result<void> write(const Parts& parts, void* out, uint32_t& bytes) {
    const uint32_t needed = length_of(parts);
    const uint32_t room = bytes;
    bytes = needed;
    if (room < needed) return Status::kBufferTooSmall;
    std::memset(out, 0, needed);
    auto& head = *static_cast<SECURITY_DESCRIPTOR_RELATIVE*>(out);
    head.Revision = SECURITY_DESCRIPTOR_REVISION;
    head.Control = static_cast<USHORT>(parts.control | SE_SELF_RELATIVE);
    uint32_t offset = sizeof(head);
    const auto put = [&](ULONG& field, const void* part, uint32_t length) {
        if (part == nullptr) return;
        field = offset;
        std::memcpy(static_cast<char*>(out) + offset, part, length);
        offset += padded(length);
    };
    put(head.Sacl, parts.sacl, parts.sacl != nullptr ? parts.sacl->AclSize : 0);
    put(head.Dacl, parts.dacl, parts.dacl != nullptr ? parts.dacl->AclSize : 0);
    put(head.Owner, parts.owner, parts.owner != nullptr ? sid_length(*parts.owner) : 0);
    put(head.Group, parts.group, parts.group != nullptr ? sid_length(*parts.group) : 0);
    return {};
}

bool sid_fits(const void* base, uint32_t offset, uint32_t bytes) {
    if (offset % sizeof(ULONG) != 0 || !in_bounds(offset, sid_length(0), bytes)) return false;
    const SID& sid = *at<SID>(base, offset);
    return is_valid(sid) && in_bounds(offset, sid_length(sid), bytes);
}
bool acl_fits(const void* base, uint32_t offset, uint32_t bytes) {
    if (offset % sizeof(ULONG) != 0 || !in_bounds(offset, sizeof(ACL), bytes)) return false;
    const ACL& acl = *at<ACL>(base, offset);
    return in_bounds(offset, acl.AclSize, bytes) && is_valid(acl);
}

}  // namespace

const SID* owner_of(const void* d) {
    return is_relative(d) ? at<SID>(d, relative(d).Owner)
                          : static_cast<const SID*>(absolute(d).Owner);
}
const SID* group_of(const void* d) {
    return is_relative(d) ? at<SID>(d, relative(d).Group)
                          : static_cast<const SID*>(absolute(d).Group);
}
const ACL* dacl_of(const void* d) {
    if ((control_of(d) & SE_DACL_PRESENT) == 0) return nullptr;
    return is_relative(d) ? at<ACL>(d, relative(d).Dacl) : absolute(d).Dacl;
}
const ACL* sacl_of(const void* d) {
    if ((control_of(d) & SE_SACL_PRESENT) == 0) return nullptr;
    return is_relative(d) ? at<ACL>(d, relative(d).Sacl) : absolute(d).Sacl;
}

bool is_valid_descriptor(const void* d) {
    if (absolute(d).Revision != SECURITY_DESCRIPTOR_REVISION) return false;
    const Parts parts = parts_of(d);
    return (parts.owner == nullptr || is_valid(*parts.owner)) &&
           (parts.group == nullptr || is_valid(*parts.group)) &&
           (parts.sacl == nullptr || is_valid(*parts.sacl)) &&
           (parts.dacl == nullptr || is_valid(*parts.dacl));
}

bool is_valid_relative(const void* d, uint32_t bytes, SECURITY_INFORMATION required) {
    if (bytes < sizeof(SECURITY_DESCRIPTOR_RELATIVE)) return false;
    const auto& head = relative(d);
    if (head.Revision != SECURITY_DESCRIPTOR_REVISION || !is_relative(d)) return false;
    if (head.Owner != 0 ? !sid_fits(d, head.Owner, bytes)
                        : (required & OWNER_SECURITY_INFORMATION) != 0)
        return false;
    if (head.Group != 0 ? !sid_fits(d, head.Group, bytes)
                        : (required & GROUP_SECURITY_INFORMATION) != 0)
        return false;
    const bool has_dacl = (head.Control & SE_DACL_PRESENT) != 0;
    const bool has_sacl = (head.Control & SE_SACL_PRESENT) != 0;
    if (has_dacl && head.Dacl != 0 && !acl_fits(d, head.Dacl, bytes)) return false;
    if (has_sacl && head.Sacl != 0 && !acl_fits(d, head.Sacl, bytes)) return false;
    return (has_dacl || (required & DACL_SECURITY_INFORMATION) == 0) &&
           (has_sacl || (required & SACL_SECURITY_INFORMATION) == 0);
}

uint32_t descriptor_length(const void* d) {
    const uint32_t head =
        is_relative(d) ? sizeof(SECURITY_DESCRIPTOR_RELATIVE) : sizeof(SECURITY_DESCRIPTOR);
    return length_of(parts_of(d)) - static_cast<uint32_t>(sizeof(SECURITY_DESCRIPTOR_RELATIVE)) +
           head;
}

Result<void> make_relative(const void* d, void* out, uint32_t& bytes) {
    return write(parts_of(d), out, bytes);
}
Result<void> make_relative(const void* d, SECURITY_INFORMATION wanted, void* out, uint32_t& bytes) {
    Parts parts;
    take(parts, parts_of(d), wanted);
    return write(parts, out, bytes);
}
Result<void> merge(const void* base, const void* changes, SECURITY_INFORMATION which, void* out,
                   uint32_t& bytes) {
    Parts parts;
    if (base != nullptr) parts = parts_of(base);
    take(parts, parts_of(changes), which);
    return write(parts, out, bytes);
}

}  // namespace rsl::se
