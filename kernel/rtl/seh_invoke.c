// SPDX-License-Identifier: GPL-2.0-only
// The only __try of the kernel: around any function, and around copying much (less: arch/x64/guarded.S). In C and in a file
// of its own, because clang crashes on destructors beside asynchronous SEH (docs/nt/exceptions.md), and compiled with
// -fasync-exceptions, because a plain load must be able to fault.
#include <string.h>

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

int32_t rsl_seh_copy_large(void* destination, const void* source, size_t bytes) {
    __try {
        memcpy(destination, source, bytes);
        return 0;
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        return (int32_t)__exception_code();
    }
}
