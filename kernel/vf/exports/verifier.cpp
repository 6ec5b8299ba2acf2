// SPDX-License-Identifier: GPL-2.0-only
// What drivers ask about Driver Verifier, and how the server turns it on.
#include "abi/functions/export.h"
#include "abi/functions/mm.h"
#include "abi/types/status.h"
#include "kernel/io/names.hpp"
#include "kernel/ke/irql.hpp"
#include "kernel/vf/settings.hpp"
#include "kernel/vf/verified_driver.hpp"

using namespace rsl;

namespace {

/// Verified itself, or using a driver that is.
bool is_verifying(const ldr::Module* module) {
    if (module == nullptr) return false;
    if (vf::VerifiedDriver::of(module->base()) != nullptr) return true;
    bool found = false;
    module->each_source([&](const ldr::Module& source) {
        found |= vf::VerifiedDriver::of(source.base()) != nullptr;
    });
    return found;
}

}  // namespace

/// MmIsDriverVerifying (wdm.h) tells whether Driver Verifier watches a driver, or one that it
/// imports from.
///   IRQL     <= APC_LEVEL
///   Returns  TRUE or FALSE
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-mmisdriververifying
///   Differs  nothing known
RSL_EXPORT LOGICAL NTAPI MmIsDriverVerifying(PDRIVER_OBJECT DriverObject) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return is_verifying(ldr::module_of(reinterpret_cast<uint64_t>(DriverObject->DriverStart)));
}

/// MmIsDriverVerifyingByAddress (wdm.h) tells the same by an address in the driver.
///   IRQL     <= APC_LEVEL
///   Returns  TRUE or FALSE
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-mmisdriververifyingbyaddress
///   Differs  nothing known
RSL_EXPORT LOGICAL NTAPI MmIsDriverVerifyingByAddress(PVOID AddressWithinSection) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return is_verifying(ldr::module_of(reinterpret_cast<uint64_t>(AddressWithinSection)));
}

/// MmIsDriverSuspectForVerifier (wdm.h) tells whether a driver is on the list of those to be
/// verified.
///   IRQL     <= APC_LEVEL
///   Returns  TRUE or FALSE
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-mmisdriversuspectforverifier
///   Differs  nothing known
RSL_EXPORT LOGICAL NTAPI MmIsDriverSuspectForVerifier(PDRIVER_OBJECT DriverObject) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const auto* module = ldr::module_of(reinterpret_cast<uint64_t>(DriverObject->DriverStart));
    return module != nullptr && vf::VerifiedDriver::of(module->base()) != nullptr;
}

/// MmIsVerifierEnabled (ntddk.h of older WDKs) tells which checks Driver Verifier makes.
///   IRQL     any
///   Returns  STATUS_SUCCESS with the flags of all verified drivers; STATUS_NOT_SUPPORTED when
///   there is none Source   ntddk.h, which declares it with the DRIVER_VERIFIER_* flags Differs
///   nothing known
RSL_EXPORT NTSTATUS NTAPI MmIsVerifierEnabled(PULONG VerifierFlags) {
    *VerifierFlags = 0;
    vf::VerifiedDriver::each(
        [&](const vf::VerifiedDriver& driver) { *VerifierFlags |= driver.options().flags; });
    return *VerifierFlags != 0 ? STATUS_SUCCESS : STATUS_NOT_SUPPORTED;
}

/// RslVerifyDriver (rsl_kernel.h, private): what a service is verified for from its next load on.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER, STATUS_OBJECT_NAME_INVALID,
///   STATUS_INSUFFICIENT_RESOURCES Source   docs/nt/verifier.md Differs  ours
RSL_EXPORT NTSTATUS NTAPI RslVerifyDriver(PCUNICODE_STRING ServiceName, ULONG Flags, ULONG Seed,
                                          ULONG Rate) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    return vf::set_options(io::text_of(ServiceName), {.flags = Flags, .seed = Seed, .rate = Rate})
        .status()
        .nt();
}
