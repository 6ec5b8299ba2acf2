// SPDX-License-Identifier: GPL-2.0-only
// Variables that drivers read: the well-known SIDs and privileges, and the type of tokens.
#include "abi/functions/export.h"
#include "abi/types/se_exports.h"
#include "kernel/se/sid.hpp"
#include "kernel/se/startup.hpp"
#include "kernel/se/token.hpp"

namespace {

constinit SE_EXPORTS exports = {};

}  // namespace

RSL_EXPORT {
    constinit SE_EXPORTS* SeExports = &exports;
    constinit rsl::ob::ObjectType* SeTokenObjectType = &rsl::se::Token::kType;
}

namespace rsl::se {

void fill_exports() {
    const auto privilege = [](ULONG number) { return LUID{number, 0}; };
    const auto sid = [](const auto& constant) {
        return const_cast<void*>(static_cast<const void*>(&constant.sid()));
    };
    SE_EXPORTS& e = exports;
    e.SeCreateTokenPrivilege = privilege(2);
    e.SeAssignPrimaryTokenPrivilege = privilege(3);
    e.SeLockMemoryPrivilege = privilege(4);
    e.SeIncreaseQuotaPrivilege = privilege(5);
    e.SeUnsolicitedInputPrivilege = privilege(6);
    e.SeTcbPrivilege = privilege(7);
    e.SeSecurityPrivilege = privilege(8);
    e.SeTakeOwnershipPrivilege = privilege(9);
    e.SeLoadDriverPrivilege = privilege(10);
    e.SeSystemProfilePrivilege = privilege(11);
    e.SeSystemtimePrivilege = privilege(12);
    e.SeProfileSingleProcessPrivilege = privilege(13);
    e.SeIncreaseBasePriorityPrivilege = privilege(14);
    e.SeCreatePagefilePrivilege = privilege(15);
    e.SeCreatePermanentPrivilege = privilege(16);
    e.SeBackupPrivilege = privilege(17);
    e.SeRestorePrivilege = privilege(18);
    e.SeShutdownPrivilege = privilege(19);
    e.SeDebugPrivilege = privilege(20);
    e.SeAuditPrivilege = privilege(21);
    e.SeSystemEnvironmentPrivilege = privilege(22);
    e.SeChangeNotifyPrivilege = privilege(23);
    e.SeRemoteShutdownPrivilege = privilege(24);
    e.SeUndockPrivilege = privilege(25);
    e.SeSyncAgentPrivilege = privilege(26);
    e.SeEnableDelegationPrivilege = privilege(27);
    e.SeManageVolumePrivilege = privilege(28);
    e.SeImpersonatePrivilege = privilege(29);
    e.SeCreateGlobalPrivilege = privilege(30);
    e.SeTrustedCredManAccessPrivilege = privilege(31);
    e.SeRelabelPrivilege = privilege(32);
    e.SeIncreaseWorkingSetPrivilege = privilege(33);
    e.SeTimeZonePrivilege = privilege(34);
    e.SeCreateSymbolicLinkPrivilege = privilege(35);
    e.SeDelegateSessionUserImpersonatePrivilege = privilege(36);
    e.SeNullSid = sid(kNullSid);
    e.SeWorldSid = sid(kWorldSid);
    e.SeLocalSid = sid(kLocalSid);
    e.SeCreatorOwnerSid = sid(kCreatorOwnerSid);
    e.SeCreatorGroupSid = sid(kCreatorGroupSid);
    e.SeNtAuthoritySid = sid(kNtAuthoritySid);
    e.SeDialupSid = sid(kDialupSid);
    e.SeNetworkSid = sid(kNetworkSid);
    e.SeBatchSid = sid(kBatchSid);
    e.SeInteractiveSid = sid(kInteractiveSid);
    e.SeLocalSystemSid = sid(kSystemSid);
    e.SeAliasAdminsSid = sid(kAdministratorsSid);
    e.SeAliasUsersSid = sid(kUsersSid);
    e.SeAliasGuestsSid = sid(kGuestsSid);
    e.SeAliasPowerUsersSid = sid(kPowerUsersSid);
    e.SeAliasAccountOpsSid = sid(kAccountOperatorsSid);
    e.SeAliasSystemOpsSid = sid(kServerOperatorsSid);
    e.SeAliasPrintOpsSid = sid(kPrintOperatorsSid);
    e.SeAliasBackupOpsSid = sid(kBackupOperatorsSid);
    e.SeAuthenticatedUsersSid = sid(kAuthenticatedUsersSid);
    e.SeRestrictedSid = sid(kRestrictedSid);
    e.SeAnonymousLogonSid = sid(kAnonymousSid);
    e.SeLocalServiceSid = sid(kLocalServiceSid);
    e.SeNetworkServiceSid = sid(kNetworkServiceSid);
    e.SeIUserSid = sid(kIUserSid);
    e.SeUntrustedMandatorySid = sid(kUntrustedLabelSid);
    e.SeLowMandatorySid = sid(kLowLabelSid);
    e.SeMediumMandatorySid = sid(kMediumLabelSid);
    e.SeHighMandatorySid = sid(kHighLabelSid);
    e.SeSystemMandatorySid = sid(kSystemLabelSid);
    e.SeOwnerRightsSid = sid(kOwnerRightsSid);
    e.SeAllAppPackagesSid = sid(kAllAppPackagesSid);
    e.SeUserModeDriversSid = sid(kUserModeDriversSid);
    e.SeProcTrustWinTcbSid = sid(kProcessTrustWinTcbSid);
    e.SeTrustedInstallerSid = sid(kTrustedInstallerSid);
}

}  // namespace rsl::se
