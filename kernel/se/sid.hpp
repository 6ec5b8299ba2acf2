// SPDX-License-Identifier: GPL-2.0-only
// Security identifiers: checks, sizes, text, and the well-known ones. Pure: no kernel around it
// needed.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <span>

#include "abi/types/se.h"

namespace rsl::se {

constexpr uint32_t sid_length(uint32_t sub_authorities) {
    return static_cast<uint32_t>(offsetof(SID, SubAuthority)) +
           sub_authorities * static_cast<uint32_t>(sizeof(ULONG));
}
inline uint32_t sid_length(const SID& sid) { return sid_length(sid.SubAuthorityCount); }
inline bool is_valid(const SID& sid) {
    return sid.Revision == SID_REVISION && sid.SubAuthorityCount <= SID_MAX_SUB_AUTHORITIES;
}
inline bool equal(const SID& a, const SID& b) {
    return a.Revision == b.Revision && a.SubAuthorityCount == b.SubAuthorityCount &&
           std::memcmp(&a, &b, sid_length(a)) == 0;
}

/// A SID that is a constant: WellKnown<1>{5, {18}} is S-1-5-18.
template <size_t kSubAuthorities>
struct WellKnown {
    UCHAR revision = SID_REVISION;
    UCHAR count = kSubAuthorities;
    SID_IDENTIFIER_AUTHORITY authority = {};
    ULONG sub_authorities[kSubAuthorities] = {};

    constexpr WellKnown(UCHAR identifier_authority, std::initializer_list<ULONG> rids) {
        authority.Value[5] = identifier_authority;
        std::copy(rids.begin(), rids.end(), sub_authorities);
    }
    const SID& sid() const { return *reinterpret_cast<const SID*>(this); }
};

inline constexpr WellKnown<1> kNullSid{0, {0}};
inline constexpr WellKnown<1> kWorldSid{1, {0}};
inline constexpr WellKnown<1> kLocalSid{2, {0}};
inline constexpr WellKnown<1> kCreatorOwnerSid{3, {0}};
inline constexpr WellKnown<1> kCreatorGroupSid{3, {1}};
inline constexpr WellKnown<1> kOwnerRightsSid{3, {4}};
/// The authority alone: no parts. The array has one that is not counted.
inline constexpr WellKnown<1> kNtAuthoritySid = [] {
    WellKnown<1> sid{5, {0}};
    sid.count = 0;
    return sid;
}();
inline constexpr WellKnown<1> kDialupSid{5, {1}};
inline constexpr WellKnown<1> kNetworkSid{5, {2}};
inline constexpr WellKnown<1> kBatchSid{5, {3}};
inline constexpr WellKnown<1> kInteractiveSid{5, {4}};
inline constexpr WellKnown<1> kServiceSid{5, {6}};
inline constexpr WellKnown<1> kAnonymousSid{5, {7}};
inline constexpr WellKnown<1> kAuthenticatedUsersSid{5, {11}};
inline constexpr WellKnown<1> kRestrictedSid{5, {12}};
inline constexpr WellKnown<1> kIUserSid{5, {17}};
inline constexpr WellKnown<1> kSystemSid{5, {18}};
inline constexpr WellKnown<1> kLocalServiceSid{5, {19}};
inline constexpr WellKnown<1> kNetworkServiceSid{5, {20}};
inline constexpr WellKnown<2> kAdministratorsSid{5, {32, 544}};
inline constexpr WellKnown<2> kUsersSid{5, {32, 545}};
inline constexpr WellKnown<2> kGuestsSid{5, {32, 546}};
inline constexpr WellKnown<2> kPowerUsersSid{5, {32, 547}};
inline constexpr WellKnown<2> kAccountOperatorsSid{5, {32, 548}};
inline constexpr WellKnown<2> kServerOperatorsSid{5, {32, 549}};
inline constexpr WellKnown<2> kPrintOperatorsSid{5, {32, 550}};
inline constexpr WellKnown<2> kBackupOperatorsSid{5, {32, 551}};
inline constexpr WellKnown<6> kTrustedInstallerSid{
    5, {80, 956008885, 3418522649, 1831038044, 1853292631, 2271478464}};
inline constexpr WellKnown<6> kUserModeDriversSid{5, {84, 0, 0, 0, 0, 0}};
inline constexpr WellKnown<2> kAllAppPackagesSid{15, {2, 1}};
inline constexpr WellKnown<1> kUntrustedLabelSid{16, {0}};
inline constexpr WellKnown<1> kLowLabelSid{16, {4096}};
inline constexpr WellKnown<1> kMediumLabelSid{16, {8192}};
inline constexpr WellKnown<1> kHighLabelSid{16, {12288}};
inline constexpr WellKnown<1> kSystemLabelSid{16, {16384}};
inline constexpr WellKnown<2> kProcessTrustWinTcbSid{19, {512, 8192}};

/// "S-1-5-18". Returns the characters needed, NUL not counted; writes what fits.
size_t format_sid(const SID& sid, std::span<char16_t> out);

}  // namespace rsl::se
