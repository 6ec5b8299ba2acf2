// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/se/acl.hpp"

#include <cstring>

#include "abi/types/status.h"

namespace rsl::se {
namespace {

bool has_plain_sid(uint8_t type) {
    return type <= SYSTEM_ALARM_ACE_TYPE || type == SYSTEM_MANDATORY_LABEL_ACE_TYPE ||
           type == ACCESS_ALLOWED_CALLBACK_ACE_TYPE || type == ACCESS_DENIED_CALLBACK_ACE_TYPE;
}
bool is_valid_entry(const ACE_HEADER& ace, uint32_t room) {
    if (ace.AceSize < sizeof(ACE_HEADER) || ace.AceSize > room || ace.AceSize % sizeof(ULONG) != 0)
        return false;
    if (!has_plain_sid(ace.AceType)) return true;  // opaque: size is all that matters
    constexpr uint32_t kBeforeSid = offsetof(ACCESS_ALLOWED_ACE, SidStart);
    if (ace.AceSize < kBeforeSid + sid_length(0)) return false;
    const auto& sid =
        *reinterpret_cast<const SID*>(&reinterpret_cast<const ACCESS_ALLOWED_ACE&>(ace).SidStart);
    return is_valid(sid) && kBeforeSid + sid_length(sid) <= ace.AceSize;
}
bool is_known_revision(uint32_t revision) {
    return revision >= ACL_REVISION && revision <= ACL_REVISION_DS;
}

/// Opens `bytes` of room at byte `offset` of the used part.
char* make_room(ACL& acl, uint32_t offset, uint32_t bytes, uint32_t used) {
    char* base = reinterpret_cast<char*>(&acl);
    std::memmove(base + offset + bytes, base + offset, used - offset);
    return base + offset;
}

}  // namespace

bool is_valid(const ACL& acl) {
    if (!is_known_revision(acl.AclRevision) || acl.AclSize < sizeof(ACL)) return false;
    uint32_t room = acl.AclSize - static_cast<uint32_t>(sizeof(ACL));
    const ACE_HEADER* ace = first_ace(acl);
    for (uint32_t i = 0; i < acl.AceCount; ++i) {
        if (room < sizeof(ACE_HEADER) || !is_valid_entry(*ace, room)) return false;
        room -= ace->AceSize;
        ace = next_ace(*ace);
    }
    return true;
}

uint32_t used_bytes(const ACL& acl) {
    uint32_t used = sizeof(ACL);
    const ACE_HEADER* ace = first_ace(acl);
    for (uint32_t i = 0; i < acl.AceCount; ++i) {
        if (used + sizeof(ACE_HEADER) > acl.AclSize || ace->AceSize < sizeof(ACE_HEADER) ||
            used + ace->AceSize > acl.AclSize)
            return 0;
        used += ace->AceSize;
        ace = next_ace(*ace);
    }
    return used;
}

Result<void> create_acl(ACL& acl, uint32_t bytes, uint32_t revision) {
    if (bytes < sizeof(ACL)) return Status::kBufferTooSmall;
    if (!is_known_revision(revision) || bytes > MAXUSHORT) return Status::kInvalidParameter;
    acl = {.AclRevision = static_cast<UCHAR>(revision),
           .AclSize = static_cast<USHORT>(bytes & ~uint32_t{3})};
    return {};
}

Result<void> add_aces(ACL& acl, uint32_t revision, uint32_t index, const void* aces,
                      uint32_t bytes) {
    if (!is_valid(acl) || !is_known_revision(revision)) return Status::kInvalidParameter;
    const auto* ace = static_cast<const ACE_HEADER*>(aces);
    uint32_t count = 0;
    for (uint32_t left = bytes; left != 0; ++count) {
        if (left < sizeof(ACE_HEADER) || !is_valid_entry(*ace, left))
            return Status::kInvalidParameter;
        left -= ace->AceSize;
        ace = next_ace(*ace);
    }
    const uint32_t used = used_bytes(acl);
    if (used + bytes > acl.AclSize) return Status::kBufferTooSmall;
    uint32_t offset = sizeof(ACL);
    const ACE_HEADER* at = first_ace(acl);
    for (uint32_t i = 0; i < acl.AceCount && i < index; ++i, at = next_ace(*at))
        offset += at->AceSize;
    std::memcpy(make_room(acl, offset, bytes, used), aces, bytes);
    acl.AceCount = static_cast<USHORT>(acl.AceCount + count);
    if (revision > acl.AclRevision) acl.AclRevision = static_cast<UCHAR>(revision);
    return {};
}

Result<void> add_access_ace(ACL& acl, uint32_t revision, uint8_t type, uint8_t flags, uint32_t mask,
                            const SID& sid) {
    if (!is_valid(sid)) return Status(STATUS_INVALID_SID);
    if (!is_valid(acl)) return Status(STATUS_INVALID_ACL);
    if (!is_known_revision(revision)) return Status(STATUS_REVISION_MISMATCH);
    alignas(ULONG) char buffer[offsetof(ACCESS_ALLOWED_ACE, SidStart) + SECURITY_MAX_SID_SIZE];
    auto& ace = *reinterpret_cast<ACCESS_ALLOWED_ACE*>(buffer);
    const uint32_t bytes =
        static_cast<uint32_t>(offsetof(ACCESS_ALLOWED_ACE, SidStart)) + sid_length(sid);
    ace.Header = {.AceType = type, .AceFlags = flags, .AceSize = static_cast<USHORT>(bytes)};
    ace.Mask = mask;
    std::memcpy(buffer + offsetof(ACCESS_ALLOWED_ACE, SidStart), &sid, sid_length(sid));
    const auto added = add_aces(acl, revision, MAXULONG, buffer, bytes);
    if (!added && added.failure() == Status::kBufferTooSmall)
        return Status(STATUS_ALLOTTED_SPACE_EXCEEDED);
    return added.status();
}

Result<void> delete_ace(ACL& acl, uint32_t index) {
    if (!is_valid(acl) || index >= acl.AceCount) return Status::kInvalidParameter;
    ACE_HEADER* ace = RSL_TRY(get_ace(acl, index));
    const uint32_t used = used_bytes(acl);
    const uint32_t size = ace->AceSize;
    char* base = reinterpret_cast<char*>(&acl);
    char* from = reinterpret_cast<char*>(ace) + size;
    std::memmove(ace, from, static_cast<size_t>(base + used - from));
    std::memset(base + used - size, 0, size);
    --acl.AceCount;
    return {};
}

Result<ACE_HEADER*> get_ace(ACL& acl, uint32_t index) {
    if (!is_known_revision(acl.AclRevision) || index >= acl.AceCount)
        return Status::kInvalidParameter;
    const ACE_HEADER* ace = first_ace(acl);
    while (index-- != 0) ace = next_ace(*ace);
    const auto* end = reinterpret_cast<const char*>(&acl) + acl.AclSize;
    if (reinterpret_cast<const char*>(ace) >= end) return Status::kInvalidParameter;
    return const_cast<ACE_HEADER*>(ace);
}

}  // namespace rsl::se
