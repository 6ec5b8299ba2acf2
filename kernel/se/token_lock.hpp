// SPDX-License-Identifier: GPL-2.0-only
// One lock for what tokens may change: SeLockSubjectContext shares it, changes own it. It nests for
// readers. PASSIVE_LEVEL or APC_LEVEL; normal kernel APCs are off while it is held.
#pragma once

#include <cstdint>

namespace rsl::se {

void initialize_token_lock();
void lock_tokens_shared();
void lock_tokens_exclusive();
void unlock_tokens();

class TokenChange {
  public:
    TokenChange() { lock_tokens_exclusive(); }
    ~TokenChange() { unlock_tokens(); }
    TokenChange(const TokenChange&) = delete;
    TokenChange& operator=(const TokenChange&) = delete;
};
class TokenRead {
  public:
    TokenRead() { lock_tokens_shared(); }
    ~TokenRead() { unlock_tokens(); }
    TokenRead(const TokenRead&) = delete;
    TokenRead& operator=(const TokenRead&) = delete;
};

}  // namespace rsl::se
