// SPDX-License-Identifier: GPL-2.0-only
// The only __try of the kernel. In C and in a file of its own, because clang crashes on destructors
// beside asynchronous SEH (docs/nt/exceptions.md), and compiled with -fasync-exceptions, because a
// plain load must be able to fault.
#include "abi/types/exception.h"

static LONG keep_record(PEXCEPTION_POINTERS pointers, EXCEPTION_RECORD* caught) {
    if (caught != NULL) *caught = *pointers->ExceptionRecord;
    return EXCEPTION_EXECUTE_HANDLER;
}

int32_t rsl_seh_invoke(int32_t (*function)(void*), void* context, EXCEPTION_RECORD* caught) {
    __try {
        return function(context);
    } __except (keep_record((PEXCEPTION_POINTERS)__exception_info(), caught)) {
        return (int32_t)__exception_code();
    }
}
