// SPDX-License-Identifier: GPL-2.0-only
// Shared security descriptors.
#include "kernel/ob/security_cache.hpp"
#include "abi/functions/export.h"
#include "abi/functions/ob.h"
#include "abi/types/status.h"
#include "kernel/ke/irql.hpp"

using namespace rsl;

/// ObLogSecurityDescriptor (ntifs.h) finds or makes the shared copy of a descriptor.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_SECURITY_DESCR, STATUS_INSUFFICIENT_RESOURCES
///   Owner    the caller owns RefBias references
///   Source   public headers (ntifs.h)
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ObLogSecurityDescriptor(PSECURITY_DESCRIPTOR InputSecurityDescriptor,
                                                  PSECURITY_DESCRIPTOR* OutputSecurityDescriptor,
                                                  ULONG RefBias) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    auto shared = ob::share_descriptor(InputSecurityDescriptor, RefBias);
    if (!shared) return shared.failure().nt();
    *OutputSecurityDescriptor = *shared;
    return STATUS_SUCCESS;
}

/// ObReferenceSecurityDescriptor (ntifs.h) adds references to a shared descriptor.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    the caller owns Count references more
///   Source   public headers (ntifs.h)
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ObReferenceSecurityDescriptor(PSECURITY_DESCRIPTOR SecurityDescriptor,
                                                    ULONG Count) {
    ob::reference_descriptor(SecurityDescriptor, Count);
}

/// ObDereferenceSecurityDescriptor (ntifs.h) gives references back; the last one frees the
/// descriptor.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    Count references of the caller's are gone
///   Source   public headers (ntifs.h)
///   Differs  nothing known
RSL_EXPORT VOID NTAPI ObDereferenceSecurityDescriptor(PSECURITY_DESCRIPTOR SecurityDescriptor,
                                                      ULONG Count) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    ob::dereference_descriptor(SecurityDescriptor, Count);
}
