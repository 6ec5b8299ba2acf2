// SPDX-License-Identifier: GPL-2.0-only
// What a verified driver's imports point at: a few bytes of code for each, which know whose they
// are. One kind leads to a thunk and leaves the driver's record in the running thread, because the
// return address alone does not tell who called: a compiler makes jumps of calls at a function's
// end. The other kind looks whether the call obeys the function's IRQL rule and jumps on to the
// function, arguments and return address untouched. One block a driver, written while its imports
// are bound.
#pragma once

#include <cstddef>
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
    VerifiedDriver* driver;
    uint8_t pointers;  // arguments that are OBJECT_ATTRIBUTES (low four bits) or out pointers (high
                       // four bits)
};

class StubPage {
  public:
    static constexpr uint32_t kCapacity = 512;

    /// A stub that leads to a thunk, or 0: no memory or no room.
    uint64_t make(VerifiedDriver& driver, uint64_t thunk);
    /// One that checks a rule and leads to the function itself.
    uint64_t make(VerifiedDriver& driver, uint64_t target, const Rule& rule, uint8_t pointers);
    /// Once every import is bound: the stubs can run.
    Result<void> seal();
    void release();

  private:
    std::byte* place();

    uint64_t code_ = 0;
    StubRecord* records_ = nullptr;
    uint32_t used_ = 0;
};

}  // namespace rsl::vf
