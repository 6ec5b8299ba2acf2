// SPDX-License-Identifier: GPL-2.0-only
// After "x64 exception handling" (learn.microsoft.com/cpp/build/exception-handling-x64): the unwind
// codes and "Unwind procedure".
#include "kernel/rtl/unwind.hpp"

#include "kernel/rtl/epilogue.hpp"

namespace rsl::rtl {
namespace {

constexpr unsigned kMaxChain = 32;  // a real chain has one or two links; a damaged one may be a ring

const UNWIND_INFO& info_of(uint64_t image_base, const RUNTIME_FUNCTION& function) {
    return *reinterpret_cast<const UNWIND_INFO*>(image_base + function.UnwindData);
}
const void* behind_codes(const UNWIND_INFO& info) {
    return &info.UnwindCode[(info.CountOfCodes + 1u) & ~1u];
}

template <typename Word>  // ULONG64 and uint64_t are two types on the host
bool read_stack(uint64_t address, Word& value) {
    static_assert(sizeof(Word) == 8);
    if (!is_stack_readable(address) || (address & 7) != 0) return false;
    value = *reinterpret_cast<const volatile uint64_t*>(address);
    return true;
}

/// How many 2-byte slots a code takes; 0 for one that does not exist.
unsigned slots_of(const UNWIND_INFO& info, UNWIND_CODE code) {
    switch (code.UnwindOp) {
        case UWOP_PUSH_NONVOL: case UWOP_ALLOC_SMALL: case UWOP_SET_FPREG:
        case UWOP_PUSH_MACHFRAME: return 1;
        case UWOP_EPILOG: return info.Version >= 2 ? 1 : 2;  // version 1: a way to save XMM, unused
        case UWOP_SAVE_NONVOL: case UWOP_SAVE_XMM128: return 2;
        case UWOP_ALLOC_LARGE: return code.OpInfo == 0 ? 2 : 3;
        case UWOP_SAVE_NONVOL_FAR: case UWOP_SAVE_XMM128_FAR: case UWOP_SPARE_CODE: return 3;
        default: return 0;
    }
}

/// Undoes the prologue of one UNWIND_INFO.
class PrologueUndo {
  public:
    PrologueUndo(const UNWIND_INFO& info, uint64_t frame, CONTEXT& context,
                 KNONVOLATILE_CONTEXT_POINTERS* pointers)
        : info_(info), frame_(frame), context_(context), pointers_(pointers) {}

    /// Undoes what the prologue had done up to `offset`; false when table or stack are damaged.
    bool run(uint32_t offset) {
        for (unsigned at = 0; at < info_.CountOfCodes;) {
            const UNWIND_CODE code = info_.UnwindCode[at];
            const unsigned slots = slots_of(info_, code);
            if (slots == 0 || at + slots > info_.CountOfCodes) return false;
            if (code.CodeOffset <= offset || code.UnwindOp == UWOP_EPILOG) {
                if (!undo(code, at)) return false;
            }
            at += slots;
        }
        return true;
    }
    bool was_trap() const { return trap_; }

  private:
    uint32_t operand16(unsigned at) const { return info_.UnwindCode[at + 1].FrameOffset; }
    uint32_t operand32(unsigned at) const {
        return operand16(at) | static_cast<uint32_t>(info_.UnwindCode[at + 2].FrameOffset) << 16;
    }

    bool undo(UNWIND_CODE code, unsigned at) {
        switch (code.UnwindOp) {
            case UWOP_PUSH_NONVOL:
                if (!restore(code.OpInfo, context_.Rsp)) return false;
                context_.Rsp += 8;
                return true;
            case UWOP_ALLOC_LARGE:
                context_.Rsp += code.OpInfo == 0 ? operand16(at) * 8u : operand32(at);
                return true;
            case UWOP_ALLOC_SMALL: context_.Rsp += code.OpInfo * 8u + 8; return true;
            case UWOP_SET_FPREG: context_.Rsp = frame_; return true;
            case UWOP_SAVE_NONVOL: return restore(code.OpInfo, frame_ + operand16(at) * 8u);
            case UWOP_SAVE_NONVOL_FAR: return restore(code.OpInfo, frame_ + operand32(at));
            case UWOP_SAVE_XMM128: return restore_xmm(code.OpInfo, frame_ + operand16(at) * 16u);
            case UWOP_SAVE_XMM128_FAR: return restore_xmm(code.OpInfo, frame_ + operand32(at));
            case UWOP_PUSH_MACHFRAME: return undo_machine_frame(code.OpInfo != 0);
            default: return true;  // epilogue descriptions: epilogues are found by their instructions
        }
    }
    bool restore(unsigned number, uint64_t address) {
        if (!read_stack(address, general_register(context_, number))) return false;
        if (pointers_) pointers_->IntegerContext[number] = reinterpret_cast<ULONG64*>(address);
        return true;
    }
    bool restore_xmm(unsigned number, uint64_t address) {
        uint64_t low, high;
        if (!read_stack(address, low) || !read_stack(address + 8, high)) return false;
        context_.FltSave.XmmRegisters[number] = {low, static_cast<LONGLONG>(high)};
        if (pointers_) pointers_->FloatingContext[number] = reinterpret_cast<M128A*>(address);
        return true;
    }
    /// What the processor pushes for a trap: [error code], RIP, CS, RFLAGS, RSP, SS.
    bool undo_machine_frame(bool error_code) {
        const uint64_t at = context_.Rsp + (error_code ? 8 : 0);
        uint64_t flags, rsp;
        if (!read_stack(at, context_.Rip) || !read_stack(at + 16, flags) || !read_stack(at + 24, rsp)) {
            return false;
        }
        context_.EFlags = static_cast<ULONG>(flags);
        context_.Rsp = rsp;
        return trap_ = true;
    }

