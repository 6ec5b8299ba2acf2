// SPDX-License-Identifier: GPL-2.0-only
// What NdisReadConfiguration and NdisReadNetworkAddress make of the registry's texts.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace rsl::ndis {

/// "1500" with base 10, "5dc" or "0x5DC" with base 16. Nothing when it is no number of 32 bits.
std::optional<uint32_t> parse_number(std::u16string_view text, uint32_t base);

/// "00FF0A0B0C0D", "00-FF-0A-0B-0C-0D": the bytes. Nothing for other characters, an odd count of
/// digits, no digits, or more bytes than `out` has.
std::optional<size_t> parse_network_address(std::u16string_view text, std::span<uint8_t> out);

}  // namespace rsl::ndis
