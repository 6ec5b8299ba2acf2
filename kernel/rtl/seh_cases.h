// SPDX-License-Identifier: GPL-2.0-only
// Structured exception handling as drivers write it, one function a case. In C, because that is what
// drivers are written in, and because clang cannot mix __try with C++ objects. Each returns a number
// or trace that seh_test.cpp compares.
#pragma once

#include "abi/types/exception.h"

#ifdef __cplusplus
extern "C" {
#endif

// A trace of what ran, as digits: 123 means 1, then 2, then 3.
typedef uint64_t SehTrace;

SehTrace seh_except_runs(void);
SehTrace seh_filter_picks_outer(void);
SehTrace seh_finally_order_on_exception(void);
SehTrace seh_finally_runs_without_exception(void);
SehTrace seh_leave(void);
SehTrace seh_return_out_of_try(void);
SehTrace seh_break_and_continue_out_of_try(void);
SehTrace seh_goto_out_of_two_tries(void);
SehTrace seh_raise_in_except_block(void);
SehTrace seh_raise_in_finally_collides(void);
SehTrace seh_two_collisions(void);
SehTrace seh_fault_in_filter_caught_inside(void);
SehTrace seh_fault_in_filter_goes_out(void);
SehTrace seh_loop_of_exceptions(void);
SehTrace seh_abnormal_termination(void);
NTSTATUS seh_code_of(void (*function)(void*), void* context, EXCEPTION_RECORD* record);
NTSTATUS seh_continue_noncontinuable(void);
SehTrace seh_continue_after_raise(void);
uint64_t seh_continue_after_fault(void* bad, const uint64_t* good);
SehTrace seh_through_foreign_frames(void (*call)(void (*function)(void*), void* context));
int seh_deep(int depth, int* finallies);
uint64_t seh_locals_survive(uint64_t seed);
int seh_large_frame(void);
int seh_in_callee_with_many_registers(void);

// seh_unwind.c
typedef enum SehUnwindKind { kSehUnwindEx, kSehUnwind, kSehLocalUnwind, kSehLongJump } SehUnwindKind;
SehTrace seh_unwind_to_here(SehUnwindKind kind);
SehTrace seh_long_jump(void);
SehTrace seh_long_jump_without_unwind(void);
SehTrace seh_restore_context(void);
uint64_t seh_probe_stack(uint64_t bytes);  // calls __chkstk; what RAX is afterwards

#ifdef __cplusplus
}
#endif
