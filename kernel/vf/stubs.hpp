// SPDX-License-Identifier: GPL-2.0-only
// Stubs for imports that have no thunk of their own: a few bytes of code that look whether the call
// obeys the function's IRQL rule and jump on, arguments and return address untouched. One page
// block a driver, made while its imports are bound.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/core/result.hpp"

namespace rsl::vf {

class VerifiedDriver;

/// The documented rule of an export, from abi/exports.
struct Rule {
    const char* name;
    uint8_t highest;  // IRQL
};
/// nullptr: callable at any IRQL, or unknown.
const Rule* find_rule(std::string_view function);

/// What a stub gives to the check. Its first word is where the call goes on.
struct StubRecord {
    uint64_t target;
    const Rule* rule;
    uint8_t pointers;  // arguments that are OBJECT_ATTRIBUTES (low four bits) or out pointers (high
                       // four bits)
};

class StubPage {
  public:
    static constexpr uint32_t kCapacity = 512;

    /// A stub that leads to `target`, or 0: no memory or no room.
    uint64_t make(uint64_t target, const Rule& rule, uint8_t pointers);
    /// Once every import is bound: the stubs can run.
    Result<void> seal();
    void release();

  private:
    uint64_t code_ = 0;
    StubRecord* records_ = nullptr;
    uint32_t used_ = 0;
};

}  // namespace rsl::vf
