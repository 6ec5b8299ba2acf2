// SPDX-License-Identifier: GPL-2.0-only
// Asking the WMI providers for data: each registered device gets the request and says whether the class
// is its own.
#pragma once

#include <span>

#include "abi/types/wmi.h"
#include "base/core/result.hpp"
#include "kernel/ob/object.hpp"

namespace rsl::pnp {

/// A class that somebody has opened ("WmiGuid").
struct DataBlock : ob::Object<DataBlock> {
    static ob::ObjectType kType;
    explicit DataBlock(const GUID& id) : guid(id) {}
    GUID guid;
};

/// Appends what every provider has of a class, as a chain of WNODE_ALL_DATA, at `used` of `out`; counts on
/// when it does not fit. `last`: where the chain's last one lies. kNotFound: nobody has it.
struct AllData {
    std::span<std::byte> out;
    size_t used = 0;
    WNODE_HEADER* last = nullptr;
};
NTSTATUS query_all(const GUID& guid, AllData& data);

/// One instance by its name: `node` is a request as documented for `minor`, its name in it; the first
/// provider that knows the instance answers in it. `written`: how long the answer is.
NTSTATUS ask_for_instance(const GUID& guid, uint8_t minor, WNODE_HEADER& node, size_t& written);

}  // namespace rsl::pnp
