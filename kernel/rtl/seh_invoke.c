// SPDX-License-Identifier: GPL-2.0-only
// The only __try of the kernel: around any function, and around the two that a request passes several times, copying and
// touching, which need no call through a pointer. In C and in a file of its own, because clang crashes on destructors
// beside asynchronous SEH (docs/nt/exceptions.md), and compiled with -fasync-exceptions, because a
// plain load must be able to fault.
#include "abi/types/exception.h"
#include "kernel/rtl/copy_words.h"

enum { kPageBytes = 4096 };

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

int32_t rsl_seh_copy(void* destination, const void* source, size_t bytes) {
    __try {
        rsl_copy_forward((unsigned char*)destination, (const unsigned char*)source, bytes);
        return 0;
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        return (int32_t)__exception_code();
    }
}

int32_t rsl_seh_touch(void* memory, size_t bytes) {
    __try {
        volatile char* at = (volatile char*)memory;
        volatile char* const last = at + bytes - 1;
        for (; at < last; at += kPageBytes) *at = *at;
        *last = *last;
        return 0;
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        return (int32_t)__exception_code();
    }
}
