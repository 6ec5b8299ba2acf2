// SPDX-License-Identifier: GPL-2.0-only
// The lower routines, called as compilers and debuggers call them.
#include "abi/functions/rtl_exception.h"
#include "abi/types/status.h"
#include "kernel/rtl/seh_cases.h"

#define NOINLINE __attribute__((noinline))

typedef struct JumpBuffer {
    uint64_t words[32];
} __attribute__((aligned(16))) JumpBuffer;
__attribute__((returns_twice)) int _setjmpex(JumpBuffer* buffer, void* frame);
__attribute__((returns_twice)) int _setjmp(JumpBuffer* buffer, void* frame);
__attribute__((noreturn)) void longjmp(JumpBuffer* buffer, int value);

// The frame's address as handlers know it, of the function that `context` is in.
static void* frame_of(const CONTEXT* context) {
    CONTEXT caller = *context;
    ULONG64 base = 0, frame = 0;
    void* data;
    PRUNTIME_FUNCTION function = RtlLookupFunctionEntry(context->Rip, &base, NULL);
    if (function == NULL) return NULL;
    RtlVirtualUnwind(UNW_FLAG_NHANDLER, base, context->Rip, function, &caller, &data, &frame, NULL);
    return (void*)frame;
}

typedef struct Target {
    void* frame;
    void* place;
    JumpBuffer* buffer;
    SehUnwindKind kind;
    volatile SehTrace trace;
} Target;

static NOINLINE void go(Target* target) {
    CONTEXT scratch;
    switch (target->kind) {
        case kSehUnwindEx: RtlUnwindEx(target->frame, target->place, NULL, (PVOID)7, &scratch, NULL); break;
        case kSehUnwind: RtlUnwind(target->frame, target->place, NULL, (PVOID)7); break;
        case kSehLocalUnwind: _local_unwind(target->frame, target->place); break;
        default: longjmp(target->buffer, 5);
    }
}
static NOINLINE void go_through_finally(Target* target) {
    __try {
        go(target);
    } __finally {
        target->trace = target->trace * 10 + 2;
    }
}

SehTrace seh_unwind_to_here(SehUnwindKind kind) {
    volatile int phase = 0;
    Target target = {.kind = kind, .trace = 1};
    CONTEXT here;
    RtlCaptureContext(&here);  // the unwind comes back to where this returned
    if (phase == 0) {
        phase = 1;
        target.frame = frame_of(&here);
        target.place = (void*)here.Rip;
        go_through_finally(&target);
        return 99;
    }
    return target.trace * 10 + 3;
}

SehTrace seh_long_jump(void) {
    JumpBuffer buffer;
    Target target = {.buffer = &buffer, .kind = kSehLongJump, .trace = 1};
    CONTEXT here;
    RtlCaptureContext(&here);
    const int value = _setjmpex(&buffer, frame_of(&here));
    if (value == 0) go_through_finally(&target);
    return target.trace * 10 + (SehTrace)value;
}

SehTrace seh_long_jump_without_unwind(void) {
    JumpBuffer buffer;
    Target target = {.buffer = &buffer, .kind = kSehLongJump, .trace = 1};
    const int value = _setjmp(&buffer, NULL);
    if (value == 0) go_through_finally(&target);
    return target.trace * 10 + (SehTrace)value;
}

SehTrace seh_restore_context(void) {
    volatile SehTrace count = 0;
    CONTEXT here;
    RtlCaptureContext(&here);
    count = count + 1;
    if (count < 4) RtlRestoreContext(&here, NULL);
    return count;
}
