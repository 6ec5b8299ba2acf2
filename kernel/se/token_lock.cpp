// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/se/token_lock.hpp"

#include "abi/functions/ke.h"
#include "kernel/ex/resource.hpp"

namespace rsl::se {
namespace {
constinit ERESOURCE lock = {};
}

void initialize_token_lock() { ex::initialize_resource(lock); }
void lock_tokens_shared() {
    KeEnterCriticalRegion();
    ex::acquire_shared(lock, true, ex::Shared::kFair);
}
void lock_tokens_exclusive() {
    KeEnterCriticalRegion();
    ex::acquire_exclusive(lock, true);
}
void unlock_tokens() {
    ex::release_resource(lock, ex::current_owner());
    KeLeaveCriticalRegion();
}

}  // namespace rsl::se
