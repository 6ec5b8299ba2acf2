// SPDX-License-Identifier: GPL-2.0-only
// What NtQueryInformationToken answers.
#include <cstring>
#include <utility>

#include "abi/types/status.h"
#include "kernel/se/token.hpp"
#include "kernel/se/token_lock.hpp"

namespace rsl::se {
namespace {

/// Lays structures and SIDs out behind one another, counting on when there is no room.
class Layout {
  public:
    Layout(std::span<std::byte> out, uint64_t address) : out_(out), address_(address) {}

    /// Reserves room; returns its offset.
    size_t reserve(size_t bytes) {
        const size_t offset = (used_ + 7) & ~size_t{7};
        used_ = offset + bytes;
        return offset;
    }
    template <typename T>
    void put(size_t offset, const T& value) {
        if (offset + sizeof(T) <= out_.size()) std::memcpy(out_.data() + offset, &value, sizeof(T));
    }
    /// A copy of something behind all else; where its reader finds it.
    void* block(const void* from, size_t bytes) {
        const size_t offset = reserve(bytes);
        if (offset + bytes <= out_.size()) std::memcpy(out_.data() + offset, from, bytes);
        return reinterpret_cast<void*>(address_of(offset));
    }
    PSID sid(const SID& sid) { return block(&sid, sid_length(sid)); }
    uint64_t address_of(size_t offset) const { return address_ + offset; }
    size_t used() const { return used_; }

