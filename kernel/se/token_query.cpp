// SPDX-License-Identifier: GPL-2.0-only
// What NtQueryInformationToken answers.
#include <cstring>

#include "kernel/se/token.hpp"

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
    /// A copy of a SID behind all else; where its reader finds it.
    PSID sid(const SID& sid) {
        const size_t offset = reserve(sid_length(sid));
        if (offset + sid_length(sid) <= out_.size())
            std::memcpy(out_.data() + offset, &sid, sid_length(sid));
        return reinterpret_cast<PSID>(address_ + offset);
    }
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

size_t groups(Layout& layout, const Token::Subject& subject) {
    const size_t count = subject.groups.size();
    const size_t offset = layout.reserve(offsetof(TOKEN_GROUPS, Groups) + count * sizeof(SID_AND_ATTRIBUTES));
    layout.put(offset, static_cast<ULONG>(count));
    for (size_t i = 0; i < count; ++i) {
        const SID_AND_ATTRIBUTES entry = {layout.sid(*subject.groups[i].sid), subject.groups[i].attributes};
        layout.put(offset + offsetof(TOKEN_GROUPS, Groups) + i * sizeof(entry), entry);
    }
    return layout.used();
}

size_t privileges(Layout& layout, const Token::Subject& subject) {
    const auto count = static_cast<ULONG>(__builtin_popcountll(subject.privileges));
    size_t offset = layout.reserve(offsetof(TOKEN_PRIVILEGES, Privileges) + count * sizeof(LUID_AND_ATTRIBUTES));
    layout.put(offset, count);
    offset += offsetof(TOKEN_PRIVILEGES, Privileges);
    for (ULONG number = 0; number < 64; ++number) {
        if ((subject.privileges >> number & 1) == 0) continue;
        layout.put(offset, LUID_AND_ATTRIBUTES{{number, 0}, SE_PRIVILEGE_ENABLED_BY_DEFAULT | SE_PRIVILEGE_ENABLED});
        offset += sizeof(LUID_AND_ATTRIBUTES);
    }
    return layout.used();
}

TOKEN_STATISTICS statistics(const Token& token) {
    return {.TokenId = token.id(),
            .AuthenticationId = token.subject().logon,
            .ExpirationTime = {.QuadPart = MAXLONGLONG},
            .TokenType = token.type(),
            .ImpersonationLevel = token.level(),
            .GroupCount = static_cast<ULONG>(token.subject().groups.size()),
            .PrivilegeCount = static_cast<ULONG>(__builtin_popcountll(token.subject().privileges)),
            .ModifiedId = token.id()};
}

constexpr ULONG kIntegrityAttributes = 0x60;  // SE_GROUP_INTEGRITY | SE_GROUP_INTEGRITY_ENABLED
constexpr ULONG kElevationDefault = 1, kElevationFull = 2;

}  // namespace

Result<size_t> query_token(const Token& token, TOKEN_INFORMATION_CLASS what, std::span<std::byte> out,
                           uint64_t address) {
    Layout layout(out, address);
    const Token::Subject& subject = token.subject();
    switch (what) {
        case TokenUser: return one_sid(layout, *subject.user, 0, sizeof(TOKEN_USER));
        case TokenGroups: return groups(layout, subject);
        case TokenPrivileges: return privileges(layout, subject);
        case TokenOwner: return one_sid(layout, *subject.owner, 0, sizeof(PSID));
        case TokenPrimaryGroup: return one_sid(layout, *subject.primary_group, 0, sizeof(PSID));
        case TokenDefaultDacl: return one(layout, PACL{nullptr});
        case TokenSource: return one(layout, TOKEN_SOURCE{{'R', 'S', 'L'}, {}});
        case TokenType: return one(layout, token.type());
        case TokenImpersonationLevel:
            if (token.type() == TokenPrimary) return Status::kInvalidParameter;
            return one(layout, token.level());
        case TokenStatistics: return one(layout, statistics(token));
        case TokenRestrictedSids: return one(layout, TOKEN_GROUPS{});
        case TokenSessionId: return one(layout, token.session_id());
        case TokenElevationType:
            return one(layout, &token == &system_token() ? kElevationDefault : kElevationFull);
        case TokenElevation: return one(layout, ULONG{1});
        case TokenHasRestrictions: return one(layout, ULONG{0});
        case TokenIntegrityLevel:
            return one_sid(layout, *subject.integrity, kIntegrityAttributes, sizeof(SID_AND_ATTRIBUTES));
        case TokenUIAccess: return one(layout, ULONG{0});
        case TokenMandatoryPolicy: return one(layout, ULONG{1});  // no write up
        case TokenIsAppContainer: return one(layout, ULONG{0});
        case TokenOrigin: return one(layout, LUID{0x3E7, 0});
        default: return Status::kInvalidParameter;
    }
}

}  // namespace rsl::se
