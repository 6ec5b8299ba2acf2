// SPDX-License-Identifier: GPL-2.0-only
// The search for a handler (first pass) and the unwind to it (second pass), after "x64 exception
// handling" (learn.microsoft.com/cpp/build/exception-handling-x64). docs/nt/exceptions.md draws both.
#include "kernel/rtl/dispatch.hpp"

#include <cstddef>

#include "abi/types/status.h"
#include "base/core/check.hpp"
#include "kernel/rtl/exception.hpp"
#include "kernel/rtl/unwind.hpp"

static_assert(offsetof(DISPATCHER_CONTEXT, LanguageHandler) == 0x30);  // context.S
static_assert(offsetof(CONTEXT, SegSs) == 0x42 && offsetof(CONTEXT, R15) == 0xf0);

namespace rsl::rtl {
namespace {

constexpr unsigned kMaxFrames = 4096;  // more is a ring in a damaged stack

/// The frame that a handler is called for.
struct HandlerFrame {
    uint64_t pc = 0;
    uint64_t image_base = 0;
    const RUNTIME_FUNCTION* function = nullptr;
    UnwoundFrame unwound;
    uint32_t scope = 0;  // where in its scope table a handler goes on after a collision
};

/// Unwinds `context` by one frame and says what it was. Code outside of every module is believed only
/// where execution was (`exact`): a jump to nowhere. As a return address it means a damaged stack.
HandlerFrame step(CONTEXT& context, uint32_t handler_kind, bool exact) {
    HandlerFrame frame;
    frame.pc = context.Rip;
    frame.function = lookup_function(frame.pc, frame.image_base);
    if (frame.function != nullptr) {
        frame.unwound = unwind_function(handler_kind, frame.image_base, frame.pc, *frame.function, context);
    } else if (frame.image_base != 0 || exact) {
        frame.unwound = unwind_leaf(context);
    }
    if ((frame.unwound.establisher_frame & 7) != 0) frame.unwound.valid = false;
    return frame;
}

DISPATCHER_CONTEXT dispatcher_of(const HandlerFrame& frame, CONTEXT& context, uint64_t target_ip,
                                 UNWIND_HISTORY_TABLE* history) {
    DISPATCHER_CONTEXT dispatcher{};
    dispatcher.ControlPc = frame.pc;
    dispatcher.ImageBase = frame.image_base;
    dispatcher.FunctionEntry = const_cast<RUNTIME_FUNCTION*>(frame.function);
    dispatcher.EstablisherFrame = frame.unwound.establisher_frame;
    dispatcher.TargetIp = target_ip;
    dispatcher.ContextRecord = &context;
    dispatcher.LanguageHandler = frame.unwound.handler;
    dispatcher.HandlerData = frame.unwound.handler_data;
    dispatcher.HistoryTable = history;
    dispatcher.ScopeIndex = frame.scope;
    return dispatcher;
}

/// After a collision: the frame that the interrupted unwind was at, whose handler goes on where it
/// stopped. `at` becomes the frame's own context and `above` its caller's.
HandlerFrame take_over(const DISPATCHER_CONTEXT& collided, CONTEXT& at, CONTEXT& above) {
    HandlerFrame frame;
    frame.pc = collided.ControlPc;
    frame.image_base = collided.ImageBase;
    frame.function = collided.FunctionEntry;
    at = *collided.ContextRecord;
    above = at;
    frame.unwound = unwind_function(UNW_FLAG_NHANDLER, frame.image_base, frame.pc, *frame.function, above);
    frame.unwound.establisher_frame = collided.EstablisherFrame;
    frame.unwound.handler = collided.LanguageHandler;
    frame.unwound.handler_data = collided.HandlerData;
    frame.scope = collided.ScopeIndex;
    return frame;
}

/// What a filter must not do: continue where continuing makes no sense, or answer nonsense.
[[noreturn]] void raise_nested(int32_t status, EXCEPTION_RECORD& original) {
    EXCEPTION_RECORD record{};
    record.ExceptionCode = status;
    record.ExceptionFlags = EXCEPTION_NONCONTINUABLE;
    record.ExceptionRecord = &original;
    raise_exception(record, reinterpret_cast<uint64_t>(__builtin_return_address(0)));
    check_failed("a noncontinuable exception was continued", __FILE_NAME__, __LINE__);
}

/// Searches that this one has interrupted, because a filter faulted: frame and scope of that filter. It
/// is not asked again for its own fault; the scopes around it are.
class Interrupted {
  public:
    void add(uint64_t frame, uint32_t scope) {
        for (Place& place : places_) {
            if (place.frame != 0 && place.frame != frame) continue;
            place.frame = frame;
            if (scope > place.scope) place.scope = scope;
            return;
        }
    }
    uint32_t scope_at(uint64_t frame) const {
        for (const Place& place : places_) {
            if (place.frame == frame) return place.scope;
        }
        return 0;
    }

