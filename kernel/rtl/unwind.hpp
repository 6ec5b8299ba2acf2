// SPDX-License-Identifier: GPL-2.0-only
// Undoing one function's frame by its unwind table: what dispatching, unwinding and stack traces
// stand on. Pure but for reads of the stack and of the image, so that tests run it on made-up ones.
#pragma once

#include <cstdint>

#include "abi/types/exception.h"

namespace rsl::rtl {

/// Whether the 8 bytes at `address` can be read without a fault. Any IRQL. In the VM it asks the page
/// tables; on the host every address is one of the test's own.
bool is_stack_readable(uint64_t address);

/// One step of an unwind.
struct UnwoundFrame {
    bool valid = false;                  // false: the stack or the table is damaged; stop here
    EXCEPTION_ROUTINE* handler = nullptr;  // of the wanted kind, if the function has one here
    void* handler_data = nullptr;
    uint64_t establisher_frame = 0;      // what handlers know the frame by
    bool trap = false;                   // the frame was a trap's: `context` is where it hit
};

/// Takes `context` from inside a function to its caller. `handler_kind`: UNW_FLAG_EHANDLER,
/// UNW_FLAG_UHANDLER or UNW_FLAG_NHANDLER. `pointers`, if not nullptr, learns where registers lay.
UnwoundFrame unwind_function(uint32_t handler_kind, uint64_t image_base, uint64_t pc,
                             const RUNTIME_FUNCTION& function, CONTEXT& context,
                             KNONVOLATILE_CONTEXT_POINTERS* pointers = nullptr);
/// The same for a function without a table entry: it has changed nothing but maybe volatile registers.
UnwoundFrame unwind_leaf(CONTEXT& context);

/// The table entry that covers a program counter and its image's base; nullptr for leaf functions and
/// addresses outside of every module (then image_base is 0).
const RUNTIME_FUNCTION* lookup_function(uint64_t pc, uint64_t& image_base);

/// What a part of a function (a cold block that the compiler moved away) is a part of; itself if it
/// is whole.
const RUNTIME_FUNCTION& primary_function(uint64_t image_base, const RUNTIME_FUNCTION& function);

/// General register by its number in instructions: 0 RAX, 1 RCX, 2 RDX, 3 RBX, 4 RSP, ...
inline ULONG64& general_register(CONTEXT& context, unsigned number) {
    return (&context.Rax)[number];
}

}  // namespace rsl::rtl
