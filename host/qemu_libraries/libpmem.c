// SPDX-License-Identifier: GPL-2.0-only
// Stands for libpmem in the QEMU that we start (docs/adr/0011-qemu-memory.md): with it go libndctl, libdaxctl,
// libkmod, libcrypto and liblzma, 2 MB in all. QEMU calls these two functions for memory-backend-file,pmem=on
// only, which we never ask for; called all the same, they end it rather than pretend that data is safe.
#include <stddef.h>

#define RSL_PMEM __attribute__((visibility("default")))

RSL_PMEM void pmem_persist(const void* address, size_t bytes) {
    (void)address, (void)bytes;
    __builtin_trap();
}
RSL_PMEM void* pmem_memcpy_persist(void* to, const void* from, size_t bytes) {
    (void)to, (void)from, (void)bytes;
    __builtin_trap();
}