  private:
    struct Place {
        uint64_t frame = 0;
        uint32_t scope = 0;
    };
    Place places_[4];  // filters that fault in filters that fault: more is a driver beyond help
};

/// The first pass. Its state is a class, so that the loop stays readable.
class Search {
  public:
    Search(EXCEPTION_RECORD& record, CONTEXT& context)
        : record_(record), context_(context), walk_(context),
          flags_(record.ExceptionFlags & (EXCEPTION_NONCONTINUABLE | EXCEPTION_SOFTWARE_ORIGINATE)) {}

    bool run() {
        bool exact = true;
        for (unsigned count = 0; count < kMaxFrames; ++count) {
            frame_ = step(walk_, UNW_FLAG_EHANDLER, exact);
            exact = frame_.unwound.trap;
            frame_.scope = interrupted_.scope_at(frame_.unwound.establisher_frame);
            if (!frame_.unwound.valid) {
                record_.ExceptionFlags = flags_ | EXCEPTION_STACK_INVALID;
                return false;
            }
            while (frame_.unwound.handler != nullptr) {
                switch (ask()) {
                    case Answer::kContinue: return true;
                    case Answer::kNext: frame_.unwound.handler = nullptr; break;
                    case Answer::kAgain: break;
                }
            }
            if (walk_.Rip == 0) break;  // the bottom of the stack
        }
        record_.ExceptionFlags = flags_;
        return false;
    }

  private:
    enum class Answer : uint8_t { kContinue, kNext, kAgain };

    Answer ask() {
        record_.ExceptionFlags = flags_;
        DISPATCHER_CONTEXT dispatcher = dispatcher_of(frame_, walk_, 0, nullptr);
        auto* establisher = reinterpret_cast<void*>(frame_.unwound.establisher_frame);
        const EXCEPTION_DISPOSITION answer =
            rsl_call_handler_searching(&record_, establisher, &context_, &dispatcher);
        flags_ |= record_.ExceptionFlags & EXCEPTION_NONCONTINUABLE;
        if (nested_frame_ == frame_.unwound.establisher_frame) {
            nested_frame_ = 0;
            flags_ &= ~static_cast<uint32_t>(EXCEPTION_NESTED_CALL);
        }
        switch (answer) {
            case ExceptionContinueExecution:
                if ((flags_ & EXCEPTION_NONCONTINUABLE) != 0) {
                    raise_nested(STATUS_NONCONTINUABLE_EXCEPTION, record_);
                }
                return Answer::kContinue;
            case ExceptionContinueSearch: return Answer::kNext;
            case ExceptionNestedException:
                // Up to the frame that the interrupted search was at, handlers are told.
                flags_ |= EXCEPTION_NESTED_CALL;
                interrupted_.add(dispatcher.EstablisherFrame, dispatcher.ScopeIndex);
                if (dispatcher.EstablisherFrame > nested_frame_) nested_frame_ = dispatcher.EstablisherFrame;
                return Answer::kNext;
            case ExceptionCollidedUnwind: resume_collided(dispatcher); return Answer::kAgain;
        }
        raise_nested(STATUS_INVALID_DISPOSITION, record_);
    }

    __attribute__((noinline)) void resume_collided(const DISPATCHER_CONTEXT& collided) {
        CONTEXT at;  // a whole CONTEXT, so not in ask()'s frame
        frame_ = take_over(collided, at, walk_);
    }

