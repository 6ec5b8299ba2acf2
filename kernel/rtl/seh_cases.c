// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/rtl/seh_cases.h"

#include "abi/functions/rtl_exception.h"
#include "abi/types/status.h"

#define NOINLINE __attribute__((noinline))
#define CODE_A ((NTSTATUS)0xE0000001u)
#define CODE_B ((NTSTATUS)0xE0000002u)

static void step(SehTrace* trace, int digit) { *trace = *trace * 10 + (SehTrace)digit; }
static int step_and_answer(SehTrace* trace, int digit, int answer) {
    step(trace, digit);
    return answer;
}
// To the compiler it may return: clang drops the scopes around a __finally that it knows not to.
static volatile int always = 1;
static NOINLINE void raise(NTSTATUS code) {
    if (always) ExRaiseStatus(code);
}
static NOINLINE uint64_t load(volatile const uint64_t* place) { return *place; }
static volatile const uint64_t* const kNowhere = (const uint64_t*)16;

SehTrace seh_except_runs(void) {
    volatile SehTrace trace = 0;
    __try {
        step((SehTrace*)&trace, 1);
        raise(CODE_A);
        step((SehTrace*)&trace, 9);
    } __except (__exception_code() == (unsigned long)CODE_A ? 1 : 0) {
        step((SehTrace*)&trace, 2);
    }
    step((SehTrace*)&trace, 3);
    return trace;
}

SehTrace seh_filter_picks_outer(void) {
    volatile SehTrace trace = 0;
    __try {
        __try {
            raise(CODE_B);
        } __except (step_and_answer((SehTrace*)&trace, 1, EXCEPTION_CONTINUE_SEARCH)) {
            step((SehTrace*)&trace, 9);
        }
        step((SehTrace*)&trace, 8);
    } __except (step_and_answer((SehTrace*)&trace, 2, EXCEPTION_EXECUTE_HANDLER)) {
        step((SehTrace*)&trace, 3);
    }
    return trace;
}

SehTrace seh_finally_order_on_exception(void) {
    volatile SehTrace trace = 0;
    __try {
        __try {
            __try {
                raise(CODE_A);
            } __finally {
                step((SehTrace*)&trace, 2);
            }
        } __finally {
            step((SehTrace*)&trace, 3);
        }
    } __except (step_and_answer((SehTrace*)&trace, 1, EXCEPTION_EXECUTE_HANDLER)) {
        step((SehTrace*)&trace, 4);
    }
    return trace;
}

SehTrace seh_finally_runs_without_exception(void) {
    volatile SehTrace trace = 0;
    __try {
        step((SehTrace*)&trace, 1);
    } __finally {
        step((SehTrace*)&trace, 2);
    }
    return trace;
}

SehTrace seh_leave(void) {
    volatile SehTrace trace = 0;
    __try {
        __try {
            step((SehTrace*)&trace, 1);
            if (trace != 0) __leave;
            step((SehTrace*)&trace, 9);
        } __finally {
            step((SehTrace*)&trace, 2);
        }
        step((SehTrace*)&trace, 3);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        step((SehTrace*)&trace, 8);
    }
    return trace;
}

static NOINLINE int return_out(SehTrace* trace) {
    __try {
        step(trace, 1);
        return 5;
    } __finally {
        step(trace, 2);
    }
    return 9;
}
SehTrace seh_return_out_of_try(void) {
    SehTrace trace = 0;
    const int value = return_out(&trace);
    step(&trace, value);
    return trace;
}

SehTrace seh_break_and_continue_out_of_try(void) {
    volatile SehTrace trace = 0;
    for (int i = 0; i < 5; ++i) {
        __try {
            step((SehTrace*)&trace, i);
            if (i == 1) continue;
            if (i == 2) break;
        } __finally {
            step((SehTrace*)&trace, 7);
        }
    }
    return trace;
}

SehTrace seh_goto_out_of_two_tries(void) {
    volatile SehTrace trace = 0;
    __try {
        __try {
            step((SehTrace*)&trace, 1);
            goto out;
        } __finally {
            step((SehTrace*)&trace, 2);
        }
    } __finally {
        step((SehTrace*)&trace, 3);
    }
    step((SehTrace*)&trace, 9);
out:
    step((SehTrace*)&trace, 4);
    return trace;
}

