// SPDX-License-Identifier: GPL-2.0-only
// Exports of kernel/rtl: network addresses as text.
#pragma once

#include "abi/functions/export.h"
#include "abi/types/basic.h"

#ifdef __cplusplus
extern "C" {
#endif

// As inaddr.h, in6addr.h and netiodef.h have them; bytes in network order.
typedef struct in_addr {
    UCHAR S_un_b[4];
} IN_ADDR;
typedef struct in6_addr {
    UCHAR Byte[16];
} IN6_ADDR;
typedef struct _DL_EUI48 {
    UCHAR Byte[6];
} DL_EUI48;

PSTR NTAPI RtlIpv4AddressToStringA(const IN_ADDR* Addr, PSTR S);
PWSTR NTAPI RtlIpv4AddressToStringW(const IN_ADDR* Addr, PWSTR S);
NTSTATUS NTAPI RtlIpv4AddressToStringExA(const IN_ADDR* Address, USHORT Port, PSTR AddressString,
                                         PULONG AddressStringLength);
NTSTATUS NTAPI RtlIpv4AddressToStringExW(const IN_ADDR* Address, USHORT Port, PWSTR AddressString,
                                         PULONG AddressStringLength);
NTSTATUS NTAPI RtlIpv4StringToAddressA(PCSTR S, BOOLEAN Strict, PCSTR* Terminator, IN_ADDR* Addr);
NTSTATUS NTAPI RtlIpv4StringToAddressW(PCWSTR S, BOOLEAN Strict, PCWSTR* Terminator, IN_ADDR* Addr);
NTSTATUS NTAPI RtlIpv4StringToAddressExA(PCSTR AddressString, BOOLEAN Strict, IN_ADDR* Address,
                                         PUSHORT Port);
NTSTATUS NTAPI RtlIpv4StringToAddressExW(PCWSTR AddressString, BOOLEAN Strict, IN_ADDR* Address,
                                         PUSHORT Port);
PSTR NTAPI RtlIpv6AddressToStringA(const IN6_ADDR* Addr, PSTR S);
PWSTR NTAPI RtlIpv6AddressToStringW(const IN6_ADDR* Addr, PWSTR S);
NTSTATUS NTAPI RtlIpv6AddressToStringExA(const IN6_ADDR* Address, ULONG ScopeId, USHORT Port,
                                         PSTR AddressString, PULONG AddressStringLength);
NTSTATUS NTAPI RtlIpv6AddressToStringExW(const IN6_ADDR* Address, ULONG ScopeId, USHORT Port,
                                         PWSTR AddressString, PULONG AddressStringLength);
NTSTATUS NTAPI RtlIpv6StringToAddressA(PCSTR S, PCSTR* Terminator, IN6_ADDR* Addr);
NTSTATUS NTAPI RtlIpv6StringToAddressW(PCWSTR S, PCWSTR* Terminator, IN6_ADDR* Addr);
NTSTATUS NTAPI RtlIpv6StringToAddressExA(PCSTR AddressString, IN6_ADDR* Address, PULONG ScopeId,
                                         PUSHORT Port);
NTSTATUS NTAPI RtlIpv6StringToAddressExW(PCWSTR AddressString, IN6_ADDR* Address, PULONG ScopeId,
                                         PUSHORT Port);
PSTR NTAPI RtlEthernetAddressToStringA(const DL_EUI48* Addr, PSTR S);
PWSTR NTAPI RtlEthernetAddressToStringW(const DL_EUI48* Addr, PWSTR S);
NTSTATUS NTAPI RtlEthernetStringToAddressA(PCSTR S, PCSTR* Terminator, DL_EUI48* Addr);
NTSTATUS NTAPI RtlEthernetStringToAddressW(PCWSTR S, PCWSTR* Terminator, DL_EUI48* Addr);

#ifdef __cplusplus
}
#endif