    EXCEPTION_RECORD& record_;
    CONTEXT& context_;  // at the exception: what filters see
    CONTEXT walk_;      // the caller of the frame that is being asked
    uint32_t flags_;
    uint64_t nested_frame_ = 0;
    Interrupted interrupted_;
    HandlerFrame frame_;
};

}  // namespace

bool dispatch_exception(EXCEPTION_RECORD& record, CONTEXT& context) {
    return Search(record, context).run();
}

void unwind_to(void* target_frame, void* target_ip, EXCEPTION_RECORD& record, uint64_t return_value,
               CONTEXT& current, UNWIND_HISTORY_TABLE* history) {
    const auto target = reinterpret_cast<uint64_t>(target_frame);
    uint32_t flags = (record.ExceptionFlags & EXCEPTION_NONCONTINUABLE) | EXCEPTION_UNWINDING |
                     (target == 0 ? EXCEPTION_EXIT_UNWIND : 0u);
    CONTEXT above;
    bool exact = true;
    for (unsigned count = 0; count < kMaxFrames; ++count) {
        above = current;
        HandlerFrame frame = step(above, UNW_FLAG_UHANDLER, exact);
        exact = frame.unwound.trap;
        if (!frame.unwound.valid) raise_nested(static_cast<int32_t>(STATUS_BAD_STACK), record);
        bool again = frame.unwound.handler != nullptr;
        while (again) {
            again = false;
            if (frame.unwound.establisher_frame == target) flags |= EXCEPTION_TARGET_UNWIND;
            record.ExceptionFlags = flags;
            current.Rax = return_value;
            DISPATCHER_CONTEXT dispatcher =
                dispatcher_of(frame, current, reinterpret_cast<uint64_t>(target_ip), history);
            auto* establisher = reinterpret_cast<void*>(frame.unwound.establisher_frame);
            const EXCEPTION_DISPOSITION answer =
                rsl_call_handler_unwinding(&record, establisher, &current, &dispatcher);
            flags &= ~static_cast<uint32_t>(EXCEPTION_COLLIDED_UNWIND | EXCEPTION_TARGET_UNWIND);
            if (answer == ExceptionCollidedUnwind) {
                frame = take_over(dispatcher, current, above);
                flags |= EXCEPTION_COLLIDED_UNWIND;
                again = true;
            } else if (answer != ExceptionContinueSearch) {
                raise_nested(STATUS_INVALID_DISPOSITION, record);
            }
        }
        if (frame.unwound.establisher_frame == target && frame.function != nullptr) {
            current.Rax = return_value;
            if (record.ExceptionCode != static_cast<int32_t>(STATUS_UNWIND_CONSOLIDATE)) {
                current.Rip = reinterpret_cast<uint64_t>(target_ip);
            }
            restore_context(current, &record);
        }
        current = above;
        if (current.Rip == 0) break;
    }
    raise_nested(static_cast<int32_t>(STATUS_INVALID_UNWIND_TARGET), record);
}

}  // namespace rsl::rtl

// The handlers of the two frames in context.S. `frame` + 0x20 holds the dispatcher context with which
// the interrupted handler had been called.
extern "C" EXCEPTION_DISPOSITION NTAPI rsl_on_nested_exception(PEXCEPTION_RECORD record, PVOID frame,
                                                               PCONTEXT, PDISPATCHER_CONTEXT dispatcher) {
    if ((record->ExceptionFlags & EXCEPTION_UNWIND) != 0) return ExceptionContinueSearch;
    const auto* interrupted = *reinterpret_cast<DISPATCHER_CONTEXT**>(static_cast<char*>(frame) + 0x20);
    dispatcher->EstablisherFrame = interrupted->EstablisherFrame;
    dispatcher->ScopeIndex = interrupted->ScopeIndex;
    return ExceptionNestedException;
}

extern "C" EXCEPTION_DISPOSITION NTAPI rsl_on_collided_unwind(PEXCEPTION_RECORD, PVOID frame, PCONTEXT,
                                                              PDISPATCHER_CONTEXT dispatcher) {
    const auto* interrupted = *reinterpret_cast<DISPATCHER_CONTEXT**>(static_cast<char*>(frame) + 0x20);
    const ULONG64 target_ip = dispatcher->TargetIp;  // the newer unwind's
    *dispatcher = *interrupted;
    dispatcher->TargetIp = target_ip;
    return ExceptionCollidedUnwind;
}