SehTrace seh_raise_in_except_block(void) {
    volatile SehTrace trace = 0;
    __try {
        __try {
            raise(CODE_A);
        } __except (EXCEPTION_EXECUTE_HANDLER) {
            step((SehTrace*)&trace, 1);
            raise(CODE_B);
        }
    } __except (__exception_code() == (unsigned long)CODE_B) {
        step((SehTrace*)&trace, 2);
    }
    return trace;
}

// The filter takes CODE_A (5). The __finally raises while the unwind to it is under way (1): CODE_B
// replaces it, the filter is asked again (2), and the inner __finally does not run twice.
SehTrace seh_raise_in_finally_collides(void) {
    volatile SehTrace trace = 0;
    __try {
        __try {
            __try {
                raise(CODE_A);
            } __finally {
                step((SehTrace*)&trace, 1);
                raise(CODE_B);
            }
        } __finally {
            step((SehTrace*)&trace, 3);
        }
    } __except (step_and_answer((SehTrace*)&trace, __exception_code() == (unsigned long)CODE_B ? 2 : 5, 1)) {
        step((SehTrace*)&trace, 4);
    }
    return trace;
}

static NOINLINE void collide_below(SehTrace* trace) {
    __try {
        raise(CODE_A);
    } __finally {
        step(trace, 1);
        __try {
            raise(CODE_B);  // caught in here: does not disturb the unwind around it
        } __except (EXCEPTION_EXECUTE_HANDLER) {
            step(trace, 2);
        }
        (void)load(kNowhere);  // this one does
    }
}
SehTrace seh_two_collisions(void) {
    volatile SehTrace trace = 0;
    __try {
        __try {
            collide_below((SehTrace*)&trace);
        } __finally {
            step((SehTrace*)&trace, 3);
            raise(CODE_B);
        }
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        step((SehTrace*)&trace, __exception_code() == (unsigned long)CODE_B ? 4 : 5);
    }
    return trace;
}

static NOINLINE int filter_that_faults_inside(SehTrace* trace) {
    __try {
        (void)load(kNowhere);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        step(trace, 1);
    }
    return EXCEPTION_EXECUTE_HANDLER;
}
SehTrace seh_fault_in_filter_caught_inside(void) {
    volatile SehTrace trace = 0;
    __try {
        raise(CODE_A);
    } __except (filter_that_faults_inside((SehTrace*)&trace)) {
        step((SehTrace*)&trace, __exception_code() == (unsigned long)CODE_A ? 2 : 5);
    }
    return trace;
}

SehTrace seh_fault_in_filter_goes_out(void) {
    volatile SehTrace trace = 0;
    __try {
        __try {
            raise(CODE_A);
        } __except ((int)load(kNowhere)) {
            step((SehTrace*)&trace, 9);
        }
    } __except (step_and_answer((SehTrace*)&trace, 1, EXCEPTION_EXECUTE_HANDLER)) {
        step((SehTrace*)&trace, __exception_code() == (unsigned long)STATUS_ACCESS_VIOLATION ? 2 : 5);
    }
    return trace;
}

SehTrace seh_loop_of_exceptions(void) {
    volatile SehTrace count = 0;
    for (int i = 0; i < 100; ++i) {
        __try {
            if (i % 2 == 0) raise(CODE_A);
            (void)load(kNowhere);
        } __except (EXCEPTION_EXECUTE_HANDLER) {
            count = count + 1;
        }
    }
    return count;
}

SehTrace seh_abnormal_termination(void) {
    volatile SehTrace trace = 0;
    __try {
        __try {
            step((SehTrace*)&trace, 1);
        } __finally {
            step((SehTrace*)&trace, __abnormal_termination() ? 9 : 2);
        }
        __try {
            raise(CODE_A);
        } __finally {
            step((SehTrace*)&trace, __abnormal_termination() ? 3 : 9);
        }
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        step((SehTrace*)&trace, 4);
    }
    return trace;
}