  private:
    std::span<std::byte> out_;
    uint64_t address_;
    size_t used_ = 0;
};

template <typename T>
size_t one(Layout& layout, const T& value) {
    layout.put(layout.reserve(sizeof(T)), value);
    return layout.used();
}

size_t one_sid(Layout& layout, const SID& sid, ULONG attributes, size_t bytes) {
    const size_t offset = layout.reserve(bytes);
    const SID_AND_ATTRIBUTES entry = {layout.sid(sid), attributes};
    if (bytes == sizeof(PSID)) {
        layout.put(offset, entry.Sid);
    } else {
        layout.put(offset, entry);
    }
    return layout.used();
}

/// An array of SIDs with attributes at `offset`, reserved before.
template <typename Get>
void sids(Layout& layout, size_t offset, size_t count, Get&& get) {
    for (size_t i = 0; i < count; ++i) {
        const auto [sid, attributes] = get(static_cast<uint32_t>(i));
        layout.put(offset + i * sizeof(SID_AND_ATTRIBUTES),
                   SID_AND_ATTRIBUTES{layout.sid(*sid), attributes});
    }
}
auto group_of(const Token& token) {
    return [&token](uint32_t i) {
        return std::pair<const SID*, ULONG>(token.subject().groups[i].sid,
                                            token.group_attributes(i));
    };
}
auto restricting_sid_of(const Token& token) {
    static constexpr ULONG kInForce =
        SE_GROUP_MANDATORY | SE_GROUP_ENABLED_BY_DEFAULT | SE_GROUP_ENABLED;
    return [&token](uint32_t i) {
        return std::pair<const SID*, ULONG>(&token.restricting_sids()[i].sid(), kInForce);
    };
}
template <typename Get>
size_t groups(Layout& layout, size_t count, Get&& get) {
    const size_t bytes = offsetof(TOKEN_GROUPS, Groups) + count * sizeof(SID_AND_ATTRIBUTES);
    const size_t offset = layout.reserve(count == 0 ? sizeof(TOKEN_GROUPS) : bytes);
    layout.put(offset, static_cast<ULONG>(count));
    sids(layout, offset + offsetof(TOKEN_GROUPS, Groups), count, get);
    return layout.used();
}

/// The privileges of a token as an array of LUID_AND_ATTRIBUTES at `offset`, reserved before.
void privilege_array(Layout& layout, size_t offset, const Token& token) {
    const uint64_t present = token.privileges();
    for (ULONG number = 0; number < 64; ++number) {
        const auto is_in = [number](uint64_t set) { return (set >> number & 1) != 0; };
        if (!is_in(present)) continue;
        const ULONG attributes =
            (is_in(token.default_privileges()) ? SE_PRIVILEGE_ENABLED_BY_DEFAULT : 0) |
            (is_in(token.enabled_privileges()) ? SE_PRIVILEGE_ENABLED : 0);
        layout.put(offset, LUID_AND_ATTRIBUTES{{number, 0}, attributes});
        offset += sizeof(LUID_AND_ATTRIBUTES);
    }
}
ULONG privilege_count(const Token& token) {
    return static_cast<ULONG>(__builtin_popcountll(token.privileges()));
}
size_t privileges(Layout& layout, const Token& token) {
    const ULONG count = privilege_count(token);
    const size_t offset = layout.reserve(offsetof(TOKEN_PRIVILEGES, Privileges) +
                                         count * sizeof(LUID_AND_ATTRIBUTES));
    layout.put(offset, count);
    privilege_array(layout, offset + offsetof(TOKEN_PRIVILEGES, Privileges), token);
    return layout.used();
}

size_t groups_and_privileges(Layout& layout, const Token& token) {
    TOKEN_GROUPS_AND_PRIVILEGES head = {.AuthenticationId = token.logon()};
    const size_t offset = layout.reserve(sizeof(head));
    head.SidCount = token.group_count() + 1;
    size_t at = layout.reserve(head.SidCount * sizeof(SID_AND_ATTRIBUTES));
    head.Sids = reinterpret_cast<PSID_AND_ATTRIBUTES>(layout.address_of(at));
    sids(layout, at, head.SidCount, [&token](uint32_t i) {  // the user is the first
        return i == 0 ? std::pair<const SID*, ULONG>(token.subject().user, token.user_attributes())
                      : group_of(token)(i - 1);
    });
    head.SidLength = static_cast<ULONG>(layout.used() - at);
    head.RestrictedSidCount = static_cast<ULONG>(token.restricting_sids().size());
    if (head.RestrictedSidCount != 0) {
        at = layout.reserve(head.RestrictedSidCount * sizeof(SID_AND_ATTRIBUTES));
        head.RestrictedSids = reinterpret_cast<PSID_AND_ATTRIBUTES>(layout.address_of(at));
        sids(layout, at, head.RestrictedSidCount, restricting_sid_of(token));
        head.RestrictedSidLength = static_cast<ULONG>(layout.used() - at);
    }
    head.PrivilegeCount = privilege_count(token);
    head.PrivilegeLength = head.PrivilegeCount * static_cast<ULONG>(sizeof(LUID_AND_ATTRIBUTES));
    at = layout.reserve(head.PrivilegeLength);
    head.Privileges = reinterpret_cast<PLUID_AND_ATTRIBUTES>(layout.address_of(at));
    privilege_array(layout, at, token);
    layout.put(offset, head);
    return layout.used();
}

size_t default_dacl(Layout& layout, const Token& token) {
    const size_t offset = layout.reserve(sizeof(TOKEN_DEFAULT_DACL));
    const ACL* acl = token.default_dacl();
    TOKEN_DEFAULT_DACL answer = {};
    if (acl != nullptr) answer.DefaultDacl = static_cast<PACL>(layout.block(acl, acl->AclSize));
    layout.put(offset, answer);
    return layout.used();
}

TOKEN_STATISTICS statistics(const Token& token) {
    return {.TokenId = token.id(),
            .AuthenticationId = token.logon(),
            .ExpirationTime = {.QuadPart = MAXLONGLONG},
            .TokenType = token.type(),
            .ImpersonationLevel = token.level(),
            .DynamicCharged = 4096,
            .DynamicAvailable =
                4096 - (token.default_dacl() != nullptr ? token.default_dacl()->AclSize : 0u),
            .GroupCount = token.group_count(),
            .PrivilegeCount = privilege_count(token),
            .ModifiedId = token.modified_id()};
}

constexpr ULONG kIntegrityAttributes = 0x60;  // SE_GROUP_INTEGRITY | SE_GROUP_INTEGRITY_ENABLED
constexpr ULONG kElevationDefault = 1, kElevationFull = 2;

}  // namespace

Result<size_t> query_token(const Token& token, TOKEN_INFORMATION_CLASS what,
                           std::span<std::byte> out, uint64_t address) {
    TokenRead lock;
    Layout layout(out, address);
    const Token::Subject& subject = token.subject();
    switch (what) {
        case TokenUser:
            return one_sid(layout, *subject.user, token.user_attributes(), sizeof(TOKEN_USER));
        case TokenGroups:
            return groups(layout, token.group_count(), group_of(token));
        case TokenPrivileges:
            return privileges(layout, token);
        case TokenOwner:
            return one_sid(layout, token.owner(), 0, sizeof(PSID));
        case TokenPrimaryGroup:
            return one_sid(layout, token.primary_group(), 0, sizeof(PSID));
        case TokenDefaultDacl:
            return default_dacl(layout, token);
        case TokenSource:
            return one(layout, TOKEN_SOURCE{{'R', 'S', 'L'}, {}});
        case TokenType:
            return one(layout, token.type());
        case TokenImpersonationLevel:
            if (token.type() == TokenPrimary) return Status::kInvalidParameter;  // it has none
            return one(layout, token.level());
        case TokenStatistics:
            return one(layout, statistics(token));
        case TokenRestrictedSids:
            return groups(layout, token.restricting_sids().size(), restricting_sid_of(token));
        case TokenGroupsAndPrivileges:
            return groups_and_privileges(layout, token);
        case TokenSandBoxInert:
            return one(layout, ULONG{token.is_sandbox_inert()});
        case TokenSessionId:
            return one(layout, token.session_id());
        case TokenElevationType:
            return one(layout, &token.subject() == &system_token().subject() ? kElevationDefault
                                                                             : kElevationFull);
        case TokenElevation:
            return one(layout, ULONG{1});
        case TokenHasRestrictions:
            return one(layout, ULONG{token.is_restricted()});
        case TokenIntegrityLevel:
            return one_sid(layout, *subject.integrity, kIntegrityAttributes,
                           sizeof(SID_AND_ATTRIBUTES));
        case TokenVirtualizationAllowed:
        case TokenVirtualizationEnabled:
        case TokenUIAccess:
            return one(layout, ULONG{0});
        case TokenMandatoryPolicy:
            return one(layout, ULONG{1});  // no write up
        case TokenIsAppContainer:
            return one(layout, ULONG{0});
        case TokenOrigin:
            return one(layout, LUID{0x3E7, 0});
        default:
            return Status(STATUS_INVALID_INFO_CLASS);
    }
}

}  // namespace rsl::se
