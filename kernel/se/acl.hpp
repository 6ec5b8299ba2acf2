// SPDX-License-Identifier: GPL-2.0-only
// Access control lists: checked, walked, built in memory that the caller owns. Pure.
#pragma once

#include <cstddef>
#include <cstdint>

#include "abi/types/se.h"
#include "base/core/result.hpp"
#include "kernel/se/sid.hpp"

namespace rsl::se {

/// Whether the list's sizes are consistent, and each SID of an entry kind we know lies inside it.
bool is_valid(const ACL& acl);

inline const ACE_HEADER* first_ace(const ACL& acl) {
    return reinterpret_cast<const ACE_HEADER*>(&acl + 1);
}
inline const ACE_HEADER* next_ace(const ACE_HEADER& ace) {
    return reinterpret_cast<const ACE_HEADER*>(reinterpret_cast<const char*>(&ace) + ace.AceSize);
}
/// For a valid list.
template <typename Visit>
void for_each_ace(const ACL& acl, Visit&& visit) {
    const ACE_HEADER* ace = first_ace(acl);
    for (uint32_t i = 0; i < acl.AceCount; ++i, ace = next_ace(*ace)) visit(*ace);
}
/// Bytes that header and entries take, or 0 for a list whose entries run out of it.
uint32_t used_bytes(const ACL& acl);

/// An empty list in `bytes` of memory. kInvalidParameter, STATUS_BUFFER_TOO_SMALL.
Result<void> create_acl(ACL& acl, uint32_t bytes, uint32_t revision);
/// Appends entries copied from `aces`, before entry `index` or, with MAXULONG, at the end.
Result<void> add_aces(ACL& acl, uint32_t revision, uint32_t index, const void* aces,
                      uint32_t bytes);
/// Appends one entry with a mask and a SID.
Result<void> add_access_ace(ACL& acl, uint32_t revision, uint8_t type, uint8_t flags, uint32_t mask,
                            const SID& sid);
Result<void> delete_ace(ACL& acl, uint32_t index);
/// kInvalidParameter when there is no such entry.
Result<ACE_HEADER*> get_ace(ACL& acl, uint32_t index);

}  // namespace rsl::se
