// SPDX-License-Identifier: GPL-2.0-only
// Names of adapters and of what stands above them, and what the registry says about them.
#pragma once

#include <string_view>

#include "classes/ndis/layers.hpp"

namespace rsl::ndis {

/// A text, whoever counts it.
class Text : public std::u16string_view {
  public:
    Text(const char16_t* text) : std::u16string_view(text) {}
    Text(const UNICODE_STRING& text)
        : std::u16string_view(reinterpret_cast<const char16_t*>(text.Buffer),
                              text.Length / sizeof(WCHAR)) {}
};
constexpr const char16_t* kDeviceFolder = u"\\Device\\";
constexpr const char16_t* kAdaptersFolder = u"\\Parameters\\Adapters\\";

/// One behind the other in memory of our own, to be released; empty when there is none.
NTSTATUS join(Text first, Text second, UNICODE_STRING& out);

/// Linkage\Bind of a service, a REG_MULTI_SZ in memory of our own: the adapters that a protocol is
/// bound to. Stays null when there is none.
void read_allowed_adapters(const UNICODE_STRING& service, WCHAR*& names, ULONG& bytes);

/// The registry key of what a handle stands for, other than an adapter: a driver's Parameters, or
/// Parameters\Adapters\{GUID} below for a binding, a bind under way and a filter module.
NTSTATUS open_parameters(NDIS_HANDLE handle, HANDLE& key);

}  // namespace rsl::ndis
