/* SPDX-License-Identifier: GPL-2.0-only */
/* How tests name the C library's functions: as imports, whatever mingw's headers make of the names.
 */
#pragma once

#define CRT(type, name, ...) type crt_##name(__VA_ARGS__) __asm__(#name)
#define EINVAL_              22
#define ERANGE_              34
#define STRUNCATE_           80
