// SPDX-License-Identifier: GPL-2.0-only
// RSL_EXPORT marks the definition of an NT export. Its name stands in abi/exports/*.tsv too, of which
// the linker's export list is made.
#pragma once

#ifdef __cplusplus
#define RSL_EXPORT extern "C"
#else
#define RSL_EXPORT
#endif