    const UNWIND_INFO& info_;
    uint64_t frame_;
    CONTEXT& context_;
    KNONVOLATILE_CONTEXT_POINTERS* pointers_;
    bool trap_ = false;
};

/// The frame's address: the frame register's once it is set, else RSP.
uint64_t frame_of(const UNWIND_INFO& info, uint32_t offset, CONTEXT& context) {
    if (info.FrameRegister == 0) return context.Rsp;
    bool set = offset >= info.SizeOfProlog || (info.Flags & UNW_FLAG_CHAININFO) != 0;
    for (unsigned at = 0; !set && at < info.CountOfCodes;) {
        const UNWIND_CODE code = info.UnwindCode[at];
        if (code.UnwindOp == UWOP_SET_FPREG && code.CodeOffset <= offset) set = true;
        const unsigned slots = slots_of(info, code);
        if (slots == 0) break;  // damaged: run() says so
        at += slots;
    }
    if (!set) return context.Rsp;
    return general_register(context, info.FrameRegister) - info.FrameOffset * 16u;
}

UnwoundFrame pop_return_address(CONTEXT& context, UnwoundFrame frame) {
    if (!read_stack(context.Rsp, context.Rip)) return {};
    context.Rsp += 8;
    frame.valid = true;
    return frame;
}

}  // namespace

const RUNTIME_FUNCTION& primary_function(uint64_t image_base, const RUNTIME_FUNCTION& function) {
    const RUNTIME_FUNCTION* current = &function;
    for (unsigned link = 0; link < kMaxChain; ++link) {
        const UNWIND_INFO& info = info_of(image_base, *current);
        if ((info.Flags & UNW_FLAG_CHAININFO) == 0) break;
        current = static_cast<const RUNTIME_FUNCTION*>(behind_codes(info));
    }
    return *current;
}

UnwoundFrame unwind_leaf(CONTEXT& context) {
    UnwoundFrame frame;
    frame.establisher_frame = context.Rsp;
    return pop_return_address(context, frame);
}

UnwoundFrame unwind_function(uint32_t handler_kind, uint64_t image_base, uint64_t pc,
                             const RUNTIME_FUNCTION& function, CONTEXT& context,
                             KNONVOLATILE_CONTEXT_POINTERS* pointers) {
    const RUNTIME_FUNCTION* current = &function;
    const UNWIND_INFO* info = &info_of(image_base, *current);
    auto offset = static_cast<uint32_t>(pc - image_base - current->BeginAddress);
    UnwoundFrame result;
    result.establisher_frame = frame_of(*info, offset, context);

    const bool in_prologue = offset < info->SizeOfProlog;
    if (!in_prologue) {
        const Epilogue epilogue{image_base, function, info->FrameRegister};
        switch (epilogue.finish(pc, context, pointers)) {
            case Epilogue::Outcome::kFinished: return pop_return_address(context, result);
            case Epilogue::Outcome::kBadStack: return {};
            case Epilogue::Outcome::kNone: break;
        }
    }
    for (unsigned link = 0;; ++link) {
        if (link == kMaxChain || info->Version == 0 || info->Version > 2) return {};
        PrologueUndo undo{*info, link == 0 ? result.establisher_frame : frame_of(*info, ~0u, context),
                          context, pointers};
        if (!undo.run(offset)) return {};
        if (undo.was_trap()) result.trap = true;
        if ((info->Flags & UNW_FLAG_CHAININFO) == 0) break;
        current = static_cast<const RUNTIME_FUNCTION*>(behind_codes(*info));
        info = &info_of(image_base, *current);
        offset = ~0u;  // the code before the chained part has run all of this prologue
    }
    if ((info->Flags & handler_kind) != 0 && !in_prologue) {
        auto* data = static_cast<const uint32_t*>(behind_codes(*info));
        result.handler = reinterpret_cast<EXCEPTION_ROUTINE*>(image_base + *data);
        result.handler_data = const_cast<uint32_t*>(data + 1);
    }
    if (result.trap) {
        result.valid = true;
        return result;
    }
    return pop_return_address(context, result);
}

}  // namespace rsl::rtl
