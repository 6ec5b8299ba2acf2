// SPDX-License-Identifier: GPL-2.0-only
// For a library that QEMU is linked to and that a VM of ours has no use for (docs/adr/0013-qemu-memory.md): its
// functions are there, and whoever calls one all the same ends QEMU rather than believes an answer.
#pragma once

#define RSL_PUBLIC __attribute__((visibility("default")))
#define NEVER_CALLED(name) \
    RSL_PUBLIC void name(void) { __builtin_trap(); }