static int keep(PEXCEPTION_POINTERS pointers, EXCEPTION_RECORD* record) {
    if (record != NULL) *record = *pointers->ExceptionRecord;
    return EXCEPTION_EXECUTE_HANDLER;
}
NTSTATUS seh_code_of(void (*function)(void*), void* context, EXCEPTION_RECORD* record) {
    __try {
        function(context);
    } __except (keep((PEXCEPTION_POINTERS)__exception_info(), record)) {
        return (NTSTATUS)__exception_code();
    }
    return STATUS_SUCCESS;
}

NTSTATUS seh_continue_noncontinuable(void) {
    volatile NTSTATUS code = 0;
    __try {
        __try {
            raise(CODE_A);
        } __except (__exception_code() == (unsigned long)CODE_A ? EXCEPTION_CONTINUE_EXECUTION
                                                               : EXCEPTION_CONTINUE_SEARCH) {
            code = 1;
        }
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        code = (NTSTATUS)__exception_code();
    }
    return code;
}

SehTrace seh_continue_after_raise(void) {
    volatile SehTrace trace = 0;
    __try {
        EXCEPTION_RECORD record = {.ExceptionCode = CODE_A};
        step((SehTrace*)&trace, 1);
        RtlRaiseException(&record);
        step((SehTrace*)&trace, 3);
    } __except (step_and_answer((SehTrace*)&trace, 2, EXCEPTION_CONTINUE_EXECUTION)) {
        step((SehTrace*)&trace, 9);
    }
    return trace;
}

// seh_load_rcx: mov (%rcx), %rax; ret. The filter gives it another pointer and lets it try again.
uint64_t seh_load_rcx(const void* place);
static int mend(PEXCEPTION_POINTERS pointers, const uint64_t* good) {
    pointers->ContextRecord->Rcx = (ULONG64)good;
    return EXCEPTION_CONTINUE_EXECUTION;
}
uint64_t seh_continue_after_fault(void* bad, const uint64_t* good) {
    __try {
        return seh_load_rcx(bad);
    } __except (mend((PEXCEPTION_POINTERS)__exception_info(), good)) {
        return 0;
    }
}

static void raise_b(void* context) { raise(CODE_B); }
SehTrace seh_through_foreign_frames(void (*call)(void (*function)(void*), void* context)) {
    volatile SehTrace trace = 0;
    __try {
        call(raise_b, NULL);
    } __except (__exception_code() == (unsigned long)CODE_B) {
        step((SehTrace*)&trace, 1);
    }
    return trace;
}

static NOINLINE int dive(int depth, int* finallies) {
    volatile char space[40];
    space[depth % 40] = 1;
    __try {
        if (depth == 0) return (int)load(kNowhere);
        return dive(depth - 1, finallies) + space[depth % 40];
    } __finally {
        ++*finallies;
    }
}
int seh_deep(int depth, int* finallies) {
    __try {
        return dive(depth, finallies);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        return -1;
    }
}

uint64_t seh_locals_survive(uint64_t seed) {
    uint64_t a = seed * 3, b = seed * 5, c = seed * 7, d = seed * 11, e = seed * 13, f = seed * 17;
    __try {
        (void)load(kNowhere);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        return a + b + c + d + e + f;
    }
    return 0;
}

int seh_large_frame(void) {
    volatile char frame[6000];
    __try {
        for (int i = 0; i < 6000; i += 100) frame[i] = (char)i;
        (void)load(kNowhere);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        int sum = 0;
        for (int i = 0; i < 6000; i += 100) sum += frame[i];
        return sum;
    }
    return -1;
}

// A callee that has saved every non-volatile register must not spoil the caller's.
static NOINLINE uint64_t use_registers(uint64_t seed) {
    uint64_t v[12];
    for (int i = 0; i < 12; ++i) v[i] = load((const uint64_t*)&seed) * (uint64_t)(i + 3);
    uint64_t sum = 0;
    for (int i = 0; i < 12; ++i) sum ^= v[i] + v[11 - i];
    return sum + load(kNowhere + (sum & 1));
}
int seh_in_callee_with_many_registers(void) {
    int good = 0;
    for (int i = 0; i < 20; ++i) {
        __try {
            good += (int)use_registers((uint64_t)i) * 1000;
        } __except (EXCEPTION_EXECUTE_HANDLER) {
            good += 1;
        }
    }
    return good;
}
