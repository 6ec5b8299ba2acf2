// SPDX-License-Identifier: GPL-2.0-only
// AddReg and DelReg: lines to registry values.
#pragma once

#include "host/inf/plan.hpp"

namespace rsl::inf {

/// Adds the values of an AddReg section. `relative`: the key that HKR means; empty: none is known.
HostResult<void> add_registry(const File& file, const std::string& section,
                              const std::string& relative, Plan& plan);
/// The same for DelReg.
HostResult<void> delete_registry(const File& file, const std::string& section,
                                 const std::string& relative, Plan& plan);

/// Data as the registry keeps it.
std::vector<std::byte> text_data(std::string_view utf8);
std::vector<std::byte> list_data(const std::vector<std::string>& strings);
std::vector<std::byte> number_data(uint32_t number);
/// Decimal, 0x hexadecimal, octal is not known; false when it is no number of 32 bits.
bool parse_number(std::string_view text, uint32_t& number);

}  // namespace rsl::inf
