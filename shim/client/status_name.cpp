// SPDX-License-Identifier: GPL-2.0-only
#include "shim/client/status_name.hpp"

#include "abi/types/status.h"

namespace rsl::client {
namespace {

struct Named {
    int32_t status;
    const char* name;
};
constexpr Named kNames[] = {
#define RSL_STATUS(name) {static_cast<int32_t>(name), #name},
#include "abi/types/status_names.inc"
#undef RSL_STATUS
};

}  // namespace

const char* status_name(int32_t status) {
    for (const Named& named : kNames) {
        if (named.status == status) return named.name;
    }
    return nullptr;
}

}  // namespace rsl::client
