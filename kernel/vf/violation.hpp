// SPDX-License-Identifier: GPL-2.0-only
// A finding: stops the machine with the documented bug check, a sentence that says which rule was
// broken, and what the driver's author can do.
#pragma once

#include <cstdint>
#include <span>

#include "abi/types/bugcheck.h"
#include "kernel/vf/verified_driver.hpp"

namespace rsl::vf {

struct Finding {
    uint32_t code;  // DRIVER_VERIFIER_DETECTED_VIOLATION, ...
    uint64_t parameters[4];
    const char* rule;    // what was done that must not be
    const char* advice;  // what to do about it
};

/// Lines for the report, put together where nothing can be allocated. One machine stops once.
class Facts {
  public:
    /// The lines are empty again.
    static Facts& begin();
    template <typename... Arguments>
    Facts& line(const char* format, Arguments... arguments) {
        print(format, arguments...);
        return *this;
    }
    const char* text() const { return text_; }

  private:
    void print(const char* format, ...);
    char text_[8192] = {};
    size_t used_ = 0;
};

/// "echo.sys+0x1234", in a buffer that serves until the seventh call after this one.
const char* place_text(uint64_t address);

[[noreturn]] void stop(uint64_t guilty, const Finding& finding, const Facts* facts = nullptr);
[[noreturn]] inline void stop(const Caller& caller, const Finding& finding,
                              const Facts* facts = nullptr) {
    stop(caller.address, finding, facts);
}

inline uint64_t number_of(const volatile void* pointer) {
    return reinterpret_cast<uint64_t>(pointer);
}
template <typename Return, typename... Arguments>
uint64_t number_of(Return(NTAPI* function)(Arguments...)) {
    return reinterpret_cast<uint64_t>(function);
}

}  // namespace rsl::vf
