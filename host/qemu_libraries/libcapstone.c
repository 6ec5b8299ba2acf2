// SPDX-License-Identifier: GPL-2.0-only
// Stands for libcapstone in the QEMU that we start (docs/adr/0013-qemu-memory.md). QEMU uses the real one to
// print disassembly, which nobody asks it for here; being linked to it costs 3 MB of tables, relocated at
// every start. This one has its public functions (capstone/capstone.h) and says of every processor that it
// cannot disassemble it, whereupon QEMU prints bytes.
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "never_called.h"

enum { kUnsupportedArchitecture = 2 };  // CS_ERR_ARCH

RSL_PUBLIC unsigned int cs_version(int* major, int* minor) {
    if (major != NULL) *major = 0;
    if (minor != NULL) *minor = 0;
    return 0;
}
RSL_PUBLIC bool cs_support(int query) {
    (void)query;
    return false;
}
RSL_PUBLIC int cs_open(int architecture, int mode, size_t* handle) {
    (void)architecture, (void)mode;
    *handle = 0;
    return kUnsupportedArchitecture;
}
RSL_PUBLIC int cs_close(size_t* handle) {
    *handle = 0;
    return kUnsupportedArchitecture;
}
RSL_PUBLIC int cs_option(size_t handle, int type, size_t value) {
    (void)handle, (void)type, (void)value;
    return kUnsupportedArchitecture;
}
RSL_PUBLIC int cs_errno(size_t handle) {
    (void)handle;
    return kUnsupportedArchitecture;
}
RSL_PUBLIC const char* cs_strerror(int code) {
    (void)code;
    return "RSL's QEMU disassembles nothing";
}
RSL_PUBLIC size_t cs_disasm(size_t handle, const uint8_t* code, size_t bytes, uint64_t address, size_t count,
                              void** instructions) {
    (void)handle, (void)code, (void)bytes, (void)address, (void)count;
    *instructions = NULL;
    return 0;
}
RSL_PUBLIC bool cs_disasm_iter(size_t handle, const uint8_t** code, size_t* bytes, uint64_t* address, void* instruction) {
    (void)handle, (void)code, (void)bytes, (void)address, (void)instruction;
    return false;
}
RSL_PUBLIC void* cs_malloc(size_t handle) {
    (void)handle;
    return NULL;
}
RSL_PUBLIC void cs_free(void* instructions, size_t count) { (void)instructions, (void)count; }
RSL_PUBLIC const char* cs_reg_name(size_t handle, unsigned int id) {
    (void)handle, (void)id;
    return NULL;
}
RSL_PUBLIC const char* cs_insn_name(size_t handle, unsigned int id) {
    (void)handle, (void)id;
    return NULL;
}
RSL_PUBLIC const char* cs_group_name(size_t handle, unsigned int id) {
    (void)handle, (void)id;
    return NULL;
}
RSL_PUBLIC bool cs_insn_group(size_t handle, const void* instruction, unsigned int id) {
    (void)handle, (void)instruction, (void)id;
    return false;
}
RSL_PUBLIC bool cs_reg_read(size_t handle, const void* instruction, unsigned int id) {
    (void)handle, (void)instruction, (void)id;
    return false;
}
RSL_PUBLIC bool cs_reg_write(size_t handle, const void* instruction, unsigned int id) {
    (void)handle, (void)instruction, (void)id;
    return false;
}
RSL_PUBLIC int cs_op_count(size_t handle, const void* instruction, unsigned int type) {
    (void)handle, (void)instruction, (void)type;
    return -1;
}
RSL_PUBLIC int cs_op_index(size_t handle, const void* instruction, unsigned int type, unsigned int position) {
    (void)handle, (void)instruction, (void)type, (void)position;
    return -1;
}
RSL_PUBLIC int cs_regs_access(size_t handle, const void* instruction, void* read, uint8_t* reads, void* written,
                                uint8_t* writes) {
    (void)handle, (void)instruction, (void)read, (void)written;
    *reads = *writes = 0;
    return kUnsupportedArchitecture;
}
