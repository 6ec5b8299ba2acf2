// SPDX-License-Identifier: GPL-2.0-only
// The VM's registry, as far as libRSL itself needs more of it than rsl.h has. UTF-16 as it is:
// names need not be well-formed.
#pragma once

#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/message/registry.hpp"
#include "shim/client/connection.hpp"

namespace rsl::client {

/// protocol::SetRegistryValue. RSL_STATUS_INVALID_PARAMETER for what is longer than the protocol's
/// bounds.
rsl_status set_registry_value(Connection& connection, std::u16string_view key,
                              std::u16string_view name, uint32_t type,
                              std::span<const std::byte> data, uint32_t flags);

/// Sets values one behind the other, without a wait for each; which is set first is not said.
class RegistryWriter {
  public:
    explicit RegistryWriter(Connection& connection);
    ~RegistryWriter();  // waits for all
    RegistryWriter(const RegistryWriter&) = delete;
    RegistryWriter& operator=(const RegistryWriter&) = delete;
    void set(std::u16string_view key, std::u16string_view name, uint32_t type,
             std::span<const std::byte> data);

  private:
    struct OnItsWay;
    static constexpr size_t kMost = 8;
    void await_first();
    Connection& connection_;
    std::deque<std::unique_ptr<OnItsWay>> sent_;
};

struct RegistryValue {
    uint32_t type = 0;
    std::vector<std::byte> data;
};
rsl_status read_registry_value(Connection& connection, std::u16string_view key,
                               std::u16string_view name, RegistryValue& value);

/// From now on next_registry_changes() tells of changes of the key and all below it.
rsl_status watch_registry(Connection& connection, std::u16string_view key, uint32_t flags,
                          uint32_t& watch);
rsl_status forget_registry(Connection& connection, uint32_t watch);

struct RegistryChange {
    uint32_t watch;
    protocol::RegistryChange change;
    std::u16string key, name;
};
/// Takes some changes; none left: STATUS_NO_MORE_ENTRIES.
inline constexpr rsl_status kNoMoreEntries = static_cast<rsl_status>(0x8000001A);
rsl_status next_registry_changes(Connection& connection, std::vector<RegistryChange>& changes);
/// Blocks until there are some, or the connection has ended.
rsl_status wait_for_registry_changes(Connection& connection);

}  // namespace rsl::client
