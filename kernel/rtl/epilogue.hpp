// SPDX-License-Identifier: GPL-2.0-only
// Epilogues have no unwind codes: the x64 ABI restricts their instructions instead, so that an
// unwinder can recognise one and carry out the rest of it.
#pragma once

#include <cstdint>

#include "abi/types/exception.h"

namespace rsl::rtl {

class Epilogue {
  public:
    enum class Outcome : uint8_t { kNone, kFinished, kBadStack };

    Epilogue(uint64_t image_base, const RUNTIME_FUNCTION& function, unsigned frame_register)
        : image_base_(image_base),
          function_(function),
          begin_(image_base + function.BeginAddress),
          end_(image_base + function.EndAddress),
          frame_register_(frame_register) {}

    /// If the instructions from `pc` on are an epilogue, does in `context` what they would do, up to
    /// the return itself. kNone leaves the context alone.
    Outcome finish(uint64_t pc, CONTEXT& context, KNONVOLATILE_CONTEXT_POINTERS* pointers) const;

  private:
    bool leaves_function(const uint8_t* at) const;
    uint64_t image_base_;
    const RUNTIME_FUNCTION& function_;
    uint64_t begin_, end_;
    unsigned frame_register_;
};

}  // namespace rsl::rtl
